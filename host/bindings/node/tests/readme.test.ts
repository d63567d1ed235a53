// The example of README.md runs as it is written.

import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import ts from 'typescript';

test('the example of the README holds', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const source = /<!-- example -->\n```js\n([^]*?)```/.exec(readme)?.[1];
  if (source === undefined) throw new Error('README.md has no example');
  // `await using` is newer than the oldest Node.
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  const here = outputText.replace("'codecell'", `'${import.meta.resolve('codecell')}'`);
  await import(`data:text/javascript,${encodeURIComponent(here)}`);
});
