// fuel: 20000000
async () => {
  for (;;) {
    try {
      for (;;);
    } catch {
      console.log("caught");
    } finally {
      continue;
    }
  }
};
