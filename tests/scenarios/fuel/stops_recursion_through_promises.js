// fuel: 20000000
async () => {
  const again = async () => {
    await null;
    return again();
  };
  await again();
};
