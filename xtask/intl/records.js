// The data of one locale, or of none, as texts by key. Inside a text, U+001F parts fields and
// U+001E what is in a field. Keys are told in guest-runtime/intl/src/data.rs.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const core = name => require(`cldr-core/${name}.json`);
const available = core('availableLocales').availableLocales.full;
const explicit = core('supplemental/parentLocales').supplemental.parentLocales.parentLocale;
const parentOf = tag => {
  if (tag === 'und') return undefined;
  const parent = explicit[tag] ?? (tag.includes('-') ? tag.slice(0, tag.lastIndexOf('-')) : 'und');
  return parent === 'root' ? 'und' : parent;
};

const FIELD = '\x1f', PART = '\x1e';
const fields = list => list.map(item => item ?? '').join(FIELD);
const pairs = entries => entries.filter(([, text]) => text !== undefined).map(([name, text]) => name + PART + text).join(FIELD);
const PLURALS = ['zero', 'one', 'two', 'few', 'many', 'other', '0', '1'];
// `zero=…` and so on for the keys `prefix-count-zero` and so on.
const counted = (record, prefix) => pairs(PLURALS.map(name => [name, record?.[`${prefix}-count-${name}`]]));

const UNITS = (
  'acre bit byte celsius centimeter day degree fahrenheit fluid-ounce foot gallon gigabit gigabyte gram hectare hour '
  + 'inch kilobit kilobyte kilogram kilometer liter megabit megabyte meter microsecond mile mile-scandinavian '
  + 'milliliter millimeter millisecond minute month nanosecond ounce percent petabyte pound second stone terabit '
  + 'terabyte week yard year'
).split(' ');
const COMPOUND_UNITS = ['kilometer-per-hour', 'mile-per-hour', 'meter-per-second', 'liter-per-kilometer', 'mile-per-gallon'];

// Currencies that are legal tender somewhere; the others are named in one form.
const current = new Set(Object.values(core('supplemental/currencyData').supplemental.currencyData.region)
  .flatMap(list => list.flatMap(entry => Object.entries(entry)).filter(([, dates]) => dates._to === undefined).map(([code]) => code)));

function numbers(table, tag) {
  const n = require(`cldr-numbers-full/main/${tag}/numbers.json`).main[tag].numbers;
  const { native } = n.otherNumberingSystems;
  table.set('n/ns', fields([n.defaultNumberingSystem, native, n.minimumGroupingDigits]));
  for (const ns of new Set([n.defaultNumberingSystem, native, 'latn'])) {
    const set = (key, text) => { if (text !== undefined && text !== '') table.set(`n/${ns}/${key}`, text); };
    const s = n[`symbols-numberSystem-${ns}`];
    if (s === undefined) continue;
    set('sym', fields([
      s.decimal, s.group, s.percentSign, s.plusSign, s.minusSign, s.exponential, s.infinity, s.nan,
      s.approximatelySign, s.currencyDecimal, s.currencyGroup, s.timeSeparator, s.superscriptingExponent,
    ]));
    const d = n[`decimalFormats-numberSystem-${ns}`];
    const c = n[`currencyFormats-numberSystem-${ns}`];
    set('dec', d.standard);
    set('pct', n[`percentFormats-numberSystem-${ns}`].standard);
    set('sci', n[`scientificFormats-numberSystem-${ns}`].standard);
    set('cur', c.standard);
    set('acc', c.accounting);
    set('curA', c['standard-alphaNextToNumber']);
    set('accA', c['accounting-alphaNextToNumber']);
    set('cup', counted(c, 'unitPattern'));
    set('range', n[`miscPatterns-numberSystem-${ns}`].range);
    set('approx', n[`miscPatterns-numberSystem-${ns}`].approximately);
    const compact = formats => pairs(Object.entries(formats ?? {}).filter(([key]) => !key.includes('-alt-')).map(([key, text]) => {
      const [, zeros, plural] = /^1(0+)-count-(\w+)/.exec(key);
      return [`${zeros.length}${plural}`, text];
    }));
    set('short', compact(d.short?.decimalFormat));
    set('long', compact(d.long?.decimalFormat));
    set('cshort', compact(c.short?.standard));
    set('cshortA', pairs(Object.entries(c.short?.standard ?? {}).filter(([key]) => key.endsWith('alphaNextToNumber')).map(([key, text]) => {
      const [, zeros, plural] = /^1(0+)-count-(\w+)/.exec(key);
      return [`${zeros.length}${plural}`, text];
    })));
  }
  const { currencies } = require(`cldr-numbers-full/main/${tag}/currencies.json`).main[tag].numbers;
  for (const [code, c] of Object.entries(currencies)) {
    const trimmed = list => fields(list).replace(/\x1f+$/, '');
    const symbols = trimmed([c.symbol, c['symbol-alt-narrow']].map(symbol => (symbol === code ? undefined : symbol)));
    if (symbols !== '') table.set(`c/${code}`, symbols);
    const plurals = current.has(code) ? PLURALS.slice(0, 6).map(name => c[`displayName-count-${name}`]) : [];
    table.set(`cn/${code}`, trimmed([c.displayName, ...plurals]));
  }
}

