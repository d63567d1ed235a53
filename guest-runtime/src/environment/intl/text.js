// `Intl.Collator`, `Intl.Segmenter` and `Intl.ListFormat`, and what strings and arrays do by a locale.
(env => {
  'use strict';
  const { define, end, intl, isObject, list, native, p, push, toArray } = env;
  if (intl === undefined) return;
  const {
    Number, RegExpPrototypeExec, StringPrototypeSlice, StringPrototypeToLowerCase,
    StringPrototypeToUpperCase, SymbolIterator, TypeError,
  } = p;
  const { classOf, linesOf, locales, matcher, objectOf, option, resolve, split, strictObject } = intl;

  const C = 'Intl.Collator.prototype.';
  const makeCollator = (given, rest) => {
    const where = 'Intl.Collator';
    const requested = locales(given);
    const options = objectOf(rest);
    const usage = option(where, options, 'usage', ['sort', 'search'], 'sort');
    matcher(where, options);
    const collation = intl.typeKeyword(where, options, 'collation');
    const numeric = options.numeric === undefined ? undefined : `${!!options.numeric}`;
    const caseFirst = option(where, options, 'caseFirst', ['upper', 'lower', 'false']);
    const found = resolve(requested, 'co kf kn', { __proto__: null, co: collation, kf: caseFirst, kn: numeric });
    const sensitivity = option(where, options, 'sensitivity', ['base', 'accent', 'case', 'variant'], 'variant');
    const ignorePunctuation = options.ignorePunctuation === undefined ? found.data === 'th' || found.data === 'th-TH' : !!options.ignorePunctuation;
    let keywords = '';
    if (usage === 'search') keywords += '-co-search';
    else if (found.co !== 'default') keywords += `-co-${found.co}`;
    if (found.kf !== 'false') keywords += `-kf-${found.kf}`;
    if (found.kn !== 'false') keywords += '-kn';
    const text = linesOf({ __proto__: null, locale: found.data + (keywords === '' ? '' : `-u${keywords}`), sensitivity, punctuation: ignorePunctuation });
    const resolved = { locale: found.locale, usage, sensitivity, ignorePunctuation, collation: found.co, numeric: found.kn === 'true', caseFirst: found.kf };
    return { __proto__: null, text, resolved, bound: undefined };
  };
  const collators = classOf('Collator', makeCollator, {
    callable: true,
    members: {
      resolvedOptions() {
        const { resolved } = collators.slotsOf(this, `${C}resolvedOptions`);
        return { ...resolved };
      },
      get compare() {
        const made = collators.slotsOf(this, `get ${C}compare`);
        made.bound ??= intl.nameless((x, y) => Number(native.intl('compare', made.text, `${x}`, `${y}`)));
        return made.bound;
      },
    },
  });

  // Texts of plain ASCII letters and digits are compared the same in most locales, but there is one order for all.
  let plainText;
  const self = value => {
    if (value === undefined || value === null) throw new TypeError('String.prototype.localeCompare called on null or undefined');
    return `${value}`;
  };
  const strings = {
    localeCompare(that) {
      const mine = self(this);
      const other = `${that}`;
      const given = arguments[1] !== undefined || arguments[2] !== undefined;
      if (!given) plainText ??= makeCollator().text;
      return Number(native.intl('compare', given ? makeCollator(arguments[1], arguments[2]).text : plainText, mine, other));
    },
    toLocaleUpperCase() { return changed('upper', StringPrototypeToUpperCase, self(this), arguments[0]); },
    toLocaleLowerCase() { return changed('lower', StringPrototypeToLowerCase, self(this), arguments[0]); },
  };
  const changed = (operation, plain, text, given) => {
    const requested = locales(given);
    if (requested.length === 0 || RegExpPrototypeExec(/^(az|el|hy|lt|tr|nl)(-|$)/, requested[0]) === null) return plain(text);
    return native.intl(operation, requested[0], text);
  };
  for (const key of ['localeCompare', 'toLocaleUpperCase', 'toLocaleLowerCase']) define(p.StringPrototype, key, strings[key]);

  // What is joined is asked with what it was given (ECMA-402, Array.prototype.toLocaleString).
  const within = list();
  const arrays = {
    toLocaleString() {
      const array = p.Object(this);
      for (let i = 0; i < within.length; i += 1) if (within[i] === array) return '';
      push(within, array);
      try {
        let text = '';
        const length = Number(array.length) || 0;
        for (let i = 0; i < length; i += 1) {
          if (i > 0) text += ',';
          const item = array[i];
          if (item !== undefined && item !== null) text += `${item.toLocaleString(arguments[0], arguments[1])}`;
        }
        return text;
      } finally {
        within.length -= 1;
      }
    },
  };
  define(p.ArrayPrototype, 'toLocaleString', arrays.toLocaleString);
  define(p.TypedArrayPrototype, 'toLocaleString', { toLocaleString() {
    p.TypedArrayPrototypeGetBuffer(this);
    return p.ReflectApply(arrays.toLocaleString, this, arguments);
  } }.toLocaleString);

  const S = 'Intl.Segmenter.prototype.';
  const segmenters = classOf('Segmenter', (given, rest) => {
    const requested = locales(given);
    const options = strictObject(rest);
    matcher('Intl.Segmenter', options);
    const found = resolve(requested, '', { __proto__: null });
    return { __proto__: null, locale: found.locale, granularity: option('Intl.Segmenter', options, 'granularity', ['grapheme', 'word', 'sentence'], 'grapheme') };
  }, {
    members: {
      segment(input) {
        const { granularity } = segmenters.slotsOf(this, `${S}segment`);
        return new Segments(granularity, `${input}`);
      },
      resolvedOptions() {
        const { locale, granularity } = segmenters.slotsOf(this, `${S}resolvedOptions`);
        return { locale, granularity };
      },
    },
  });
  // The pieces of a text, found when they are first asked for.
  let stateOf;
  class Segments {
    #granularity; #text; #ends; #words;
    constructor(granularity, text) { this.#granularity = granularity; this.#text = text; }
    containing(index) {
      const state = stateOf(this);
      const at = p.MathTrunc(Number(index)) || 0;
      if (at < 0 || at >= state.text.length) return undefined;
      let low = 0;
      let high = state.ends.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (state.ends[middle] <= at) low = middle + 1;
        else high = middle;
      }
      return piece(state, low);
    }
    static {
      stateOf = object => {
        if (!isObject(object) || !(#text in object)) throw new TypeError('Method %SegmentsPrototype%.containing called on incompatible receiver');
        if (object.#ends === undefined) {
          object.#ends = list();
          object.#words = list();
          const marks = split(native.intl('borders', object.#granularity, object.#text), ' ');
          for (let i = 0; i + 1 < marks.length; i += 1) {
            const word = marks[i][marks[i].length - 1] === '+';
            push(object.#ends, Number(word ? StringPrototypeSlice(marks[i], 0, -1) : marks[i]));
            push(object.#words, word);
          }
        }
        return { __proto__: null, text: object.#text, ends: object.#ends, words: object.#words, granularity: object.#granularity };
      };
    }
  }
  const piece = (state, at) => {
    const from = at === 0 ? 0 : state.ends[at - 1];
    const made = { segment: StringPrototypeSlice(state.text, from, state.ends[at]), index: from, input: state.text };
    if (state.granularity === 'word') define(made, 'isWordLike', state.words[at], true);
    return made;
  };
  delete Segments.prototype.constructor;
  const iterator = env.iteratorClass('Segmenter String Iterator', walk => {
    if (walk.at >= walk.state.ends.length) return end;
    walk.at += 1;
    return piece(walk.state, walk.at - 1);
  });
  define(Segments.prototype, SymbolIterator, { [SymbolIterator]() { return iterator({ __proto__: null, state: stateOf(this), at: 0 }); } }[SymbolIterator]);

  const L = 'Intl.ListFormat.prototype.';
  const lists = classOf('ListFormat', (given, rest) => {
    const where = 'Intl.ListFormat';
    const requested = locales(given);
    const options = strictObject(rest);
    matcher(where, options);
    const found = resolve(requested, '', { __proto__: null });
    const type = option(where, options, 'type', ['conjunction', 'disjunction', 'unit'], 'conjunction');
    const style = option(where, options, 'style', ['long', 'short', 'narrow'], 'long');
    return { __proto__: null, locale: found.locale, data: found.data, type, style };
  }, {
    members: {
      resolvedOptions() {
        const { locale, type, style } = lists.slotsOf(this, `${L}resolvedOptions`);
        return { locale, type, style };
      },
      format(list) {
        const parts = listParts(lists.slotsOf(this, `${L}format`), stringsOf(list));
        let text = '';
        for (let i = 0; i < parts.length; i += 1) text += parts[i].value;
        return text;
      },
      formatToParts(list) { return toArray(listParts(lists.slotsOf(this, `${L}formatToParts`), stringsOf(list))); },
    },
  });
  const stringsOf = given => {
    const items = list();
    if (given === undefined) return items;
    env.iterate(given, given[SymbolIterator], item => {
      if (typeof item !== 'string') throw new TypeError(`Iterable yielded ${typeof item === 'symbol' ? p.String(item) : item} which is not a string`);
      push(items, item);
    });
    return items;
  };
  const kinds = { __proto__: null, conjunction: 'standard', disjunction: 'or', unit: 'unit' };
  // Joins `items` by the locale's patterns, as a list of parts.
  const listParts = ({ data, type, style }, items) => {
    const parts = list();
    const element = value => { push(parts, { type: 'element', value }); };
    const literal = value => { if (value !== '') push(parts, { type: 'literal', value }); };
    if (items.length === 0) return parts;
    if (items.length === 1) { element(items[0]); return parts; }
    const { 0: start, 1: middle, 2: last, 3: two } = split(native.intl('listPatterns', data, kinds[type] + (style === 'long' ? '' : `-${style}`)), '\x1f');
    const fit = (pattern, next) => gentle(data, type, pattern, next);
    const around = pattern => {
      const pieces = split(pattern, '{0}');
      const rest = split(pieces[1], '{1}');
      return { before: pieces[0], between: rest[0], after: rest[1] };
    };
    if (items.length === 2) {
      const { before, between, after } = around(fit(two, items[1]));
      literal(before); element(items[0]); literal(between); element(items[1]); literal(after);
      return parts;
    }
    literal(around(start).before);
    element(items[0]);
    for (let i = 1; i < items.length; i += 1) {
      const pattern = i === items.length - 1 ? fit(last, items[i]) : i === 1 ? start : middle;
      literal(around(pattern).between);
      element(items[i]);
    }
    literal(around(fit(last, items[items.length - 1])).after);
    return parts;
  };
  // Spanish and Hebrew conjunctions look at the word that follows.
  const gentle = (data, type, pattern, next) => {
    const language = StringPrototypeSlice(data, 0, 2);
    const starts = test => RegExpPrototypeExec(test, next) !== null;
    const swapped = (from, to) => {
      const pieces = split(pattern, from);
      return pieces.length === 2 ? pieces[0] + to + pieces[1] : pattern;
    };
    if (language === 'es' && type === 'conjunction' && starts(/^(i|hi(?![ae]))/i)) return swapped(' y ', ' e ');
    if (language === 'es' && type === 'disjunction' && starts(/^(o|ho|8|11(\D|$))/i)) return swapped(' o ', ' u ');
    if (language === 'he' && type === 'conjunction' && !starts(/^[\u0590-\u05ff]/)) return swapped(' ו{1}', ' ו-{1}');
    return pattern;
  };
  intl.listParts = listParts;
})
