// Writes the locale data of the guest's `Intl` from Unicode CLDR (license: Unicode-3.0), which
// `npm ci` in this folder brings:
//
//   node xtask/intl/generate.js
//
// Out: guest-runtime/intl/data/cldr.bin, which guest-runtime/intl/src/data.rs reads and describes.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const records = require('./records.js');

const LANGUAGES = (
  'ar bg bn ca cs da de el en es et fa fi fil fr he hi hr hu id it ja ko lt lv ms nb nl no pl pt ro ru sk sl sr sv sw ta '
  + 'th tr uk ur vi zh'
).split(' ');

const { core, available, parentOf } = records;

// Every locale of these languages, with those whose data are their parent's.
function locales() {
  const wanted = tag => tag === 'und' || LANGUAGES.includes(tag.split('-')[0]);
  const parents = new Map([['*', undefined]]);
  for (const tag of [...available, ...core('defaultContent').defaultContent]) {
    if (wanted(tag) && !/-(POSIX|VALENCIA|polyton)/i.test(tag)) parents.set(tag, parentOf(tag));
  }
  // A region without its script means the script that is most likely there.
  const likely = core('supplemental/likelySubtags').supplemental.likelySubtags;
  for (const tag of [...parents.keys()]) {
    const [language, script, region] = tag.split('-');
    if (region === undefined || script.length !== 4) continue;
    const short = `${language}-${region}`;
    const full = likely[short] ?? likely[language];
    if (!parents.has(short) && (full.includes(`-${script}`) || tag.includes(full))) parents.set(short, tag);
  }
  return parents;
}

// Names, which few programs ask for, are compressed. `is_rare` in data.rs says the same.
const rare = key => /^(c?a|cn|l|m|s|t|u|z)\//.test(key);

// Texts, each behind its length in two bytes, and each once.
function pool() {
  const chunks = [];
  const places = new Map();
  let size = 0;
  return {
    place(text) {
      let at = places.get(text);
      if (at === undefined) {
        const bytes = Buffer.from(text);
        const length = Buffer.alloc(2);
        if (bytes.length > 0xffff) throw new Error(`a text of ${bytes.length} bytes`);
        length.writeUInt16LE(bytes.length);
        at = size;
        places.set(text, at);
        chunks.push(length, bytes);
        size += 2 + bytes.length;
      }
      return at;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

const words = values => Buffer.from(new Uint32Array(values).buffer);
const halves = values => Buffer.from(new Uint16Array(values.length % 2 === 0 ? values : [...values, 0]).buffer);

// The rare entries of one locale: how many, their texts, their keys, the texts themselves.
function block(entries) {
  if (entries.length === 0) return Buffer.alloc(0);
  const texts = pool();
  const places = entries.map(([, text]) => texts.place(text));
  return Buffer.concat([words([entries.length]), words(places), halves(entries.map(([key]) => key)), texts.bytes()]);
}

function write(tables, parents) {
  const tags = [...tables.keys()].sort();
  const keys = [...new Set([...tables.values()].flatMap(table => [...table.keys()]))].sort();
  if (keys.length > 0xffff) throw new Error(`${keys.length} keys do not fit in 16 bits`);
  const number = new Map(keys.map((key, index) => [key, index]));
  const texts = pool();
  const heads = [], entryKeys = [], entryTexts = [], blocks = [];
  let blockAt = 0, unpacked = 0;
  for (const tag of tags) {
    const parent = parents.get(tag);
    const entries = [...tables.get(tag)].map(([key, text]) => [number.get(key), text, rare(key)]).sort((a, b) => a[0] - b[0]);
    const common = entries.filter(entry => !entry[2]);
    const plain = block(entries.filter(entry => entry[2]));
    const packed = plain.length === 0 ? plain : zlib.deflateRawSync(plain, { level: 9 });
    heads.push(texts.place(tag), parent === undefined ? 0xffffffff : tags.indexOf(parent), entryKeys.length, common.length);
    heads.push(blockAt, packed.length, plain.length);
    blocks.push(packed);
    blockAt += packed.length;
    unpacked += plain.length;
    for (const [key, text] of common) { entryKeys.push(key); entryTexts.push(texts.place(text)); }
  }
  const keyPlaces = keys.map(texts.place);
  if (entryKeys.length % 2 === 1) { entryKeys.push(0); entryTexts.push(0); }
  const pooled = texts.bytes();
  const file = Buffer.concat([
    words([tags.length, keys.length, entryKeys.length, pooled.length]), words(heads), words(keyPlaces), words(entryTexts),
    halves(entryKeys), pooled, ...blocks,
  ]);
  const target = path.join(__dirname, '../../guest-runtime/intl/data/cldr.bin');
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, file);
  console.log(`${tags.length} locales, ${keys.length} keys, ${entryKeys.length} entries, ${file.length} bytes`);
  console.log(`of these, ${blockAt} bytes of names, which are ${unpacked} when unpacked`);
}

const parents = locales();
const full = new Map();
const tableOf = tag => {
  if (!full.has(tag)) {
    const parent = parents.get(tag);
    full.set(tag, available.includes(tag) ? records.localeTable(tag) : tableOf(parent));
  }
  return full.get(tag);
};
const tables = new Map([['*', records.supplementalTable()]]);
for (const [tag, parent] of parents) {
  if (tag === '*') continue;
  const table = tableOf(tag);
  const inherited = parent === undefined ? new Map() : tableOf(parent);
  const own = new Map([...table].filter(([key, text]) => inherited.get(key) !== text));
  for (const key of inherited.keys()) if (!table.has(key)) own.set(key, '');
  tables.set(tag, own);
}
write(tables, parents);
