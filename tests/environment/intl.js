// Expressions on `Intl` and what asks for a locale. Node itself, with all of ICU, says what
// each must give:
//
//   TZ=UTC LANG=en_US.UTF-8 node tests/environment/intl.js > tests/environment/intl.json
'use strict';

const locales = ['en-US', 'de-DE', 'fr', 'es', 'ja', 'zh', 'ar', 'hi', 'pt-BR', 'ru'];
const main = ['en-US', 'de-DE'];
const text = value => JSON.stringify(value);
const each = (tags, make) => tags.flatMap(tag => [make(text(tag))].flat());

// Pairs of what a group is called and its expressions, in a scope with `SETUP`.
const SETUP = `
const d = new Date(Date.UTC(2024, 2, 5, 14, 7, 9, 123)), e = new Date(Date.UTC(2024, 2, 7, 9, 30)), old = new Date(Date.UTC(1969, 11, 31, 23, 59, 59));
const nf = (l, o) => x => new Intl.NumberFormat(l, o).format(x);
const df = (l, o) => x => new Intl.DateTimeFormat(l, o).format(x);
const t = f => { try { return f() } catch (e) { return e.name + ': ' + e.message } };
// Getters once, methods now.
const info = (l, name) => name[0].toLowerCase() + name.slice(1) in l ? l[name[0].toLowerCase() + name.slice(1)] : l['get' + name]();
const shape = o => Reflect.ownKeys(o).map(k => { const p = Object.getOwnPropertyDescriptor(o, k); return [String(k), 'value' in p ? typeof p.value : 'accessor', p.enumerable, p.configurable, p.writable, typeof p.value === 'function' ? [p.value.name, p.value.length] : 0].join(' ') }).sort();
`;

const values = '[0, -0, 1, -1.5, 0.125, 12.345, 999.995, 1234, 12345.678, -1234567.891, 1e15, 123456789012345680000, 1e18, 5e-7, NaN, Infinity, -Infinity]';
const numberOptions = [
  '{}', '{ minimumFractionDigits: 2 }', '{ maximumFractionDigits: 0 }', '{ minimumFractionDigits: 1, maximumFractionDigits: 4 }',
  '{ maximumSignificantDigits: 3 }', '{ minimumSignificantDigits: 4 }', '{ minimumIntegerDigits: 5, useGrouping: false }',
  '{ style: "percent" }', '{ style: "percent", maximumFractionDigits: 2 }', '{ signDisplay: "always" }', '{ signDisplay: "exceptZero" }',
  '{ signDisplay: "never" }', '{ signDisplay: "negative" }', '{ style: "currency", currency: "USD" }', '{ style: "currency", currency: "EUR" }',
  '{ style: "currency", currency: "JPY" }', '{ style: "currency", currency: "EUR", currencyDisplay: "code" }',
  '{ style: "currency", currency: "USD", currencyDisplay: "name" }', '{ style: "currency", currency: "CAD", currencyDisplay: "narrowSymbol" }',
  '{ style: "currency", currency: "USD", currencySign: "accounting" }', '{ style: "currency", currency: "USD", maximumFractionDigits: 0 }',
  '{ style: "currency", currency: "KWD" }', '{ style: "currency", currency: "XYZ" }', '{ notation: "scientific" }', '{ notation: "engineering" }',
  '{ notation: "compact" }', '{ notation: "compact", compactDisplay: "long" }', '{ notation: "compact", style: "currency", currency: "USD" }',
  '{ notation: "compact", maximumFractionDigits: 2 }', '{ style: "unit", unit: "kilometer" }', '{ style: "unit", unit: "kilometer-per-hour", unitDisplay: "long" }',
  '{ style: "unit", unit: "byte", unitDisplay: "narrow" }', '{ style: "unit", unit: "celsius" }', '{ style: "unit", unit: "liter", unitDisplay: "long" }',
  '{ roundingMode: "floor", maximumFractionDigits: 1 }', '{ roundingMode: "halfEven", maximumFractionDigits: 2 }',
  '{ roundingIncrement: 5, minimumFractionDigits: 2, maximumFractionDigits: 2 }', '{ trailingZeroDisplay: "stripIfInteger", minimumFractionDigits: 2 }',
  '{ roundingPriority: "morePrecision", maximumFractionDigits: 1, maximumSignificantDigits: 2 }', '{ useGrouping: "min2" }', '{ useGrouping: "always" }',
  '{ style: "unit", unit: "gigabyte-per-second", unitDisplay: "short" }', '{ style: "unit", unit: "mile-per-hour" }',
];
const dateOptions = [
  '{}', '{ dateStyle: "full" }', '{ dateStyle: "long" }', '{ dateStyle: "medium" }', '{ dateStyle: "short" }', '{ timeStyle: "full" }', '{ timeStyle: "long" }',
  '{ timeStyle: "medium" }', '{ timeStyle: "short" }', '{ dateStyle: "full", timeStyle: "long" }', '{ dateStyle: "medium", timeStyle: "short" }',
  '{ dateStyle: "short", timeStyle: "short", timeZone: "America/New_York" }', '{ year: "numeric", month: "long", day: "numeric" }',
  '{ weekday: "long", year: "numeric", month: "long", day: "numeric" }', '{ month: "short", day: "numeric" }', '{ year: "2-digit", month: "2-digit", day: "2-digit" }',
  '{ month: "long" }', '{ month: "narrow" }', '{ weekday: "short" }', '{ weekday: "narrow" }', '{ year: "numeric", month: "short" }', '{ hour: "numeric" }',
  '{ hour: "2-digit", minute: "2-digit" }', '{ hour: "numeric", minute: "2-digit", hour12: true }', '{ hour: "numeric", minute: "2-digit", hour12: false }',
  '{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }', '{ hour: "numeric", minute: "numeric", second: "numeric", fractionalSecondDigits: 3 }',
  '{ minute: "2-digit", second: "2-digit" }', '{ era: "short", year: "numeric" }', '{ era: "long" }', '{ hour: "numeric", dayPeriod: "long" }',
  '{ hour: "numeric", timeZone: "Asia/Tokyo", timeZoneName: "short" }', '{ timeZone: "America/New_York", timeZoneName: "long" }',
  '{ timeZone: "Europe/Berlin", timeZoneName: "short" }', '{ timeZone: "Asia/Kolkata", timeZoneName: "shortOffset" }',
  '{ timeZone: "America/Los_Angeles", timeZoneName: "longOffset" }', '{ timeZone: "America/Los_Angeles", timeZoneName: "shortGeneric" }',
  '{ timeZone: "Europe/London", timeZoneName: "longGeneric" }', '{ day: "numeric" }', '{ year: "numeric" }', '{ weekday: "long", hour: "numeric" }',
  '{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" }', '{ month: "long", day: "numeric", hour: "numeric", minute: "2-digit" }',
  '{ year: "numeric", month: "2-digit", day: "2-digit", weekday: "short", era: "narrow" }',
];

