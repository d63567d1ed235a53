// Which crates does Cargo.lock hold in several versions, and what pulls them in?
// codecell run --workspace . --read-only host/examples/duplicates.ts
interface Package { name: string; version: string; needs: string[] }

const lock: string = await state.readFile("Cargo.lock");
const packages: Package[] = lock.split("[[package]]").slice(1).map((text) => ({
  name: text.match(/name = "(.+)"/)![1],
  version: text.match(/version = "(.+)"/)![1],
  needs: [...(text.match(/dependencies = \[([^\]]*)\]/)?.[1] ?? "").matchAll(/"(.+?)"/g)].map((m) => m[1]),
}));
const versions = Object.groupBy(packages, (p) => p.name);
const several = Object.entries(versions).filter(([, found]) => found!.length > 1);
console.log(`${packages.length} packages, ${several.length} in several versions`);

for (const [name, found] of several.slice(0, 3)) {
  const needed = found!.map((p) => {
    const by = packages.filter((q) => q.needs.includes(`${name} ${p.version}`)).map((q) => q.name);
    return `${p.version} by ${by.slice(0, 3).join(", ")}`;
  });
  console.log(`${name}: ${needed.join("; ")}`);
}

const manifests = (await Promise.all(["*/Cargo.toml", "host/*/Cargo.toml"].map((p) => state.glob(p)))).flat();
const ours = await Promise.all(manifests.map(async (path) =>
  (await state.readFile(path)).match(/^name = "(.+)"/m)?.[1]));
({ ours: ours.filter(Boolean).sort() });
