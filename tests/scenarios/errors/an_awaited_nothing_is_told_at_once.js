async () => {
  await new Promise(() => {});
};
