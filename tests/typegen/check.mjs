// Compiles every text of the corpus with `tsc --strict`, and checks that each
// value under `accept` fits its type and that none under `reject` does.
//
//   node check.mjs <folder or file> ...      (default: ../corpus)
//
// A file holds { schemas: [{ id, text, accept?, reject? }] } where `text`
// declares the type `T`, or { namespaces: [{ id, text }] }.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const listed = process.argv.slice(2);
const roots = listed.length > 0 ? listed : [new URL("../corpus", import.meta.url).pathname];
const files = roots.flatMap((root) =>
  statSync(root).isDirectory()
    ? readdirSync(root).filter((name) => name.endsWith(".json")).sort().map((name) => join(root, name))
    : [root],
);

/** One module for each entry: the declarations, then one line per value. */
function moduleText(entry) {
  const accepted = (entry.accept ?? []).map(
    (value, place) => `const accepted${place}: T = ${JSON.stringify(value)};`,
  );
  const rejected = (entry.reject ?? []).map(
    (value, place) => `// @ts-expect-error\nconst rejected${place}: T = ${JSON.stringify(value)};`,
  );
  return ["export {};", entry.text, ...accepted, ...rejected].join("\n");
}

const modules = new Map();
let values = 0;
for (const file of files) {
  const content = JSON.parse(readFileSync(file, "utf8"));
  for (const entry of [...(content.schemas ?? []), ...(content.namespaces ?? [])]) {
    modules.set(`/${entry.id}.ts`, moduleText(entry));
    values += (entry.accept ?? []).length + (entry.reject ?? []).length;
  }
}

const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ES2022,
  lib: ["lib.es2022.d.ts"],
};
const host = ts.createCompilerHost(options);
const { getSourceFile, fileExists, readFile } = host;
host.fileExists = (name) => modules.has(name) || fileExists(name);
host.readFile = (name) => modules.get(name) ?? readFile(name);
host.getSourceFile = (name, version) =>
  modules.has(name)
    ? ts.createSourceFile(name, modules.get(name), version)
    : getSourceFile(name, version);

const program = ts.createProgram([...modules.keys()], options, host);
const problems = ts.getPreEmitDiagnostics(program);
for (const problem of problems.slice(0, 40)) {
  const message = ts.flattenDiagnosticMessageText(problem.messageText, "\n");
  const line = problem.file?.getLineAndCharacterOfPosition(problem.start).line ?? 0;
  console.error(`${problem.file?.fileName}:${line + 1} TS${problem.code} ${message}`);
}
console.log(`${modules.size} texts, ${values} values, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
