// `FileReader` of the File API: a `Blob` read in tasks, with events.
(env => {
  'use strict';
  const { EventTarget, ProgressEvent, domError, fire, native, p, required, showAs, typeError, webClass } = env;
  const { TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength } = p;

  const EMPTY = 0;
  const LOADING = 1;
  const DONE = 2;
  const charset = /;[ \t]*charset=(?:"([^"]*)"|([^;]*))/i;
  const decoderFor = (label, type) => {
    const found = p.RegExpPrototypeExec(charset, type);
    const names = [label, found === null ? undefined : found[1] ?? found[2], 'utf-8'];
    for (let i = 0; i < names.length; i += 1) {
      if (names[i] === undefined) continue;
      try { return new env.TextDecoder(names[i]); } catch { /* the next says it */ }
    }
    return undefined;
  };
  const textOf = (bytes, label, type) => env.decodeWith(decoderFor(label, type), bytes);
  const results = {
    __proto__: null,
    buffer: bytes => TypedArrayPrototypeGetBuffer(env.copyBytes(bytes)),
    binary: bytes => native.latin1Decode(bytes),
    text: (bytes, type, label) => textOf(bytes, label, type),
    url: (bytes, type) => `data:${type === '' ? 'application/octet-stream' : type};base64,${env.codecOf('base64').decode(bytes)}`,
  };

  class FileReader extends EventTarget {
    #state = EMPTY;
    #result = null;
    #error = null;
    // What is under way; another one, or none, after an abort.
    #run = null;
    get readyState() { return this.#state; }
    get result() { return this.#result; }
    get error() { return this.#error; }
    readAsArrayBuffer(blob) { required(1, arguments.length, "Failed to execute 'readAsArrayBuffer'"); this.#read(blob, 'buffer'); }
    readAsBinaryString(blob) { required(1, arguments.length, "Failed to execute 'readAsBinaryString'"); this.#read(blob, 'binary'); }
    readAsText(blob, encoding = undefined) {
      required(1, arguments.length, "Failed to execute 'readAsText'");
      this.#read(blob, 'text', encoding === undefined ? undefined : `${encoding}`);
    }
    readAsDataURL(blob) { required(1, arguments.length, "Failed to execute 'readAsDataURL'"); this.#read(blob, 'url'); }
    abort() {
      if (this.#state !== LOADING) { this.#result = null; return; }
      this.#run = null;
      this.#state = DONE;
      this.#result = null;
      this.#error = domError('AbortError', 'The reading was aborted');
      this.#fire('abort', 0, 0);
      if (this.#run === null) this.#fire('loadend', 0, 0);
    }
    #fire(type, loaded, total) {
      fire(this, new ProgressEvent(type, { __proto__: null, lengthComputable: true, loaded, total }));
    }
    #read(blob, kind, label) {
      if (!env.isBlob(blob)) throw typeError('blob', 'an instance of Blob', blob);
      if (this.#state === LOADING) throw domError('InvalidStateError', 'The reader is reading already');
      this.#state = LOADING;
      this.#result = null;
      this.#error = null;
      const run = {};
      this.#run = run;
      const bytes = env.blobBytes(blob);
      const { type } = blob;
      const size = TypedArrayPrototypeGetLength(bytes);
      const later = step => native.setTimeout(() => { if (this.#run === run) step(); }, 0);
      later(() => {
        this.#fire('loadstart', 0, size);
        later(() => {
          if (size > 0) this.#fire('progress', size, size);
          later(() => {
            this.#result = results[kind](bytes, type, label);
            this.#state = DONE;
            this.#fire('load', size, size);
            // A listener may have begun the next reading.
            if (this.#state !== LOADING) this.#fire('loadend', size, size);
          });
        });
      });
    }
  }
  webClass('FileReader', FileReader, { __proto__: null, EMPTY, LOADING, DONE });
  for (const type of ['loadstart', 'progress', 'load', 'abort', 'error', 'loadend']) {
    env.handlerAttribute(FileReader, type);
    p.ObjectDefineProperty(FileReader.prototype, `on${type}`, { __proto__: null, enumerable: true });
  }
  showAs(FileReader, reader => ({ readyState: reader.readyState, result: reader.result, error: reader.error }));
})
