// The eight components of the URL Pattern Standard: how each one's text gets its normal
// form, and how a record of components is completed from a base URL.
//
// A function that gives text its normal form returns null where the text cannot be in
// the component.
(env => {
  'use strict';
  const { isObject, native, p, textBuilder, toUSVString, urlPattern, utf8Encode } = env;
  const {
    ObjectAssign, RegExpPrototypeExec, StringPrototypeCharCodeAt: codeAt, StringPrototypeEndsWith: endsWith,
    StringPrototypeLastIndexOf, StringPrototypeSlice: slice, StringPrototypeStartsWith: startsWith,
    StringPrototypeToLowerCase, TypedArrayPrototypeGetLength,
  } = p;

  const { escapePattern } = urlPattern;

  // Special schemes and their ports.
  const defaultPorts = {
    __proto__: null, ftp: '21', file: '', http: '80', https: '443', ws: '80', wss: '443',
  };
  const specialSchemes = ['ftp', 'file', 'http', 'https', 'ws', 'wss'];
  const isSpecial = scheme => defaultPorts[scheme] !== undefined;

  const unbroken = text => {
    if (RegExpPrototypeExec(/[\t\n\r]/, text) === null) return text;
    let out = '';
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] !== '\t' && text[i] !== '\n' && text[i] !== '\r') out += text[i];
    }
    return out;
  };

  const dummy = 'https://dummy.invalid/';
  const set = (part, value) => native.setUrl(dummy, part, value)[part];

  const ofProtocol = value => {
    if (value === '') return '';
    const parts = native.parseUrl(`${value}://dummy.invalid/`, undefined);
    return parts === null ? null : slice(parts.protocol, 0, -1);
  };
  // As the URL parser's hostname state: up to the path, and without a port or a user. The
  // setter would not tell of a failure.
  const ofHostname = value => {
    if (value === '') return '';
    let host = unbroken(value);
    const end = RegExpPrototypeExec(/[/?#\\]/, host);
    if (end !== null) host = slice(host, 0, end.index);
    let isInBrackets = false;
    for (let i = 0; i < host.length; i += 1) {
      if (host[i] === '[') isInBrackets = true;
      else if (host[i] === ']') isInBrackets = false;
      else if (host[i] === '@' || (host[i] === ':' && !isInBrackets)) return null;
    }
    const parts = host === '' ? null : native.parseUrl(`https://${host}/`, undefined);
    return parts === null ? null : parts.hostname;
  };
  // A piece of an address in brackets is no host, so only its characters are looked at.
  const ofAddress = value => (RegExpPrototypeExec(/[^\dA-Fa-f[\]:]/, value) === null
    ? StringPrototypeToLowerCase(value) : null);
  const ofPort = (value, scheme) => {
    if (value === '') return '';
    const digits = RegExpPrototypeExec(/^\d+/, unbroken(value));
    if (digits === null || +digits[0] > 65535) return null;
    const port = `${+digits[0]}`;
    return port === defaultPorts[scheme] ? '' : port;
  };
  const ofPath = value => {
    if (value === '') return '';
    if (startsWith(value, '/')) return set('pathname', value);
    // The parser would put a slash first, which with a dot makes a step of the path.
    return slice(set('pathname', `/-${value}`), 2);
  };
  const digits = '0123456789ABCDEF';
  const ofOpaquePath = value => {
    let path = unbroken(value);
    const end = RegExpPrototypeExec(/ ?[?#]/, path);
    if (end !== null) path = slice(path, 0, end.index) + (end[0].length > 1 ? '%20' : '');
    if (RegExpPrototypeExec(/[^ -~]/, path) === null) return path;
    const bytes = utf8Encode(path);
    const length = TypedArrayPrototypeGetLength(bytes);
    const out = textBuilder();
    for (let i = 0; i < length; i += 1) {
      const byte = bytes[i];
      if (byte < 32 || byte > 126) {
        out.add(37);
        out.add(codeAt(digits, byte >> 4));
        out.add(codeAt(digits, byte & 15));
      } else out.add(byte);
    }
    return out.end();
  };
  const normal = {
    __proto__: null,
    protocol: ofProtocol,
    username: value => (value === '' ? '' : set('username', value)),
    password: value => (value === '' ? '' : set('password', value)),
    hostname: ofHostname,
    port: ofPort,
    pathname: ofPath,
    search: value => (value === '' ? '' : slice(set('search', `?${value}`), 1)),
    hash: value => (value === '' ? '' : slice(set('hash', `#${value}`), 1)),
  };

  const names = ['protocol', 'username', 'password', 'hostname', 'port', 'pathname', 'search', 'hash'];
  const describe = (name, encode, delimiter = '', prefix = '') => ({
    __proto__: null, name, encode, delimiter, prefix,
  });
  // What the compiler needs to know of each.
  const kinds = { __proto__: null };
  for (const name of names) kinds[name] = describe(name, normal[name]);
  kinds.hostname = describe('hostname', ofHostname, '.');
  kinds.address = describe('hostname', ofAddress, '.');
  kinds.pathname = describe('pathname', ofPath, '/', '/');
  kinds.opaquePath = describe('pathname', ofOpaquePath);

  // The members that the program gave, in the order in which WebIDL reads them.
  const members = [
    'baseURL', 'hash', 'hostname', 'password', 'pathname', 'port', 'protocol', 'search', 'username',
  ];
  // A pattern or URL as an argument: text, or a record of components.
  const inputOf = value => {
    if (value !== undefined && value !== null && !isObject(value)) return toUSVString(value);
    const init = { __proto__: null };
    if (!isObject(value)) return init;
    for (let i = 0; i < members.length; i += 1) {
      const member = value[members[i]];
      if (member !== undefined) init[members[i]] = toUSVString(member);
    }
    return init;
  };

  // The components of a parsed URL, without what separates them.
  const valuesOf = parts => ({
    __proto__: null,
    protocol: slice(parts.protocol, 0, -1),
    username: parts.username,
    password: parts.password,
    hostname: parts.hostname,
    port: parts.port,
    pathname: parts.pathname,
    search: slice(parts.search, 1),
    hash: slice(parts.hash, 1),
  });

  const place = ['protocol', 'hostname', 'port', 'pathname', 'search', 'hash'];
  const identity = ['protocol', 'hostname', 'port', 'username', 'password'];
  const isAbsolute = (path, isPattern) => {
    if (startsWith(path, '/')) return true;
    return isPattern && (startsWith(path, '\\/') || startsWith(path, '{/'));
  };

  // The components that `init` means, those of a pattern as written and those of a URL in
  // normal form; null where it means no URL.
  const complete = (init, isPattern) => {
    const result = { __proto__: null };
    if (!isPattern) for (let i = 0; i < names.length; i += 1) result[names[i]] = '';
    let base = null;
    if (init.baseURL !== undefined) {
      const parts = native.parseUrl(init.baseURL, undefined);
      if (parts === null) return null;
      base = valuesOf(parts);
      for (let i = 0; isPattern && i < names.length; i += 1) base[names[i]] = escapePattern(base[names[i]]);
      // A base gives only what is more general than all that `init` has.
      const inherit = order => {
        for (let i = 0; i < order.length && init[order[i]] === undefined; i += 1) {
          result[order[i]] = base[order[i]];
        }
      };
      inherit(place);
      if (!isPattern) inherit(identity);
    }
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i];
      let value = init[name];
      if (value === undefined) continue;
      if (name === 'protocol' && endsWith(value, ':')) value = slice(value, 0, -1);
      if (name === 'search' && startsWith(value, '?')) value = slice(value, 1);
      if (name === 'hash' && startsWith(value, '#')) value = slice(value, 1);
      // A path of a base that has no slash in front is opaque.
      const hasFolder = name === 'pathname' && base !== null && startsWith(base.pathname, '/');
      if (hasFolder && !isAbsolute(value, isPattern)) {
        value = slice(base.pathname, 0, StringPrototypeLastIndexOf(base.pathname, '/') + 1) + value;
      }
      if (!isPattern) {
        const scheme = result.protocol;
        const isOpaque = name === 'pathname' && scheme !== '' && !isSpecial(scheme);
        value = isOpaque ? ofOpaquePath(value) : normal[name](value, scheme);
        if (value === null) return null;
      }
      result[name] = value;
    }
    return result;
  };

  ObjectAssign(urlPattern, {
    __proto__: null, complete, defaultPorts, inputOf, kinds, members, names, specialSchemes, valuesOf,
  });
})
