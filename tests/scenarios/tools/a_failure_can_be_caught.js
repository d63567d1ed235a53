async () => {
  try {
    await codemode.fail("no such customer");
  } catch (error) {
    console.warn(error.name, "-", error.message);
  }
  return (await Promise.allSettled([codemode.fail("a"), codemode.echo("b")])).map(({ status }) => status);
};
