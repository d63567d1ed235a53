// `console`, with every method that Node's has.
//
// A method never throws, whatever it is given, and works without its object
// (`const { log } = console`). What is used after this file has run is captured.
(env => {
  const { format, native } = env;
  const inspect = (value, depth) => env.inspect(value, depth === undefined ? undefined : { depth });
  const { apply, ownKeys, setPrototypeOf } = Reflect;
  const descriptor = Reflect.getOwnPropertyDescriptor;
  const uncurry = f => (self, ...args) => apply(f, self, args);
  // A descriptor has the fields that it says, and none of Object.prototype's.
  const getOwnPropertyDescriptor = (object, key) => {
    const found = descriptor(object, key);
    if (found !== undefined) setPrototypeOf(found, null);
    return found;
  };
  const mapGet = uncurry(Map.prototype.get);
  const mapSet = uncurry(Map.prototype.set);
  const mapHas = uncurry(Map.prototype.has);
  const mapDelete = uncurry(Map.prototype.delete);
  const mapForEach = uncurry(Map.prototype.forEach);
  const setForEach = uncurry(Set.prototype.forEach);
  const repeat = uncurry(String.prototype.repeat);
  const now = Date.now;
  const isArray = Array.isArray;
  const floor = Math.floor;

  const counts = new Map();
  const timers = new Map();
  let indent = '';

  // Every line of the text, moved in by the open groups.
  const indented = text => {
    if (indent === '') return text;
    let out = indent;
    for (let i = 0; i < text.length; i += 1) out += text[i] === '\n' ? `\n${indent}` : text[i];
    return out;
  };

  const write = (level, text) => native.log(level, indented(text));

  const labelOf = label => (label === undefined ? 'default' : format(label));

  const elapsed = (label, rest) => {
    const text = `${label}: ${now() - mapGet(timers, label)}ms`;
    write('log', rest === undefined ? text : `${text} ${rest}`);
  };

  const known = (label, method) => {
    if (mapHas(timers, label)) return true;
    write('warn', `Warning: No such label '${label}' for console.${method}()`);
    return false;
  };

  const centred = (text, width) => {
    const left = floor((width - text.length) / 2);
    return repeat(' ', left) + text + repeat(' ', width - text.length - left);
  };

  // Columns are null-prototype records from a header to its cells, by row.
  const drawTable = (columns, rows) => {
    let top = '┌';
    let middle = '├';
    let bottom = '└';
    let head = '│';
    const lines = { __proto__: null };
    for (let r = 0; r < rows; r += 1) lines[r] = '│';
    for (let c = 0; c < columns.length; c += 1) {
      const column = columns[c];
      let width = column.name.length;
      for (let r = 0; r < rows; r += 1) {
        const { length } = column.cells[r] ?? '';
        if (length > width) width = length;
      }
      width += 2;
      const last = c === columns.length - 1;
      const bar = repeat('─', width);
      top += bar + (last ? '┐' : '┬');
      middle += bar + (last ? '┤' : '┼');
      bottom += bar + (last ? '┘' : '┴');
      head += `${centred(column.name, width)}│`;
      for (let r = 0; r < rows; r += 1) lines[r] += `${centred(column.cells[r] ?? '', width)}│`;
    }
    let text = `${top}\n${head}\n${middle}\n`;
    for (let r = 0; r < rows; r += 1) text += `${lines[r]}\n`;
    return text + bottom;
  };

  const isObject = value => typeof value === 'object' && value !== null;

  const cell = value => inspect(value, isObject(value) ? 0 : 1);

  const table = (data, only) => {
    const kind = native.classOf(data);
    const index = { __proto__: null, name: '(index)', cells: { __proto__: null } };
    const values = { __proto__: null, name: 'Values', cells: { __proto__: null } };
    const columns = { __proto__: null, length: 0 };
    const byName = { __proto__: null };
    let rows = 0;
    let anyValues = false;
    const addCell = (name, value) => {
      if (byName[name] === undefined) {
        byName[name] = { __proto__: null, name, cells: { __proto__: null } };
        columns[columns.length] = byName[name];
        columns.length += 1;
      }
      byName[name].cells[rows] = value;
    };
    const addRow = (name, value) => {
      index.cells[rows] = name;
      if (isObject(value) && !native.isProxy(value)) {
        const names = isArray(only) ? only : ownKeys(value);
        for (let i = 0; i < names.length; i += 1) {
          const found = getOwnPropertyDescriptor(value, names[i]);
          if (found !== undefined && found.enumerable && typeof names[i] === 'string') {
            addCell(names[i], found.get ? '[Getter]' : cell(found.value));
          } else if (isArray(only)) addCell(`${names[i]}`, '');
        }
      } else {
        values.cells[rows] = cell(value);
        anyValues = true;
      }
      rows += 1;
    };
    if (kind === 'Map') {
      index.name = '(iteration index)';
      mapForEach(data, (value, name) => {
        addCell('Key', cell(name));
        addCell('Values', cell(value));
        index.cells[rows] = `${rows}`;
        rows += 1;
      });
    } else if (kind === 'Set') {
      index.name = '(iteration index)';
      setForEach(data, value => {
        addCell('Values', cell(value));
        index.cells[rows] = `${rows}`;
        rows += 1;
      });
    } else {
      const names = ownKeys(data);
      for (let i = 0; i < names.length && i < 1000; i += 1) {
        const found = getOwnPropertyDescriptor(data, names[i]);
        if (found === undefined || !found.enumerable || typeof names[i] !== 'string') continue;
        addRow(names[i], found.get ? '[Getter]' : found.value);
      }
    }
    const all = { __proto__: null, length: 1, 0: index };
    for (let i = 0; i < columns.length; i += 1) { all[all.length] = columns[i]; all.length += 1; }
    if (anyValues) { all[all.length] = values; all.length += 1; }
    return drawTable(all, rows);
  };

  const methods = {
    __proto__: null,
    log(...args) { write('log', apply(format, undefined, args)); },
    info(...args) { write('info', apply(format, undefined, args)); },
    debug(...args) { write('debug', apply(format, undefined, args)); },
    warn(...args) { write('warn', apply(format, undefined, args)); },
    error(...args) { write('error', apply(format, undefined, args)); },
    dirxml(...args) { write('log', apply(format, undefined, args)); },
    trace(...args) {
      const text = apply(format, undefined, args);
      write('error', `Trace${text === '' ? '' : `: ${text}`}\n${native.stack()}`);
    },
    dir(value, options) {
      const depth = isObject(options) ? getOwnPropertyDescriptor(options, 'depth')?.value : undefined;
      write('log', inspect(value, depth));
    },
    assert(condition, ...args) {
      if (condition) return;
      const text = apply(format, undefined, args);
      write('error', text === '' ? 'Assertion failed' : `Assertion failed: ${text}`);
    },
    count(label) {
      const name = labelOf(label);
      const count = (mapGet(counts, name) ?? 0) + 1;
      mapSet(counts, name, count);
      write('log', `${name}: ${count}`);
    },
    countReset(label) {
      const name = labelOf(label);
      if (!mapDelete(counts, name)) write('warn', `Warning: Count for '${name}' does not exist`);
    },
    group(...args) {
      if (args.length > 0) write('log', apply(format, undefined, args));
      if (indent.length < 200) indent += '  ';
    },
    groupCollapsed(...args) {
      if (args.length > 0) write('log', apply(format, undefined, args));
      if (indent.length < 200) indent += '  ';
    },
    groupEnd() { indent = indent.length > 2 ? repeat(' ', indent.length - 2) : ''; },
    time(label) {
      const name = labelOf(label);
      if (mapHas(timers, name)) {
        write('warn', `Warning: Label '${name}' already exists for console.time()`);
      } else mapSet(timers, name, now());
    },
    timeLog(label, ...args) {
      const name = labelOf(label);
      if (known(name, 'timeLog')) elapsed(name, args.length > 0 ? apply(format, undefined, args) : undefined);
    },
    timeEnd(label) {
      const name = labelOf(label);
      if (!known(name, 'timeEnd')) return;
      elapsed(name);
      mapDelete(timers, name);
    },
    table(data, only) {
      if (isObject(data) && !native.isProxy(data)) write('log', table(data, only));
      else write('log', format(data));
    },
  };

  const console = {};
  const names = ownKeys(methods);
  for (let i = 0; i < names.length; i += 1) {
    const method = methods[names[i]];
    // The name of the method without the object that `this` would be.
    const safe = { [names[i]]: (...args) => {
      try { apply(method, undefined, args); } catch { native.log('warn', '[console threw]'); }
    } }[names[i]];
    console[names[i]] = safe;
  }
  Object.defineProperty(console, Symbol.toStringTag, { value: 'console', configurable: true });
  env.expose('console', console);
})
