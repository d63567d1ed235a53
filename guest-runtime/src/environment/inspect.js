// Values as text, as `util.inspect` and `util.format` of Node show them.
//
// Adds `inspect`, `format` and `formatWithOptions` to `env`. Getters do not run, and
// what a program replaced is not called, but for `[nodejs.util.inspect.custom]`,
// `toString` of what `%s` shows and what a Proxy's target holds.
(env => {
  'use strict';
  const { native, p, hasOwn, list, push, toArray, join, getDescriptor, isObject, define } = env;
  const {
    ArrayIsArray, DatePrototypeGetTime, DatePrototypeToISOString, DatePrototypeToString, ErrorPrototypeToString,
    FunctionPrototypeToString, JSONStringify, MapPrototypeForEach, MapPrototypeGet, MapPrototypeGetSize, MapPrototypeHas,
    MapPrototypeSet, MathFloor, MathMax, MathMin, MathRound, MathSqrt, Number: NumberOf, NumberPrototypeToString,
    ObjectPrototypePropertyIsEnumerable, RegExpPrototypeExec, ReflectApply, ReflectGetPrototypeOf,
    ReflectOwnKeys, SetPrototypeForEach, SetPrototypeGetSize, String: StringOf, StringPrototypeCharCodeAt,
    StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypePadEnd, StringPrototypePadStart,
    StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToUpperCase, StringPrototypeTrimEnd,
    SymbolPrototypeToString, SymbolToStringTag, TypedArrayPrototypeGetLength,
    TypedArrayPrototypeGetSymbolToStringTag, ArrayBufferPrototypeGetByteLength, Uint8Array, Map: MapOf, isNaN,
  } = p;
  const custom = env.inspectCustom;
  const has = StringPrototypeIncludes;

  // How properties of a value stand in its text.
  const OBJECT = 0;
  const ITEM = 1;
  const EXTRA = 2;
  // Characters that a whole text may have before everything deeper is left out.
  const MAX_TEXT = 1 << 22;

  const defaults = {
    __proto__: null, showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false,
    maxArrayLength: 100, maxStringLength: 10000, breakLength: 80, compact: 3, sorted: false, getters: false,
    numericSeparator: false,
  };

  const styles = {
    __proto__: null, special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey',
    null: 'bold', string: 'green', symbol: 'green', date: 'magenta', regexp: 'red', module: 'underline',
  };
  const colors = {
    __proto__: null, bold: '1,22', underline: '4,24', grey: '90,39', red: '31,39', green: '32,39', yellow: '33,39',
    magenta: '35,39', cyan: '36,39',
  };
  const plain = text => text;
  const colored = (text, style) => {
    const color = colors[styles[style]];
    if (color === undefined) return text;
    const comma = StringPrototypeIndexOf(color, ',');
    return `\u001b[${StringPrototypeSlice(color, 0, comma)}m${text}\u001b[${StringPrototypeSlice(color, comma + 1)}m`;
  };

  // Calls `visit` with what lies between the occurrences of `separator`.
  const split = (text, separator, visit) => {
    let from = 0;
    for (;;) {
      const at = StringPrototypeIndexOf(text, separator, from);
      if (at < 0) break;
      visit(StringPrototypeSlice(text, from, at), false);
      from = at + separator.length;
    }
    visit(StringPrototypeSlice(text, from), true);
  };
  const replaceAll = (text, what, by) => {
    let out = '';
    split(text, what, (part, last) => { out += last ? part : part + by; });
    return out;
  };
  const spaces = count => StringPrototypeRepeat(' ', count);

  const removeColors = text => {
    if (!has(text, '\u001b')) return text;
    let out = '';
    split(text, '\u001b[', part => {
      const end = out === '' && !StringPrototypeStartsWith(text, '\u001b') ? -1 : StringPrototypeIndexOf(part, 'm');
      out += StringPrototypeSlice(part, end + 1);
    });
    return out;
  };

  const hex = (code, digits) => StringPrototypePadStart(StringPrototypeToUpperCase(NumberPrototypeToString(code, 16)), digits, '0');
  const named = { __proto__: null, 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 92: '\\\\' };

  // What lies between quotes in source text; `quote` is escaped when it is given.
  const escape = (text, quote) => {
    let out = '';
    let done = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = StringPrototypeCharCodeAt(text, i);
      let part;
      if (code < 32 || (code > 126 && code < 160)) part = named[code] ?? `\\x${hex(code, 2)}`;
      else if (code === 92) part = '\\\\';
      else if (code === 39 || code === 34 || code === 96) { if (text[i] === quote) part = `\\${quote}`; }
      else if (code >= 0xd800 && code <= 0xdfff) {
        const next = code < 0xdc00 && i + 1 < text.length ? StringPrototypeCharCodeAt(text, i + 1) : 0;
        if (next >= 0xdc00 && next <= 0xdfff) i += 1;
        else part = `\\u${NumberPrototypeToString(code, 16)}`;
      }
      if (part === undefined) continue;
      out += StringPrototypeSlice(text, done, i) + part;
      done = i + 1;
    }
    return done === 0 ? text : out + StringPrototypeSlice(text, done);
  };

  const quote = text => {
    let mark = "'";
    if (has(text, "'")) {
      if (!has(text, '"')) mark = '"';
      else if (!has(text, '`') && !has(text, '${')) mark = '`';
    }
    return mark + escape(text, mark) + mark;
  };

  const grouped = (digits, fromLeft) => {
    let out = '';
    for (let i = 0; i < digits.length; i += 1) {
      if (i > 0 && (fromLeft ? i : digits.length - i) % 3 === 0 && digits[i - 1] !== '-') out += '_';
      out += digits[i];
    }
    return out;
  };

  const number = (value, context) => {
    if (value === 0 && 1 / value < 0) return context.numericSeparator ? '0' : '-0';
    const text = `${value}`;
    if (!context.numericSeparator || has(text, 'e') || value !== value || !(value - value === 0)) return text;
    const dot = StringPrototypeIndexOf(text, '.');
    if (dot < 0) return grouped(text, false);
    return `${grouped(StringPrototypeSlice(text, 0, dot), false)}.${grouped(StringPrototypeSlice(text, dot + 1), true)}`;
  };
  const bigint = (value, context) => `${context.numericSeparator ? grouped(`${value}`, false) : value}n`;

  const more = (count, what = 'item') => `... ${count} more ${what}${count > 1 ? 's' : ''}`;
  const empty = count => `<${count} empty item${count > 1 ? 's' : ''}>`;

  const string = (value, context) => {
    let text = value;
    let trailer = '';
    if (text.length > context.maxStringLength) {
      const rest = text.length - context.maxStringLength;
      text = StringPrototypeSlice(text, 0, context.maxStringLength);
      trailer = `... ${rest} more character${rest > 1 ? 's' : ''}`;
    }
    // A long text of several lines stands on several lines.
    if (context.compact === true || text.length <= 16 || text.length <= context.breakLength - context.indent - 4
      || !has(StringPrototypeSlice(text, 0, -1), '\n')) {
      return context.stylize(quote(text), 'string') + trailer;
    }
    const lines = list();
    split(text, '\n', (line, last) => {
      if (!last) push(lines, context.stylize(quote(`${line}\n`), 'string'));
      else if (line !== '') push(lines, context.stylize(quote(line), 'string'));
    });
    return join(lines, ` +\n${spaces(context.indent + 2)}`) + trailer;
  };

  const primitive = (value, context) => {
    switch (typeof value) {
      case 'string': return string(value, context);
      case 'number': return context.stylize(number(value, context), 'number');
      case 'bigint': return context.stylize(bigint(value, context), 'bigint');
      case 'boolean': return context.stylize(`${value}`, 'boolean');
      case 'symbol': return context.stylize(SymbolPrototypeToString(value), 'symbol');
      case 'undefined': return context.stylize('undefined', 'undefined');
      default: return context.stylize('null', 'null');
    }
  };

  // Getters of this environment, which run because they are no program's.
  const known = new p.Set();

  // What `object[key]` is, without running a getter.
  const find = (object, key) => {
    for (let at = object, hops = 0; at !== null && hops < 1000; hops += 1) {
      if (native.isProxy(at)) at = native.proxyTarget(at) ?? null;
      if (at === null) break;
      const found = getDescriptor(at, key);
      if (found !== undefined) {
        return found.get !== undefined && p.SetPrototypeHas(known, found.get) ? ReflectApply(found.get, object, list()) : found.value;
      }
      at = ReflectGetPrototypeOf(at);
    }
    return undefined;
  };
  // The tag is told by getters as a rule, so this one getter of a program runs.
  const tagOf = value => {
    try { return value[SymbolToStringTag]; } catch { return undefined; }
  };

  // Not `instanceof`, which asks the program.
  const inherits = (object, prototype) => {
    if (!isObject(prototype)) return false;
    for (let at = object; at !== null; at = ReflectGetPrototypeOf(at)) {
      if (native.isProxy(at)) return false;
      if (at !== object && at === prototype) return true;
    }
    return false;
  };

  // The name of the class, or null without one; `Class <[proto]>` without a constructor.
  const constructorName = (object, context, level) => {
    let first;
    for (let at = object; at !== null; at = ReflectGetPrototypeOf(at)) {
      if (native.isProxy(at)) return null;
      const constructor = getDescriptor(at, 'constructor')?.value;
      if (typeof constructor === 'function') {
        const name = find(constructor, 'name');
        if (typeof name === 'string' && name !== '' && inherits(object, find(constructor, 'prototype'))) return name;
      }
      first ??= at === object ? ReflectGetPrototypeOf(at) : first;
    }
    if (first === null || first === undefined) return null;
    const kind = fallbackName(object);
    if (level > context.depth && context.depth !== null) return `${kind} <Complex prototype>`;
    const parent = constructorName(first, context, level + 1);
    if (parent !== null) return `${kind} <${parent}>`;
    return `${kind} <${inspect(first, { ...context.options, customInspect: false, depth: -1 })}>`;
  };
  const fallbackName = object => {
    const kind = native.classOf(object);
    if (kind === 'TypedArray') return TypedArrayPrototypeGetSymbolToStringTag(object);
    return kind === 'Other' || kind === 'Arguments' ? 'Object' : kind;
  };

  const prefix = (constructor, tag, fallback, size = '') => {
    const label = tag !== '' && (constructor ?? fallback) !== tag ? `[${tag}] ` : '';
    return constructor === null ? `[${fallback}${size}: null prototype] ${label}` : `${constructor}${size} ${label}`;
  };

  const indexPattern = /^(0|[1-9][0-9]*)$/;
  const isIndex = key => typeof key === 'string' && RegExpPrototypeExec(indexPattern, key) !== null
    && NumberOf(key) < 4294967295;

  // The keys that are shown; a list.
  const keysOf = (value, context, skipIndexes) => {
    const keys = list();
    const all = ReflectOwnKeys(value);
    for (let i = 0; i < all.length; i += 1) {
      const key = all[i];
      if (skipIndexes && isIndex(key)) continue;
      if (context.showHidden || ObjectPrototypePropertyIsEnumerable(value, key)) push(keys, key);
    }
    return keys;
  };

  const namePattern = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
  const keyName = (key, enumerable, context) => {
    if (typeof key === 'symbol') return `[${context.stylize(escape(SymbolPrototypeToString(key)), 'symbol')}]`;
    if (key === '__proto__') return "['__proto__']";
    if (!enumerable) return `[${escape(key)}]`;
    return RegExpPrototypeExec(namePattern, key) !== null ? context.stylize(key, 'name') : context.stylize(quote(key), 'string');
  };

  const getterText = (found, original, context, level) => {
    const label = found.set !== undefined ? 'Getter/Setter' : 'Getter';
    const { getters } = context;
    const runs = getters === true || (getters === 'get' && found.set === undefined) || (getters === 'set' && found.set !== undefined);
    if (!runs) return context.stylize(`[${label}]`, 'special');
    context.indent += 2;
    try {
      const value = ReflectApply(found.get, original, list());
      const special = text => context.stylize(text, 'special');
      if (value === null || !isObject(value)) return `${special(`[${label}:`)} ${primitive(value, context)}${special(']')}`;
      return `${special(`[${label}]`)} ${any(value, context, level)}`;
    } catch (error) {
      return context.stylize(`[${label}: <Inspection threw (${find(error, 'message')})>]`, 'special');
    } finally {
      context.indent -= 2;
    }
  };

  const property = (value, key, kind, context, level, original = value) => {
    const found = getDescriptor(value, key) ?? { __proto__: null, value: find(value, key), enumerable: true };
    let text;
    let gap = ' ';
    if (found.value !== undefined) {
      const step = context.compact !== true || kind !== OBJECT ? 2 : 3;
      context.indent += step;
      text = any(found.value, context, level);
      if (step === 3 && context.breakLength < removeColors(text).length) gap = `\n${spaces(context.indent)}`;
      context.indent -= step;
    } else if (found.get !== undefined) text = getterText(found, original, context, level);
    else if (found.set !== undefined) text = context.stylize('[Setter]', 'special');
    else text = context.stylize('undefined', 'undefined');
    return kind === ITEM ? text : `${keyName(key, found.enumerable, context)}:${gap}${text}`;
  };

  // Runs `show` two columns further in.
  const inside = (context, show) => {
    context.indent += 2;
    show();
    context.indent -= 2;
  };

  const limited = context => MathMax(0, context.maxArrayLength);

  const arrayItems = (value, context, level, items) => {
    const { length } = value;
    const most = MathMin(limited(context), length);
    let index = 0;
    let keys;
    let next = 0;
    while (index < length && items.length < most) {
      if (hasOwn(value, index)) {
        push(items, property(value, `${index}`, ITEM, context, level));
        index += 1;
        continue;
      }
      // The next index that is there, found without counting through the hole.
      if (keys === undefined) keys = ReflectOwnKeys(value);
      while (next < keys.length && isIndex(keys[next]) && NumberOf(keys[next]) < index) next += 1;
      const to = next < keys.length && isIndex(keys[next]) ? NumberOf(keys[next]) : length;
      push(items, context.stylize(empty(to - index), 'undefined'));
      index = to;
    }
    if (index < length) push(items, more(length - index));
  };

  const typedItems = (value, context, level, items) => {
    const length = TypedArrayPrototypeGetLength(value);
    const most = MathMin(limited(context), length);
    for (let i = 0; i < most; i += 1) push(items, primitive(value[i], context));
    if (length > most) push(items, more(length - most));
    if (!context.showHidden) return;
    const show = (name, field) => push(items, `[${name}]: ${any(field, context, level, true)}`);
    inside(context, () => {
      show('BYTES_PER_ELEMENT', p[TypedArrayPrototypeGetSymbolToStringTag(value)].BYTES_PER_ELEMENT);
      show('length', length);
      show('byteLength', p.TypedArrayPrototypeGetByteLength(value));
      show('byteOffset', p.TypedArrayPrototypeGetByteOffset(value));
      show('buffer', p.TypedArrayPrototypeGetBuffer(value));
    });
  };

  const setItems = (value, context, level, items) => {
    const most = limited(context);
    inside(context, () => SetPrototypeForEach(value, item => {
      if (items.length < most) push(items, any(item, context, level));
    }));
    if (SetPrototypeGetSize(value) > most) push(items, more(SetPrototypeGetSize(value) - most));
  };

  const mapItems = (value, context, level, items) => {
    const most = limited(context);
    inside(context, () => MapPrototypeForEach(value, (item, key) => {
      if (items.length < most) push(items, `${any(key, context, level)} => ${any(item, context, level)}`);
    }));
    if (MapPrototypeGetSize(value) > most) push(items, more(MapPrototypeGetSize(value) - most));
  };

  // What an iterator over a map or set still holds, where the host can tell.
  const iteratorItems = (entries, pairs, context, level, items) => {
    if (entries === undefined) { push(items, context.stylize('<items unknown>', 'special')); return; }
    const most = limited(context);
    inside(context, () => {
      for (let i = 0; i < entries.length && items.length < most; i += 1) {
        if (!pairs) push(items, any(entries[i], context, level));
        else {
          const pair = list();
          push(pair, any(entries[i][0], context, level));
          push(pair, any(entries[i][1], context, level));
          push(items, reduce(context, pair, '', '[', ']', EXTRA, level));
        }
      }
    });
    if (entries.length > most) push(items, more(entries.length - most));
  };

  const bufferItems = (value, context, level, items) => {
    let bytes;
    try { bytes = new Uint8Array(value); } catch { push(items, context.stylize('(detached)', 'special')); return; }
    const length = ArrayBufferPrototypeGetByteLength(value);
    const most = MathMin(limited(context), length);
    let text = '';
    for (let i = 0; i < most; i += 1) text += `${i > 0 ? ' ' : ''}${StringPrototypePadStart(NumberPrototypeToString(bytes[i], 16), 2, '0')}`;
    if (length > most) text += ` ${more(length - most, 'byte')}`;
    push(items, `${context.stylize('[Uint8Contents]', 'special')}: <${text}>`);
  };

  const promiseItems = (value, context, level, items) => {
    const state = native.promiseState(value);
    if (state === 0) { push(items, context.stylize('<pending>', 'special')); return; }
    inside(context, () => {
      const text = any(native.promiseResult(value), context, level);
      push(items, state === 2 ? `${context.stylize('<rejected>', 'special')} ${text}` : text);
    });
  };

  const classPattern = /^(\s+[^(]*?)\s*{/;
  const isClass = source => {
    if (!StringPrototypeStartsWith(source, 'class') || !StringPrototypeEndsWith(source, '}')) return false;
    const body = StringPrototypeSlice(source, 5, -1);
    const brace = StringPrototypeIndexOf(body, '{');
    return brace >= 0 && (!has(StringPrototypeSlice(body, 0, brace), '(') || RegExpPrototypeExec(classPattern, body) !== null);
  };

  const functionKind = value => {
    const source = FunctionPrototypeToString(value);
    let kind = StringPrototypeStartsWith(source, 'async') && !StringPrototypeStartsWith(source, 'async=')
      && inherits(value, p.AsyncFunctionPrototype) ? 'AsyncFunction' : 'Function';
    if (inherits(value, p.AsyncGeneratorFunctionPrototype)) kind = 'AsyncGeneratorFunction';
    else if (inherits(value, p.GeneratorFunctionPrototype)) kind = 'GeneratorFunction';
    return kind;
  };

  const functionBase = (value, constructor, tag) => {
    const name = find(value, 'name');
    const tagged = tag !== '' && constructor !== tag ? ` [${tag}]` : '';
    if (isClass(FunctionPrototypeToString(value))) {
      let base = `class ${(hasOwn(value, 'name') && name) || '(anonymous)'}`;
      if (constructor !== 'Function' && constructor !== null) base += ` [${constructor}]`;
      base += tagged;
      if (constructor === null) return `[${base} extends null]`;
      const parent = find(ReflectGetPrototypeOf(value), 'name');
      return `[${base}${parent ? ` extends ${parent}` : ''}]`;
    }
    const kind = functionKind(value);
    let base = `[${kind}`;
    if (constructor === null) base += ' (null prototype)';
    base += name === '' || name === undefined ? ' (anonymous)]' : `: ${typeof name === 'symbol' ? SymbolPrototypeToString(name) : name}]`;
    if (constructor !== kind && constructor !== null) base += ` ${constructor}`;
    return base + tagged;
  };

  const errorName = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/;
  const bareErrorName = /^([a-z_A-Z0-9-]*Error)$/;

  // The stack with its first line; QuickJS keeps the frames alone.
  const stackOf = error => {
    const stack = find(error, 'stack');
    if (typeof stack !== 'string' || stack === '') return stringOfError(error);
    if (!StringPrototypeStartsWith(stack, '    at ')) return stack;
    return `${stringOfError(error)}\n${StringPrototypeTrimEnd(stack)}`;
  };
  const stringOfError = error => {
    const text = key => { const value = find(error, key); return isObject(value) ? '' : value; };
    return ErrorPrototypeToString({ __proto__: null, name: text('name'), message: text('message') });
  };

  // Writes the class of an error over the name at the head of its stack.
  const renamed = (text, constructor, name, tag) => {
    let { length } = name;
    const regular = StringPrototypeEndsWith(name, 'Error') && StringPrototypeStartsWith(text, name)
      && (text.length === length || text[length] === ':' || text[length] === '\n');
    if (constructor !== null && !regular) return text;
    let fallback = 'Error';
    if (constructor === null) {
      const start = RegExpPrototypeExec(errorName, text) ?? RegExpPrototypeExec(bareErrorName, text);
      const found = start === null ? '' : start[1];
      length = found.length;
      fallback = found || 'Error';
    }
    const label = StringPrototypeSlice(prefix(constructor, tag, fallback), 0, -1);
    if (name === label) return text;
    const rest = StringPrototypeSlice(text, length);
    if (!has(label, name)) return `${label} [${name}]${rest}`;
    return length === 0 ? `${label}: ${text}` : label + rest;
  };

  const includesKey = (keys, key) => {
    for (let i = 0; i < keys.length; i += 1) if (keys[i] === key) return true;
    return false;
  };

  const linesOf = text => {
    const lines = list();
    split(text, '\n', line => push(lines, line));
    return lines;
  };

  // Leaves out the frames that the stack of the cause repeats.
  const withoutShared = (text, at, causeText) => {
    const causeAt = StringPrototypeIndexOf(causeText, '\n    at');
    if (causeAt < 0) return text;
    const own = linesOf(StringPrototypeSlice(text, at + 1));
    const other = linesOf(StringPrototypeSlice(causeText, causeAt + 1));
    for (let i = 0; i < own.length - 3; i += 1) {
      let from = 0;
      while (from < other.length && other[from] !== own[i]) from += 1;
      let same = 0;
      while (i + same < own.length && from + same < other.length && own[i + same] === other[from + same]) same += 1;
      if (same <= 3) continue;
      let out = StringPrototypeSlice(text, 0, at);
      for (let j = 0; j < own.length; j += 1) {
        if (j <= i || j >= i + same - 1) out += `\n${own[j]}`;
        else if (j === i + 1) out += `\n    ... ${same - 2} lines matching cause stack trace ...`;
      }
      return out;
    }
    return text;
  };

  const errorBase = (value, constructor, tag, context, keys) => {
    const named = find(value, 'name');
    const name = named === undefined || named === null || isObject(named) ? 'Error' : StringOf(named);
    let text = stackOf(value);
    // What the text says already is not repeated as a property.
    if (!context.showHidden && keys.length !== 0) {
      const kept = list();
      for (let i = 0; i < keys.length; i += 1) {
        const key = keys[i];
        const told = key === 'name' || key === 'message' || key === 'stack';
        const field = told ? find(value, key) : undefined;
        if (!told || (typeof field === 'string' && !has(text, field))) push(kept, key);
      }
      keys.length = 0;
      for (let i = 0; i < kept.length; i += 1) push(keys, kept[i]);
    }
    if (hasOwn(value, 'cause') && !includesKey(keys, 'cause')) push(keys, 'cause');
    if (ArrayIsArray(find(value, 'errors')) && hasOwn(value, 'errors') && !includesKey(keys, 'errors')) push(keys, 'errors');
    text = renamed(text, constructor, name, tag);
    const message = find(value, 'message');
    let from = typeof message === 'string' && message !== '' ? StringPrototypeIndexOf(text, message) : -1;
    if (from > 0) from += message.length;
    const frames = StringPrototypeIndexOf(text, '\n    at', from);
    if (frames < 0) text = `[${text}]`;
    else {
      const cause = hasOwn(value, 'cause') ? find(value, 'cause') : undefined;
      if (isObject(cause) && native.classOf(cause) === 'Error') text = withoutShared(text, frames, stackOf(cause));
    }
    return context.indent === 0 ? text : replaceAll(text, '\n', `\n${spaces(context.indent)}`);
  };

  const boxed = { __proto__: null, Number: p.NumberPrototypeValueOf, String: p.StringPrototypeValueOf, Boolean: p.BooleanPrototypeValueOf, BigInt: p.BigIntPrototypeValueOf, Symbol: p.SymbolPrototypeValueOf };

  const boxedBase = (value, kind, constructor, tag, context, keys) => {
    const held = boxed[kind](value);
    if (kind === 'String') {
      const kept = list();
      for (let i = 0; i < keys.length; i += 1) if (!isIndex(keys[i])) push(kept, keys[i]);
      keys.length = 0;
      for (let i = 0; i < kept.length; i += 1) push(keys, kept[i]);
    }
    let base = `[${kind}`;
    if (kind !== constructor) base += constructor === null ? ' (null prototype)' : ` (${constructor})`;
    base += `: ${primitive(held, { __proto__: null, ...context, stylize: plain })}]`;
    if (tag !== '' && tag !== constructor) base += ` [${tag}]`;
    return keys.length === 0 ? context.stylize(base, typeof held) : base;
  };

  // Read off the object itself, because the text that it gives can be changed.
  const regexp = value => {
    let text = `/${p.RegExpPrototypeGetSource(value)}/`;
    const flags = ['HasIndices', 'Global', 'IgnoreCase', 'Multiline', 'DotAll', 'Unicode', 'UnicodeSets', 'Sticky'];
    for (let i = 0; i < flags.length; i += 1) if (p[`RegExpPrototypeGet${flags[i]}`](value)) text += 'dgimsuvy'[i];
    return text;
  };

  // One object's text. The parts: `base` stands before the braces, items between.
  const describe = (value, context, depth, typed) => {
    const constructor = constructorName(value, context, depth);
    const kind = native.classOf(value);
    let tag = tagOf(value);
    if (typeof tag !== 'string' || (tag !== '' && (context.showHidden ? hasOwn : ObjectPrototypePropertyIsEnumerable)(value, SymbolToStringTag))) tag = '';
    const level = depth + 1;
    const tooDeep = depth > context.depth && context.depth !== null;
    const indexed = kind === 'Array' || kind === 'TypedArray';
    const keys = keysOf(value, context, indexed);
    let extras = OBJECT;
    let base = '';
    let open = '{';
    let close = '}';
    let fill;
    switch (kind) {
      case 'Array':
        open = `${constructor !== 'Array' || tag !== '' ? prefix(constructor, tag, 'Array', `(${value.length})`) : ''}[`;
        close = ']';
        if (value.length === 0 && keys.length === 0) return `${open}]`;
        extras = EXTRA;
        fill = arrayItems;
        break;
      case 'TypedArray': {
        const length = TypedArrayPrototypeGetLength(value);
        open = `${prefix(constructor, tag, TypedArrayPrototypeGetSymbolToStringTag(value), `(${length})`)}[`;
        close = ']';
        if (length === 0 && keys.length === 0 && !context.showHidden) return `${open}]`;
        extras = EXTRA;
        fill = typedItems;
        break;
      }
      case 'Set': case 'Map': {
        const size = (kind === 'Set' ? SetPrototypeGetSize : MapPrototypeGetSize)(value);
        open = `${prefix(constructor, tag, kind, `(${size})`)}{`;
        if (size === 0 && keys.length === 0) return `${open}}`;
        fill = kind === 'Set' ? setItems : mapItems;
        break;
      }
      case 'Function':
        base = functionBase(value, constructor, tag);
        if (keys.length === 0) return context.stylize(base, 'special');
        break;
      case 'RegExp': case 'Date': {
        if (kind === 'RegExp') base = regexp(value);
        else base = isNaN(DatePrototypeGetTime(value)) ? DatePrototypeToString(value) : DatePrototypeToISOString(value);
        const named = prefix(constructor, tag, kind);
        if (named !== `${kind} `) base = named + base;
        if (keys.length === 0 || (tooDeep && kind === 'RegExp')) return context.stylize(base, kind === 'Date' ? 'date' : 'regexp');
        break;
      }
      case 'Error':
        base = errorBase(value, constructor, tag, context, keys);
        if (keys.length === 0) return base;
        break;
      case 'Number': case 'String': case 'Boolean': case 'BigInt': case 'Symbol':
        base = boxedBase(value, kind, constructor, tag, context, keys);
        if (keys.length === 0) return base;
        break;
      case 'ArrayBuffer': {
        const named = prefix(constructor, tag, 'ArrayBuffer');
        if (typed !== true) fill = bufferItems;
        else if (keys.length === 0) return `${named}{ byteLength: ${primitive(ArrayBufferPrototypeGetByteLength(value), context)} }`;
        open = `${named}{`;
        unshift(keys, 'byteLength');
        break;
      }
      case 'DataView':
        open = `${prefix(constructor, tag, 'DataView')}{`;
        unshift(keys, 'byteLength', 'byteOffset', 'buffer');
        break;
      case 'Promise':
        open = `${prefix(constructor, tag, 'Promise')}{`;
        fill = promiseItems;
        break;
      case 'WeakSet': case 'WeakMap':
        open = `${prefix(constructor, tag, kind)}{`;
        fill = (_value, _context, _level, items) => push(items, context.stylize('<items unknown>', 'special'));
        break;
      case 'WeakRef':
        open = `${prefix(constructor, tag, 'WeakRef')}{`;
        fill = (_value, _context, _level, items) => push(items, context.stylize('<ref>', 'special'));
        break;
      case 'MapIterator': case 'SetIterator': {
        open = `[${tag}] {`;
        const preview = native.previewEntries === undefined ? undefined : native.previewEntries(value);
        if (preview?.pairs) open = `[${kind === 'MapIterator' ? 'Map' : 'Set'} Entries] {`;
        fill = (_value, _context, inner, items) => iteratorItems(preview?.entries, preview?.pairs, context, inner, items);
        break;
      }
      default: {
        const plainObject = constructor === 'Object' && tag === '';
        if (kind === 'Arguments') open = '[Arguments] {';
        else if (!plainObject) open = `${prefix(constructor, tag, 'Object')}{`;
        if (keys.length === 0) return `${open}}`;
      }
    }
    if (tooDeep) {
      const label = StringPrototypeSlice(prefix(constructor, tag, fallbackName(value)), 0, -1);
      return context.stylize(constructor === null ? label : `[${label}]`, 'special');
    }
    context.open[context.open.length] = value;
    context.deepest = level;
    const items = list();
    if (fill !== undefined) fill(value, context, level, items);
    for (let i = 0; i < keys.length; i += 1) push(items, property(viewed(value, kind, keys[i]), keys[i], extras, context, level, value));
    context.open.length -= 1;
    const mark = MapPrototypeGet(context.circular, value);
    if (mark !== undefined) {
      const reference = context.stylize(`<ref *${mark}>`, 'special');
      if (context.compact !== true) base = base === '' ? reference : `${reference} ${base}`;
      else open = `${reference} ${open}`;
    }
    if (context.sorted) sort(items, extras === OBJECT ? 0 : items.length - keys.length, context.sorted);
    const text = reduce(context, items, base, open, close, extras, level, value);
    context.spent += text.length;
    if (context.spent > MAX_TEXT) context.depth = -1;
    return text;
  };

  const unshift = (keys, ...names) => {
    const rest = list();
    for (let i = 0; i < keys.length; i += 1) push(rest, keys[i]);
    keys.length = 0;
    for (let i = 0; i < names.length; i += 1) push(keys, names[i]);
    for (let i = 0; i < rest.length; i += 1) push(keys, rest[i]);
  };

  // Buffers and views show what only their prototype's getters tell.
  const viewed = (value, kind, key) => {
    if (kind !== 'DataView' && kind !== 'ArrayBuffer') return value;
    const getter = p[`${kind}PrototypeGet${key === 'buffer' ? 'Buffer' : key === 'byteLength' ? 'ByteLength' : 'ByteOffset'}`];
    const known = key === 'byteLength' || (kind === 'DataView' && (key === 'byteOffset' || key === 'buffer'));
    return known ? { __proto__: null, [key]: getter(value) } : value;
  };

  const sort = (items, from, order) => {
    const compare = typeof order === 'function' ? order : (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    for (let i = from + 1; i < items.length; i += 1) {
      const item = items[i];
      let j = i;
      for (; j > from && compare(items[j - 1], item) > 0; j -= 1) items[j] = items[j - 1];
      items[j] = item;
    }
  };

  // Joins the items on one line where they fit, else one line each.
  const reduce = (context, given, base, open, close, extras, level, value) => {
    let items = given;
    const before = base === '' ? '' : `${base} `;
    const indentation = `\n${spaces(context.indent)}`;
    if (context.compact === true) {
      if (fits(context, items, 0, base)) {
        return `${open}${base === '' ? '' : ` ${base}`} ${join(items, ', ')} ${close}`;
      }
      const line = base === '' && open.length === 1 ? ' ' : `${base === '' ? '' : ` ${base}`}${indentation}  `;
      return `${open}${line}${join(items, `,${indentation}  `)} ${close}`;
    }
    if (typeof context.compact === 'number' && context.compact >= 1) {
      const entries = items.length;
      if (extras === EXTRA && entries > 6) items = columns(context, items, value);
      if (context.deepest - level < context.compact && entries === items.length) {
        const start = items.length + context.indent + open.length + base.length + 10;
        if (fits(context, items, start, base)) {
          const joined = join(items, ', ');
          if (!has(joined, '\n')) return `${before}${open} ${joined} ${close}`;
        }
      }
    }
    return `${before}${open}${indentation}  ${join(items, `,${indentation}  `)}${indentation}${close}`;
  };

  const fits = (context, items, start, base) => {
    let total = items.length + start;
    if (total + items.length > context.breakLength) return false;
    for (let i = 0; i < items.length; i += 1) {
      total += context.colors ? removeColors(items[i]).length : items[i].length;
      if (total > context.breakLength) return false;
    }
    return base === '' || !has(base, '\n');
  };

  // Many short items stand in columns.
  const columns = (context, items, value) => {
    const count = context.maxArrayLength < items.length ? items.length - 1 : items.length;
    const sizes = list();
    let total = 0;
    let longest = 0;
    for (let i = 0; i < count; i += 1) {
      const size = width(context.colors ? removeColors(items[i]) : items[i]);
      push(sizes, size);
      total += size + 2;
      if (size > longest) longest = size;
    }
    const cell = longest + 2;
    if (cell * 3 + context.indent >= context.breakLength || !(total / cell > 5 || longest <= 6)) return items;
    // A character is taken to be 2.5 times as high as wide, and the block for a square.
    const biased = MathMax(cell - 3 - MathSqrt(cell - total / items.length), 1);
    const perLine = MathMin(
      MathRound(MathSqrt(2.5 * biased * count) / biased),
      MathFloor((context.breakLength - context.indent) / cell), context.compact * 4, 15,
    );
    if (perLine <= 1) return items;
    const widths = list();
    for (let i = 0; i < perLine; i += 1) {
      let most = 0;
      for (let j = i; j < items.length; j += perLine) if (sizes[j] > most) most = sizes[j];
      push(widths, most + 2);
    }
    let pad = StringPrototypePadStart;
    if (value !== undefined) {
      for (let i = 0; i < items.length; i += 1) {
        const item = getDescriptor(value, i)?.value;
        if (typeof item !== 'number' && typeof item !== 'bigint') { pad = StringPrototypePadEnd; break; }
      }
    }
    const lines = list();
    for (let i = 0; i < count; i += perLine) {
      const end = MathMin(i + perLine, count);
      let line = '';
      let j = i;
      for (; j < end - 1; j += 1) line += pad(`${items[j]}, `, widths[j - i] + items[j].length - sizes[j]);
      line += pad === StringPrototypePadStart ? pad(items[j], widths[j - i] + items[j].length - sizes[j] - 2) : items[j];
      push(lines, line);
    }
    if (count < items.length) push(lines, items[count]);
    return lines;
  };

  // Columns that a text takes: wide characters two, combining ones none.
  const width = text => {
    let columnsTaken = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = p.StringPrototypeCodePointAt(text, i);
      if (code > 0xffff) i += 1;
      if (code < 32 || (code >= 0x7f && code < 0xa0) || (code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f)
        || (code >= 0x20d0 && code <= 0x20ff) || (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xfe20 && code <= 0xfe2f)) continue;
      const wide = code >= 0x1100 && (code <= 0x115f || code === 0x2329 || code === 0x232a || (code >= 0x2e80 && code <= 0x3247 && code !== 0x303f)
        || (code >= 0x3250 && code <= 0x4dbf) || (code >= 0x4e00 && code <= 0xa4c6) || (code >= 0xa960 && code <= 0xa97c)
        || (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) || (code >= 0xfe10 && code <= 0xfe19)
        || (code >= 0xfe30 && code <= 0xfe6b) || (code >= 0xff01 && code <= 0xff60) || (code >= 0xffe0 && code <= 0xffe6)
        || (code >= 0x1b000 && code <= 0x1b001) || (code >= 0x1f200 && code <= 0x1f251) || (code >= 0x1f300 && code <= 0x1f64f)
        || (code >= 0x1f900 && code <= 0x1f9ff) || (code >= 0x20000 && code <= 0x3fffd));
      columnsTaken += wide ? 2 : 1;
    }
    return columnsTaken;
  };

  const proxyText = (value, context, depth) => {
    const target = native.proxyTarget(value);
    if (target === undefined) return context.stylize('<Revoked Proxy>', 'special');
    if (!context.showProxy) return any(target, context, depth);
    if (depth > context.depth && context.depth !== null) return context.stylize('Proxy [Array]', 'special');
    context.deepest = depth + 1;
    const items = list();
    inside(context, () => {
      push(items, any(target, context, depth + 1));
      if (native.proxyHandler !== undefined) push(items, any(native.proxyHandler(value), context, depth + 1));
    });
    return reduce(context, items, '', 'Proxy [', ']', EXTRA, depth + 1);
  };

  const customText = (value, context, depth) => {
    // Of a proxy its target is asked, which runs none of its traps.
    let target = value;
    while (native.isProxy(target)) target = native.proxyTarget(target);
    if (!isObject(target)) return undefined;
    // A prototype is shown as the object that it is.
    const constructor = find(value, 'constructor');
    const method = target[custom];
    if (typeof method !== 'function' || method === inspect || (isObject(constructor) && find(constructor, 'prototype') === value)) return undefined;
    const { stylize: _stylize, ...options } = context.options;
    const left = context.depth === null ? null : context.depth - depth;
    const shown = ReflectApply(method, target,
      toArray(pair(left, { ...options, stylize: context.stylize }, inspect)));
    if (shown === target) return undefined;
    return replaceAll(isObject(shown) ? any(shown, context, depth) : StringOf(shown), '\n', `\n${spaces(context.indent)}`);
  };
  const pair = (...items) => items;

  // Any value; `depth` counts the objects around it.
  const any = (value, context, depth, typed) => {
    if (!isObject(value)) return primitive(value, context);
    if (context.customInspect) {
      const text = customText(value, context, depth);
      if (text !== undefined) return text;
    }
    if (native.isProxy(value)) return proxyText(value, context, depth);
    for (let i = 0; i < context.open.length; i += 1) {
      if (context.open[i] !== value) continue;
      if (!MapPrototypeHas(context.circular, value)) MapPrototypeSet(context.circular, value, MapPrototypeGetSize(context.circular) + 1);
      return context.stylize(`[Circular *${MapPrototypeGet(context.circular, value)}]`, 'special');
    }
    const { length } = context.open;
    const { indent } = context;
    try {
      return describe(value, context, depth, typed);
    } catch (error) {
      if (find(error, 'name') !== 'RangeError' && find(error, 'name') !== 'InternalError') throw error;
      context.open.length = length;
      context.indent = indent;
      return `[${StringPrototypeSlice(prefix(constructorName(value, context, depth), '', 'Object'), 0, -1)}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`;
    }
  };

  const inspect = (value, options, ...rest) => {
    const context = {
      __proto__: null, ...inspect.defaultOptions, options: undefined, stylize: plain, indent: 0, deepest: 0, spent: 0,
      // The objects around the current one, and the number of each that a cycle reaches.
      open: list(), circular: new MapOf(),
    };
    if (typeof options === 'boolean') {
      // The old form: showHidden, depth, colors, customInspect.
      context.showHidden = options;
      if (rest.length > 0 && rest[0] !== undefined) context.depth = rest[0];
      if (rest.length > 1 && rest[1] !== undefined) context.colors = rest[1];
      if (rest.length > 2 && rest[2] !== undefined) context.customInspect = rest[2];
    } else if (isObject(options)) {
      const keys = ReflectOwnKeys(options);
      for (let i = 0; i < keys.length; i += 1) {
        if (keys[i] in defaults || keys[i] === 'stylize') context[keys[i]] = options[keys[i]];
      }
    }
    if (context.depth === undefined) context.depth = defaults.depth;
    if (context.colors && context.stylize === plain) context.stylize = colored;
    if (context.maxArrayLength === null) context.maxArrayLength = Infinity;
    if (context.maxStringLength === null) context.maxStringLength = Infinity;
    const shared = { __proto__: null };
    const keys = ReflectOwnKeys(defaults);
    for (let i = 0; i < keys.length; i += 1) shared[keys[i]] = context[keys[i]];
    if (isObject(options)) for (const key in options) if (!(key in shared)) shared[key] = options[key];
    context.options = { ...shared };
    return any(value, context, 0);
  };
  inspect.custom = custom;
  define(inspect, 'defaultOptions', { ...defaults });
  inspect.colors = {};
  inspect.styles = { ...styles };

  // Whether `String(value)` would only say what class a value has.
  const hasBuiltInToString = value => {
    let target = value;
    if (native.isProxy(target)) target = native.proxyTarget(target);
    if (target === undefined) return true;
    if (typeof find(target, 'toString') !== 'function') return true;
    if (hasOwn(target, 'toString')) return false;
    let at = target;
    do at = ReflectGetPrototypeOf(at); while (at !== null && !hasOwn(at, 'toString'));
    const constructor = at === null ? undefined : getDescriptor(at, 'constructor')?.value;
    return typeof constructor === 'function' && builtIns[find(constructor, 'name')] === true;
  };
  const builtIns = { __proto__: null };
  for (const name of ReflectOwnKeys(env.global)) if (typeof name === 'string' && /^[A-Z][a-zA-Z0-9]+$/.test(name)) builtIns[name] = true;

  const shortContext = { __proto__: null, numericSeparator: false };
  const json = value => {
    try {
      return JSONStringify(value);
    } catch (error) {
      const message = find(error, 'message');
      if (typeof message === 'string' && has(message, 'circular')) return '[Circular]';
      throw error;
    }
  };

  // The text of one directive, or undefined where `char` is none.
  const directive = (char, value, options) => {
    switch (char) {
      case 's':
        if (typeof value === 'number') return number(value, options ?? shortContext);
        if (typeof value === 'bigint') return bigint(value, options ?? shortContext);
        if (typeof value !== 'object' || value === null || !hasBuiltInToString(value)) return StringOf(value);
        return inspect(value, { ...options, depth: 0, colors: false, compact: 3 });
      case 'd':
        if (typeof value === 'bigint') return bigint(value, options ?? shortContext);
        return typeof value === 'symbol' ? 'NaN' : number(NumberOf(value), options ?? shortContext);
      case 'i':
        if (typeof value === 'bigint') return bigint(value, options ?? shortContext);
        return typeof value === 'symbol' ? 'NaN' : number(p.parseInt(value), options ?? shortContext);
      case 'f': return typeof value === 'symbol' ? 'NaN' : number(p.parseFloat(value), options ?? shortContext);
      case 'j': return json(value);
      case 'o': return inspect(value, { ...options, showHidden: true, showProxy: true, depth: 4 });
      case 'O': return inspect(value, options);
      case 'c': return '';
      default: return undefined;
    }
  };

  const formatList = (options, args) => {
    if (args.length === 0) return '';
    const first = args[0];
    if (args.length === 1) return typeof first === 'string' ? first : inspect(first, options);
    let used = 0;
    let text = '';
    let space = '';
    if (typeof first === 'string') {
      let done = 0;
      for (let i = 0; i < first.length - 1; i += 1) {
        if (first[i] !== '%') continue;
        i += 1;
        let piece;
        if (used + 1 !== args.length) {
          if (first[i] === '%') piece = '%';
          else {
            piece = directive(first[i], args[used + 1], options);
            if (piece === undefined && first[i] !== 'j') continue;
            used += 1;
          }
        } else if (first[i] === '%') piece = '%';
        else continue;
        text += StringPrototypeSlice(first, done, i - 1) + piece;
        done = i + 1;
      }
      if (done !== 0) {
        used += 1;
        space = ' ';
        text += StringPrototypeSlice(first, done);
      }
    }
    for (; used < args.length; used += 1) {
      const value = args[used];
      text += space + (typeof value === 'string' ? value : inspect(value, { ...options, compact: 3, colors: false }));
      space = ' ';
    }
    return text;
  };

  const format = (...args) => formatList(undefined, args);
  const formatWithOptions = (options, ...args) => {
    if (!isObject(options)) {
      throw env.nodeError(p.TypeError, 'ERR_INVALID_ARG_TYPE', `The "inspectOptions" argument must be of type object. Received ${env.received(options)}`);
    }
    return formatList(options, args);
  };

  // What an argument is, for messages: `type string ('x')`, `an instance of Map`.
  env.received = value => {
    if (value === null || value === undefined) return `${value}`;
    if (typeof value === 'function') return `function ${find(value, 'name') || ''}`;
    if (typeof value === 'object') {
      const name = constructorName(value, { __proto__: null, depth: 0, options: {} }, 1);
      return name === null ? inspect(value, { depth: -1 }) : `an instance of ${name}`;
    }
    let text = inspect(value, { colors: false });
    if (text.length > 28) text = `${StringPrototypeSlice(text, 0, 25)}...`;
    return `type ${typeof value} (${text})`;
  };
  env.typeError = (name, expected, value) => env.nodeError(
    p.TypeError, 'ERR_INVALID_ARG_TYPE',
    `The ${has(name, '.') ? `"${name}" property` : `"${name}" argument`} must be ${expected}. Received ${env.received(value)}`,
  );

  // Lets `inspect` read the getters of a class although it runs no program's.
  env.trustGetters = (prototype, keys) => {
    for (let i = 0; i < keys.length; i += 1) p.SetPrototypeAdd(known, getDescriptor(prototype, keys[i]).get);
  };

  // Shows the objects of a class as `Name { field: … }`.
  env.showAs = (Class, fields) => {
    define(Class.prototype, custom, { [custom](depth, options) {
      if (typeof depth === 'number' && depth < 0) return this;
      const left = options.depth === null || options.depth === undefined ? null : options.depth - 1;
      const name = constructorName(this, { __proto__: null, depth: 0, options: {} }, 1) ?? Class.name;
      return `${name} ${inspect(fields(this), { ...options, depth: left })}`;
    } }[custom]);
  };

  env.inspect = inspect;
  env.format = format;
  env.formatWithOptions = formatWithOptions;
  env.find = find;
  env.inherits = inherits;
})
