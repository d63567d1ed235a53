// fuel: 20000000
async () => {
  console.log("before");
  while (true) {}
};
