// `URLPattern`, of the URL Pattern Standard, over its compiler and its components.
(env => {
  'use strict';
  const {
    define, dictionary, getDescriptor, isObject, list, native, nodeError, p, push, showAs, toArray,
    toUSVString, urlPattern, webClass,
  } = env;
  const {
    compile, complete, defaultPorts, inputOf, invalid, kinds, members, names, shown, specialSchemes,
    tokenize, valuesOf,
  } = urlPattern;
  const {
    ReflectDefineProperty, RegExpPrototypeExec, StringPrototypeSlice: slice,
    StringPrototypeStartsWith: startsWith, TypeError,
  } = p;

  const matchesSpecial = protocol => {
    for (let i = 0; i < specialSchemes.length; i += 1) {
      if (RegExpPrototypeExec(protocol.regexp, specialSchemes[i]) !== null) return true;
    }
    return false;
  };

  // The states of reading a pattern for a whole URL, in the order of its parts.
  const states = [
    'init', 'protocol', 'authority', 'username', 'password', 'hostname', 'port', 'pathname', 'search',
    'hash', 'done',
  ];
  const [init, protocol, authority, username, password, hostname, port, pathname, search, hash, done] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ];
  // The components that one text describes.
  const split = input => {
    const tokens = tokenize(input);
    const result = { __proto__: null };
    let state = init;
    let at = 0;
    let start = 0;
    let braces = 0;
    let brackets = 0;
    let isSpecial = false;

    const tokenAt = index => tokens[index < tokens.length ? index : tokens.length - 1];
    const isText = (index, char) => {
      const { type, value } = tokenAt(index);
      return value === char && (type === 'char' || type === 'escaped' || type === 'invalid');
    };
    const is = char => isText(at, char);
    // A question mark that modifies nothing.
    const isSearch = () => {
      if (is('?')) return true;
      if (tokens[at].value !== '?') return false;
      const before = at === 0 ? 'open' : tokens[at - 1].type;
      return before !== 'name' && before !== 'regexp' && before !== 'close' && before !== 'asterisk';
    };
    const part = () => slice(input, tokenAt(start).index, tokens[at].index);
    const enter = (next, skip) => {
      if (state !== init && state !== authority) result[states[state]] = part();
      if (state !== init && next !== done) {
        if (state <= password && next >= port) result.hostname ??= '';
        if (state <= port && next >= search) result.pathname ??= isSpecial ? '/' : '';
        if (state <= pathname && next === hash) result.search ??= '';
      }
      state = next;
      at += skip;
      start = at;
    };
    const rewind = next => {
      at = start;
      state = next;
    };
    // What begins at a token, from `state` on; false where nothing does.
    const enterNext = () => {
      if (state < pathname && is('/')) enter(pathname, 0);
      else if (state < search && isSearch()) enter(search, 1);
      else if (state < hash && is('#')) enter(hash, 1);
      else return false;
      return true;
    };
    // Reads one token; false where the state has changed and the token is read again.
    const read = () => {
      if (state === init) {
        if (!is(':')) return true;
        rewind(protocol);
      } else if (state === protocol) {
        if (!is(':')) return true;
        isSpecial = matchesSpecial(compile(part(), kinds.protocol));
        const hasSlashes = isText(at + 1, '/') && isText(at + 2, '/');
        enter(hasSlashes || isSpecial ? authority : pathname, hasSlashes ? 3 : 1);
      } else if (state === authority) {
        if (is('@')) rewind(username);
        else if (is('/') || isSearch() || is('#')) rewind(hostname);
        else return true;
      } else if (state === username && is(':')) enter(password, 1);
      else if (state === username || state === password) {
        if (!is('@')) return true;
        enter(hostname, 1);
      } else if (state === hostname && (is('[') || is(']'))) {
        brackets += is('[') ? 1 : -1;
        return true;
      } else if (state === hostname && is(':') && brackets === 0) enter(port, 1);
      else return !enterNext();
      return false;
    };

    while (at < tokens.length) {
      const { type } = tokens[at];
      if (type === 'end') {
        if (state === init) {
          rewind(init);
          if (is('#')) enter(hash, 1);
          else if (isSearch()) enter(search, 1);
          else enter(pathname, 0);
        } else if (state === authority) rewind(hostname);
        else {
          enter(done, 0);
          break;
        }
        continue;
      }
      if (type === 'open') braces += 1;
      else if (braces > 0 && type !== 'close') { /* no component begins in braces */ }
      else {
        if (braces > 0) braces -= 1;
        if (!read()) continue;
      }
      at += 1;
    }
    if (result.hostname !== undefined) result.port ??= '';
    return result;
  };

  const isAddress = pattern => pattern.length > 1
    && (startsWith(pattern, '[') || startsWith(pattern, '{[') || startsWith(pattern, '\\['));
  // The eight compiled components.
  const create = (input, base, ignoreCase) => {
    let given = input;
    if (typeof input === 'string') {
      given = split(input);
      if (base === null && given.protocol === undefined) {
        throw invalid(`Invalid pattern ${shown(input)}: it has no protocol, so give a base URL as well`);
      }
      if (base !== null) given.baseURL = base;
    } else if (base !== null) {
      throw invalid('The base URL of a pattern that is an object has to be in it, as `baseURL`');
    }
    const written = complete(given, true);
    if (written === null) throw invalid(`Invalid base URL ${shown(given.baseURL)}: it has to be an absolute URL`);
    for (let i = 0; i < names.length; i += 1) written[names[i]] ??= '*';
    if (written.port === defaultPorts[written.protocol]) written.port = '';

    const made = { __proto__: null };
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i];
      let kind = kinds[name];
      if (name === 'hostname' && isAddress(written.hostname)) kind = kinds.address;
      if (name === 'pathname' && !matchesSpecial(made.protocol)) kind = kinds.opaquePath;
      const isAfterHost = name === 'pathname' || name === 'search' || name === 'hash';
      made[name] = compile(written[name], kind, ignoreCase && isAfterHost);
    }
    return made;
  };

  // What `exec` tells of, or null: the arguments, and of each component its value and groups.
  const match = (components, input, base) => {
    const inputs = list();
    push(inputs, input);
    let values;
    if (typeof input !== 'string') {
      if (base !== undefined) {
        throw invalid('The base URL of an input that is an object has to be in it, as `baseURL`');
      }
      values = complete(input, false);
    } else {
      if (base !== undefined) push(inputs, base);
      const parts = native.parseUrl(input, base);
      values = parts === null ? null : valuesOf(parts);
    }
    if (values === null) return null;
    const found = { __proto__: null };
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i];
      found[name] = RegExpPrototypeExec(components[name].regexp, values[name]);
      if (found[name] === null) return null;
    }
    return { __proto__: null, inputs, values, found };
  };

  const baseOf = value => (value === undefined ? undefined : toUSVString(value));
  // An argument as `exec` gives it back.
  const echo = input => {
    if (typeof input === 'string') return input;
    const object = {};
    for (let i = 0; i < members.length; i += 1) {
      if (input[members[i]] !== undefined) define(object, members[i], input[members[i]], true);
    }
    return object;
  };

  let componentsOf;
  class URLPattern {
    #components;
    constructor(input = undefined, baseURL = undefined, options = undefined) {
      // The second of two arguments is the options if it can be.
      const hasBase = arguments.length > 2
        || (baseURL !== undefined && baseURL !== null && !isObject(baseURL));
      const given = inputOf(input);
      const base = hasBase ? toUSVString(baseURL) : null;
      const { ignoreCase } = dictionary(hasBase ? options : baseURL, "Failed to construct 'URLPattern'");
      this.#components = create(given, base, ignoreCase ? true : false);
    }
    get hasRegExpGroups() {
      const components = componentsOf(this);
      for (let i = 0; i < names.length; i += 1) if (components[names[i]].hasRegExpGroups) return true;
      return false;
    }
    test(input = undefined, baseURL = undefined) {
      return match(componentsOf(this), inputOf(input), baseOf(baseURL)) !== null;
    }
    exec(input = undefined, baseURL = undefined) {
      const components = componentsOf(this);
      const matched = match(components, inputOf(input), baseOf(baseURL));
      if (matched === null) return null;
      const { inputs, values, found } = matched;
      inputs[0] = echo(inputs[0]);
      const resultOf = name => {
        const groups = {};
        const { names: groupNames } = components[name];
        for (let i = 0; i < groupNames.length; i += 1) {
          define(groups, groupNames[i], found[name][i + 1], true);
        }
        return { groups, input: values[name] };
      };
      return {
        hash: resultOf('hash'),
        hostname: resultOf('hostname'),
        inputs: toArray(inputs),
        password: resultOf('password'),
        pathname: resultOf('pathname'),
        port: resultOf('port'),
        protocol: resultOf('protocol'),
        search: resultOf('search'),
        username: resultOf('username'),
      };
    }
    static {
      componentsOf = object => {
        if (!isObject(object) || !(#components in object)) {
          throw nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type URLPattern');
        }
        return object.#components;
      };
      env.platform(value => isObject(value) && #components in value);
    }
  }
  for (const name of names) {
    const accessor = { get [name]() { return componentsOf(this)[name].pattern; } };
    ReflectDefineProperty(URLPattern.prototype, name, getDescriptor(accessor, name));
  }
  webClass('URLPattern', URLPattern);
  showAs(URLPattern, pattern => {
    const fields = {};
    for (let i = 0; i < names.length; i += 1) define(fields, names[i], pattern[names[i]], true);
    define(fields, 'hasRegExpGroups', pattern.hasRegExpGroups, true);
    return fields;
  });
})
