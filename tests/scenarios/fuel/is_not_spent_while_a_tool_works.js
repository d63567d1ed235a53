// fuel: 20000000
async () => {
  await codemode.sleep(20);
  return "in time";
};