function units(table, tag) {
  const all = require(`cldr-units-full/main/${tag}/units.json`).main[tag].units;
  for (const width of ['long', 'short', 'narrow']) {
    const found = new Map(Object.entries(all[width]).map(([key, value]) => [key.slice(key.indexOf('-') + 1), value]));
    for (const unit of [...UNITS, ...COMPOUND_UNITS]) {
      const record = found.get(unit) ?? found.get(unit.replace('liter-per', 'liter-per'));
      if (record === undefined) continue;
      table.set(`u/${width}/${unit}`, fields([record.displayName, record.perUnitPattern, ...PLURALS.slice(0, 6).map(name => record[`unitPattern-count-${name}`])]));
    }
    table.set(`u/${width}/per`, all[width].per.compoundUnitPattern);
  }
}

// A calendar's fields under a prefix.
function calendar(table, prefix, c) {
  const months = c.months;
  const widths = { abbreviated: 'a', wide: 'w', narrow: 'n', short: 's' };
  for (const [context, short] of [['format', 'f'], ['stand-alone', 's']]) {
    for (const [width, letter] of Object.entries(widths)) {
      const set = (name, record) => {
        if (record !== undefined) table.set(`${prefix}/${name}/${short}${letter}`, fields(Object.values(record)));
      };
      set('M', months?.[context][width] && Object.fromEntries(Object.entries(months[context][width]).filter(([key]) => !key.includes('yeartype'))));
      if (prefix !== 'dg') continue;
      set('E', c.days[context][width]);
      const periods = c.dayPeriods[context][width];
      if (periods !== undefined) {
        table.set(`${prefix}/a/${short}${letter}`, pairs(Object.entries(periods).filter(([key]) => !key.includes('alt'))));
      }
    }
  }
  const eras = c.eras ?? {};
  for (const [kind, letter] of [['eraNames', 'w'], ['eraAbbr', 'a'], ['eraNarrow', 'n']]) {
    if (eras[kind]) table.set(`${prefix}/G/${letter}`, pairs(Object.entries(eras[kind]).filter(([key]) => !key.includes('alt'))));
  }
  const styles = record => fields(['full', 'long', 'medium', 'short'].map(style => record[style]?._value ?? record[style]));
  const f = c.dateTimeFormats;
  table.set(`${prefix}/df`, styles(c.dateFormats));
  table.set(`${prefix}/tf`, styles(c.timeFormats));
  table.set(`${prefix}/dt`, styles(f));
  table.set(`${prefix}/dta`, styles((c['dateTimeFormats-atTime'] ?? { standard: f }).standard));
  table.set(`${prefix}/av`, pairs(Object.entries(f.availableFormats).filter(([key]) => !key.includes('-'))));
  table.set(`${prefix}/app`, pairs(Object.entries(f.appendItems)));
  const intervals = Object.entries(f.intervalFormats).filter(([key]) => key !== 'intervalFormatFallback');
  table.set(`${prefix}/if`, f.intervalFormats.intervalFormatFallback);
  table.set(`${prefix}/iv`, intervals.flatMap(([skeleton, byField]) => Object.entries(byField)
    .filter(([field]) => !field.includes('-')).map(([field, text]) => [skeleton, field, text].join(PART))).join(FIELD));
}