const GROUPS = [
  ['numbers', each(locales, l => numberOptions.map(o => `${values}.map(nf(${l}, ${o}))`))],
  ['numbers in other digits', ['ar-EG', 'fa', 'bn', 'hi-u-nu-deva', 'en-u-nu-thai', 'ar-u-nu-latn', 'en-IN', 'de-AT', 'de-CH', 'es-MX', 'pt-PT', 'fr-CA', 'pl', 'it', 'sv'].flatMap(l => [
    `${values}.map(nf(${text(l)}))`, `${values}.map(nf(${text(l)}, { style: "currency", currency: "EUR" }))`, `${values}.map(nf(${text(l)}, { style: "percent" }))`,
  ])],
  ['numbers, exactly', [
    'nf("en-US")("123456789012345678901234567890.123456789")', 'nf("en-US", { maximumFractionDigits: 20 })("0.12345678901234567890")', 'nf("de-DE")(12345678901234567890n)',
    '(12345678901234567890n).toLocaleString("en-US")', '(1234.5).toLocaleString()', '(1234.5).toLocaleString("de-DE")', '(0.256).toLocaleString("en-US", { style: "percent" })',
    '[1234.5, 10n, new Date(0), "x", null].toLocaleString("de-DE", { timeZone: "UTC" })', 'new Float64Array([1234.5, 2]).toLocaleString("de-DE")',
    '[1, [2500, [3500]]].toLocaleString()', '[].toLocaleString()', 'Number.prototype.toLocaleString.length', 'nf("en-US")(undefined)', 'nf("en-US")(null)', 'nf("en-US")("")', 'nf("en-US")("abc")', 'nf("en-US")(true)',
    'nf("en-US")("0x10")', 'nf("en-US")("-0")', 'nf("en-US")({ valueOf: () => 7.25 })', 'nf("en-US")("1e1000").length', 'nf("en-US", { notation: "compact" })(1e30)',
    '[1.005, 2.5, 3.5, -2.5, 0.5, 1.45].map(nf("en-US", { maximumFractionDigits: 0 }))',
    '["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"].map(roundingMode => [1.5, 2.5, -1.5, -2.5, 1.1, -1.1].map(nf("en-US", { roundingMode, maximumFractionDigits: 0 })))',
  ]],
  ['parts and ranges of numbers', each(main, l => [
    ...['{}', '{ style: "currency", currency: "EUR" }', '{ style: "percent" }', '{ notation: "compact" }', '{ notation: "scientific" }', '{ style: "unit", unit: "kilometer-per-hour" }', '{ style: "currency", currency: "USD", currencyDisplay: "name" }', '{ style: "currency", currency: "USD", currencySign: "accounting" }']
      .map(o => `[1234567.891, -5, NaN, Infinity].map(x => new Intl.NumberFormat(${l}, ${o}).formatToParts(x))`),
    ...['{}', '{ style: "currency", currency: "EUR" }', '{ style: "unit", unit: "meter" }', '{ style: "percent" }', '{ notation: "compact" }', '{ style: "currency", currency: "USD", maximumFractionDigits: 0 }']
      .flatMap(o => [`[[3, 5], [2.9, 3.1], [1, 1], [-3, 5], [1000, 2000], [5, 3]].map(([a, b]) => new Intl.NumberFormat(${l}, ${o}).formatRange(a, b))`, `new Intl.NumberFormat(${l}, ${o}).formatRangeToParts(3, 5)`]),
    `new Intl.NumberFormat(${l}, { style: "currency", currency: "USD", maximumFractionDigits: 0 }).formatRange(2.9, 3.1)`,
  ])],
  ['dates', each(locales, l => dateOptions.map(o => `[d, old].map(df(${l}, ${o}))`))],
  ['dates elsewhere', ['en-GB', 'en-CA', 'en-AU', 'en-IN', 'de-AT', 'fr-CA', 'es-MX', 'pt-PT', 'it', 'nl', 'pl', 'sv', 'ko', 'tr', 'zh-TW', 'uk', 'cs', 'fi', 'he', 'ar-EG', 'da', 'nb', 'ro', 'hu', 'vi', 'id'].flatMap(l => [
    `df(${text(l)})(d)`, `df(${text(l)}, { dateStyle: "full", timeStyle: "short" })(d)`, `df(${text(l)}, { dateStyle: "medium" })(d)`, `d.toLocaleString(${text(l)})`,
    `df(${text(l)}, { month: "long", year: "numeric" })(d)`, `df(${text(l)}, { weekday: "long", month: "short", day: "numeric" })(d)`,
  ])],
  ['dates of Date', each([...main, 'fr', 'ja', 'zh'], l => [
    `d.toLocaleString(${l})`, `d.toLocaleDateString(${l})`, `d.toLocaleTimeString(${l})`, `d.toLocaleDateString(${l}, { month: "short" })`, `d.toLocaleTimeString(${l}, { hour: "2-digit", minute: "2-digit" })`,
    `d.toLocaleString(${l}, { timeZone: "Asia/Tokyo" })`, `d.toLocaleString(${l}, { timeZone: "America/Los_Angeles", timeZoneName: "short" })`, `d.toLocaleDateString(${l}, { dateStyle: "long" })`,
    `d.toLocaleDateString(${l}, { hour: "numeric" })`, `d.toLocaleTimeString(${l}, { year: "numeric" })`, `new Date(-1e14).toLocaleString(${l})`, `new Date(8.64e15).toLocaleDateString(${l})`, `new Date(NaN).toLocaleString(${l})`,
  ])],
  ['time zones', [
    ...['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Sydney', 'Pacific/Apia', 'America/Sao_Paulo', 'Africa/Cairo', 'Asia/Kathmandu', 'America/St_Johns', 'Etc/GMT+5', 'UTC', 'Europe/Dublin'].flatMap(zone => [
      `[1, 4, 7, 10].map(m => df("en-US", { timeZone: ${text(zone)}, dateStyle: "short", timeStyle: "long" })(new Date(Date.UTC(2024, m, 3, 6))))`,
      `["short", "long", "shortGeneric", "longGeneric", "shortOffset", "longOffset"].map(timeZoneName => df("de-DE", { timeZone: ${text(zone)}, timeZoneName })(d))`,
      `["short", "long", "shortGeneric", "longGeneric"].map(timeZoneName => df("en-US", { timeZone: ${text(zone)}, timeZoneName })(d))`,
      `new Intl.DateTimeFormat("en-US", { timeZone: ${text(zone.toLowerCase())} }).resolvedOptions().timeZone`,
    ]),
    '[Date.UTC(2024, 2, 10, 6, 59), Date.UTC(2024, 2, 10, 7), Date.UTC(2024, 10, 3, 5, 59), Date.UTC(2024, 10, 3, 6), Date.UTC(1950, 6, 1), Date.UTC(1880, 0, 1), Date.UTC(2090, 6, 1)].map(df("en-US", { timeZone: "America/New_York", dateStyle: "short", timeStyle: "full" }))',
    'Intl.DateTimeFormat().resolvedOptions().timeZone',
  ]],
  ['parts and ranges of dates', each([...main, 'fr', 'ja'], l => [
    ...['{}', '{ dateStyle: "full", timeStyle: "long" }', '{ hour: "numeric", minute: "numeric", second: "numeric", fractionalSecondDigits: 2 }', '{ era: "short", weekday: "short", year: "numeric", month: "long", day: "numeric" }', '{ hour: "numeric", dayPeriod: "short" }']
      .map(o => `new Intl.DateTimeFormat(${l}, ${o}).formatToParts(d)`),
    ...['{}', '{ dateStyle: "medium" }', '{ dateStyle: "long" }', '{ dateStyle: "short", timeStyle: "short" }', '{ year: "numeric", month: "long" }', '{ month: "short", day: "numeric" }', '{ hour: "numeric", minute: "numeric" }', '{ year: "numeric", month: "short", day: "numeric", hour: "numeric" }']
      .flatMap(o => [`[[d, e], [d, d], [d, new Date(+d + 36e5)], [d, new Date(+d + 864e5 * 400)], [d, new Date(+d + 864e5 * 40)], [d, new Date(+d - 36e5 * 4)]].map(([a, b]) => new Intl.DateTimeFormat(${l}, ${o}).formatRange(a, b))`]),
    `new Intl.DateTimeFormat(${l}, { dateStyle: "medium" }).formatRangeToParts(d, e)`,
  ])],
  ['plurals', each([...locales, 'pl', 'cs', 'he', 'sl', 'lt', 'it', 'sv', 'uk'], l => [
    `[0, 1, 2, 3, 4, 5, 11, 12, 21, 22, 100, 101, 1.5, 0.1, 1e6, -1].map(n => new Intl.PluralRules(${l}).select(n))`,
    `[0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 21, 22, 23, 80, 101].map(n => new Intl.PluralRules(${l}, { type: "ordinal" }).select(n))`,
    `[[0, 1], [1, 2], [2, 5], [1, 1]].map(([a, b]) => new Intl.PluralRules(${l}).selectRange(a, b))`,
    `(({ type, minimumIntegerDigits, minimumFractionDigits, maximumFractionDigits, pluralCategories }) => [type, minimumIntegerDigits, minimumFractionDigits, maximumFractionDigits, pluralCategories])(new Intl.PluralRules(${l}).resolvedOptions())`, `new Intl.PluralRules(${l}, { type: "ordinal" }).resolvedOptions().pluralCategories`,
    `new Intl.PluralRules(${l}, { minimumFractionDigits: 2 }).select(1)`,
  ])],
  ['lists', each(locales, l => ['conjunction', 'disjunction', 'unit'].flatMap(type => ['long', 'short', 'narrow'].map(style =>
    `[[], ["a"], ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]].map(x => new Intl.ListFormat(${l}, { type: "${type}", style: "${style}" }).format(x))`)))],
  ['lists, more', ['new Intl.ListFormat("es").format(["Ana", "Inés"])', 'new Intl.ListFormat("es").format(["agua", "hielo"])', 'new Intl.ListFormat("es", { type: "disjunction" }).format(["siete", "ocho"])', 'new Intl.ListFormat("en").formatToParts(["a", "b", "c"])', 'new Intl.ListFormat("en").format(new Set(["x", "y"]))', 't(() => new Intl.ListFormat("en").format([1]))', 'new Intl.ListFormat("en").resolvedOptions()']],
  ['relative times', each(locales, l => ['always', 'auto'].flatMap(numeric => ['long', 'short', 'narrow'].map(style =>
    `["second", "minute", "hour", "day", "week", "month", "quarter", "years"].map(u => [-2, -1, -0, 0, 1, 2, 5, 1234.5].map(n => new Intl.RelativeTimeFormat(${l}, { numeric: "${numeric}", style: "${style}" }).format(n, u)))`)))],
  ['relative times, more', ['new Intl.RelativeTimeFormat("en").formatToParts(-3, "days")', 'new Intl.RelativeTimeFormat("en", { numeric: "auto" }).formatToParts(1, "day")', 'new Intl.RelativeTimeFormat("de").formatToParts(1234.5, "day")', 't(() => new Intl.RelativeTimeFormat("en").format(1, "decade"))', 't(() => new Intl.RelativeTimeFormat("en").format(Infinity, "day"))', 'new Intl.RelativeTimeFormat("en").resolvedOptions()']],
  ['order', [
    ...each([...locales, 'sv', 'da', 'cs', 'tr', 'es-u-co-trad', 'de-u-co-phonebk', 'pl', 'nb', 'hu', 'ko', 'zh-u-co-stroke', 'zh-TW'], l => `["z", "ä", "a", "Z", "A", "ö", "o", "ß", "ss", "é", "e", "É", "ñ", "n", "ch", "cz", "å", "æ", "ø", "1", "10", "2", "-", "_", " ", "日本", "中文", "北京", "あ", "ア", "가", "나", "я", "а", "ё", "ı", "i"].sort(new Intl.Collator(${l}).compare).join("|")`),
    ...each(main, l => [
      ...['base', 'accent', 'case', 'variant'].map(sensitivity => `[["a", "á"], ["a", "A"], ["a", "b"], ["a", "a"]].map(([x, y]) => x.localeCompare(y, ${l}, { sensitivity: "${sensitivity}" }))`),
      `["10", "9", "2", "1"].sort(new Intl.Collator(${l}, { numeric: true }).compare)`, `["a", "B", "A", "b"].sort(new Intl.Collator(${l}, { caseFirst: "upper" }).compare)`,
      `"co-op".localeCompare("coop", ${l}, { ignorePunctuation: true })`, `new Intl.Collator(${l}).resolvedOptions()`,
    ]),
    '"a".localeCompare("b")', '"résumé".localeCompare("resume")', '"a".localeCompare()', '["Zebra", "apple", "Äpfel", "Mango"].sort((a, b) => a.localeCompare(b))', '"x".localeCompare("y", "de", { usage: "search" })',
    'new Intl.Collator("de-u-kn-true-kf-upper-co-phonebk").resolvedOptions()', 'new Intl.Collator("en", { numeric: true }).resolvedOptions()', 'new Intl.Collator("en", { ignorePunctuation: true }).compare("a-b", "ab")',
  ]],
  ['segments', [
    ...['Hello, world! It is 3.5 o\'clock. Mr. Smith can\'t go.', '👨‍👩‍👧 née cafe\u0301 🇩🇪!', '日本語の文章です。東京に行く。', '我们在北京学习中文。今天天气很好。', 'Straße und Fluß', 'नमस्ते दुनिया', 'a\r\nb', '', 'ภาษาไทย'].flatMap(s => [
      `[...new Intl.Segmenter("en").segment(${text(s)})].map(x => [x.segment, x.index])`,
      ...(/[ก-๛]/.test(s) ? [] : [`[...new Intl.Segmenter("en", { granularity: "word" }).segment(${text(s)})].map(x => [x.segment, x.index, x.isWordLike])`]),
      `[...new Intl.Segmenter("en", { granularity: "sentence" }).segment(${text(s)})].map(x => x.segment)`,
    ]),
    '[...new Intl.Segmenter("en", { granularity: "word" }).segment("ab c")]', 'new Intl.Segmenter("en", { granularity: "word" }).segment("ab c").containing(1)', 'new Intl.Segmenter("en").segment("ab").containing(2)',
    'new Intl.Segmenter("en").segment("ab").containing(-1)', 'new Intl.Segmenter("en").resolvedOptions()', 'Object.prototype.toString.call(new Intl.Segmenter("en").segment("ab")[Symbol.iterator]())',
  ]],
  ['case and forms', ['"istanbul I".toLocaleUpperCase("tr")', '"Iİ".toLocaleLowerCase("tr")', '"ijsvrij".toLocaleUpperCase("nl")', '"straße".toLocaleUpperCase()', '"ΑΣ".toLocaleLowerCase("el")', '"άλφα".toLocaleUpperCase("el")', '"Ì".toLocaleLowerCase("lt")', '"x".toLocaleUpperCase(["en", "tr"])', 't(() => "x".toLocaleUpperCase("not_a_tag"))', '"e\u0301ﬁ".normalize("NFC")', '"éﬁ".normalize("NFKD").length', 't(() => "x".normalize("y")).slice(0, 10)']],
  ['names', each(locales, l => [
    `["US", "DE", "FR", "JP", "CN", "IN", "BR", "GB", "419", "001", "HK", "UN"].map(c => new Intl.DisplayNames(${l}, { type: "region" }).of(c))`,
    `["US", "GB", "HK", "BA"].map(c => new Intl.DisplayNames(${l}, { type: "region", style: "short" }).of(c))`,
    `["en", "de", "en-US", "en-GB", "zh-Hans", "zh-Hant-TW", "pt-BR", "es-419", "sr-Latn", "fr-CA", "de-AT", "ar-EG", "gsw"].map(c => new Intl.DisplayNames(${l}, { type: "language" }).of(c))`,
    `["en-US", "zh-Hans", "pt-BR"].map(c => new Intl.DisplayNames(${l}, { type: "language", languageDisplay: "standard" }).of(c))`,
    `["Latn", "Cyrl", "Hans", "Hant", "Arab", "Jpan"].map(c => new Intl.DisplayNames(${l}, { type: "script" }).of(c))`,
    ...['long', 'short', 'narrow'].map(style => `["USD", "EUR", "JPY", "GBP", "CNY", "DEM", "XXX", "CAD"].map(c => new Intl.DisplayNames(${l}, { type: "currency", style: "${style}" }).of(c))`),
    ...['long', 'short', 'narrow'].map(style => `["era", "year", "quarter", "month", "weekOfYear", "weekday", "day", "dayPeriod", "hour", "minute", "second", "timeZoneName"].map(c => new Intl.DisplayNames(${l}, { type: "dateTimeField", style: "${style}" }).of(c))`),
    `["gregory", "buddhist", "iso8601", "islamic", "roc"].map(c => new Intl.DisplayNames(${l}, { type: "calendar" }).of(c))`,
  ])],
  ['names, more', ['new Intl.DisplayNames("en", { type: "region" }).of("ZZ")', 'new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of("QX")', 'new Intl.DisplayNames("en", { type: "region" }).of("QX")', 't(() => new Intl.DisplayNames("en", { type: "region" }).of("usa"))', 't(() => new Intl.DisplayNames("en"))', 't(() => new Intl.DisplayNames("en", {}))', 't(() => new Intl.DisplayNames("en", { type: "currency" }).of("US"))', 'new Intl.DisplayNames("en", { type: "currency" }).of("usd")', 't(() => new Intl.DisplayNames("en", { type: "language" }).of("en-u-ca-gregory"))', 'new Intl.DisplayNames("en", { type: "language" }).resolvedOptions()', 'new Intl.DisplayNames("en", { type: "region", style: "short" }).resolvedOptions()']],
  ['locales', [
    'Intl.getCanonicalLocales(["EN-us", "de-de", "zh-hant-tw", "en-US"])', 'Intl.getCanonicalLocales("iw")', 'Intl.getCanonicalLocales("EN-u-CA-Gregory-nu-LATN")', 'Intl.getCanonicalLocales()', 't(() => Intl.getCanonicalLocales("en_US"))', 't(() => Intl.getCanonicalLocales(null))', 't(() => Intl.getCanonicalLocales([1]))', 't(() => Intl.getCanonicalLocales([""]))',
    'Intl.NumberFormat.supportedLocalesOf(["en-US", "de", "tlh", "fr-CA", "pt-u-nu-latn"])', 'Intl.DateTimeFormat.supportedLocalesOf("de-DE")', 'new Intl.NumberFormat("xx").resolvedOptions().locale', 'new Intl.NumberFormat(["xx", "de"]).resolvedOptions().locale', 'new Intl.NumberFormat("de-XX").resolvedOptions().locale', 'new Intl.NumberFormat("zh-Hant-TW-u-nu-hanidec").resolvedOptions()',
    'new Intl.Locale("en-Latn-US").minimize().toString()', 'new Intl.Locale("zh").maximize().toString()', 'new Intl.Locale("sr-RS").maximize().script', 'String(new Intl.Locale("de", { region: "AT", hourCycle: "h12", calendar: "gregory", numeric: true, caseFirst: "upper", collation: "phonebk", numberingSystem: "latn" }))',
    '(({ language, script, region, baseName, calendar, hourCycle, numeric, caseFirst, collation, numberingSystem }) => [language, script, region, baseName, calendar, hourCycle, numeric, caseFirst, collation, numberingSystem])(new Intl.Locale("zh-Hant-TW-u-ca-roc-hc-h23-kn-nu-hanidec"))',
    ...['en-US', 'de-DE', 'ar-EG', 'fr-CA', 'he-IL', 'hi-IN', 'fa-IR', 'en'].flatMap(tag => [
      `info(new Intl.Locale("${tag}"), "HourCycles")`, `info(new Intl.Locale("${tag}"), "NumberingSystems")`, `info(new Intl.Locale("${tag}"), "TextInfo")`,
      `info(new Intl.Locale("${tag}"), "TimeZones")`, `(({ firstDay, weekend }) => [firstDay, weekend])(info(new Intl.Locale("${tag}"), "WeekInfo"))`,
    ]),
    't(() => new Intl.Locale())', 't(() => new Intl.Locale("x"))', 't(() => new Intl.Locale("en", { region: "xyz1" }))', 't(() => new Intl.Locale("en", { hourCycle: "h25" }))', 't(() => Intl.Locale("en"))', 'new Intl.NumberFormat(new Intl.Locale("de-DE")).format(1234.5)', 'new Intl.Locale(new Intl.Locale("de-DE"), { language: "en" }).toString()',
    't(() => Intl.supportedValuesOf("x"))', 'Intl.supportedValuesOf("currency").includes("EUR")', 'Intl.supportedValuesOf("timeZone").includes("Europe/Berlin")', 'Intl.supportedValuesOf("unit")', 'Intl.supportedValuesOf("numberingSystem").includes("latn")',
  ]],
  ['what was resolved', [
    ...each([...main, 'ja', 'ar-EG', 'hi'], l => ['{}', '{ style: "currency", currency: "eur" }', '{ style: "percent" }', '{ notation: "compact" }', '{ style: "unit", unit: "meter" }', '{ maximumSignificantDigits: 3 }', '{ useGrouping: false }'].map(o => `new Intl.NumberFormat(${l}, ${o}).resolvedOptions()`)),
    ...each([...main, 'ja', 'ar-EG', 'en-GB'], l => ['{}', '{ dateStyle: "full", timeStyle: "short" }', '{ hour: "numeric" }', '{ hour: "2-digit", minute: "numeric", timeZone: "america/new_york" }', '{ hour: "numeric", hourCycle: "h23" }', '{ weekday: "short", month: "long", day: "numeric" }', '{ hour: "numeric", minute: "numeric", second: "numeric", fractionalSecondDigits: 2, timeZoneName: "short" }', '{ dayPeriod: "long", hour: "numeric" }', '{ era: "short" }'].map(o => `new Intl.DateTimeFormat(${l}, ${o}).resolvedOptions()`)),
    'new Intl.DateTimeFormat("de-u-hc-h12", { hour: "numeric" }).resolvedOptions()', 'new Intl.DateTimeFormat("en-u-nu-thai").resolvedOptions()', 'df("en-u-hc-h23", { timeStyle: "short" })(d)',
  ]],
  ['mistakes', [
    't(() => new Intl.NumberFormat("en", { style: "currency" }))', 't(() => new Intl.NumberFormat("en", { style: "money" }))', 't(() => new Intl.NumberFormat("en", { currency: "EURO" }))', 't(() => new Intl.NumberFormat("en", { maximumFractionDigits: 101 }))', 't(() => new Intl.NumberFormat("en", { minimumFractionDigits: 5, maximumFractionDigits: 2 }))',
    't(() => new Intl.NumberFormat("en", { minimumIntegerDigits: 0 }))', 't(() => new Intl.NumberFormat("en", { style: "unit" }))', 't(() => new Intl.NumberFormat("en", { style: "unit", unit: "parsec" }))', 't(() => new Intl.NumberFormat("en", { useGrouping: "x" }))', 't(() => new Intl.NumberFormat("en", null))', 't(() => new Intl.NumberFormat("e"))', 't(() => (1).toLocaleString("i"))',
    't(() => new Intl.DateTimeFormat("en", { timeZone: "Mars/Olympus" }))', 't(() => new Intl.DateTimeFormat("en", { dateStyle: "tiny" }))', 't(() => new Intl.DateTimeFormat("en", { dateStyle: "full", year: "numeric" }))', 't(() => new Intl.DateTimeFormat("en").format(NaN))', 't(() => new Intl.DateTimeFormat("en", { month: "big" }))', 't(() => new Date().toLocaleDateString("en", { timeStyle: "short" }))', 't(() => new Date().toLocaleTimeString("en", { dateStyle: "short" }))', 't(() => new Intl.DateTimeFormat("en", { fractionalSecondDigits: 4 }))',
    't(() => new Intl.DateTimeFormat("en").formatRange(d))', 't(() => new Intl.NumberFormat("en").formatRange(1))', 't(() => new Intl.NumberFormat("en").formatRange(1, NaN))', 't(() => Intl.PluralRules("en"))', 't(() => Intl.Collator("en").compare("a", "b"))', 't(() => Intl.NumberFormat("en").format(1))', 't(() => Intl.DateTimeFormat.prototype.formatToParts.call({}))', 't(() => Intl.NumberFormat.prototype.resolvedOptions.call(1))',
    't(() => new Intl.ListFormat("en", 1))', 't(() => new Intl.Segmenter("en", { granularity: "line" }))', 't(() => new Intl.Collator("en", { sensitivity: "x" }))', 't(() => new Intl.PluralRules("en", { type: "x" }))', 't(() => (1).toLocaleString("en", { style: "x" }))', 't(() => Number.prototype.toLocaleString.call("x"))', 't(() => Date.prototype.toLocaleString.call({}))', 't(() => String.prototype.localeCompare.call(null, "x"))',
  ]],
  ['shapes', [
    'Object.prototype.toString.call(Intl)', ...['Collator', 'DateTimeFormat', 'DisplayNames', 'ListFormat', 'Locale', 'NumberFormat', 'PluralRules', 'RelativeTimeFormat', 'Segmenter'].flatMap(name => [
      `shape(Intl.${name})`, `shape(Intl.${name}.prototype)${name === 'Locale' ? '.filter(x => !/^(calendars|collations|hourCycles|numberingSystems|textInfo|timeZones|weekInfo|get)/.test(x))' : ''}`, `Object.prototype.toString.call(Intl.${name}.prototype)`,
    ]),
    'shape(Intl).filter(x => !x.startsWith("v8") && !x.startsWith("DurationFormat"))', 'new Intl.NumberFormat().format.name', 'new Intl.NumberFormat().format.length', 'new Intl.DateTimeFormat().format.length', 'new Intl.Collator().compare.length', 'new Intl.NumberFormat() instanceof Intl.NumberFormat', 'class F extends Intl.NumberFormat {}; new F("de").format(1.5) + (new F() instanceof F)'.replace(/^class (.*?); (.*)$/, '(() => { class $1; return $2 })()'),
    'shape(Number.prototype).filter(x => x.includes("Locale"))', 'shape(Date.prototype).filter(x => x.includes("Locale"))', 'shape(String.prototype).filter(x => x.includes("ocale"))', 'shape(Array.prototype).filter(x => x.includes("ocale"))', '"toLocaleString" in BigInt.prototype', 'const f = 0'.slice(0, 0) + '[1, 2].map(new Intl.NumberFormat("de").format)',
  ]],
];

