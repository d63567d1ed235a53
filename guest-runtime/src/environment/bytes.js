// Text and bytes: UTF-8, base64, hexadecimal, one byte and two bytes a character.
//
// No globals; `TextEncoder`, `atob`, `Buffer` and the bodies are made of these. The
// host may give `utf8Encode`, `utf8Decode`, `latin1Encode` and `latin1Decode`, which are
// faster; the engine's own base64 and hexadecimal are used where it has them.
(env => {
  'use strict';
  const { list, native, p } = env;
  const {
    ReflectApply, StringFromCharCode, StringPrototypeCharCodeAt: codeAt, StringPrototypeSlice, TypedArrayPrototypeGetLength,
    Uint8Array,
  } = p;
  const lengthOf = TypedArrayPrototypeGetLength;

  // A text, grown by one UTF-16 unit at a time.
  const textBuilder = () => {
    let text = '';
    let units = list();
    return {
      __proto__: null,
      add(unit) {
        units[units.length] = unit;
        if (units.length >= 4096) { text += ReflectApply(StringFromCharCode, undefined, units); units = list(); }
      },
      addPoint(point) {
        if (point < 0x10000) { this.add(point); return; }
        this.add(0xd800 + ((point - 0x10000) >> 10));
        this.add(0xdc00 + ((point - 0x10000) & 0x3ff));
      },
      // Bytes as characters of the same numbers.
      addBytes(bytes, from, to) {
        this.end();
        for (let i = from; i < to; i += 8192) {
          const part = env.viewBytes(bytes, i, i + 8192 < to ? i + 8192 : to);
          env.define(part, 'length', lengthOf(part));
          text += ReflectApply(StringFromCharCode, undefined, part);
        }
      },
      end() {
        if (units.length > 0) { text += ReflectApply(StringFromCharCode, undefined, units); units = list(); }
        return text;
      },
    };
  };

  // The number of bytes of a text in UTF-8; a lone surrogate takes three.
  const utf8Length = text => {
    let count = text.length;
    for (let i = 0; i < text.length; i += 1) {
      const code = codeAt(text, i);
      if (code < 0x80) continue;
      if (code < 0x800) { count += 1; continue; }
      count += 2;
      if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
        const next = codeAt(text, i + 1);
        if (next >= 0xdc00 && next < 0xe000) i += 1;
      }
    }
    return count;
  };

  // Writes whole characters while they fit. Returns units read and bytes written.
  const utf8Write = (text, bytes) => {
    const room = lengthOf(bytes);
    let at = 0;
    let i = 0;
    for (; i < text.length; i += 1) {
      let code = codeAt(text, i);
      let wide = false;
      if (code < 0x80) {
        if (at >= room) break;
        bytes[at] = code;
        at += 1;
        continue;
      }
      if (code >= 0xd800 && code < 0xe000) {
        const next = code < 0xdc00 && i + 1 < text.length ? codeAt(text, i + 1) : 0;
        wide = next >= 0xdc00 && next < 0xe000;
        code = wide ? 0x10000 + ((code - 0xd800) << 10) + (next - 0xdc00) : 0xfffd;
      }
      const size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (at + size > room) break;
      bytes[at] = code < 0x800 ? 0xc0 | (code >> 6) : code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18);
      for (let k = 1; k < size; k += 1) bytes[at + k] = 0x80 | ((code >> (6 * (size - 1 - k))) & 0x3f);
      at += size;
      if (wide) i += 1;
    }
    return { __proto__: null, read: i, written: at };
  };

  const utf8Encode = native.utf8Encode ?? (text => {
    const bytes = new Uint8Array(utf8Length(text));
    utf8Write(text, bytes);
    return bytes;
  });

  // A decoder that takes bytes in pieces. `write(bytes, last)` returns text, with
  // U+FFFD for what is no UTF-8, or undefined when `fatal` and there is any.
  const utf8Decoder = fatal => {
    let point = 0;
    let missing = 0;
    let lower = 0x80;
    let upper = 0xbf;
    const reset = () => { point = missing = 0; lower = 0x80; upper = 0xbf; };
    return {
      __proto__: null,
      reset,
      write(bytes, last) {
        const length = lengthOf(bytes);
        const out = textBuilder();
        let bad = false;
        for (let i = 0; i < length; i += 1) {
          const byte = bytes[i];
          if (missing === 0) {
            if (byte < 0x80) {
              let end = i + 1;
              while (end < length && bytes[end] < 0x80) end += 1;
              if (end - i < 16) for (; i < end; i += 1) out.add(bytes[i]);
              else out.addBytes(bytes, i, end);
              i = end - 1;
            } else if (byte >= 0xc2 && byte <= 0xdf) { missing = 1; point = byte & 0x1f; }
            else if (byte >= 0xe0 && byte <= 0xef) {
              if (byte === 0xe0) lower = 0xa0;
              if (byte === 0xed) upper = 0x9f;
              missing = 2;
              point = byte & 0xf;
            } else if (byte >= 0xf0 && byte <= 0xf4) {
              if (byte === 0xf0) lower = 0x90;
              if (byte === 0xf4) upper = 0x8f;
              missing = 3;
              point = byte & 7;
            } else { bad = true; out.add(0xfffd); }
          } else if (byte < lower || byte > upper) {
            reset();
            bad = true;
            out.add(0xfffd);
            i -= 1;
          } else {
            lower = 0x80;
            upper = 0xbf;
            point = (point << 6) | (byte & 0x3f);
            missing -= 1;
            if (missing === 0) { out.addPoint(point); point = 0; }
          }
        }
        if (last && missing !== 0) { reset(); bad = true; out.add(0xfffd); }
        if (bad && fatal) { reset(); return undefined; }
        return out.end();
      },
    };
  };

  // Bytes as text; what is no UTF-8 becomes U+FFFD. A byte order mark stays.
  const utf8Decode = native.utf8Decode ?? (bytes => utf8Decoder(false).write(bytes, true));

  const latin1Decode = native.latin1Decode ?? (bytes => {
    const out = textBuilder();
    out.addBytes(bytes, 0, lengthOf(bytes));
    return out.end();
  });
  const asciiDecode = bytes => {
    const cut = new Uint8Array(lengthOf(bytes));
    for (let i = 0; i < lengthOf(cut); i += 1) cut[i] = bytes[i] & 0x7f;
    return latin1Decode(cut);
  };
  const latin1Encode = native.latin1Encode ?? (text => {
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i += 1) bytes[i] = codeAt(text, i);
    return bytes;
  });

  const utf16Decode = bytes => {
    const length = lengthOf(bytes) & ~1;
    const out = textBuilder();
    for (let i = 0; i < length; i += 2) out.add(bytes[i] | (bytes[i + 1] << 8));
    return out.end();
  };
  const utf16Encode = text => {
    const bytes = new Uint8Array(text.length * 2);
    for (let i = 0; i < text.length; i += 1) {
      const code = codeAt(text, i);
      bytes[2 * i] = code;
      bytes[2 * i + 1] = code >> 8;
    }
    return bytes;
  };

  const codesOf = text => latin1Encode(text);
  const digits = codesOf('0123456789abcdef');
  const hexDecode = p.Uint8ArrayPrototypeToHex ?? (bytes => {
    const length = lengthOf(bytes);
    const out = new Uint8Array(length * 2);
    for (let i = 0; i < length; i += 1) {
      out[2 * i] = digits[bytes[i] >> 4];
      out[2 * i + 1] = digits[bytes[i] & 15];
    }
    return latin1Decode(out);
  });
  const nibble = code => {
    if (code >= 48 && code <= 57) return code - 48;
    const letter = code | 32;
    return letter >= 97 && letter <= 102 ? letter - 87 : -1;
  };
  // As many pairs of digits as there are before anything else.
  const hexEncode = text => {
    const bytes = new Uint8Array(text.length >> 1);
    let at = 0;
    for (; at < lengthOf(bytes); at += 1) {
      const high = nibble(codeAt(text, 2 * at));
      const low = nibble(codeAt(text, 2 * at + 1));
      if (high < 0 || low < 0) return env.copyBytes(bytes, 0, at);
      bytes[at] = (high << 4) | low;
    }
    return bytes;
  };

  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const alphabet = { __proto__: null, plain: codesOf(`${letters}+/`), url: codesOf(`${letters}-_`) };
  // Without the marks at its end where it is for URLs.
  const toBase64 = p.Uint8ArrayPrototypeToBase64;
  const urlOptions = { __proto__: null, alphabet: 'base64url', omitPadding: true };
  const plainOptions = { __proto__: null };
  const base64Decode = (bytes, url = false) => {
    if (toBase64 !== undefined) return toBase64(bytes, url ? urlOptions : plainOptions);
    const length = lengthOf(bytes);
    const codes = url ? alphabet.url : alphabet.plain;
    const out = new Uint8Array(p.MathCeil(length / 3) * 4);
    let at = 0;
    for (let i = 0; i < length; i += 3) {
      const left = length - i;
      const group = (bytes[i] << 16) | (left > 1 ? bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
      out[at] = codes[group >> 18];
      out[at + 1] = codes[(group >> 12) & 63];
      out[at + 2] = left > 1 ? codes[(group >> 6) & 63] : 61;
      out[at + 3] = left > 2 ? codes[group & 63] : 61;
      at += 4;
    }
    const over = length % 3;
    return latin1Decode(url && over > 0 ? env.viewBytes(out, 0, at - 3 + over) : out);
  };
  const values = new Uint8Array(128);
  for (let i = 0; i < 128; i += 1) values[i] = 255;
  for (let i = 0; i < 64; i += 1) {
    values[alphabet.plain[i]] = i;
    values[alphabet.url[i]] = i;
  }
  // Both alphabets; everything else is passed over, and `=` ends the text.
  const fromBase64 = p.Uint8ArrayFromBase64;
  const base64Encode = text => {
    // Clean text is the engine's; for what is not, it throws.
    if (fromBase64 !== undefined) try { return fromBase64(text, plainOptions); } catch { /* read below */ }
    const bytes = new Uint8Array(((text.length * 3) >> 2) + 1);
    let at = 0;
    let bits = 0;
    let count = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = codeAt(text, i);
      if (code === 61) break;
      const value = code < 128 ? values[code] : 255;
      if (value === 255) continue;
      bits = ((bits << 6) | value) & 0xffffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        bytes[at] = bits >> count;
        at += 1;
      }
    }
    return env.copyBytes(bytes, 0, at);
  };

  // A text without the byte order mark that it may begin with.
  const withoutMark = text => (text.length > 0 && codeAt(text, 0) === 0xfeff ? StringPrototypeSlice(text, 1) : text);

  // Several runs of bytes as one.
  const concatBytes = parts => {
    let total = 0;
    for (let i = 0; i < parts.length; i += 1) total += lengthOf(parts[i]);
    const all = new Uint8Array(total);
    let at = 0;
    for (let i = 0; i < parts.length; i += 1) {
      p.TypedArrayPrototypeSet(all, parts[i], at);
      at += lengthOf(parts[i]);
    }
    return all;
  };

  Object.assign(env, {
    textBuilder, utf8Length, utf8Write, utf8Encode, utf8Decoder, utf8Decode, latin1Decode, asciiDecode, latin1Encode,
    utf16Decode, utf16Encode, hexDecode, hexEncode, base64Decode, base64Encode, withoutMark, concatBytes,
  });
})
