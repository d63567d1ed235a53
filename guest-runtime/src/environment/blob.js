// `Blob`, `File` and `FormData`.
(env => {
  'use strict';
  const {
    bytesOf, concatBytes, copyBytes, dictionary, isObject, iterate, list, nodeError, p, push, required, showAs, toArray, toUSVString, typeError, utf8Decode,
    utf8Encode, webClass, withoutMark,
  } = env;
  const {
    DateNow, PromiseResolve, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase,
    SymbolIterator, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength, TypeError,
  } = p;

  const typeOf = value => {
    const text = `${value}`;
    return RegExpPrototypeExec(/[^\u0020-\u007e]/, text) !== null ? '' : StringPrototypeToLowerCase(text);
  };
  // Line breaks as `\n`, where the option `endings` is `native`.
  const nativeEndings = text => {
    let out = '';
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] !== '\r') out += text[i];
      else { out += '\n'; if (text[i + 1] === '\n') i += 1; }
    }
    return out;
  };

  const token = {};
  let bytesIn;
  class Blob {
    #bytes;
    #type;
    constructor(sources = undefined, options = undefined, given = undefined) {
      if (given === token) {
        this.#bytes = sources;
        this.#type = options;
        return;
      }
      const parts = list();
      const init = dictionary(options, "Failed to construct 'Blob'");
      const native = init.endings !== undefined && `${init.endings}` === 'native';
      if (init.endings !== undefined && !native && `${init.endings}` !== 'transparent') {
        throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The argument 'options.endings' must be one of: 'transparent', 'native'. Received ${env.inspect(init.endings)}`);
      }
      if (sources !== undefined) {
        const method = isObject(sources) ? sources[SymbolIterator] : undefined;
        if (typeof method !== 'function') throw typeError('sources', 'a sequence', sources);
        iterate(sources, method, source => {
          if (isBlob(source)) push(parts, source.#bytes);
          else {
            const bytes = isObject(source) ? bytesOf(source) : undefined;
            if (bytes !== undefined) push(parts, bytes);
            else { const text = toUSVString(source); push(parts, utf8Encode(native ? nativeEndings(text) : text)); }
          }
        });
      }
      this.#bytes = concatBytes(parts);
      this.#type = init.type === undefined ? '' : typeOf(init.type);
    }
    get size() { return TypedArrayPrototypeGetLength(this.#bytes); }
    get type() { return this.#type; }
    slice(start = 0, end = this.size, type = '') {
      const { size } = this;
      const clamp = value => { const at = p.MathTrunc(+value) || 0; return at < 0 ? p.MathMax(at + size, 0) : p.MathMin(at, size); };
      const from = clamp(start);
      return new Blob(copyBytes(this.#bytes, from, p.MathMax(clamp(end), from)), typeOf(type), token);
    }
    stream() { return env.streamOf(this.#bytes); }
    text() { return PromiseResolve(withoutMark(utf8Decode(this.#bytes))); }
    arrayBuffer() { return PromiseResolve(TypedArrayPrototypeGetBuffer(copyBytes(this.#bytes))); }
    bytes() { return PromiseResolve(copyBytes(this.#bytes)); }
    static {
      bytesIn = blob => blob.#bytes;
      env.isBlob = value => isObject(value) && #bytes in value;
    }
  }
  const { isBlob } = env;
  p.ReflectDefineProperty(Blob, 'length', { __proto__: null, value: 0, configurable: true });
  p.ReflectDefineProperty(Blob.prototype.slice, 'length', { __proto__: null, value: 0, configurable: true });
  webClass('Blob', Blob);
  showAs(Blob, blob => ({ size: blob.size, type: blob.type }));

  class File extends Blob {
    #name;
    #lastModified;
    constructor(sources, name, options = undefined) {
      required(2, arguments.length, "Failed to construct 'File'");
      super(sources, options);
      this.#name = toUSVString(name);
      const { lastModified } = dictionary(options, '');
      this.#lastModified = lastModified === undefined ? DateNow() : p.MathTrunc(+lastModified) || 0;
    }
    get name() { return this.#name; }
    get lastModified() { return this.#lastModified; }
    static { env.isFile = value => isObject(value) && #name in value; }
  }
  webClass('File', File);
  showAs(File, file => ({ size: file.size, type: file.type, name: file.name, lastModified: file.lastModified }));
  env.Blob = Blob;
  env.File = File;
  env.blobBytes = bytesIn;
  env.makeBlob = (bytes, type) => new Blob(bytes, type, token);
  const fileOf = (blob, name) => new File(toArray(one(blob)), name, { __proto__: null, type: blob.type, lastModified: env.isFile(blob) ? blob.lastModified : undefined });
  const one = item => { const items = list(); push(items, item); return items; };
  env.platform(isBlob, blob => (env.isFile(blob) ? fileOf(blob, blob.name) : new Blob(bytesIn(blob), blob.type, token)));

  let entriesOf;
  class FormData {
    #entries = list();
    constructor(form = undefined) {
      if (form !== undefined) throw new TypeError("Failed to construct 'FormData': parameter 1 is not of type 'HTMLFormElement'.");
    }
    append(name, value, filename = undefined) {
      required(2, arguments.length, "Failed to execute 'append' on 'FormData'");
      push(this.#entries, entry(name, value, filename, arguments.length > 2, 'append'));
    }
    delete(name) {
      required(1, arguments.length, "Failed to execute 'delete' on 'FormData'");
      this.#without(toUSVString(name));
    }
    get(name) {
      required(1, arguments.length, "Failed to execute 'get' on 'FormData'");
      const wanted = toUSVString(name);
      for (let i = 0; i < this.#entries.length; i += 1) if (this.#entries[i].name === wanted) return this.#entries[i].value;
      return null;
    }
    getAll(name) {
      required(1, arguments.length, "Failed to execute 'getAll' on 'FormData'");
      const wanted = toUSVString(name);
      const found = list();
      for (let i = 0; i < this.#entries.length; i += 1) if (this.#entries[i].name === wanted) push(found, this.#entries[i].value);
      return toArray(found);
    }
    has(name) {
      required(1, arguments.length, "Failed to execute 'has' on 'FormData'");
      return this.get(name) !== null;
    }
    set(name, value, filename = undefined) {
      required(2, arguments.length, "Failed to execute 'set' on 'FormData'");
      const made = entry(name, value, filename, arguments.length > 2, 'set');
      const at = this.#without(made.name);
      const rest = this.#entries;
      this.#entries = list();
      for (let i = 0; i < rest.length; i += 1) {
        if (i === at) push(this.#entries, made);
        push(this.#entries, rest[i]);
      }
      if (at >= rest.length) push(this.#entries, made);
    }
    // Returns the place of the first of that name.
    #without(name) {
      const kept = list();
      let first = -1;
      for (let i = 0; i < this.#entries.length; i += 1) {
        if (this.#entries[i].name !== name) push(kept, this.#entries[i]);
        else if (first < 0) first = kept.length;
      }
      this.#entries = kept;
      return first < 0 ? kept.length : first;
    }
    static {
      env.isFormData = value => isObject(value) && #entries in value;
      entriesOf = form => form.#entries;
    }
  }
  const entry = (name, value, filename, named, method) => {
    if (named && !isBlob(value)) throw new TypeError(`Failed to execute '${method}' on 'FormData': parameter 2 is not of type 'Blob'`);
    const key = toUSVString(name);
    if (!isBlob(value)) return { __proto__: null, name: key, value: toUSVString(value) };
    if (env.isFile(value) && !named) return { __proto__: null, name: key, value };
    return { __proto__: null, name: key, value: fileOf(value, named ? toUSVString(filename) : 'blob') };
  };
  env.pairIteration('FormData', FormData, form => entriesOf(form));
  webClass('FormData', FormData);
  p.ObjectDefineProperty(FormData.prototype, env.inspectCustom, env.data(function inspectForm(depth, options) {
    const shown = {};
    const entries = entriesOf(this);
    for (let i = 0; i < entries.length; i += 1) {
      const { name, value } = entries[i];
      if (!env.hasOwn(shown, name)) env.define(shown, name, value, true);
      else if (p.ArrayIsArray(shown[name])) { const all = list(); for (let k = 0; k < shown[name].length; k += 1) push(all, shown[name][k]); push(all, value); shown[name] = toArray(all); }
      else { const both = one(shown[name]); push(both, value); shown[name] = toArray(both); }
    }
    const text = env.inspect(shown, { ...options, depth: options.depth ?? depth });
    return `FormData ${text}`;
  }));
  env.FormData = FormData;

  // As a body of type multipart/form-data.
  const quoted = text => {
    let out = '';
    for (let i = 0; i < text.length; i += 1) out += text[i] === '\n' ? '%0A' : text[i] === '\r' ? '%0D' : text[i] === '"' ? '%22' : text[i];
    return out;
  };
  const crlf = text => {
    let out = '';
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] === '\r') { out += '\r\n'; if (text[i + 1] === '\n') i += 1; }
      else out += text[i] === '\n' ? '\r\n' : text[i];
    }
    return out;
  };
  env.encodeForm = (form, boundary) => {
    const parts = list();
    const entries = entriesOf(form);
    for (let i = 0; i < entries.length; i += 1) {
      const { name, value } = entries[i];
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(crlf(name))}"`;
      if (typeof value === 'string') push(parts, utf8Encode(`${head}\r\n\r\n${crlf(value)}\r\n`));
      else {
        push(parts, utf8Encode(`${head}; filename="${quoted(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}\r\n\r\n`));
        push(parts, bytesIn(value));
        push(parts, utf8Encode('\r\n'));
      }
    }
    push(parts, utf8Encode(`--${boundary}--\r\n`));
    return concatBytes(parts);
  };

  const unquoted = text => {
    let out = '';
    for (let i = 0; i < text.length; i += 1) {
      const code = StringPrototypeSlice(text, i, i + 3);
      const char = code === '%0A' ? '\n' : code === '%0D' ? '\r' : code === '%22' ? '"' : undefined;
      out += char ?? text[i];
      if (char !== undefined) i += 2;
    }
    return out;
  };
  // One parameter of a header, quoted or not.
  env.headerParameter = (text, name) => {
    let at = 0;
    for (;;) {
      at = StringPrototypeIndexOf(text, ';', at);
      if (at < 0) return undefined;
      at += 1;
      while (text[at] === ' ' || text[at] === '\t') at += 1;
      const equals = StringPrototypeIndexOf(text, '=', at);
      if (equals < 0) return undefined;
      const key = StringPrototypeToLowerCase(StringPrototypeSlice(text, at, equals));
      let value;
      if (text[equals + 1] === '"') {
        at = StringPrototypeIndexOf(text, '"', equals + 2);
        if (at < 0) at = text.length;
        value = StringPrototypeSlice(text, equals + 2, at);
      } else {
        at = StringPrototypeIndexOf(text, ';', equals);
        if (at < 0) at = text.length;
        value = StringPrototypeSlice(text, equals + 1, at);
      }
      if (key === name) return value;
    }
  };
  // Reads a multipart body; undefined when it is none.
  env.decodeForm = (bytes, boundary) => {
    const text = env.latin1Decode(bytes);
    const form = new FormData();
    const mark = `--${boundary}`;
    let at = StringPrototypeIndexOf(text, mark);
    if (at < 0) return undefined;
    for (;;) {
      at += mark.length;
      if (StringPrototypeSlice(text, at, at + 2) === '--') return form;
      if (StringPrototypeSlice(text, at, at + 2) !== '\r\n') return undefined;
      const head = StringPrototypeIndexOf(text, '\r\n\r\n', at);
      const next = StringPrototypeIndexOf(text, `\r\n${mark}`, head < 0 ? at : head + 2);
      if (head < 0 || next < 0) return undefined;
      const headers = utf8Decode(env.latin1Encode(StringPrototypeSlice(text, at + 2, head)));
      let disposition = '';
      let type = 'text/plain';
      for (let from = 0; from < headers.length;) {
        let to = StringPrototypeIndexOf(headers, '\r\n', from);
        if (to < 0) to = headers.length;
        const line = StringPrototypeSlice(headers, from, to);
        const colon = StringPrototypeIndexOf(line, ':');
        const key = StringPrototypeToLowerCase(StringPrototypeSlice(line, 0, colon));
        const value = p.StringPrototypeTrim(StringPrototypeSlice(line, colon + 1));
        if (key === 'content-disposition') disposition = value;
        if (key === 'content-type') type = value;
        from = to + 2;
      }
      const name = env.headerParameter(disposition, 'name');
      const filename = env.headerParameter(disposition, 'filename');
      if (name === undefined) return undefined;
      const content = copyBytes(bytes, head + 4, p.MathMax(next, head + 4));
      if (filename === undefined) form.append(unquoted(name), utf8Decode(content));
      else form.append(unquoted(name), new File(toArray(one(content)), unquoted(filename), { __proto__: null, type }));
      at = next + 2;
    }
  };
})
