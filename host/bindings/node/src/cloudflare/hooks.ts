// The hook by which Node finds `cloudflare:workers`.

interface Resolved {
  url: string;
  shortCircuit?: boolean;
}

const WORKERS = new URL('./workers.js', import.meta.url).href;

/** A `resolve` hook of Node's module loader. */
export function resolve<C, R>(
  specifier: string,
  context: C,
  next: (specifier: string, context: C) => R,
): R | Resolved {
  return specifier === 'cloudflare:workers' ? { url: WORKERS, shortCircuit: true } : next(specifier, context);
}