// Where the cell differs: what it gives. `host/docs/limitations.md` tells why.
const invalid = 'RangeError: Invalid argument to Intl.DisplayNames.prototype.of';
const OTHERWISE = new Map([
  ['nf("en-US")("1e1000").length', 1334],
  ['[0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 21, 22, 23, 80, 101].map(n => new Intl.PluralRules("es", { type: "ordinal" }).select(n))',
    ['other', 'one', 'other', 'one', 'other', 'other', 'other', 'other', 'other', 'other', 'one', 'one', 'other', 'one', 'other', 'one']],
  ['new Intl.PluralRules("es", { type: "ordinal" }).resolvedOptions().pluralCategories', ['one', 'other']],
  ['new Intl.Collator("de-DE").resolvedOptions()',
    { locale: 'de-DE', usage: 'sort', sensitivity: 'variant', ignorePunctuation: false, collation: 'default', numeric: false, caseFirst: 'false' }],
  ['t(() => new Intl.DisplayNames("en", { type: "region" }).of("usa"))', invalid],
  ['t(() => new Intl.DisplayNames("en", { type: "currency" }).of("US"))', invalid],
  ['t(() => new Intl.DisplayNames("en", { type: "language" }).of("en-u-ca-gregory"))', invalid],
  ['t(() => new Intl.DisplayNames("en"))', 'TypeError: Cannot convert undefined or null to object'],
  ['t(() => new Intl.DisplayNames("en", {}))', 'TypeError: Required option "type" must not be undefined'],
  ['t(() => Intl.getCanonicalLocales([1]))', 'TypeError: Incorrect locale information provided'],
  ['t(() => new Intl.Locale("en", { hourCycle: "h25" }))', 'RangeError: Value h25 out of range for Intl.Locale options property hourCycle'],
  ['t(() => new Intl.NumberFormat("en", { style: "unit" }))', "TypeError: Required unit argument missing for Intl.NumberFormat() when style is 'unit'."],
  ['t(() => new Intl.NumberFormat("en", null))', 'TypeError: Cannot convert undefined or null to object'],
  ['t(() => new Intl.ListFormat("en", 1))', 'TypeError: Incorrect options information provided'],
  ['t(() => (1).toLocaleString("en", { style: "x" }))', 'RangeError: Value x out of range for Intl.NumberFormat options property style'],
  ['t(() => Number.prototype.toLocaleString.call("x"))', 'TypeError: not a number'],
  ['t(() => Date.prototype.toLocaleString.call({}))', 'TypeError: not a Date object'],
]);

module.exports = { GROUPS, SETUP };

if (require.main === module) {
  const all = GROUPS.map(([name, expressions]) => {
    const run = expression => { try { return new Function(`${SETUP} return ${expression}`)() ?? null; } catch (error) { throw new Error(`${expression}: ${error.message}`); } };
    return { name, checks: expressions.map(expression => {
      const check = [expression, JSON.parse(JSON.stringify(run(expression)))];
      return OTHERWISE.has(expression) ? [...check, OTHERWISE.get(expression)] : check;
    }) };
  });
  console.log(JSON.stringify({ setup: SETUP, groups: all }, null, 0).replaceAll('],["', '],\n["').replaceAll('{"name"', '\n{"name"'));
}
