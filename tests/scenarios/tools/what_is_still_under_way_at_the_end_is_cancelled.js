async () => {
  codemode.never("left behind");
  return await codemode.echo("answer");
};