function dates(table, tag) {
  const of = name => require(`cldr-dates-full/main/${tag}/${name}.json`).main[tag].dates;
  calendar(table, 'dg', of('ca-gregorian').calendars.gregorian);
  const z = of('timeZoneNames').timeZoneNames;
  table.set('zf', fields([z.hourFormat, z.gmtFormat, z.gmtZeroFormat, z.regionFormat, z['regionFormat-type-daylight'], z['regionFormat-type-standard'], z.fallbackFormat]));
  const names = r => fields(['long', 'short'].flatMap(width => ['generic', 'standard', 'daylight'].map(type => r[width]?.[type])));
  for (const [zone, record] of Object.entries(z.metazone ?? {})) table.set(`m/${zone}`, names(record));
  const visit = (name, record) => {
    if (record._type === 'zone') {
      const text = names(record) + FIELD + (record.exemplarCity ?? '');
      if (/[^\x1f]/.test(text)) table.set(`z/${name}`, text);
    } else for (const [key, inner] of Object.entries(record)) visit(`${name}/${key}`, inner);
  };
  for (const [area, record] of Object.entries(z.zone)) visit(area, record);
  for (const [name, f] of Object.entries(of('dateFields').fields)) {
    if (/^(sun|mon|tue|wed|thu|fri|sat)(-|$)/.test(name)) continue;
    const relative = pairs([-2, -1, 0, 1, 2].map(day => [day, f[`relative-type-${day}`]]));
    table.set(`f/${name}`, f.displayName ?? '');
    if (f['relativeTime-type-future'] === undefined) continue;
    table.set(`r/${name}`, [relative, counted(f['relativeTime-type-future'], 'relativeTimePattern'), counted(f['relativeTime-type-past'], 'relativeTimePattern')].join('\x1d'));
  }
}

function names(table, tag) {
  const folder = path.dirname(require.resolve('cldr-localenames-full/package.json'));
  // The root has one of these files only.
  const has = file => fs.existsSync(`${folder}/main/${tag}/${file}.json`);
  const of = (file, part) => (has(file) ? require(`${folder}/main/${tag}/${file}.json`).main[tag].localeDisplayNames[part] : undefined);
  for (const [file, letter] of [['languages', 'l'], ['scripts', 's'], ['territories', 't']]) {
    const all = of(file, file) ?? {};
    for (const [code, text] of Object.entries(all)) {
      if (code.includes('-alt-')) continue;
      table.set(`${letter}/${code}`, fields([text, all[`${code}-alt-short`], all[`${code}-alt-stand-alone`], all[`${code}-alt-menu`]]).replace(/\x1f+$/, ''));
    }
  }
  const pattern = of('localeDisplayNames', 'localeDisplayPattern');
  if (pattern === undefined) return;
  table.set('lp', fields([pattern.localePattern, pattern.localeSeparator, pattern.localeKeyTypePattern]));
  const types = of('localeDisplayNames', 'types') ?? {};
  for (const [code, text] of Object.entries(types.calendar ?? {})) if (!code.includes('-alt-')) table.set(`ca/${code}`, text);
}

function lists(table, tag) {
  for (const [key, p] of Object.entries(require(`cldr-misc-full/main/${tag}/listPatterns.json`).main[tag].listPatterns)) {
    table.set(`li/${key.replace('listPattern-type-', '')}`, fields([p.start, p.middle, p.end, p['2']]));
  }
}

