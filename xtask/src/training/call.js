async () => await codemode.read()
