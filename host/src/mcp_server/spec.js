// `codemode.spec()` with its references followed: where one stands, what it names is found,
// when somebody looks there. References into other documents stay as they are, those to
// nothing are undefined, and one that leads back to itself is `{ $circular }`.
(() => {
  const load = codemode.spec;
  const { defineProperty, ownKeys } = Reflect;
  const isArray = Array.isArray;

  const at = (root, ref) => {
    let node = root;
    for (const part of ref.slice(2).split('/')) {
      const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      if (node === null || typeof node !== 'object' || !Object.hasOwn(node, key)) return undefined;
      node = node[key];
    }
    return node;
  };

  const view = (root, node, open) => {
    if (node === null || typeof node !== 'object') return node;
    const ref = node.$ref;
    if (typeof ref === 'string' && ref.startsWith('#/')) {
      if (open.includes(ref)) return { $circular: ref };
      return view(root, at(root, ref), [...open, ref]);
    }
    const seen = isArray(node) ? [] : {};
    for (const key of ownKeys(node)) {
      if (isArray(node) && key === 'length') continue;
      const define = rest => defineProperty(seen, key, { enumerable: true, configurable: true, ...rest });
      const value = node[key];
      if (value === null || typeof value !== 'object') {
        define({ value, writable: true });
        continue;
      }
      define({
        get: () => {
          const found = view(root, value, open);
          define({ value: found, writable: true });
          return found;
        },
      });
    }
    return seen;
  };

  codemode.spec = async function spec() {
    const root = await load();
    return view(root, root, []);
  };
})()
