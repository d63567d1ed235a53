// Pattern strings of the URL Pattern Standard: from text to tokens, from tokens to parts,
// and from parts to a regular expression and to the normal form of the pattern.
//
// Out: `env.urlPattern`, with `tokenize`, `compile` and `escapePattern`.
(env => {
  'use strict';
  const { inspect, list, nodeError, p, push } = env;
  const {
    RegExp, RegExpPrototypeExec, StringPrototypeCharCodeAt: codeAt, StringPrototypeCodePointAt,
    StringPrototypeIndexOf, StringPrototypeSlice: slice, TypeError,
  } = p;

  // Messages tell a long text by its beginning.
  const shown = text => inspect(text.length > 100 ? `${slice(text, 0, 100)}…` : text);
  const invalid = reason => nodeError(TypeError, 'ERR_INVALID_URL_PATTERN', reason);

  const nameStart = /[$_\p{ID_Start}]/u;
  const namePart = /[$_\u200C\u200D\p{ID_Continue}]/u;
  const charAt = (text, at) => slice(text, at, at + (StringPrototypeCodePointAt(text, at) > 0xffff ? 2 : 1));
  const continuesName = text => text !== '' && RegExpPrototypeExec(namePart, charAt(text, 0)) !== null;
  // The end of the name whose colon is at `at`.
  const endOfName = (input, at) => {
    let end = at + 1;
    while (end < input.length) {
      const char = charAt(input, end);
      if (RegExpPrototypeExec(end === at + 1 ? nameStart : namePart, char) === null) break;
      end += char.length;
    }
    return end;
  };
  // The end of the regular expression whose parenthesis is at `at`, or why it has none.
  const endOfRegExp = (input, at) => {
    let depth = 1;
    for (let i = at + 1; i < input.length; i += 1) {
      const char = input[i];
      if (char === '\\') i += 1;
      if (codeAt(input, i) > 127) return 'a regular expression can have only ASCII characters';
      if (char === '?' && i === at + 1) return 'a regular expression cannot begin with "?"';
      if (char === ')') {
        depth -= 1;
        if (depth === 0) return i === at + 1 ? 'a regular expression cannot be empty' : i + 1;
      } else if (char === '(') {
        depth += 1;
        if (codeAt(input, i + 1) !== 63) return 'groups in a regular expression cannot capture; write "(?:"';
      }
    }
    return 'a regular expression has no ")"';
  };

  const types = {
    __proto__: null, '*': 'asterisk', '+': 'modifier', '?': 'modifier', '{': 'open', '}': 'close',
  };
  // The tokens of a pattern. What is wrong is an error of `refuse`, or without it a token.
  const tokenize = (input, refuse) => {
    const tokens = list();
    const add = (type, index, end, from = index, to = end) => {
      push(tokens, { __proto__: null, type, index, value: slice(input, from, to) });
      return end;
    };
    const bad = (index, reason) => {
      if (refuse !== undefined) throw refuse(`${reason} (at ${index})`);
      return add('invalid', index, index + 1);
    };
    for (let at = 0; at < input.length;) {
      const char = charAt(input, at);
      if (types[char] !== undefined) at = add(types[char], at, at + 1);
      else if (char === '\\') {
        if (at === input.length - 1) at = bad(at, 'nothing follows the "\\"');
        else at = add('escaped', at, at + 1 + charAt(input, at + 1).length, at + 1);
      } else if (char === ':') {
        const end = endOfName(input, at);
        at = end === at + 1 ? bad(at, 'no name follows the ":"') : add('name', at, end, at + 1);
      } else if (char === '(') {
        const end = endOfRegExp(input, at);
        at = typeof end === 'string' ? bad(at, end) : add('regexp', at, end, at + 1, end - 1);
      } else at = add('char', at, at + char.length);
    }
    add('end', input.length, input.length);
    return tokens;
  };

  const escape = (text, syntax) => {
    let out = '';
    for (let i = 0; i < text.length; i += 1) {
      if (StringPrototypeIndexOf(syntax, text[i]) >= 0) out += '\\';
      out += text[i];
    }
    return out;
  };
  const escapeRegExp = text => escape(text, '.+*?^${}()[]|/\\');
  const escapePattern = text => escape(text, '+*?:{}()\\');
  const anything = '.*';
  const segment = delimiter => `[^${escapeRegExp(delimiter)}]+?`;

  // The parts of a pattern: `fixed` text, or a group (`regexp`, `segment` or `anything`)
  // with a name, and with text that comes and goes, or is repeated, together with it.
  const parse = (input, component, refuse) => {
    const tokens = tokenize(input, refuse);
    const ownSegment = segment(component.delimiter);
    const parts = list();
    const names = { __proto__: null };
    let at = 0;
    let numbered = 0;
    let fixed = '';

    const take = type => {
      if (tokens[at].type !== type) return undefined;
      at += 1;
      return tokens[at - 1];
    };
    const takeGroup = name => take('regexp') ?? (name === undefined ? take('asterisk') : undefined);
    const takeModifier = () => (take('modifier') ?? take('asterisk'))?.value ?? '';
    const takeText = () => {
      let text = '';
      for (;;) {
        const token = take('char') ?? take('escaped');
        if (token === undefined) return text;
        text += token.value;
      }
    };
    const encode = text => {
      const encoded = component.encode(text);
      if (encoded === null) throw refuse(`${shown(text)} cannot be in a ${component.name}`);
      return encoded;
    };
    const add = (type, value, modifier, name = '', prefix = '', suffix = '') => push(parts, {
      __proto__: null, type, value, modifier, name, prefix, suffix,
    });
    const addFixed = () => {
      if (fixed === '') return;
      add('fixed', encode(fixed), '');
      fixed = '';
    };
    const addGroup = (prefix, nameToken, group, suffix) => {
      const modifier = takeModifier();
      const isText = nameToken === undefined && group === undefined;
      if (isText && modifier === '') {
        fixed += prefix;
        return;
      }
      addFixed();
      if (isText) {
        if (prefix !== '') add('fixed', encode(prefix), modifier);
        return;
      }
      let value = group === undefined ? ownSegment : group.type === 'asterisk' ? anything : group.value;
      const type = value === ownSegment ? 'segment' : value === anything ? 'anything' : 'regexp';
      if (type !== 'regexp') value = '';
      const name = nameToken === undefined ? `${numbered}` : nameToken.value;
      if (nameToken === undefined) numbered += 1;
      if (names[name] !== undefined) throw refuse(`there are two groups with the name ${shown(name)}`);
      names[name] = true;
      add(type, value, modifier, name, encode(prefix), encode(suffix));
    };

    while (at < tokens.length) {
      const char = take('char');
      const name = take('name');
      const group = takeGroup(name);
      if (name !== undefined || group !== undefined) {
        const isPrefix = char !== undefined && char.value === component.prefix;
        if (char !== undefined && !isPrefix) fixed += char.value;
        addFixed();
        addGroup(isPrefix ? char.value : '', name, group, '');
        continue;
      }
      const text = char ?? take('escaped');
      if (text !== undefined) {
        fixed += text.value;
        continue;
      }
      if (take('open') !== undefined) {
        const prefix = takeText();
        const inner = take('name');
        const innerGroup = takeGroup(inner);
        const suffix = takeText();
        if (take('close') === undefined) throw refuse(`"}" is expected (at ${tokens[at].index})`);
        addGroup(prefix, inner, innerGroup, suffix);
        continue;
      }
      addFixed();
      if (take('end') === undefined) {
        const { index, value } = tokens[at];
        throw refuse(`${shown(value)} belongs to nothing (at ${index}); escape it with "\\" to match it`);
      }
    }
    return parts;
  };

  const regExpOf = (part, delimiter) => {
    if (part.type === 'segment') return segment(delimiter);
    return part.type === 'anything' ? anything : part.value;
  };
  const toRegExp = (parts, delimiter) => {
    let source = '^';
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i];
      const { modifier } = part;
      if (part.type === 'fixed') {
        const text = escapeRegExp(part.value);
        source += modifier === '' ? text : `(?:${text})${modifier}`;
        continue;
      }
      const value = regExpOf(part, delimiter);
      const before = escapeRegExp(part.prefix);
      const after = escapeRegExp(part.suffix);
      const repeats = modifier === '*' || modifier === '+';
      const isAlone = before === '' && after === '';
      if (isAlone) source += repeats ? `((?:${value})${modifier})` : `(${value})${modifier}`;
      else if (!repeats) source += `(?:${before}(${value})${after})${modifier}`;
      else {
        // What is around the group is captured between repetitions, not at the ends.
        const more = `(?:${after}${before}(?:${value}))*`;
        source += `(?:${before}((?:${value})${more})${after})${modifier === '*' ? '?' : ''}`;
      }
    }
    return `${source}$`;
  };

  const isNumbered = part => part.name !== '' && part.name[0] >= '0' && part.name[0] <= '9';
  // Whether a group has to be in braces to mean the same again.
  const needsBraces = (part, previous, next, ownPrefix) => {
    if (part.suffix !== '' || (part.prefix !== '' && part.prefix !== ownPrefix)) return true;
    const isPlain = !isNumbered(part) && part.type === 'segment' && part.modifier === '';
    if (isPlain && next !== undefined && next.prefix === '' && next.suffix === '') {
      if (next.type === 'fixed' ? continuesName(next.value) : isNumbered(next)) return true;
    }
    return part.prefix === '' && previous !== undefined && previous.type === 'fixed'
      && previous.value !== '' && previous.value[previous.value.length - 1] === ownPrefix;
  };
  const toPattern = (parts, { delimiter, prefix: ownPrefix }) => {
    let pattern = '';
    for (let i = 0; i < parts.length; i += 1) {
      const part = parts[i];
      const { modifier, type } = part;
      if (type === 'fixed') {
        const text = escapePattern(part.value);
        pattern += modifier === '' ? text : `{${text}}${modifier}`;
        continue;
      }
      const previous = i > 0 ? parts[i - 1] : undefined;
      const braces = needsBraces(part, previous, i + 1 < parts.length ? parts[i + 1] : undefined, ownPrefix);
      const numbered = isNumbered(part);
      let text = escapePattern(part.prefix);
      if (!numbered) text += `:${part.name}`;
      if (type === 'regexp' || (type === 'segment' && numbered)) text += `(${regExpOf(part, delimiter)})`;
      else if (type === 'anything') {
        // An asterisk right after a group would be the group's modifier.
        const isFirst = previous === undefined || previous.type === 'fixed' || previous.modifier !== '';
        const stands = isFirst || braces || part.prefix !== '';
        text += numbered && stands ? '*' : `(${anything})`;
      } else if (continuesName(part.suffix)) text += '\\';
      text += escapePattern(part.suffix);
      pattern += (braces ? `{${text}}` : text) + modifier;
    }
    return pattern;
  };

  // A pattern for one component: `{ name, encode, delimiter, prefix }`, where `encode`
  // gives fixed text its normal form, or null where it cannot be in the component.
  const compile = (input, component, ignoreCase = false) => {
    const refuse = reason => invalid(`Invalid pattern ${shown(input)} for the ${component.name}: ${reason}`);
    const parts = parse(input, component, refuse);
    const names = list();
    let hasRegExpGroups = false;
    for (let i = 0; i < parts.length; i += 1) {
      if (parts[i].type !== 'fixed') push(names, parts[i].name);
      if (parts[i].type === 'regexp') hasRegExpGroups = true;
    }
    let regexp;
    try {
      // The standard asks for the flag `v`, which quickjs-ng accepts and reads as none; what
      // differs are set operations in a class, which are an error with `u`.
      regexp = new RegExp(toRegExp(parts, component.delimiter), ignoreCase ? 'ui' : 'u');
    } catch (error) {
      throw refuse(`its regular expression does not compile with the flag "u" (${error.message})`);
    }
    return { __proto__: null, pattern: toPattern(parts, component), regexp, names, hasRegExpGroups };
  };

  env.urlPattern = { __proto__: null, compile, escapePattern, invalid, shown, tokenize };
})
