// fuel: 20000000
async () => {
  const first = await codemode.echo({ page: 1 });
  console.log("read page", first.page);
  codemode.never();
  for (let n = 0; ; n++) first[n % 8] = n;
};
