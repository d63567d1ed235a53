// `Headers`, `Request`, `Response` and `fetch`.
//
// The cell has no network. Where the host makes requests for it, `native.fetch` has two
// calls: `read` for methods that change nothing, `send` for all others. Else `fetch`
// rejects and says what to use instead.
(env => {
  'use strict';
  const {
    bytesOf, copyBytes, deferred, define, dictionary, expose, inspect, inspectCustom, isObject, iterate, list, native, p, push, showAs, then, toArray, toUSVString, utf8Decode,
    utf8Encode, webClass, withoutMark,
  } = env;
  const {
    JSONParse, JSONStringify, MathRandom, PromiseReject, PromiseResolve, RangeError, RegExpPrototypeExec, ReflectOwnKeys, StringPrototypeIndexOf, StringPrototypeSlice,
    StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeToUpperCase, SymbolIterator, TypedArrayPrototypeGetBuffer, TypeError,
  } = p;

  const nameText = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const valueText = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
  const blanks = /^[\t\r\n ]*(.*?)[\t\r\n ]*$/s;
  const where = (Class, method) => `${Class}.${method}`;

  const headerName = (value, method) => {
    const text = `${value}`;
    if (RegExpPrototypeExec(nameText, text) === null) throw new TypeError(`${where('Headers', method)}: ${text} is an invalid header name.`);
    return StringPrototypeToLowerCase(text);
  };
  const headerValue = (value, method) => {
    const text = RegExpPrototypeExec(blanks, `${value}`)[1];
    if (RegExpPrototypeExec(valueText, text) === null) throw new TypeError(`${where('Headers', method)}: ${text} is an invalid header value.`);
    return text;
  };

  let rowsOf;
  let arrivedIn;
  let sealed;
  class Headers {
    // In the order of arrival; names are in small letters.
    #rows = list();
    #immutable = false;
    constructor(init = undefined) {
      if (init === undefined) return;
      if (!isObject(init)) throw new TypeError("Headers constructor: The provided value is not of type '(record<ByteString, ByteString> or sequence<sequence<ByteString>>'.");
      fill(this, init);
    }
    append(name, value) {
      need(2, arguments.length, 'Headers.append');
      const key = headerName(name, 'append');
      const text = headerValue(value, 'append');
      this.#open('append');
      push(this.#rows, row(key, text));
    }
    delete(name) {
      need(1, arguments.length, 'Headers.delete');
      const key = headerName(name, 'delete');
      this.#open('delete');
      this.#remove(key);
    }
    get(name) {
      need(1, arguments.length, 'Headers.get');
      const key = headerName(name, 'get');
      let text = null;
      for (let i = 0; i < this.#rows.length; i += 1) {
        if (this.#rows[i].name === key) text = text === null ? this.#rows[i].value : `${text}${key === 'cookie' ? '; ' : ', '}${this.#rows[i].value}`;
      }
      return text;
    }
    has(name) {
      need(1, arguments.length, 'Headers.has');
      return this.get(headerName(name, 'has')) !== null;
    }
    set(name, value) {
      need(2, arguments.length, 'Headers.set');
      const key = headerName(name, 'set');
      const text = headerValue(value, 'set');
      this.#open('set');
      this.#remove(key);
      push(this.#rows, row(key, text));
    }
    getSetCookie() {
      const found = list();
      for (let i = 0; i < this.#rows.length; i += 1) if (this.#rows[i].name === 'set-cookie') push(found, this.#rows[i].value);
      return toArray(found);
    }
    #remove(key) {
      const kept = list();
      for (let i = 0; i < this.#rows.length; i += 1) if (this.#rows[i].name !== key) push(kept, this.#rows[i]);
      this.#rows = kept;
    }
    #open(method) { if (this.#immutable) throw new TypeError(`${where('Headers', method)}: immutable`); }
    static {
      arrivedIn = headers => headers.#rows;
      // Sorted by name, joined but for cookies that are set.
      rowsOf = headers => {
        const sorted = list();
        const rows = headers.#rows;
        for (let i = 0; i < rows.length; i += 1) {
          const { name, value } = rows[i];
          let at = sorted.length;
          while (at > 0 && sorted[at - 1].name > name) at -= 1;
          if (at > 0 && sorted[at - 1].name === name && name !== 'set-cookie') {
            sorted[at - 1] = row(name, `${sorted[at - 1].value}${name === 'cookie' ? '; ' : ', '}${value}`);
            continue;
          }
          for (let k = sorted.length; k > at; k -= 1) sorted[k] = sorted[k - 1];
          sorted[at] = row(name, value);
        }
        return sorted;
      };
      sealed = headers => { headers.#immutable = true; return headers; };
      env.isHeaders = value => isObject(value) && #rows in value;
    }
  }
  const row = (name, value) => ({ __proto__: null, name, value });
  const need = (count, given, what) => {
    if (given < count) throw new TypeError(`${what}: ${count} argument${count > 1 ? 's' : ''} required, but${given > 0 ? ' only' : ''} ${given} found.`);
  };
  const fill = (headers, init) => {
    if (env.isHeaders(init)) {
      const rows = rowsOf(init);
      for (let i = 0; i < rows.length; i += 1) append(headers, rows[i].name, rows[i].value);
      return;
    }
    const method = init[SymbolIterator];
    if (typeof method === 'function') {
      iterate(init, method, pair => {
        const both = list();
        const each = isObject(pair) ? pair[SymbolIterator] : undefined;
        if (typeof each === 'function') iterate(pair, each, part => push(both, part));
        if (both.length !== 2) throw new TypeError(`Headers constructor: expected name/value pair to be length 2, found ${both.length}.`);
        append(headers, both[0], both[1]);
      });
      return;
    }
    const keys = ReflectOwnKeys(init);
    for (let i = 0; i < keys.length; i += 1) {
      const found = env.getDescriptor(init, keys[i]);
      if (found !== undefined && found.enumerable) append(headers, keys[i], init[keys[i]]);
    }
  };
  const append = env.uncurry(Headers.prototype.append);
  const getHeader = env.uncurry(Headers.prototype.get);
  env.pairIteration('Headers', Headers, headers => rowsOf(headers));
  webClass('Headers', Headers);
  define(Headers.prototype, inspectCustom, { [inspectCustom](depth, options) {
    const shown = {};
    const rows = arrivedIn(this);
    for (let i = 0; i < rows.length; i += 1) env.define(shown, rows[i].name, getHeader(this, rows[i].name), true);
    return `Headers ${inspect(shown, { ...options, depth: options.depth ?? depth })}`;
  } }[inspectCustom]);

  // ---- Bodies. A body is a record: its bytes or its stream, and its type.

  const boundary = () => {
    let text = '----formdata-codecell-0';
    for (let i = 0; i < 11; i += 1) text += '0123456789'[p.MathFloor(MathRandom() * 10)];
    return text;
  };
  const bodyOf = init => {
    const made = (bytes, type) => ({ __proto__: null, bytes, type, stream: null, object: null });
    if (env.isBlob(init)) return made(env.blobBytes(init), init.type === '' ? null : init.type);
    if (env.isFormData(init)) {
      const mark = boundary();
      return made(env.encodeForm(init, mark), `multipart/form-data; boundary=${mark}`);
    }
    if (env.isSearchParams(init)) return made(utf8Encode(env.searchText(init)), 'application/x-www-form-urlencoded;charset=UTF-8');
    if (env.isReadableStream(init)) {
      const state = env.streamState(init);
      if (state.disturbed || state.reader !== null) throw new TypeError('Response body object should not be disturbed or locked');
      return { __proto__: null, bytes: null, type: null, stream: init };
    }
    const bytes = isObject(init) ? bytesOf(init) : undefined;
    if (bytes !== undefined) return made(copyBytes(bytes), null);
    if (isObject(init) && typeof init[p.SymbolAsyncIterator] === 'function') return { __proto__: null, bytes: null, type: null, stream: env.ReadableStream.from(init) };
    return made(utf8Encode(toUSVString(init)), 'text/plain;charset=UTF-8');
  };
  // The stream is made when it is asked for.
  const streamIn = body => {
    if (body === null) return null;
    body.stream ??= env.streamOf(body.bytes);
    return body.stream;
  };
  const isUsed = body => body !== null && (body.used === true || (body.stream !== null && env.streamState(body.stream).disturbed));
  const isLocked = body => body !== null && body.stream !== null && env.streamState(body.stream).reader !== null;
  const consume = body => {
    if (body === null) return PromiseResolve(new p.Uint8Array(0));
    if (isUsed(body) || isLocked(body)) return PromiseReject(new TypeError('Body is unusable: Body has already been read'));
    body.used = true;
    if (body.stream === null) return PromiseResolve(body.bytes);
    return env.readAll(body.stream);
  };
  const cloneBody = body => {
    if (body === null) return null;
    if (body.stream === null) return { __proto__: null, bytes: body.bytes, type: body.type, stream: null };
    const branches = env.teeStream(body.stream);
    body.stream = branches[0];
    return { __proto__: null, bytes: null, type: body.type, stream: branches[1] };
  };

  const mixBody = (Class, bodyIn, headersIn) => {
    const typeIn = object => getHeader(headersIn(object), 'content-type') ?? '';
    const read = (object, convert) => {
      let body;
      try { body = bodyIn(object); } catch (error) { return PromiseReject(error); }
      return then(consume(body), bytes => convert(bytes, object));
    };
    const methods = {
      arrayBuffer() { return read(this, bytes => TypedArrayPrototypeGetBuffer(copyBytes(bytes))); },
      blob() { return read(this, (bytes, object) => env.makeBlob(copyBytes(bytes), StringPrototypeToLowerCase(typeIn(object)))); },
      bytes() { return read(this, bytes => copyBytes(bytes)); },
      formData() {
        return read(this, (bytes, object) => {
          const type = typeIn(object);
          if (RegExpPrototypeExec(/^multipart\/form-data/i, type) !== null) {
            const mark = env.headerParameter(type, 'boundary');
            const form = mark === undefined ? undefined : env.decodeForm(bytes, mark);
            if (form === undefined) throw new TypeError('Failed to parse body as FormData.');
            return form;
          }
          if (RegExpPrototypeExec(/^application\/x-www-form-urlencoded/i, type) !== null) {
            const form = new env.FormData();
            const pairs = env.parseForm(withoutMark(utf8Decode(bytes)));
            for (let i = 0; i < pairs.length; i += 1) form.append(pairs[i].name, pairs[i].value);
            return form;
          }
          throw new TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".');
        });
      },
      json() { return read(this, bytes => JSONParse(withoutMark(utf8Decode(bytes)))); },
      text() { return read(this, bytes => withoutMark(utf8Decode(bytes))); },
    };
    for (const key of ReflectOwnKeys(methods)) define(Class.prototype, key, methods[key], true);
    const accessors = {
      get body() { return streamIn(bodyIn(this)); },
      get bodyUsed() { return isUsed(bodyIn(this)); },
    };
    for (const key of ReflectOwnKeys(accessors)) p.ReflectDefineProperty(Class.prototype, key, env.getDescriptor(accessors, key));
  };

  // ---- Response.

  const token = {};
  const nullStatus = { __proto__: null, 101: true, 103: true, 204: true, 205: true, 304: true };
  const statusText = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
  let responseParts;
  class Response {
    #status = 200;
    #statusText = '';
    #headers = new Headers();
    #body = null;
    #type = 'default';
    #url = '';
    #redirected = false;
    constructor(body = null, init = undefined) {
      if (init === token) return;
      const options = dictionary(init, 'Response constructor');
      this.#body = body === null || body === undefined ? null : bodyOf(body);
      this.#start(options, this.#body?.type ?? null);
    }
    #start(options, type) {
      if (options.status !== undefined) {
        const status = p.MathTrunc(+options.status) || 0;
        if (status < 200 || status > 599) throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
        this.#status = status;
      }
      if (options.statusText !== undefined) {
        if (RegExpPrototypeExec(statusText, `${options.statusText}`) === null) throw new TypeError('Invalid statusText');
        this.#statusText = `${options.statusText}`;
      }
      if (options.headers !== undefined) {
        if (!isObject(options.headers)) throw new TypeError("Response constructor: The provided value is not of type '(record<ByteString, ByteString> or sequence<sequence<ByteString>>'.");
        fill(this.#headers, options.headers);
      }
      if (this.#body === null) return;
      if (nullStatus[this.#status] === true) throw new TypeError(`Response constructor: Invalid response status code ${this.#status}`);
      if (type !== null && getHeader(this.#headers, 'content-type') === null) append(this.#headers, 'content-type', type);
    }
    get type() { return this.#type; }
    get url() { return this.#url; }
    get redirected() { return this.#redirected; }
    get status() { return this.#status; }
    get ok() { return this.#status >= 200 && this.#status <= 299; }
    get statusText() { return this.#statusText; }
    get headers() { return this.#headers; }
    clone() {
      if (isUsed(this.#body) || isLocked(this.#body)) throw new TypeError('Response.clone: Body has already been consumed.');
      const copy = new Response(null, token);
      copy.#status = this.#status;
      copy.#statusText = this.#statusText;
      copy.#type = this.#type;
      copy.#url = this.#url;
      copy.#redirected = this.#redirected;
      fill(copy.#headers, this.#headers);
      copy.#body = cloneBody(this.#body);
      return copy;
    }
    static error() {
      const made = new Response(null, token);
      made.#type = 'error';
      made.#status = 0;
      sealed(made.#headers);
      return made;
    }
    static json(data, init = undefined) {
      need(1, arguments.length, 'Response.json');
      const text = JSONStringify(data);
      if (text === undefined) throw new TypeError('Value is not JSON serializable');
      const made = new Response(null, token);
      made.#body = bodyOf(text);
      made.#start(dictionary(init, 'Response.json'), 'application/json');
      return made;
    }
    static redirect(url, status = 302) {
      need(1, arguments.length, 'Response.redirect');
      const parsed = native.parseUrl(toUSVString(url), undefined);
      if (parsed === null) throw new TypeError(`Failed to parse URL from ${url}`);
      const code = +status;
      if (!(code === 301 || code === 302 || code === 303 || code === 307 || code === 308)) throw new RangeError(`Invalid status code ${status}`);
      const made = new Response(null, token);
      made.#status = code;
      append(made.#headers, 'location', parsed.href);
      sealed(made.#headers);
      return made;
    }
    static {
      responseParts = response => ({ __proto__: null, body: response.#body, headers: response.#headers });
      env.isResponse = value => isObject(value) && #status in value;
      // The answer of a host's fetch.
      env.responseFrom = answer => {
        const made = new Response(null, token);
        made.#status = answer.status;
        made.#statusText = answer.statusText ?? '';
        made.#type = 'basic';
        made.#url = answer.url ?? '';
        made.#redirected = !!answer.redirected;
        if (answer.headers !== undefined) fill(made.#headers, answer.headers);
        sealed(made.#headers);
        if (answer.body !== undefined && answer.body !== null) made.#body = bodyOf(answer.body);
        return made;
      };
    }
  }
  p.ReflectDefineProperty(Response, 'length', { __proto__: null, value: 0, configurable: true });
  mixBody(Response, object => responseParts(object).body, object => responseParts(object).headers);
  webClass('Response', Response);
  showAs(Response, r => ({
    status: r.status, statusText: r.statusText, headers: r.headers, body: r.body, bodyUsed: r.bodyUsed, ok: r.ok, redirected: r.redirected, type: r.type, url: r.url,
  }));

  // ---- Request.

  const known = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH'];
  const methodOf = value => {
    const text = `${value}`;
    const upper = StringPrototypeToUpperCase(text);
    if (RegExpPrototypeExec(nameText, text) === null) throw new TypeError(`'${text}' is not a valid HTTP method.`);
    if (upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK') throw new TypeError(`'${text}' HTTP method is unsupported.`);
    for (let i = 0; i < known.length; i += 1) if (known[i] === upper && upper !== 'PATCH') return upper;
    return upper === 'PATCH' ? 'PATCH' : text;
  };
  const enums = { __proto__: null, mode: 'cors', credentials: 'same-origin', cache: 'default', redirect: 'follow', referrer: 'about:client', referrerPolicy: '', integrity: '' };

  let requestParts;
  class Request {
    #url;
    #method = 'GET';
    #headers = new Headers();
    #body = null;
    #signal;
    #options = { __proto__: null, ...enums };
    #keepalive = false;
    #duplex = 'half';
    constructor(input, init = undefined) {
      need(1, arguments.length, 'Request constructor');
      const options = dictionary(init, 'Request constructor');
      let from = null;
      let { signal } = options;
      if (isObject(input) && #url in input) {
        from = input;
        this.#url = from.#url;
        this.#method = from.#method;
        p.ObjectAssign(this.#options, from.#options);
        if (signal === undefined) signal = from.#signal;
      } else {
        const text = toUSVString(input);
        const parsed = native.parseUrl(text, undefined);
        if (parsed === null) throw new TypeError(`Failed to parse URL from ${text}`);
        if (parsed.username !== '' || parsed.password !== '') throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${text}`);
        this.#url = parsed.href;
      }
      if (options.method !== undefined) this.#method = methodOf(options.method);
      for (const key in enums) if (options[key] !== undefined) this.#options[key] = `${options[key]}`;
      if (options.keepalive !== undefined) this.#keepalive = !!options.keepalive;
      if (signal !== undefined && signal !== null && !env.isAbortSignal(signal)) throw new TypeError("Failed to construct 'Request': member signal is not of type AbortSignal.");
      this.#signal = env.newSignal();
      if (signal !== undefined && signal !== null) {
        const own = this.#signal;
        const aborted = env.abortReason(signal);
        if (aborted !== undefined) env.abortSignal(own, aborted.reason);
        else env.onAbort(signal, () => env.abortSignal(own, env.abortReason(signal).reason));
      }
      if (options.headers !== undefined) {
        if (!isObject(options.headers)) throw new TypeError("Request constructor: The provided value is not of type '(record<ByteString, ByteString> or sequence<sequence<ByteString>>'.");
        fill(this.#headers, options.headers);
      } else if (from !== null) fill(this.#headers, from.#headers);
      const given = options.body !== undefined && options.body !== null;
      if ((given || (from !== null && from.#body !== null)) && (this.#method === 'GET' || this.#method === 'HEAD')) throw new TypeError('Request with GET/HEAD method cannot have body.');
      if (given) {
        if (env.isReadableStream(options.body) && options.duplex === undefined) throw new TypeError('RequestInit: duplex option is required when sending a body.');
        this.#body = bodyOf(options.body);
        if (this.#body.type !== null && getHeader(this.#headers, 'content-type') === null) append(this.#headers, 'content-type', this.#body.type);
      } else if (from !== null && from.#body !== null) {
        if (isUsed(from.#body) || isLocked(from.#body)) throw new TypeError('Cannot construct a Request with a Request object that has already been used.');
        this.#body = { __proto__: null, ...from.#body };
        from.#body.used = true;
      }
    }
    get method() { return this.#method; }
    get url() { return this.#url; }
    get headers() { return this.#headers; }
    get destination() { return ''; }
    get referrer() { return this.#options.referrer; }
    get referrerPolicy() { return this.#options.referrerPolicy; }
    get mode() { return this.#options.mode; }
    get credentials() { return this.#options.credentials; }
    get cache() { return this.#options.cache; }
    get redirect() { return this.#options.redirect; }
    get integrity() { return this.#options.integrity; }
    get keepalive() { return this.#keepalive; }
    get isReloadNavigation() { return false; }
    get isHistoryNavigation() { return false; }
    get signal() { return this.#signal; }
    get duplex() { return this.#duplex; }
    clone() {
      if (isUsed(this.#body) || isLocked(this.#body)) throw new TypeError('unusable');
      const body = cloneBody(this.#body);
      const held = this.#body;
      this.#body = null;
      const copy = new Request(this);
      this.#body = held;
      copy.#body = body;
      return copy;
    }
    static {
      requestParts = request => ({ __proto__: null, body: request.#body, headers: request.#headers, signal: request.#signal });
      env.isRequest = value => isObject(value) && #url in value;
    }
  }
  mixBody(Request, object => requestParts(object).body, object => requestParts(object).headers);
  webClass('Request', Request);
  showAs(Request, r => ({
    method: r.method, url: r.url, headers: r.headers, destination: r.destination, referrer: r.referrer, referrerPolicy: r.referrerPolicy, mode: r.mode,
    credentials: r.credentials, cache: r.cache, redirect: r.redirect, integrity: r.integrity, keepalive: r.keepalive,
    isReloadNavigation: r.isReloadNavigation, isHistoryNavigation: r.isHistoryNavigation, signal: r.signal,
  }));
  env.platform(value => env.isHeaders(value) || env.isResponse(value) || env.isRequest(value));

  // ---- fetch.

  const blocked = url => {
    const names = native.namespaces === undefined ? [] : native.namespaces();
    let use = 'Call the tools that the program was given';
    if (names.length > 0) {
      use = 'Call a tool of ';
      for (let i = 0; i < names.length; i += 1) use += `${i === 0 ? '' : i === names.length - 1 ? ' or ' : ', '}\`${names[i]}\``;
    }
    return new TypeError(`fetch failed: the network is blocked, so ${url} cannot be reached. ${use} instead.`);
  };
  const fetch = { fetch(input, init = undefined) {
    let request;
    try {
      if (arguments.length === 0) throw new TypeError('fetch: 1 argument required, but 0 found.');
      request = new Request(input, init);
    } catch (error) { return PromiseReject(error); }
    const { body, headers, signal } = requestParts(request);
    const aborted = env.abortReason(signal);
    if (aborted !== undefined) return PromiseReject(aborted.reason);
    if (StringPrototypeStartsWith(request.url, 'data:')) return dataUrl(request.url);
    if (native.fetch === undefined) return PromiseReject(blocked(request.url));
    const made = deferred();
    const stop = () => made.reject(env.abortReason(signal).reason);
    env.onAbort(signal, stop);
    const done = settle => value => { env.offAbort(signal, stop); settle(value); };
    const fail = done(made.reject);
    const answered = answer => made.resolve(env.responseFrom(answer));
    const asking = then(consume(body), bytes => {
      if (env.abortReason(signal) !== undefined) return;
      const asked = ask(request, headers, body === null ? null : bytes);
      then(then(asked, done(answered), failure => fail(networkError(failure))), undefined, fail);
    });
    then(asking, undefined, fail);
    return made.promise;
  } }.fetch;
  // Makes the call. Text travels as text, so that people can read it in records.
  const ask = (request, headers, bytes) => {
    const { method } = request;
    const rows = list();
    const all = rowsOf(headers);
    for (let i = 0; i < all.length; i += 1) {
      const pair = list();
      push(pair, all[i].name);
      push(pair, all[i].value);
      push(rows, toArray(pair));
    }
    let content = bytes;
    if (bytes !== null) {
      const text = utf8Decode(bytes);
      if (StringPrototypeIndexOf(text, '\ufffd') < 0) content = text;
    }
    const changesNothing = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    const call = changesNothing ? native.fetch.read : native.fetch.send;
    return call({ __proto__: null, url: request.url, method, headers: toArray(rows), body: content, redirect: request.redirect });
  };
  // What the standard rejects with, for the failure of a call. It gets its stack where the
  // program awaits it, and so nothing here may throw it.
  const networkError = failure => {
    const error = new TypeError(failure.message, { __proto__: null, cause: failure.data });
    p.ReflectDeleteProperty(error, 'stack');
    return error;
  };
  const dataUrl = url => {
    const comma = StringPrototypeIndexOf(url, ',');
    if (comma < 0) return PromiseReject(new TypeError('fetch failed: the data URL has no comma'));
    let type = StringPrototypeSlice(url, 5, comma);
    let bytes = env.percentDecode(StringPrototypeSlice(url, comma + 1));
    if (RegExpPrototypeExec(/; *base64$/i, type) !== null) {
      type = StringPrototypeSlice(type, 0, p.StringPrototypeLastIndexOf(type, ';'));
      try { bytes = env.latin1Encode(env.atob(env.latin1Decode(bytes))); } catch { return PromiseReject(new TypeError('fetch failed: the data URL is not base64')); }
    }
    if (type === '' || type[0] === ';') type = `text/plain${type === '' ? ';charset=US-ASCII' : type}`;
    return PromiseResolve(env.responseFrom({ __proto__: null, status: 200, statusText: 'OK', url, headers: { __proto__: null, 'content-type': type }, body: bytes }));
  };
  expose('fetch', fetch);
})
