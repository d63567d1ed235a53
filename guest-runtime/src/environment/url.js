// `URLSearchParams`, and `URL` over the host's parser.
(env => {
  'use strict';
  const {
    define, domError, end, getDescriptor, inspect, inspectCustom, isObject, iterate, iteratorClass, list, native, nodeError, p,
    push, textBuilder, toArray, toUSVString, typeError, utf8Decode, utf8Encode, webClass,
  } = env;
  const {
    ReflectApply, ReflectDefineProperty, ReflectOwnKeys, StringPrototypeCharCodeAt: codeAt, StringPrototypeIndexOf, StringPrototypeSlice,
    SymbolIterator, TypedArrayPrototypeGetLength, TypeError, Uint8Array,
  } = p;

  const nibble = code => (code >= 48 && code <= 57 ? code - 48 : (code | 32) >= 97 && (code | 32) <= 102 ? (code | 32) - 87 : -1);

  // The bytes of percent-encoded text; `plus` is what a `+` stands for.
  const percentDecode = (text, plus = 43) => {
    const from = utf8Encode(text);
    const length = TypedArrayPrototypeGetLength(from);
    const bytes = new Uint8Array(length);
    let at = 0;
    for (let i = 0; i < length; i += 1) {
      let byte = from[i];
      if (byte === 43) byte = plus;
      else if (byte === 37 && i + 2 < length) {
        const high = nibble(from[i + 1]);
        const low = nibble(from[i + 2]);
        if (high >= 0 && low >= 0) { byte = (high << 4) | low; i += 2; }
      }
      bytes[at] = byte;
      at += 1;
    }
    return env.viewBytes(bytes, 0, at);
  };
  env.percentDecode = percentDecode;
  const decodeForm = text => (StringPrototypeIndexOf(text, '%') < 0 && StringPrototypeIndexOf(text, '+') < 0
    ? text : utf8Decode(percentDecode(text, 32)));

  const digits = '0123456789ABCDEF';
  const plain = code => (code >= 48 && code <= 57) || (code >= 64 + 1 && code <= 90) || (code >= 97 && code <= 122) || code === 42 || code === 45 || code === 46 || code === 95;
  const encodeForm = text => {
    let clean = true;
    for (let i = 0; clean && i < text.length; i += 1) clean = plain(codeAt(text, i));
    if (clean) return text;
    const bytes = utf8Encode(text);
    const length = TypedArrayPrototypeGetLength(bytes);
    const out = textBuilder();
    for (let i = 0; i < length; i += 1) {
      const byte = bytes[i];
      if (plain(byte)) out.add(byte);
      else if (byte === 32) out.add(43);
      else {
        out.add(37);
        out.add(codeAt(digits, byte >> 4));
        out.add(codeAt(digits, byte & 15));
      }
    }
    return out.end();
  };

  const pair = (name, value) => ({ __proto__: null, name, value });
  const parse = text => {
    const pairs = list();
    for (let from = 0; from <= text.length;) {
      let to = StringPrototypeIndexOf(text, '&', from);
      if (to < 0) to = text.length;
      if (to > from) {
        const part = StringPrototypeSlice(text, from, to);
        const equals = StringPrototypeIndexOf(part, '=');
        push(pairs, equals < 0 ? pair(decodeForm(part), '')
          : pair(decodeForm(StringPrototypeSlice(part, 0, equals)), decodeForm(StringPrototypeSlice(part, equals + 1))));
      }
      from = to + 1;
    }
    return pairs;
  };
  const serialize = pairs => {
    let text = '';
    for (let i = 0; i < pairs.length; i += 1) text += `${i > 0 ? '&' : ''}${encodeForm(pairs[i].name)}=${encodeForm(pairs[i].value)}`;
    return text;
  };
  env.parseForm = parse;
  env.serializeForm = serialize;

  const invalidThis = name => nodeError(TypeError, 'ERR_INVALID_THIS', `Value of "this" must be of type ${name}`);
  const missing = (...names) => {
    let text = `"${names[0]}"`;
    for (let i = 1; i < names.length; i += 1) text += ` and "${names[i]}"`;
    return nodeError(TypeError, 'ERR_MISSING_ARGS', `The ${text} argument${names.length > 1 ? 's' : ''} must be specified`);
  };

  const pairsOf = init => {
    const pairs = list();
    const method = init[SymbolIterator];
    if (method !== null && method !== undefined) {
      if (typeof method !== 'function') throw nodeError(TypeError, 'ERR_ARG_NOT_ITERABLE', 'Query pairs must be iterable');
      iterate(init, method, item => {
        const each = isObject(item) ? item[SymbolIterator] : undefined;
        const both = list();
        if (typeof each === 'function') iterate(item, each, part => push(both, part));
        if (both.length !== 2) throw nodeError(TypeError, 'ERR_INVALID_TUPLE', 'Each query pair must be an iterable [name, value] tuple');
        push(pairs, pair(toUSVString(both[0]), toUSVString(both[1])));
      });
      return pairs;
    }
    const keys = ReflectOwnKeys(init);
    for (let i = 0; i < keys.length; i += 1) {
      const found = getDescriptor(init, keys[i]);
      if (found === undefined || !found.enumerable) continue;
      const name = toUSVString(keys[i]);
      const value = toUSVString(init[keys[i]]);
      let at = 0;
      while (at < pairs.length && pairs[at].name !== name) at += 1;
      pairs[at] = pair(name, value);
    }
    return pairs;
  };

  // The entries of any list of pairs, by name, value or both.
  const makeEntry = (entry, kind) => {
    if (kind === 'keys') return entry.name;
    if (kind === 'values') return entry.value;
    const both = list();
    push(both, entry.name);
    push(both, entry.value);
    return toArray(both);
  };
  // `keys`, `values`, `entries` and `forEach` for a class whose pairs `pairsIn` tells.
  env.pairIteration = (name, Class, pairsIn) => {
    const make = iteratorClass(`${name} Iterator`, state => {
      const pairs = pairsIn(state.target);
      if (state.at >= pairs.length) return end;
      state.at += 1;
      return makeEntry(pairs[state.at - 1], state.kind);
    });
    const start = (target, kind) => {
      pairsIn(target);
      return make({ __proto__: null, target, kind, at: 0 });
    };
    const methods = {
      entries() { return start(this, 'entries'); },
      keys() { return start(this, 'keys'); },
      values() { return start(this, 'values'); },
      forEach(callback, thisArg = undefined) {
        pairsIn(this);
        if (typeof callback !== 'function') throw typeError('callback', 'of type function', callback);
        for (let i = 0; i < pairsIn(this).length; i += 1) {
          const entry = pairsIn(this)[i];
          ReflectApply(callback, thisArg, toArray(threeOf(entry.value, entry.name, this)));
        }
      },
    };
    for (const key of ['entries', 'keys', 'values', 'forEach']) define(Class.prototype, key, methods[key], true);
    define(Class.prototype, SymbolIterator, Class.prototype.entries);
  };
  const threeOf = (...items) => items;

  let searchOf;
  let linked;
  class URLSearchParams {
    #pairs;
    #url = null;
    constructor(init = undefined) {
      if (init === undefined || init === null) this.#pairs = list();
      else if (isObject(init)) this.#pairs = #pairs in init && init[SymbolIterator] === URLSearchParams.prototype[SymbolIterator] ? copied(init.#pairs) : pairsOf(init);
      else {
        const text = toUSVString(init);
        this.#pairs = parse(text[0] === '?' ? StringPrototypeSlice(text, 1) : text);
      }
    }
    get size() { return searchOf(this).length; }
    append(name, value) {
      searchOf(this);
      if (arguments.length < 2) throw missing('name', 'value');
      push(this.#pairs, pair(toUSVString(name), toUSVString(value)));
      this.#changed();
    }
    delete(name, value = undefined) {
      searchOf(this);
      if (arguments.length < 1) throw missing('name');
      const wanted = toUSVString(name);
      const exact = value === undefined ? undefined : toUSVString(value);
      this.#keep(entry => entry.name !== wanted || (exact !== undefined && entry.value !== exact));
      this.#changed();
    }
    get(name) {
      const pairs = searchOf(this);
      if (arguments.length < 1) throw missing('name');
      const wanted = toUSVString(name);
      for (let i = 0; i < pairs.length; i += 1) if (pairs[i].name === wanted) return pairs[i].value;
      return null;
    }
    getAll(name) {
      const pairs = searchOf(this);
      if (arguments.length < 1) throw missing('name');
      const wanted = toUSVString(name);
      const found = list();
      for (let i = 0; i < pairs.length; i += 1) if (pairs[i].name === wanted) push(found, pairs[i].value);
      return toArray(found);
    }
    has(name, value = undefined) {
      const pairs = searchOf(this);
      if (arguments.length < 1) throw missing('name');
      const wanted = toUSVString(name);
      const exact = value === undefined ? undefined : toUSVString(value);
      for (let i = 0; i < pairs.length; i += 1) {
        if (pairs[i].name === wanted && (exact === undefined || pairs[i].value === exact)) return true;
      }
      return false;
    }
    set(name, value) {
      searchOf(this);
      if (arguments.length < 2) throw missing('name', 'value');
      const wanted = toUSVString(name);
      const entry = pair(wanted, toUSVString(value));
      let placed = false;
      const kept = list();
      for (let i = 0; i < this.#pairs.length; i += 1) {
        if (this.#pairs[i].name !== wanted) push(kept, this.#pairs[i]);
        else if (!placed) { push(kept, entry); placed = true; }
      }
      if (!placed) push(kept, entry);
      this.#pairs = kept;
      this.#changed();
    }
    sort() {
      const pairs = searchOf(this);
      // Stable, by UTF-16 units; merging, because there can be many.
      const merge = (from, to) => {
        if (to - from < 2) return;
        const middle = (from + to) >> 1;
        merge(from, middle);
        merge(middle, to);
        const merged = list();
        for (let a = from, b = middle; a < middle || b < to;) {
          if (b >= to || (a < middle && pairs[a].name <= pairs[b].name)) { push(merged, pairs[a]); a += 1; }
          else { push(merged, pairs[b]); b += 1; }
        }
        for (let i = 0; i < merged.length; i += 1) pairs[from + i] = merged[i];
      };
      merge(0, pairs.length);
      this.#changed();
    }
    toString() { return serialize(searchOf(this)); }
    #keep(test) {
      const kept = list();
      for (let i = 0; i < this.#pairs.length; i += 1) if (test(this.#pairs[i])) push(kept, this.#pairs[i]);
      this.#pairs = kept;
    }
    #changed() { if (this.#url !== null) linked(this.#url, serialize(this.#pairs)); }
    static {
      searchOf = object => {
        if (!isObject(object) || !(#pairs in object)) throw invalidThis('URLSearchParams');
        return object.#pairs;
      };
      env.isSearchParams = value => isObject(value) && #pairs in value;
      env.linkSearch = (url, text) => {
        const search = new URLSearchParams(text);
        search.#url = url;
        return search;
      };
      env.resetSearch = (search, text) => { search.#pairs = parse(text); };
      env.searchText = search => serialize(search.#pairs);
    }
  }
  const copied = pairs => {
    const copy = list();
    for (let i = 0; i < pairs.length; i += 1) push(copy, pair(pairs[i].name, pairs[i].value));
    return copy;
  };
  env.pairIteration('URLSearchParams', URLSearchParams, searchOf);
  webClass('URLSearchParams', URLSearchParams);
  define(URLSearchParams.prototype, inspectCustom, { [inspectCustom](depth, options) {
    if (typeof depth === 'number' && depth < 0) return '[Object]';
    const pairs = searchOf(this);
    const items = list();
    let length = 0;
    for (let i = 0; i < pairs.length; i += 1) {
      push(items, `${inspect(pairs[i].name, options)} => ${inspect(pairs[i].value, options)}`);
      length += items[i].length + 2;
    }
    if (items.length === 0) return 'URLSearchParams {}';
    length -= 2;
    if (length > options.breakLength) return `URLSearchParams {\n  ${env.join(items, ',\n  ')} }`;
    return `URLSearchParams { ${env.join(items, ', ')} }`;
  } }[inspectCustom]);
  env.URLSearchParams = URLSearchParams;

  const invalidUrl = (input, base) => {
    const error = nodeError(TypeError, 'ERR_INVALID_URL', 'Invalid URL');
    define(error, 'input', input, true);
    if (base !== undefined) define(error, 'base', base, true);
    return error;
  };

  let partsOf;
  class URL {
    #parts;
    #search;
    constructor(input, base = undefined) {
      if (arguments.length === 0) throw missing('url');
      const text = toUSVString(input);
      const from = base === undefined ? undefined : toUSVString(base);
      this.#parts = native.parseUrl(text, from);
      if (this.#parts === null) throw invalidUrl(text, from);
    }
    get href() { return partsOf(this).href; }
    set href(value) {
      partsOf(this);
      const text = toUSVString(value);
      const parts = native.parseUrl(text, undefined);
      if (parts === null) throw invalidUrl(text);
      this.#update(parts);
    }
    get origin() { return partsOf(this).origin; }
    get searchParams() {
      const { search } = partsOf(this);
      this.#search ??= env.linkSearch(this, search);
      return this.#search;
    }
    toString() { return partsOf(this).href; }
    toJSON() { return partsOf(this).href; }
    static canParse(url, base = undefined) {
      if (arguments.length === 0) throw missing('url');
      return native.parseUrl(toUSVString(url), base === undefined ? undefined : toUSVString(base)) !== null;
    }
    static parse(url, base = undefined) {
      if (arguments.length === 0) throw missing('url');
      return URL.canParse(url, base) ? new URL(url, base) : null;
    }
    static createObjectURL() { throw domError('NotSupportedError', 'URL.createObjectURL is not available here: there is nothing that could open the URL'); }
    static revokeObjectURL() {}
    #update(parts) {
      this.#parts = parts;
      if (this.#search !== undefined) env.resetSearch(this.#search, parts.search === '' ? '' : StringPrototypeSlice(parts.search, 1));
    }
    static {
      partsOf = object => {
        if (!isObject(object) || !(#parts in object)) throw nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type URL');
        return object.#parts;
      };
      linked = (url, search) => { url.#parts = native.setUrl(url.#parts.href, 'search', search) ?? url.#parts; };
      env.isURL = value => isObject(value) && #parts in value;
      env.setUrlPart = (url, part, value) => {
        const parts = native.setUrl(partsOf(url).href, part, value);
        if (parts !== null && parts !== undefined) url.#update(parts);
      };
    }
  }
  const order = ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash'];
  for (const part of order) {
    const accessors = {
      get [part]() { return partsOf(this)[part]; },
      set [part](value) { env.setUrlPart(this, part, toUSVString(value)); },
    };
    ReflectDefineProperty(URL.prototype, part, getDescriptor(accessors, part));
  }
  webClass('URL', URL);
  const shownParts = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash'];
  define(URL.prototype, inspectCustom, { [inspectCustom](depth, options) {
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = {};
    for (let i = 0; i < shownParts.length; i += 1) shown[shownParts[i]] = this[shownParts[i]];
    return `${this.constructor.name} ${inspect(shown, options)}`;
  } }[inspectCustom]);
  env.URL = URL;
  env.platform(value => env.isURL(value) || env.isSearchParams(value));
})
