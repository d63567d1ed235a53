// Values as text, as `util.inspect` and `util.format` of Node show them.
//
// In: `native`, what only QuickJS can tell of a value. Out: `{ inspect, format }`.
//
// Everything used after this file has run is captured here: a program may replace
// any prototype, and must neither break nor watch what the console does. So no
// method is called on a value, no array is iterated by protocol, getters are not
// run, and whatever throws becomes a note in the text.
(native => {
  const { apply, getPrototypeOf, ownKeys, setPrototypeOf } = Reflect;
  const descriptor = Reflect.getOwnPropertyDescriptor;
  const uncurry = f => (self, ...args) => apply(f, self, args);
  // A descriptor has the fields that it says, and none of Object.prototype's.
  const getOwnPropertyDescriptor = (object, key) => {
    const found = descriptor(object, key);
    if (found !== undefined) setPrototypeOf(found, null);
    return found;
  };
  const create = Object.create;
  const StringOf = String;
  const isArray = Array.isArray;
  const is = Object.is;
  const toInt = parseInt;
  const toFloat = parseFloat;
  const toNumber = Number;
  const stringify = JSON.stringify;
  const stringSlice = uncurry(String.prototype.slice);
  const stringIndexOf = uncurry(String.prototype.indexOf);
  const stringStartsWith = uncurry(String.prototype.startsWith);
  const stringRepeat = uncurry(String.prototype.repeat);
  const stringPadStart = uncurry(String.prototype.padStart);
  const stringPadEnd = uncurry(String.prototype.padEnd);
  const charCodeAt = uncurry(String.prototype.charCodeAt);
  const numberToString = uncurry(Number.prototype.toString);
  const symbolToString = uncurry(Symbol.prototype.toString);
  const functionToString = uncurry(Function.prototype.toString);
  const numberValue = uncurry(Number.prototype.valueOf);
  const stringValue = uncurry(String.prototype.valueOf);
  const booleanValue = uncurry(Boolean.prototype.valueOf);
  const bigintValue = uncurry(BigInt.prototype.valueOf);
  const symbolValue = uncurry(Symbol.prototype.valueOf);
  const dateTime = uncurry(Date.prototype.getTime);
  const dateToIso = uncurry(Date.prototype.toISOString);
  const regexToString = uncurry(RegExp.prototype.toString);
  const regexTest = uncurry(RegExp.prototype.exec);
  const mapForEach = uncurry(Map.prototype.forEach);
  const setForEach = uncurry(Set.prototype.forEach);
  const getter = (object, key) => uncurry(getOwnPropertyDescriptor(object, key).get);
  const mapSize = getter(Map.prototype, 'size');
  const setSize = getter(Set.prototype, 'size');
  const TypedArray = getPrototypeOf(Uint8Array.prototype);
  const typedLength = getter(TypedArray, 'length');
  const typedName = getter(TypedArray, Symbol.toStringTag);
  const bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
  const Bytes = Uint8Array;
  const toStringTag = Symbol.toStringTag;
  const round = Math.round;
  const sqrt = Math.sqrt;
  const min = Math.min;

  const MAX_ITEMS = 100;
  const MAX_STRING = 10000;
  const MAX_ENTRIES = 10000;
  const MAX_DEPTH = 20;
  const LINE = 80;

  // A list without a prototype, so that no setter or method can be planted on it.
  const list = () => ({ __proto__: null, length: 0 });
  const push = (items, item) => { items[items.length] = item; items.length += 1; };
  const join = (items, separator) => {
    let text = '';
    for (let i = 0; i < items.length; i += 1) text += (i > 0 ? separator : '') + items[i];
    return text;
  };

  const quoteWith = (text, quote) => {
    let out = quote;
    for (let i = 0; i < text.length; i += 1) {
      const code = charCodeAt(text, i);
      const char = text[i];
      if (char === quote || char === '\\') out += '\\' + char;
      else if (code === 10) out += '\\n';
      else if (code === 9) out += '\\t';
      else if (code === 13) out += '\\r';
      else if (code === 8) out += '\\b';
      else if (code === 12) out += '\\f';
      else if (code === 11) out += '\\v';
      else if (code < 32 || (code >= 127 && code < 160)) {
        out += '\\x' + stringPadStart(numberToString(code, 16), 2, '0');
      } else out += char;
    }
    return out + quote;
  };

  const has = (text, part) => stringIndexOf(text, part) >= 0;

  const quote = text => {
    if (!has(text, "'")) return quoteWith(text, "'");
    if (!has(text, '"')) return quoteWith(text, '"');
    if (!has(text, '`') && !has(text, '${')) return quoteWith(text, '`');
    return quoteWith(text, "'");
  };

  const string = text => {
    const rest = text.length - MAX_STRING;
    if (rest <= 0) return quote(text);
    return `${quote(stringSlice(text, 0, MAX_STRING))}... ${rest} more character${rest > 1 ? 's' : ''}`;
  };

  const primitive = value => {
    switch (typeof value) {
      case 'string': return string(value);
      case 'bigint': return `${value}n`;
      case 'symbol': return symbolToString(value);
      case 'number': return is(value, -0) ? '-0' : `${value}`;
      default: return `${value}`;
    }
  };

  // A data property found without running getters; undefined for accessors.
  const find = (object, key) => {
    for (let at = object, hops = 0; at !== null && hops < 100; hops += 1) {
      if (native.isProxy(at)) return undefined;
      const property = getOwnPropertyDescriptor(at, key);
      if (property !== undefined) return property.value;
      at = getPrototypeOf(at);
    }
    return undefined;
  };

  const constructorName = object => {
    const constructor = find(object, 'constructor');
    const name = typeof constructor === 'function' ? find(constructor, 'name') : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  };

  const identifier = /^[a-zA-Z_$][a-zA-Z0-9_$]*$/;
  const isName = text => regexTest(identifier, text) !== null;
  const isIndex = text => {
    const number = toNumber(text);
    return number >= 0 && number < 4294967295 && number % 1 === 0 && `${number}` === text;
  };

  const key = name => {
    if (typeof name === 'symbol') return `[${symbolToString(name)}]`;
    return isName(name) ? name : quote(name);
  };

  // `Class ` or `Class(size) `, with what the object says of itself.
  const prefix = (value, fallback, size) => {
    const name = constructorName(value);
    const count = size === undefined ? '' : `(${size})`;
    let text = name === undefined ? `[${fallback}${count}: null prototype] ` : `${name}${count} `;
    const tag = find(value, toStringTag);
    if (typeof tag === 'string' && tag !== '' && tag !== name) text += `[${tag}] `;
    return text;
  };

  const property = (value, name, context) => {
    const found = getOwnPropertyDescriptor(value, name);
    if (found === undefined) return undefined;
    const label = key(name);
    if (found.get !== undefined) {
      return `${label}: ${found.set !== undefined ? '[Getter/Setter]' : '[Getter]'}`;
    }
    if (found.set !== undefined) return `${label}: [Setter]`;
    return `${label}: ${nested(found.value, context)}`;
  };

  const enumerable = (value, name) => {
    const found = getOwnPropertyDescriptor(value, name);
    return found !== undefined && found.enumerable;
  };

  const properties = (value, context, items, skipIndexes, skip) => {
    const names = ownKeys(value);
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i];
      if (skipIndexes && typeof name === 'string' && isIndex(name)) continue;
      if (skip !== undefined && skip[name] === true) continue;
      if (!enumerable(value, name)) continue;
      if (context.budget <= 0) { push(items, '...'); return; }
      const text = property(value, name, context);
      if (text !== undefined) push(items, text);
    }
  };

  const more = (count, what = 'item') => `... ${count} more ${what}${count > 1 ? 's' : ''}`;

  const arrayItems = (value, context, items) => {
    const { length } = value;
    let shown = 0;
    let index = 0;
    while (index < length && shown < MAX_ITEMS) {
      let hole = index;
      while (hole < length && getOwnPropertyDescriptor(value, hole) === undefined && hole - index < 1e6) hole += 1;
      if (hole > index) {
        push(items, `<${hole - index} empty item${hole - index > 1 ? 's' : ''}>`);
        index = hole;
      } else {
        const found = getOwnPropertyDescriptor(value, index);
        push(items, found.get || found.set ? '[Getter]' : nested(found.value, context));
        index += 1;
      }
      shown += 1;
    }
    if (index < length) push(items, more(length - index));
  };

  // Long lists of short items stand in columns, as in Node.
  const columns = (items, context, extra, value) => {
    let total = 0;
    let longest = 0;
    const count = extra ? items.length - 1 : items.length;
    for (let i = 0; i < count; i += 1) {
      const size = items[i].length;
      total += size + 2;
      if (size > longest) longest = size;
    }
    const width = longest + 2;
    if (width * 3 + context.indent >= 80 || !(total / width > 5 || longest <= 6)) return items;
    // Node's own constants: a character is 2.5 times as high as wide.
    const biased = width - sqrt(width - total / items.length);
    const wide = biased > 1 ? biased : 1;
    const perLine = min(round(sqrt(2.5 * wide * count) / wide), (80 - context.indent) / width | 0, 12);
    if (perLine <= 1) return items;
    const widths = list();
    for (let i = 0; i < perLine; i += 1) {
      let most = 0;
      for (let j = i; j < count; j += perLine) if (items[j].length > most) most = items[j].length;
      push(widths, most + 2);
    }
    let pad = stringPadStart;
    for (let i = 0; i < count; i += 1) {
      const item = value[i];
      if (typeof item !== 'number' && typeof item !== 'bigint') { pad = stringPadEnd; break; }
    }
    const lines = list();
    for (let i = 0; i < count; i += perLine) {
      const end = min(i + perLine, count);
      let line = '';
      let j = i;
      for (; j < end - 1; j += 1) line += pad(`${items[j]}, `, widths[j - i]);
      line += pad === stringPadStart ? pad(items[j], widths[j - i] - 2) : items[j];
      push(lines, line);
    }
    if (extra) push(lines, items[count]);
    return lines;
  };

  // One line if it fits and holds at most two more levels, else one line each.
  const braces = (open, items, close, context, level, before, grouped) => {
    if (items.length === 0) return `${before}${open}${close}`;
    let length = 2 * items.length + context.indent + open.length + before.length + 10;
    let lines = has(before, '\n');
    for (let i = 0; i < items.length; i += 1) {
      length += items[i].length;
      if (has(items[i], '\n')) lines = true;
    }
    if (!grouped && !lines && context.deepest - level < 3 && length <= LINE) {
      return `${before}${open} ${join(items, ', ')} ${close}`;
    }
    const indent = `\n${stringRepeat(' ', context.indent)}`;
    return `${before}${open}${indent}  ${join(items, `,${indent}  `)}${indent}${close}`;
  };

  const functionName = value => {
    const name = find(value, 'name');
    const source = functionToString(value);
    if (stringStartsWith(source, 'class') && !stringStartsWith(source, 'class=')) {
      const parent = getPrototypeOf(value);
      const parentName = typeof parent === 'function' ? find(parent, 'name') : '';
      const label = typeof name === 'string' && name !== '' ? name : '(anonymous)';
      return `[class ${label}${parentName ? ` extends ${parentName}` : ''}]`;
    }
    const kind = constructorName(value) ?? 'Function';
    return typeof name === 'string' && name !== '' ? `[${kind}: ${name}]` : `[${kind} (anonymous)]`;
  };

  const errorText = value => {
    const text = field => {
      const found = find(value, field);
      return typeof found === 'string' ? found : '';
    };
    const own = text('name');
    const className = constructorName(value);
    const name = own !== '' && own !== 'Error' ? own : className ?? 'Error';
    const message = text('message');
    const head = message === '' ? name : `${name}: ${message}`;
    let stack = text('stack');
    while (stack.length > 0 && stack[stack.length - 1] === '\n') stack = stringSlice(stack, 0, -1);
    if (stack === '') return `[${head}]`;
    return stringStartsWith(stack, head) ? stack : `${head}\n${stack}`;
  };

  const errorSkip = create(null);
  errorSkip.stack = true;
  errorSkip.message = true;
  errorSkip.name = true;

  const describe = (value, context, level) => {
    const items = list();
    let open = '{';
    let close = '}';
    let before = '';
    let skipIndexes = false;
    let group = false;
    let skip;
    const kind = native.classOf(value);
    switch (kind) {
      case 'Array':
        open = '['; close = ']';
        before = constructorName(value) === 'Array' ? '' : prefix(value, 'Array', value.length);
        arrayItems(value, context, items);
        skipIndexes = group = true;
        break;
      case 'Arguments':
        open = '['; close = ']'; before = '[Arguments] ';
        arrayItems(value, context, items);
        skipIndexes = group = true;
        break;
      case 'TypedArray': {
        const length = typedLength(value);
        open = '['; close = ']';
        before = prefix(value, typedName(value), length);
        for (let i = 0; i < length && i < MAX_ITEMS; i += 1) push(items, primitive(value[i]));
        if (length > MAX_ITEMS) push(items, more(length - MAX_ITEMS));
        skipIndexes = group = true;
        break;
      }
      case 'ArrayBuffer': {
        const length = bufferLength(value);
        const bytes = new Bytes(value);
        let text = '';
        for (let i = 0; i < length && i < 50; i += 1) {
          text += (i > 0 ? ' ' : '') + stringPadStart(numberToString(bytes[i], 16), 2, '0');
        }
        if (length > 50) text += ` ${more(length - 50, 'byte')}`;
        before = 'ArrayBuffer ';
        push(items, `[Uint8Contents]: <${text}>`);
        push(items, `byteLength: ${length}`);
        break;
      }
      case 'Map':
        before = prefix(value, 'Map', mapSize(value));
        mapForEach(value, (item, name) => {
          if (items.length < MAX_ITEMS) push(items, `${nested(name, context)} => ${nested(item, context)}`);
        });
        if (mapSize(value) > MAX_ITEMS) push(items, more(mapSize(value) - MAX_ITEMS));
        break;
      case 'Set':
        before = prefix(value, 'Set', setSize(value));
        setForEach(value, item => {
          if (items.length < MAX_ITEMS) push(items, nested(item, context));
        });
        if (setSize(value) > MAX_ITEMS) push(items, more(setSize(value) - MAX_ITEMS));
        break;
      case 'Promise': {
        before = 'Promise ';
        const state = native.promiseState(value);
        if (state === 0) push(items, '<pending>');
        else push(items, `${state === 2 ? '<rejected> ' : ''}${nested(native.promiseResult(value), context)}`);
        break;
      }
      case 'WeakMap': case 'WeakSet': case 'WeakRef':
        before = `${kind} `;
        push(items, '<items unknown>');
        break;
      case 'Date': case 'RegExp': case 'Function': case 'Error':
      case 'Number': case 'String': case 'Boolean': case 'BigInt': case 'Symbol': {
        skipIndexes = kind === 'String';
        before = simple(value, kind);
        if (kind === 'Error') skip = errorSkip;
        break;
      }
      case 'Generator': before = 'Object [Generator] '; break;
      case 'AsyncGenerator': before = 'Object [AsyncGenerator] '; break;
      default: {
        const name = prefix(value, 'Object');
        before = name === 'Object ' ? '' : name;
      }
    }
    const listed = items.length;
    if (kind === 'Error') hidden(value, context, items);
    properties(value, context, items, skipIndexes, skip);
    if (simpleKinds[kind] === true) {
      return items.length === 0 ? before : braces('{', items, '}', context, level, `${before} `, false);
    }
    if (group && items.length > 6 && items.length === listed) {
      const extra = listed > 0 && stringStartsWith(items[listed - 1], '... ');
      const lines = columns(items, context, extra, value);
      return braces(open, lines, close, context, level, before, lines !== items);
    }
    return braces(open, items, close, context, level, before, false);
  };

  const simpleKinds = create(null);
  const simpleNames = ['Date', 'RegExp', 'Function', 'Error', 'Number', 'String', 'Boolean', 'BigInt', 'Symbol'];
  for (let i = 0; i < simpleNames.length; i += 1) simpleKinds[simpleNames[i]] = true;

  // What an error holds besides its text, although it is not enumerable.
  const hidden = (value, context, items) => {
    for (let i = 0; i < 2; i += 1) {
      const name = i === 0 ? 'cause' : 'errors';
      const found = getOwnPropertyDescriptor(value, name);
      if (found !== undefined && !found.enumerable && !found.get) {
        push(items, `[${name}]: ${nested(found.value, context)}`);
      }
    }
  };

  const simple = (value, kind) => {
    switch (kind) {
      case 'Date': {
        const time = dateTime(value);
        return time === time ? dateToIso(value) : 'Invalid Date';
      }
      case 'RegExp': return regexToString(value);
      case 'Function': return functionName(value);
      case 'Error': return errorText(value);
      case 'Number': return `[Number: ${primitive(numberValue(value))}]`;
      case 'String': return `[String: ${primitive(stringValue(value))}]`;
      case 'Boolean': return `[Boolean: ${primitive(booleanValue(value))}]`;
      case 'BigInt': return `[BigInt: ${primitive(bigintValue(value))}]`;
      default: return `[Symbol: ${primitive(symbolValue(value))}]`;
    }
  };

  // A value inside another: cycles, depth and the budget are seen to here.
  const nested = (value, context) => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return primitive(value);
    context.budget -= 1;
    if (context.budget < 0) return '...';
    for (let i = 0; i < context.open.length; i += 1) {
      if (context.open[i] === value) {
        let mark = 0;
        for (let j = 0; j < context.circular.length; j += 1) if (context.circular[j] === value) mark = j + 1;
        if (mark === 0) { push(context.circular, value); mark = context.circular.length; }
        return `[Circular *${mark}]`;
      }
    }
    return guarded(value, context);
  };

  const guarded = (value, context) => {
    try {
      if (native.isProxy(value)) {
        const target = native.proxyTarget(value);
        return target === undefined ? '<Revoked Proxy>' : nested(target, context);
      }
      const level = context.open.length;
      if (level > context.depth && !isEmpty(value)) {
        const kind = native.classOf(value);
        if (simpleKinds[kind] === true && kind !== 'Error') return simple(value, kind);
        return `[${kind === 'Array' ? 'Array' : constructorName(value) ?? 'Object: null prototype'}]`;
      }
      return marked(value, described(value, context, level), context);
    } catch {
      return '[inspection threw]';
    }
  };

  const isEmpty = value => {
    const kind = native.classOf(value);
    if (kind === 'Array') return value.length === 0;
    return kind === 'Object' && ownKeys(value).length === 0;
  };

  const described = (value, context, level) => {
    const { indent } = context;
    context.open[level] = value;
    context.open.length = level + 1;
    context.indent = level * 2;
    context.deepest = level;
    try {
      return describe(value, context, level);
    } finally {
      context.open.length = level;
      context.indent = indent;
    }
  };

  // The number by which a cycle refers back to the value.
  const marked = (value, text, context) => {
    for (let i = 0; i < context.circular.length; i += 1) {
      if (context.circular[i] === value) return `<ref *${i + 1}> ${text}`;
    }
    return text;
  };

  const inspect = (value, depth = 2) => {
    const limit = typeof depth === 'number' && depth >= 0 ? min(depth, MAX_DEPTH) : MAX_DEPTH;
    return nested(value, {
      __proto__: null,
      // Objects that may still be shown.
      budget: MAX_ENTRIES,
      depth: limit,
      // The objects around the current one, and those that a cycle reaches.
      open: list(),
      circular: list(),
      indent: 0,
      // The level of the object that was shown last, by which Node breaks lines.
      deepest: 0,
    });
  };

  const asText = value => (typeof value === 'string' ? value : inspect(value));

  const number = (value, convert) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'symbol') return 'NaN';
    try { return primitive(convert(value)); } catch { return 'NaN'; }
  };

  // The text of one directive, or undefined where `char` is none.
  const directive = (char, value) => {
    switch (char) {
      case 's':
        if (typeof value === 'string') return value;
        return typeof value === 'object' && value !== null ? inspect(value, 0) : primitive(value);
      case 'd': return number(value, toNumber);
      case 'i': return number(value, toInt);
      case 'f': return typeof value === 'symbol' ? 'NaN' : `${toFloat(asText(value))}`;
      case 'j': try { return `${stringify(value)}`; } catch { return '[Circular]'; }
      case 'o': return inspect(value, 4);
      case 'O': return inspect(value);
      case 'c': return '';
      default: return undefined;
    }
  };

  const format = (...args) => {
    if (args.length === 0) return '';
    let used = 1;
    let text = '';
    if (typeof args[0] !== 'string') text = inspect(args[0]);
    else if (args.length === 1) text = args[0];
    else {
      const template = args[0];
      let done = 0;
      for (let i = 0; i < template.length - 1; i += 1) {
        if (template[i] !== '%') continue;
        const char = template[i + 1];
        let piece;
        if (char === '%') piece = '%';
        else if (used < args.length) {
          piece = directive(char, args[used]);
          if (piece !== undefined) used += 1;
        }
        if (piece === undefined) continue;
        text += stringSlice(template, done, i) + piece;
        i += 1;
        done = i + 1;
      }
      text += stringSlice(template, done);
    }
    for (; used < args.length; used += 1) text += ` ${asText(args[used])}`;
    return text;
  };

  return { __proto__: null, inspect, format };
})