function localeTable(tag) {
  const table = new Map();
  for (const part of [numbers, units, dates, names, lists]) part(table, tag);
  return table;
}

function supplementalTable() {
  const table = new Map();
  const of = name => core(`supplemental/${name}`).supplemental;
  for (const [code, f] of Object.entries(of('currencyData').currencyData.fractions)) table.set(`digits/${code}`, f._digits);
  for (const [ns, s] of Object.entries(of('numberingSystems').numberingSystems)) {
    if (s._type === 'numeric') table.set(`ns/${ns}`, s._digits);
  }
  // Locales and regions alike: the hour letters that are allowed, the preferred one first.
  // The first day of the week, and those of its end, by region: Monday is 1.
  const { firstDay, weekendStart, weekendEnd } = of('weekData').weekData;
  const dayOf = name => ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].indexOf(name) + 1;
  for (const region of new Set([firstDay, weekendStart, weekendEnd].flatMap(Object.keys))) {
    if (region.includes('-')) continue;
    const day = days => dayOf(days[region] ?? days['001']);
    table.set(`wk/${region}`, [day(firstDay), day(weekendStart), day(weekendEnd)].join(' '));
  }
  for (const [where, t] of Object.entries(of('timeData').timeData)) {
    table.set(`h/${where.replace('_', '-')}`, `${t._preferred} ${t._allowed}`);
  }
  for (const [zone, record] of zones(of('metaZones').metaZones.metazoneInfo.timezone)) {
    table.set(`mz/${zone}`, fields(record.map(({ usesMetazone: u }) => [u._mzone, u._from, u._to].map(part => part ?? '').join(PART))));
  }
  for (const { mapZone: m } of of('metaZones').metaZones.metazones) {
    if (m._territory === '001') table.set(`mg/${m._other}`, m._type);
    else table.set(`mg/${m._other}/${m._territory}`, m._type);
  }
  const { tz } = require('cldr-bcp47/bcp47/timezone.json').keyword.u;
  const territories = new Map();
  for (const [code, record] of Object.entries(tz)) {
    if (code.startsWith('_') || record._alias === undefined) continue;
    const aliases = record._alias.split(' ');
    const territory = /^(utc|gmt|[ecmph]st|unk)/.test(code) ? '' : code.slice(0, 2).toUpperCase();
    for (const alias of aliases) table.set(`tz/${alias.toLowerCase()}`, fields([aliases[0], alias]));
    const known = record._region ?? territory;
    table.set(`zt/${aliases[0]}`, known);
    territories.set(known, (territories.get(known) ?? 0) + 1);
  }
  for (const [territory, count] of territories) if (count === 1) table.set(`zo/${territory}`, '1');
  const primary = of('primaryZones')?.primaryZones ?? {};
  for (const [territory, zone] of Object.entries(primary)) table.set(`zp/${territory}`, zone);
  for (const [language, rules] of Object.entries(of('dayPeriods').dayPeriodRuleSet)) {
    table.set(`dp/${language}`, fields(Object.entries(rules).map(([name, r]) => [name, r._at ?? r._from, r._before ?? ''].join(PART))));
  }
  const ranges = of('pluralRanges').plurals;
  for (const [language, rules] of Object.entries(ranges)) {
    const entries = Object.entries(rules).map(([key, result]) => [/start-(\w+)-end-(\w+)/.exec(key).slice(1).join(' '), result]);
    table.set(`pr/${language}`, pairs(entries));
  }
  return table;
}

function* zones(record, name = '') {
  for (const [key, value] of Object.entries(record)) {
    const path = name === '' ? key : `${name}/${key}`;
    if (Array.isArray(value)) yield [path, value];
    else yield* zones(value, path);
  }
}

module.exports = { core, available, parentOf, localeTable, supplementalTable };
