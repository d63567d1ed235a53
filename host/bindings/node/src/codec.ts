// Values as they cross: JSON, with bytes as tagged objects.

/** What a lone key would be read as, with any number of `$` before it. */
const TAG = /^\$+(?:bytes|arrayBuffer)$/;

/** Levels of nesting in one message that the process reads. */
const MAX_DEPTH = 127;

/** JSON text of `value`; throws a `TypeError` for BigInts, cycles and what is nested too deep. */
export function encode(value: unknown): string {
  const text = JSON.stringify(plain(value, '', new Set())) ?? 'null';
  // Halves of surrogate pairs are the one text that JSON.stringify writes and Rust refuses.
  return text.includes('\\ud') ? text.replace(/\\(?:\\|ud[0-9a-f]{3})/g, wellFormed) : text;
}

function wellFormed(escape: string): string {
  return escape === '\\\\' ? escape : '\\ufffd';
}

/** The value of a line. */
export function decode(line: string): unknown {
  return JSON.parse(line, line.includes('"$') ? revive : undefined);
}

// Done before JSON.stringify, because a Buffer's toJSON would come before a replacer.
function plain(given: unknown, key: string, open: Set<object>): unknown {
  const value = converted(given, key);
  if (typeof value === 'bigint') {
    throw new TypeError('a BigInt cannot be sent; make it a string or a number');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Number || value instanceof String || value instanceof Boolean) return value.valueOf();
  // A reader's limit, which would make the whole message unreadable.
  if (open.size === MAX_DEPTH) {
    throw new TypeError(`a value nested too deep cannot be sent; a message has at most ${MAX_DEPTH} levels`);
  }
  if (ArrayBuffer.isView(value)) {
    return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (value instanceof ArrayBuffer) return { $arrayBuffer: Buffer.from(value).toString('base64') };
  if (open.has(value)) throw new TypeError('a value that contains itself cannot be sent');
  open.add(value);
  const result = Array.isArray(value)
    ? value.map((item, index) => plain(item, String(index), open))
    : record(value, open);
  open.delete(value);
  return result;
}

function converted(value: unknown, key: string): unknown {
  const isValue = typeof value === 'bigint' || (typeof value === 'object' && value !== null);
  if (!isValue || ArrayBuffer.isView(value)) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value, key) : value;
}

function record(value: object, open: Set<object>): object {
  // Without a prototype `__proto__` is a key like any other.
  const result: Record<string, unknown> = Object.create(null);
  let keys = 0;
  let lone = '';
  for (const [key, member] of Object.entries(value)) {
    const sent = plain(member, key, open);
    if (sent === undefined || typeof sent === 'function' || typeof sent === 'symbol') continue;
    result[key] = sent;
    lone = key;
    keys += 1;
  }
  return keys === 1 && TAG.test(lone) ? { [`$${lone}`]: result[lone] } : result;
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const [key, second] = Object.keys(value);
  if (key === undefined || second !== undefined || !TAG.test(key)) return value;
  const inner = (value as Record<string, unknown>)[key];
  if (key.startsWith('$$')) return { [key.slice(1)]: inner };
  if (typeof inner !== 'string') return value;
  const bytes = Uint8Array.from(Buffer.from(inner, 'base64'));
  return key === '$bytes' ? bytes : bytes.buffer;
}
