async () => await codemode.eco("hello");
