// fuel: 20000000
async () => /(a+)+$/.test("a".repeat(40) + "b");
