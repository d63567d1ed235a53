// `TextEncoder`, `TextDecoder`, `atob` and `btoa`.
//
// The encodings of the web and of old pages of Western text are decoded here, the others
// by tables of the host's.
(env => {
  'use strict';
  const {
    base64Decode, base64Encode, bytesOf, dictionary, domError, expose, isObject, latin1Decode, latin1Encode, native, nodeError, p,
    required, showAs, textBuilder, toUSVString, typeError, utf8Decoder, utf8Encode, utf8Write, webClass, withoutMark,
  } = env;
  const {
    RangeError, StringPrototypeCharCodeAt, StringPrototypeToLowerCase,
    TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypeError, Uint8Array, RegExpPrototypeExec,
  } = p;

  class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(input = '') { return utf8Encode(toUSVString(input)); }
    encodeInto(source, destination) {
      required(2, arguments.length, "Failed to execute 'encodeInto' on 'TextEncoder'");
      if (typeof source !== 'string') throw typeError('src', 'of type string', source);
      if (!isObject(destination) || TypedArrayPrototypeGetSymbolToStringTag(destination) !== 'Uint8Array') {
        throw typeError('dest', 'an instance of Uint8Array', destination);
      }
      const { read, written } = utf8Write(source, destination);
      return { read, written };
    }
  }
  webClass('TextEncoder', TextEncoder);
  showAs(TextEncoder, encoder => ({ encoding: encoder.encoding }));

  const labels = { __proto__: null };
  for (const [name, all] of [
    ['utf-8', 'unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8'],
    ['utf-16le', 'csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le'],
    ['utf-16be', 'unicodefffe utf-16be'],
    ['windows-1252', 'ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252'],
  ]) for (const label of all.split(' ')) labels[label] = name;

  const trimmed = /^[\t\n\f\r ]*(.*?)[\t\n\f\r ]*$/s;

  // 0x80 to 0x9f of windows-1252.
  const high = '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

  const windowsDecoder = () => ({
    __proto__: null,
    reset() {},
    write(bytes) {
      const length = TypedArrayPrototypeGetLength(bytes);
      const out = textBuilder();
      for (let i = 0; i < length; i += 1) {
        const byte = bytes[i];
        out.add(byte >= 0x80 && byte < 0xa0 ? StringPrototypeCharCodeAt(high, byte - 0x80) : byte);
      }
      return out.end();
    },
  });

  const utf16Decoder = (fatal, big) => {
    let half = -1;
    let lead = 0;
    const reset = () => { half = -1; lead = 0; };
    return {
      __proto__: null,
      reset,
      write(bytes, last) {
        const length = TypedArrayPrototypeGetLength(bytes);
        const out = textBuilder();
        let bad = false;
        const wrong = () => { bad = true; out.add(0xfffd); };
        for (let i = 0; i < length; i += 1) {
          if (half < 0) { half = bytes[i]; continue; }
          const unit = big ? (half << 8) | bytes[i] : half | (bytes[i] << 8);
          half = -1;
          const trail = unit >= 0xdc00 && unit < 0xe000;
          if (lead !== 0 && trail) {
            out.add(lead);
            out.add(unit);
            lead = 0;
            continue;
          }
          if (lead !== 0) wrong();
          lead = 0;
          if (unit >= 0xd800 && unit < 0xdc00) lead = unit;
          else if (trail) wrong();
          else out.add(unit);
        }
        if (last && (half >= 0 || lead !== 0)) { wrong(); reset(); }
        if (bad && fatal) { reset(); return undefined; }
        return out.end();
      },
    };
  };

  const tableDecoder = (encoding, fatal) => {
    const decode = native.decoder(encoding, fatal);
    return {
      __proto__: null,
      reset() { decode(new Uint8Array(0), true); },
      write(bytes, last) { return decode(bytes, last) ?? undefined; },
    };
  };

  const decoderOf = (encoding, fatal) => {
    if (encoding === 'utf-8') return utf8Decoder(fatal);
    if (encoding === 'windows-1252') return windowsDecoder();
    if (encoding === 'utf-16le' || encoding === 'utf-16be') return utf16Decoder(fatal, encoding === 'utf-16be');
    return tableDecoder(encoding, fatal);
  };

  const isMarked = encoding => encoding === 'utf-8' || encoding === 'utf-16le' || encoding === 'utf-16be';

  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    #decoder;
    // Between pieces of a stream; and whether its start, with the mark, is past.
    #open = false;
    #started = false;
    constructor(label = 'utf-8', options = undefined) {
      const wanted = StringPrototypeToLowerCase(RegExpPrototypeExec(trimmed, `${label}`)[1]);
      const name = labels[wanted] ?? native.encodingOf(wanted);
      if (name === null) throw nodeError(RangeError, 'ERR_ENCODING_NOT_SUPPORTED', `The "${label}" encoding is not supported`);
      const init = dictionary(options, "Failed to construct 'TextDecoder'");
      this.#encoding = name;
      this.#fatal = !!init.fatal;
      this.#ignoreBOM = !!init.ignoreBOM;
      this.#decoder = decoderOf(name, this.#fatal);
    }
    get encoding() { return this.#encoding; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }
    decode(input = undefined, options = undefined) {
      const bytes = input === undefined ? new Uint8Array(0) : bytesOf(input);
      if (bytes === undefined) {
        throw nodeError(TypeError, 'ERR_INVALID_ARG_TYPE', 'The "list" argument must be an instance of SharedArrayBuffer, ArrayBuffer or ArrayBufferView.');
      }
      const stream = !!dictionary(options, "Failed to execute 'decode' on 'TextDecoder'").stream;
      if (!this.#open) { this.#decoder.reset(); this.#started = false; }
      this.#open = stream;
      let text = this.#decoder.write(bytes, !stream);
      if (text === undefined) {
        this.#open = false;
        throw nodeError(TypeError, 'ERR_ENCODING_INVALID_ENCODED_DATA', `The encoded data was not valid for encoding ${this.#encoding}`);
      }
      if (!this.#started && text !== '') {
        this.#started = true;
        if (!this.#ignoreBOM && isMarked(this.#encoding)) text = withoutMark(text);
      }
      return text;
    }
  }
  webClass('TextDecoder', TextDecoder);
  showAs(TextDecoder, decoder => ({ encoding: decoder.encoding, fatal: decoder.fatal, ignoreBOM: decoder.ignoreBOM }));
  env.TextEncoder = TextEncoder;
  env.TextDecoder = TextDecoder;
  const { decode } = TextDecoder.prototype;
  env.decodeWith = (decoder, bytes) => { const args = env.list(); env.push(args, bytes); return p.ReflectApply(decode, decoder, args); };

  const base64Letter = /[A-Za-z0-9+/]/;
  const missing = () => nodeError(TypeError, 'ERR_MISSING_ARGS', 'The "input" argument must be specified');
  const functions = {
    atob(input) {
      if (arguments.length === 0) throw missing();
      const given = `${input}`;
      const refuse = message => { throw domError('InvalidCharacterError', message); };
      let marks = 0;
      let count = 0;
      for (let i = 0; i < given.length; i += 1) {
        const code = StringPrototypeCharCodeAt(given, i);
        if (code === 32 || code === 9 || code === 10 || code === 12 || code === 13) continue;
        count += 1;
        if (code === 61) marks += 1;
        if ((code !== 61 && (marks > 0 || RegExpPrototypeExec(base64Letter, given[i]) === null)) || marks > 2) refuse('Invalid character');
      }
      // The marks either fill the last group of four or are not there.
      if ((count % 4 !== 0 && marks > 0) || (count - marks) % 4 === 1) refuse('The string to be decoded is not correctly encoded.');
      return latin1Decode(base64Encode(given));
    },
    btoa(input) {
      if (arguments.length === 0) throw missing();
      const text = `${input}`;
      for (let i = 0; i < text.length; i += 1) {
        if (StringPrototypeCharCodeAt(text, i) > 255) throw domError('InvalidCharacterError', 'Invalid character');
      }
      return base64Decode(latin1Encode(text));
    },
  };
  expose('atob', functions.atob);
  expose('btoa', functions.btoa);
  env.atob = functions.atob;
  env.btoa = functions.btoa;
})
