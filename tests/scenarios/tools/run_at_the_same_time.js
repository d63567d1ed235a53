async () => {
  const began = Date.now();
  await Promise.all(Array.from({ length: 20 }, () => codemode.sleep(30)));
  return Date.now() - began < 300;
};
