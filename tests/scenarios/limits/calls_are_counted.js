// calls: 3
async () => {
  for (let n = 0; ; n++) await codemode.echo(n);
};
