// `node:querystring`, `node:string_decoder`, `node:url` and `node:buffer`.
(env => {
  'use strict';
  const { bytesOf, copyBytes, define, isObject, isView, list, native, nodeError, p, percentDecode, push, toArray, typeError, utf8Decode, utf8Encode } = env;
  const {
    ArrayIsArray, ObjectKeys, StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeSlice, StringPrototypeStartsWith,
    StringPrototypeToLowerCase, TypedArrayPrototypeGetLength, TypeError, URIError,
  } = p;

  // ---- querystring

  const unreserved = /^[A-Za-z0-9\-_.!~*'()]*$/;
  const escape = value => {
    const text = typeof value === 'string' ? value : isObject(value) ? p.String(value) : `${value}`;
    if (p.RegExpPrototypeExec(unreserved, text) !== null) return text;
    for (let i = 0; i < text.length; i += 1) {
      const code = StringPrototypeCharCodeAt(text, i);
      if (code < 0xd800 || code > 0xdfff) continue;
      // Node asks for the second half only by its being there.
      if (i + 1 >= text.length) throw nodeError(URIError, 'ERR_INVALID_URI', 'URI malformed');
      i += 1;
    }
    const bytes = utf8Encode(text);
    let out = '';
    for (let i = 0; i < TypedArrayPrototypeGetLength(bytes); i += 1) {
      const char = p.StringFromCharCode(bytes[i]);
      out += bytes[i] < 128 && p.RegExpPrototypeExec(unreserved, char) !== null ? char : `%${'0123456789ABCDEF'[bytes[i] >> 4]}${'0123456789ABCDEF'[bytes[i] & 15]}`;
    }
    return out;
  };
  const unescapeBuffer = text => env.toBuffer(copyBytes(percentDecode(`${text}`)));
  const unescape = text => {
    try { return p.decodeURIComponent(text); } catch { return utf8Decode(percentDecode(`${text}`)); }
  };
  const primitive = value => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' && value - value === 0) return `${value}`;
    if (typeof value === 'bigint' || typeof value === 'boolean') return `${value}`;
    return '';
  };
  const stringify = (object, separator, equals, options) => {
    const sep = separator || '&';
    const eq = equals || '=';
    const encode = typeof options?.encodeURIComponent === 'function' ? options.encodeURIComponent : querystring.escape;
    if (object === null || typeof object !== 'object') return '';
    let out = '';
    const keys = ObjectKeys(object);
    for (let i = 0; i < keys.length; i += 1) {
      const value = object[keys[i]];
      const key = encode(primitive(keys[i])) + eq;
      if (ArrayIsArray(value)) {
        if (value.length === 0) continue;
        if (out !== '') out += sep;
        for (let k = 0; k < value.length; k += 1) out += (k > 0 ? sep : '') + key + encode(primitive(value[k]));
      } else out += (out === '' ? '' : sep) + key + encode(primitive(value));
    }
    return out;
  };
  const parse = (text, separator, equals, options) => {
    const made = { __proto__: null };
    if (typeof text !== 'string' || text.length === 0) return made;
    const sep = separator ? `${separator}` : '&';
    const eq = equals ? `${equals}` : '=';
    const decode = typeof options?.decodeURIComponent === 'function' ? options.decodeURIComponent : querystring.unescape;
    let left = typeof options?.maxKeys === 'number' ? options.maxKeys || Infinity : 1000;
    const clean = part => {
      let plain = '';
      for (let i = 0; i < part.length; i += 1) plain += part[i] === '+' ? ' ' : part[i];
      if (StringPrototypeIndexOf(plain, '%') < 0 && decode === unescape) return plain;
      try { return decode(plain); } catch { return unescape(plain); }
    };
    for (let from = 0; from <= text.length && left > 0;) {
      let to = StringPrototypeIndexOf(text, sep, from);
      if (to < 0) to = text.length;
      if (to > from) {
        const part = StringPrototypeSlice(text, from, to);
        const at = StringPrototypeIndexOf(part, eq);
        const key = clean(at < 0 ? part : StringPrototypeSlice(part, 0, at));
        const value = at < 0 ? '' : clean(StringPrototypeSlice(part, at + eq.length));
        const old = made[key];
        if (old === undefined) made[key] = value;
        else if (typeof old === 'string') { const both = list(); push(both, old); push(both, value); made[key] = toArray(both); }
        else define(old, old.length, value, true);
      }
      left -= 1;
      from = to + sep.length;
    }
    return made;
  };
  const querystring = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse };
  env.modules.querystring = querystring;

  // ---- string_decoder

  function StringDecoder(encoding) {
    const name = env.encodingName(encoding);
    if (name === undefined) throw nodeError(TypeError, 'ERR_UNKNOWN_ENCODING', `Unknown encoding: ${encoding}`);
    define(this, 'encoding', name, true);
    p.WeakMapPrototypeSet(decoders, this, decoderOf(name));
  }
  const decoders = new p.WeakMap();
  // For encodings of several bytes a unit, the bytes over are kept for the next time.
  const decoderOf = name => {
    if (name === 'utf8') return env.utf8Decoder(false);
    const codec = env.codecOf(name);
    let rest = new p.Uint8Array(0);
    const unit = name === 'utf16le' ? 2 : name === 'base64' || name === 'base64url' ? 3 : 1;
    return { __proto__: null, write(bytes, last) {
      const parts = list();
      push(parts, rest);
      push(parts, bytes);
      const all = env.concatBytes(parts);
      const length = TypedArrayPrototypeGetLength(all);
      let end = last ? length : length - (length % unit);
      // Half of a pair waits for the other.
      if (!last && name === 'utf16le' && end >= 2 && (all[end - 1] & 0xfc) === 0xd8) end -= 2;
      rest = env.viewBytes(all, end);
      if (last) rest = new p.Uint8Array(0);
      return codec.decode(env.viewBytes(all, 0, end));
    } };
  };
  const stringDecoder = {
    write(chunk) {
      if (typeof chunk === 'string') return chunk;
      if (!isView(chunk)) throw typeError('buf', 'an instance of Buffer, TypedArray, or DataView', chunk);
      return p.WeakMapPrototypeGet(decoders, this).write(bytesOf(chunk), false);
    },
    end(chunk) {
      const before = chunk === undefined ? '' : this.write(chunk);
      return before + p.WeakMapPrototypeGet(decoders, this).write(new p.Uint8Array(0), true);
    },
    text(chunk, offset) { return this.write(chunk.subarray(offset)); },
  };
  for (const key of ['write', 'end', 'text']) define(StringDecoder.prototype, key, stringDecoder[key], true);
  env.modules.string_decoder = { StringDecoder };

  // ---- url

  const fileURLToPath = value => {
    const url = typeof value === 'string' ? new env.URL(value) : value;
    if (!env.isURL(url)) throw typeError('path', 'of type string or an instance of URL', value);
    if (url.protocol !== 'file:') throw nodeError(TypeError, 'ERR_INVALID_URL_SCHEME', 'The URL must be of scheme file');
    if (url.hostname !== '') throw nodeError(TypeError, 'ERR_INVALID_FILE_URL_HOST', 'File URL host must be "localhost" or empty on linux');
    if (p.RegExpPrototypeExec(/%2f/i, url.pathname) !== null) throw nodeError(TypeError, 'ERR_INVALID_FILE_URL_PATH', 'File URL path must not include encoded / characters');
    return p.decodeURIComponent(url.pathname);
  };
  const pathToFileURL = path => {
    let full = env.modules.path.resolve(path);
    if (path[path.length - 1] === '/' && full[full.length - 1] !== '/') full += '/';
    let text = '';
    for (let i = 0; i < full.length; i += 1) {
      const at = StringPrototypeIndexOf('%\\\n\r\t?#', full[i]);
      text += at < 0 ? full[i] : ['%25', '%5C', '%0A', '%0D', '%09', '%3F', '%23'][at];
    }
    return new env.URL(`file://${text}`);
  };
  const urlToHttpOptions = url => {
    const options = { protocol: url.protocol, hostname: url.hostname, hash: url.hash, search: url.search, pathname: url.pathname, path: `${url.pathname}${url.search}`, href: url.href };
    if (url.port !== '') options.port = p.Number(url.port);
    if (url.username || url.password) options.auth = `${p.decodeURIComponent(url.username)}:${p.decodeURIComponent(url.password)}`;
    return options;
  };
  // The old parser, for what has a scheme or is a path with a query.
  function Url() {
    const keys = ['protocol', 'slashes', 'auth', 'host', 'port', 'hostname', 'hash', 'search', 'query', 'pathname', 'path', 'href'];
    for (let i = 0; i < keys.length; i += 1) this[keys[i]] = null;
  }
  const parseUrl = (given, asObject) => {
    if (typeof given !== 'string') throw typeError('url', 'of type string', given);
    const made = new Url();
    let rest = given;
    const cut = mark => { const at = StringPrototypeIndexOf(rest, mark); if (at < 0) return null; const tail = StringPrototypeSlice(rest, at); rest = StringPrototypeSlice(rest, 0, at); return tail; };
    const scheme = p.RegExpPrototypeExec(/^([a-z0-9.+-]+:)(\/\/)?/i, rest);
    if (scheme !== null) {
      made.protocol = StringPrototypeToLowerCase(scheme[1]);
      if (scheme[2] !== undefined) made.slashes = true;
      rest = StringPrototypeSlice(rest, scheme[0].length);
    }
    made.hash = cut('#');
    made.search = cut('?');
    if (made.slashes) {
      let end = StringPrototypeIndexOf(rest, '/');
      if (end < 0) end = rest.length;
      let host = StringPrototypeSlice(rest, 0, end);
      rest = StringPrototypeSlice(rest, end);
      const at = StringPrototypeLastIndexOf(host, '@');
      if (at >= 0) { made.auth = p.decodeURIComponent(StringPrototypeSlice(host, 0, at)); host = StringPrototypeSlice(host, at + 1); }
      host = StringPrototypeToLowerCase(host);
      const port = p.RegExpPrototypeExec(/:([0-9]*)$/, host);
      made.hostname = port === null ? host : StringPrototypeSlice(host, 0, -port[0].length);
      if (port !== null && port[1] !== '') made.port = port[1];
      made.host = made.hostname + (made.port === null ? '' : `:${made.port}`);
      if (rest === '') rest = '/';
    }
    if (rest !== '') made.pathname = rest;
    made.query = made.search === null ? null : StringPrototypeSlice(made.search, 1);
    if (asObject) { made.query = querystring.parse(made.query ?? ''); made.search ??= ''; }
    if (made.pathname !== null || made.search) made.path = `${made.pathname ?? ''}${made.search ?? ''}`;
    made.href = formatUrl(made);
    return made;
  };
  const formatUrl = (value, options) => {
    if (typeof value === 'string') return formatUrl(parseUrl(value));
    if (env.isURL(value)) {
      const url = new env.URL(value.href);
      if (options?.fragment === false) url.hash = '';
      if (options?.search === false) url.search = '';
      if (options?.auth === false) { url.username = ''; url.password = ''; }
      return url.href;
    }
    if (!isObject(value)) throw typeError('urlObject', 'one of type object or string', value);
    let protocol = value.protocol || '';
    if (protocol !== '' && protocol[protocol.length - 1] !== ':') protocol += ':';
    const auth = value.auth ? `${p.RegExpPrototypeExec(/^[\w.~!$&'()*+,;=:%-]*$/, value.auth) !== null ? value.auth : p.encodeURIComponent(value.auth)}@` : '';
    let host = '';
    if (value.host) host = auth + value.host;
    else if (value.hostname) host = `${auth}${StringPrototypeIndexOf(value.hostname, ':') >= 0 && value.hostname[0] !== '[' ? `[${value.hostname}]` : value.hostname}${value.port ? `:${value.port}` : ''}`;
    let search = value.search || (isObject(value.query) && ObjectKeys(value.query).length > 0 ? `?${querystring.stringify(value.query)}` : '');
    let pathname = value.pathname || '';
    const web = p.RegExpPrototypeExec(/^(https?|ftp|gopher|file|wss?):$/, protocol) !== null;
    if (value.slashes || ((protocol === '' || web) && host !== '')) {
      host = `//${host}`;
      if (pathname !== '' && pathname[0] !== '/') pathname = `/${pathname}`;
    }
    let hash = value.hash || '';
    if (hash !== '' && hash[0] !== '#') hash = `#${hash}`;
    if (search !== '' && search[0] !== '?') search = `?${search}`;
    return protocol + host + pathname + search + hash;
  };
  const resolveUrl = (from, to) => {
    const base = native.parseUrl(`${from}`, undefined);
    if (base !== null) return new env.URL(to, from).href;
    const found = new env.URL(to, new env.URL(StringPrototypeStartsWith(from, '/') ? from : `/${from}`, 'http://a.invalid/'));
    return found.hostname === 'a.invalid' ? StringPrototypeSlice(found.href, found.origin.length) : found.href;
  };
  env.modules.url = {
    Url, parse: parseUrl, resolve: resolveUrl, format: formatUrl, URL: env.URL, URLSearchParams: env.URLSearchParams, fileURLToPath, pathToFileURL, urlToHttpOptions,
    domainToASCII: domain => { const found = native.parseUrl(`http://${domain}`, undefined); return found === null ? '' : found.hostname; },
    domainToUnicode: domain => `${domain}`,
  };

  // ---- buffer

  const isUtf8 = value => env.utf8Decoder(true).write(bytesOf(value), true) !== undefined;
  const isAscii = value => { const bytes = bytesOf(value); for (let i = 0; i < TypedArrayPrototypeGetLength(bytes); i += 1) if (bytes[i] > 127) return false; return true; };
  const transcode = (source, from, to) => {
    if (!env.isBytes(source)) throw typeError('source', 'an instance of Buffer or Uint8Array', source);
    const text = env.codecOf(from).decode(source);
    const narrow = env.encodingName(to) === 'latin1' ? 255 : env.encodingName(to) === 'ascii' ? 127 : 65535;
    let clean = '';
    for (let i = 0; i < text.length; i += 1) clean += StringPrototypeCharCodeAt(text, i) > narrow ? '?' : text[i];
    return env.Buffer.from(clean, to);
  };
  env.modules.buffer = {
    Buffer: env.Buffer, SlowBuffer: env.Buffer, Blob: env.Blob, File: env.File, atob: env.atob, btoa: env.btoa, isUtf8, isAscii, transcode,
    kMaxLength: 2 ** 32, kStringMaxLength: 536870888, INSPECT_MAX_BYTES: 50, constants: { MAX_LENGTH: 2 ** 32, MAX_STRING_LENGTH: 536870888 },
  };
})
