// `node:path`: text only, for paths of POSIX and of Windows.
(env => {
  'use strict';
  const { list, p, push, typeError } = env;
  const { StringPrototypeCharCodeAt: codeAt, StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeSlice: slice, StringPrototypeToLowerCase } = p;

  const text = (value, name = 'path') => { if (typeof value !== 'string') throw typeError(name, 'of type string', value); };

  // One flavour; `windows` has drives, shares and two separators.
  const flavour = windows => {
    const sep = windows ? '\\' : '/';
    const isSep = char => char === '/' || (windows && char === '\\');
    const isLetter = code => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

    // `.` and `..` out of the part behind the root.
    const simplify = (path, above) => {
      const parts = list();
      for (let from = 0; from <= path.length;) {
        let to = from;
        while (to < path.length && !isSep(path[to])) to += 1;
        const part = slice(path, from, to);
        if (part === '..' && parts.length > 0 && parts[parts.length - 1] !== '..') parts.length -= 1;
        else if (part === '..' ? above : part !== '' && part !== '.') push(parts, part);
        from = to + 1;
      }
      return env.join(parts, sep);
    };

    // The device (`C:` or `\\\\server\\share`) and whether a separator follows it.
    const rootOf = path => {
      const none = { __proto__: null, device: '', end: 0, absolute: false, unc: false };
      if (path.length === 0) return none;
      if (!windows) return isSep(path[0]) ? { ...none, end: 1, absolute: true } : none;
      if (isSep(path[0])) {
        const plain = { ...none, end: 1, absolute: true };
        if (!isSep(path[1])) return plain;
        let at = 2;
        while (at < path.length && !isSep(path[at])) at += 1;
        if (at === path.length || at === 2) return plain;
        const server = slice(path, 2, at);
        let from = at;
        while (from < path.length && isSep(path[from])) from += 1;
        if (from === path.length || from === at) return plain;
        let to = from;
        while (to < path.length && !isSep(path[to])) to += 1;
        if (to === from) return plain;
        return { __proto__: null, device: `\\\\${server}\\${slice(path, from, to)}`, end: to, absolute: true, unc: true, rest: to === path.length };
      }
      if (isLetter(codeAt(path, 0)) && path[1] === ':') {
        const absolute = path.length > 2 && isSep(path[2]);
        return { __proto__: null, device: slice(path, 0, 2), end: absolute ? 3 : 2, absolute, unc: false };
      }
      return none;
    };

    // A relative path must not come to name a drive or a device.
    const seemsDevice = (path, tail) => {
      if (StringPrototypeIndexOf(path, ':') < 0) return false;
      if (tail.length >= 2 && isLetter(codeAt(tail, 0)) && tail[1] === ':') return true;
      for (let at = StringPrototypeIndexOf(path, ':'); at >= 0; at = StringPrototypeIndexOf(path, ':', at + 1)) {
        if (at === path.length - 1 || isSep(path[at + 1])) return true;
      }
      return false;
    };

    const normalize = path => {
      text(path);
      if (path.length === 0) return '.';
      if (path.length === 1 && windows && isSep(path)) return '\\';
      const root = rootOf(path);
      if (root.unc && root.rest) return `${root.device}\\`;
      let tail = root.end < path.length ? simplify(slice(path, root.end), !root.absolute) : '';
      const trailing = path.length > root.end && isSep(path[path.length - 1]);
      if (tail === '' && !root.absolute) {
        tail = '.';
        if (!windows) return trailing ? './' : '.';
      }
      if (tail !== '' && trailing) tail += sep;
      if (root.device === '' && windows && !root.absolute && seemsDevice(path, tail)) return `.\\${tail}`;
      if (root.device === '') return root.absolute ? sep + tail : tail;
      return root.absolute ? `${root.device}\\${tail}` : root.device + tail;
    };

    const join = (...paths) => {
      let joined;
      let first;
      for (let i = 0; i < paths.length; i += 1) {
        text(paths[i]);
        if (paths[i] === '') continue;
        if (joined === undefined) joined = first = paths[i];
        else joined += `${sep}${paths[i]}`;
      }
      if (joined === undefined) return '.';
      if (windows) {
        // Two separators must not come to stand for a share by joining.
        const keep = first.length > 2 && isSep(first[0]) && isSep(first[1]) && !isSep(first[2]);
        if (!keep) {
          let at = 0;
          while (at < joined.length && isSep(joined[at])) at += 1;
          if (at >= 2) joined = `\\${slice(joined, at)}`;
        }
      }
      return normalize(joined);
    };

    const resolve = (...paths) => {
      let device = '';
      let tail = '';
      let absolute = false;
      for (let i = paths.length - 1; i >= -1 && !(absolute && (!windows || device !== '')); i -= 1) {
        let path;
        if (i >= 0) {
          path = paths[i];
          text(path, `paths[${i}]`);
          if (path.length === 0) continue;
        } else {
          const cwd = env.cwd();
          path = !windows || device === '' ? cwd : `${device}\\`;
        }
        const root = rootOf(path);
        if (root.device !== '') {
          if (device !== '' && StringPrototypeToLowerCase(root.device) !== StringPrototypeToLowerCase(device)) continue;
          device = device === '' ? root.device : device;
        }
        if (absolute) { if (device !== '') break; continue; }
        tail = windows ? `${slice(path, root.end)}\\${tail}` : `${slice(path, root.end)}/${tail}`;
        absolute = root.absolute;
        if (!windows && root.absolute) break;
      }
      const plain = simplify(tail, !absolute);
      if (!windows) return absolute ? `/${plain}` : plain || '.';
      return absolute ? `${device}\\${plain}` : device + plain || '.';
    };

    const isAbsolute = path => {
      text(path);
      if (path.length === 0) return false;
      return isSep(path[0]) || (windows && path.length > 2 && isLetter(codeAt(path, 0)) && path[1] === ':' && isSep(path[2]));
    };

    const relative = (from, to) => {
      text(from, 'from');
      text(to, 'to');
      if (from === to) return '';
      const a = resolve(from);
      const b = resolve(to);
      const same = (x, y) => (windows ? StringPrototypeToLowerCase(x) === StringPrototypeToLowerCase(y) : x === y);
      if (same(a, b)) return '';
      const cut = path => {
        const parts = list();
        for (let start = 0; start <= path.length;) {
          let end = start;
          while (end < path.length && path[end] !== sep) end += 1;
          if (end > start) push(parts, slice(path, start, end));
          start = end + 1;
        }
        return parts;
      };
      const x = cut(a);
      const y = cut(b);
      let shared = 0;
      while (shared < x.length && shared < y.length && same(x[shared], y[shared])) shared += 1;
      if (windows && shared === 0) return b;
      const out = list();
      for (let i = shared; i < x.length; i += 1) push(out, '..');
      for (let i = shared; i < y.length; i += 1) push(out, y[i]);
      return env.join(out, sep);
    };

    const rootText = (path, root) => (windows ? slice(path, 0, root.unc && !root.rest ? root.end + 1 : root.end) : slice(path, 0, root.end));
    // The end of a path without separators behind it.
    const trimmedEnd = (path, from) => { let end = path.length; while (end > from && isSep(path[end - 1])) end -= 1; return end; };

    const dirname = path => {
      text(path);
      if (path.length === 0) return '.';
      const root = rootOf(path);
      const head = rootText(path, root);
      if (windows && root.unc && root.rest) return path;
      let end = trimmedEnd(path, head.length);
      while (end > head.length && !isSep(path[end - 1])) end -= 1;
      if (end <= head.length) return head === '' ? '.' : head;
      end -= 1;
      if (!windows && end === 1 && path[0] === '/') return '//';
      return slice(path, 0, end);
    };

    const basename = (path, suffix) => {
      if (suffix !== undefined) text(suffix, 'suffix');
      text(path);
      let start = windows && path.length >= 2 && isLetter(codeAt(path, 0)) && path[1] === ':' ? 2 : 0;
      const end = trimmedEnd(path, start);
      for (let i = end - 1; i >= start; i -= 1) if (isSep(path[i])) { start = i + 1; break; }
      const name = slice(path, start, end);
      if (suffix === undefined || suffix.length === 0 || suffix.length > path.length) return name;
      if (suffix === path) return '';
      if (name !== suffix && slice(name, -suffix.length) === suffix) return slice(name, 0, -suffix.length);
      return name;
    };

    const extname = path => {
      text(path);
      const name = basename(path);
      const dot = StringPrototypeLastIndexOf(name, '.');
      return dot <= 0 || name === '..' ? '' : slice(name, dot);
    };

    const parse = path => {
      text(path);
      const made = { root: '', dir: '', base: '', ext: '', name: '' };
      if (path.length === 0) return made;
      const root = rootOf(path);
      const head = rootText(path, root);
      made.root = head;
      const end = trimmedEnd(path, head.length);
      let start = end;
      while (start > head.length && !isSep(path[start - 1])) start -= 1;
      made.base = slice(path, start, end);
      const dot = StringPrototypeLastIndexOf(made.base, '.');
      if (dot <= 0 || made.base === '..') made.name = made.base;
      else { made.name = slice(made.base, 0, dot); made.ext = slice(made.base, dot); }
      made.dir = start > head.length ? slice(path, 0, start - 1) : head;
      return made;
    };

    const format = object => {
      if (object === null || typeof object !== 'object') throw typeError('pathObject', 'of type object', object);
      const dir = object.dir || object.root;
      const ext = object.ext ? `${object.ext[0] === '.' ? '' : '.'}${object.ext}` : '';
      const base = object.base || `${object.name || ''}${ext}`;
      if (!dir) return base;
      return dir === object.root ? `${dir}${base}` : `${dir}${sep}${base}`;
    };

    const toNamespacedPath = path => {
      if (!windows || typeof path !== 'string' || path.length === 0) return path;
      const full = resolve(path);
      if (full.length <= 2) return path;
      if (full[0] === '\\') {
        if (full[1] === '\\' && full[2] !== '?' && full[2] !== '.') return `\\\\?\\UNC\\${slice(full, 2)}`;
      } else if (isLetter(codeAt(full, 0)) && full[1] === ':' && full[2] === '\\') return `\\\\?\\${full}`;
      return full;
    };

    return { resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse, sep, delimiter: windows ? ';' : ':', win32: null, posix: null };
  };

  env.cwd ??= () => '/';
  const posix = flavour(false);
  const win32 = flavour(true);
  posix.posix = win32.posix = posix;
  posix.win32 = win32.win32 = win32;
  env.modules ??= { __proto__: null };
  env.modules.path = posix;
  env.modules['path/posix'] = posix;
  env.modules['path/win32'] = win32;
})
