// `Intl.NumberFormat` and `Intl.PluralRules`, and `toLocaleString` of numbers and BigInts.
(env => {
  'use strict';
  const { define, intl, isObject, native, p, toArray } = env;
  if (intl === undefined) return;
  const {
    BigIntPrototypeToString, BigIntPrototypeValueOf, Number, NumberPrototypeValueOf, ObjectIs, RangeError, RegExpPrototypeExec,
    StringPrototypeToUpperCase, StringPrototypeTrim, TypeError,
  } = p;
  const { bounded, classOf, contains, fromSource, linesOf, locales, matcher, objectOf, option, partsOf, resolve, split, typeKeyword } = intl;

  const units = split(native.intl('values', 'unit'), ' ');
  const isUnit = name => {
    if (contains(units, name)) return true;
    const [above, below, more] = toArray(split(name, '-per-'));
    return below !== undefined && more === undefined && contains(units, above) && contains(units, below);
  };
  const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

  // A number as the decimal text that is formatted. A text keeps all its digits.
  const decimal = value => {
    const primitive = isObject(value) ? toNumeric(value) : value;
    if (typeof primitive === 'bigint') return BigIntPrototypeToString(primitive);
    if (typeof primitive === 'string') {
      const text = StringPrototypeTrim(primitive);
      if (RegExpPrototypeExec(plain, text) !== null) return text;
    }
    const number = Number(primitive);
    return ObjectIs(number, -0) ? '-0' : `${number}`;
  };
  const toNumeric = value => {
    const way = value[p.SymbolToPrimitive];
    if (way !== undefined && way !== null) return p.ReflectApply(way, value, ['number']);
    const first = typeof value.valueOf === 'function' ? value.valueOf() : value;
    return isObject(first) ? `${value}` : first;
  };
  intl.decimal = decimal;

  // SetNumberFormatDigitOptions, into `slots`.
  const digits = (slots, options, least, most, compact, where) => {
    const minI = bounded(options.minimumIntegerDigits, 'minimumIntegerDigits', 1, 21, 1);
    let minF = options.minimumFractionDigits;
    let maxF = options.maximumFractionDigits;
    let minS = options.minimumSignificantDigits;
    let maxS = options.maximumSignificantDigits;
    slots.minI = minI;
    const increment = bounded(options.roundingIncrement, 'roundingIncrement', 1, 5000, 1);
    if (!contains([1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000], increment)) {
      throw new RangeError('roundingIncrement value is out of range.');
    }
    const mode = option(where, options, 'roundingMode', ['ceil', 'floor', 'expand', 'trunc', 'halfCeil', 'halfFloor', 'halfExpand', 'halfTrunc', 'halfEven'], 'halfExpand');
    const priority = option(where, options, 'roundingPriority', ['auto', 'morePrecision', 'lessPrecision'], 'auto');
    const zeros = option(where, options, 'trailingZeroDisplay', ['auto', 'stripIfInteger'], 'auto');
    if (increment !== 1) most = least;
    const hasS = minS !== undefined || maxS !== undefined;
    const hasF = minF !== undefined || maxF !== undefined;
    let needS = true;
    let needF = true;
    if (priority === 'auto') {
      needS = hasS;
      if (needS || (!hasF && compact)) needF = false;
    }
    if (needS) {
      minS = hasS ? bounded(minS, 'minimumSignificantDigits', 1, 21, 1) : 1;
      maxS = hasS ? bounded(maxS, 'maximumSignificantDigits', minS, 21, 21) : 21;
    }
    if (needF) {
      if (hasF) {
        minF = bounded(minF, 'minimumFractionDigits', 0, 100, undefined);
        maxF = bounded(maxF, 'maximumFractionDigits', 0, 100, undefined);
        if (minF === undefined) minF = maxF < least ? maxF : least;
        else if (maxF === undefined) maxF = most > minF ? most : minF;
        else if (minF > maxF) throw new RangeError('maximumFractionDigits value is out of range.');
      } else {
        minF = least;
        maxF = most;
      }
    }
    slots.increment = increment;
    slots.rounding = mode;
    slots.zeros = zeros;
    slots.priority = priority;
    if (needS) { slots.minS = minS; slots.maxS = maxS; }
    if (needF) { slots.minF = minF; slots.maxF = maxF; }
    if (!needS && !needF) {
      slots.minF = 0; slots.maxF = 0; slots.minS = 1; slots.maxS = 2;
      slots.priority = 'morePrecision';
    }
    if (increment !== 1) {
      if (needS) throw new TypeError('roundingIncrement value is invalid.');
      if (slots.minF !== slots.maxF) throw new RangeError('roundingIncrement value is out of range.');
    }
  };
  intl.digits = digits;
  const digitOptions = (result, slots) => {
    result.minimumIntegerDigits = slots.minI;
    if (slots.minF !== undefined) { result.minimumFractionDigits = slots.minF; result.maximumFractionDigits = slots.maxF; }
    if (slots.minS !== undefined) { result.minimumSignificantDigits = slots.minS; result.maximumSignificantDigits = slots.maxS; }
  };
  const roundingOptions = (result, slots) => {
    result.roundingIncrement = slots.increment;
    result.roundingMode = slots.rounding;
    result.roundingPriority = slots.priority;
    result.trailingZeroDisplay = slots.zeros;
  };

  const where = 'Intl.NumberFormat';
  const makeNumber = (given, rest) => {
    const requested = locales(given);
    const options = objectOf(rest);
    matcher(where, options);
    const nu = typeKeyword(where, options, 'numberingSystem');
    const found = resolve(requested, 'nu', { __proto__: null, nu });
    const slots = { __proto__: null, locale: found.data, ns: found.nu };
    slots.style = option(where, options, 'style', ['decimal', 'percent', 'currency', 'unit'], 'decimal');
    const currency = option(where, options, 'currency');
    if (currency !== undefined && RegExpPrototypeExec(/^[a-z]{3}$/i, currency) === null) throw new RangeError(`Invalid currency code : ${currency}`);
    if (slots.style === 'currency' && currency === undefined) throw new TypeError('Currency code is required with currency style.');
    const currencyDisplay = option(where, options, 'currencyDisplay', ['code', 'symbol', 'narrowSymbol', 'name'], 'symbol');
    const currencySign = option(where, options, 'currencySign', ['standard', 'accounting'], 'standard');
    const unit = option(where, options, 'unit');
    if (unit !== undefined && !isUnit(unit)) throw new RangeError(`Invalid unit argument for Intl.NumberFormat() '${unit}'`);
    if (slots.style === 'unit' && unit === undefined) throw new TypeError("Required unit argument missing for Intl.NumberFormat() when style is 'unit'.");
    const unitDisplay = option(where, options, 'unitDisplay', ['short', 'narrow', 'long'], 'short');
    let least = 0;
    let most = slots.style === 'percent' ? 0 : 3;
    if (slots.style === 'currency') {
      slots.currency = StringPrototypeToUpperCase(currency);
      slots.currencyDisplay = currencyDisplay;
      slots.currencySign = currencySign;
      least = Number(native.intl('currencyDigits', slots.currency) ?? 2);
      most = least;
    } else if (slots.style === 'unit') {
      slots.unit = unit;
      slots.unitDisplay = unitDisplay;
    }
    const notation = option(where, options, 'notation', ['standard', 'scientific', 'engineering', 'compact'], 'standard');
    if (notation !== 'standard' && slots.style === 'currency') { least = 0; most = notation === 'compact' ? 0 : 3; }
    digits(slots, options, least, most, notation === 'compact', where);
    slots.notation = notation;
    const compactDisplay = option(where, options, 'compactDisplay', ['short', 'long'], 'short');
    if (notation === 'compact') slots.compactDisplay = compactDisplay;
    slots.grouping = groupingOf(options, notation === 'compact' ? 'min2' : 'auto');
    slots.sign = option(where, options, 'signDisplay', ['auto', 'never', 'always', 'exceptZero', 'negative'], 'auto');
    const text = linesOf(slots);
    return { __proto__: null, slots, text, locale: found.locale, bound: undefined };
  };
  const groupingOf = (options, fallback) => {
    const value = options.useGrouping;
    if (value === undefined) return fallback;
    if (value === true) return 'always';
    if (value === false || value === null || value === 0 || value === '') return false;
    const text = `${value}`;
    if (text === 'true' || text === 'false') return fallback;
    if (!contains(['min2', 'auto', 'always'], text)) throw new RangeError(`Value ${text} out of range for ${where} options property useGrouping`);
    return text;
  };

  const rangeEnds = (start, end) => {
    if (start === undefined) throw new TypeError('Invalid start : undefined');
    if (end === undefined) throw new TypeError('Invalid end : undefined');
    const from = decimal(start);
    const to = decimal(end);
    if (from === 'NaN') throw new RangeError('Invalid start : NaN');
    if (to === 'NaN') throw new RangeError('Invalid end : NaN');
    return { from, to };
  };
  const styled = ['currency', 'currencyDisplay', 'currencySign', 'unit', 'unitDisplay'];
  const N = `${where}.prototype.`;
  const numbers = classOf('NumberFormat', makeNumber, {
    callable: true,
    members: {
      resolvedOptions() {
        const { slots, locale } = numbers.slotsOf(this, `${N}resolvedOptions`);
        const result = { locale, numberingSystem: slots.ns, style: slots.style };
        for (let i = 0; i < styled.length; i += 1) if (slots[styled[i]] !== undefined) define(result, styled[i], slots[styled[i]], true);
        digitOptions(result, slots);
        result.useGrouping = slots.grouping;
        result.notation = slots.notation;
        if (slots.compactDisplay !== undefined) result.compactDisplay = slots.compactDisplay;
        result.signDisplay = slots.sign;
        roundingOptions(result, slots);
        return result;
      },
      formatToParts(number) { return partsOf(native.intl('numberParts', numbers.slotsOf(this, `${N}formatToParts`).text, decimal(number))); },
      get format() {
        const made = numbers.slotsOf(this, `get ${N}format`);
        made.bound ??= intl.nameless(value => native.intl('number', made.text, decimal(value)));
        return made.bound;
      },
      formatRange(start, end) {
        const { text } = numbers.slotsOf(this, `${N}formatRange`);
        const { from, to } = rangeEnds(start, end);
        return native.intl('numberRange', text, from, to);
      },
      formatRangeToParts(start, end) {
        const { text } = numbers.slotsOf(this, `${N}formatRangeToParts`);
        const { from, to } = rangeEnds(start, end);
        return partsOf(native.intl('numberRangeParts', text, from, to), fromSource);
      },
    },
  });
  intl.numbers = numbers;
  intl.makeNumber = makeNumber;

  let plainText;
  const format = (value, given, options) => {
    if (given !== undefined || options !== undefined) return native.intl('number', makeNumber(given, options).text, value);
    plainText ??= makeNumber().text;
    return native.intl('number', plainText, value);
  };
  const numberMethods = { toLocaleString() { return format(decimal(NumberPrototypeValueOf(this)), arguments[0], arguments[1]); } };
  const bigintMethods = { toLocaleString() { return format(decimal(BigIntPrototypeValueOf(this)), arguments[0], arguments[1]); } };
  define(p.NumberPrototype, 'toLocaleString', numberMethods.toLocaleString);
  define(p.BigIntPrototype, 'toLocaleString', bigintMethods.toLocaleString);

  const P = 'Intl.PluralRules.prototype.';
  const plurals = classOf('PluralRules', (given, rest) => {
    const requested = locales(given);
    const options = objectOf(rest);
    matcher('Intl.PluralRules', options);
    const found = resolve(requested, '', { __proto__: null });
    const slots = { __proto__: null, locale: found.data, type: option('Intl.PluralRules', options, 'type', ['cardinal', 'ordinal'], 'cardinal') };
    digits(slots, options, 0, 3, false, 'Intl.PluralRules');
    return { __proto__: null, slots, text: linesOf(slots), locale: found.locale };
  }, {
    members: {
      resolvedOptions() {
        const { slots, locale, text } = plurals.slotsOf(this, `${P}resolvedOptions`);
        const result = { locale, type: slots.type };
        digitOptions(result, slots);
        result.pluralCategories = toArray(split(native.intl('pluralCategories', text), ' '));
        roundingOptions(result, slots);
        return result;
      },
      select(value) { return native.intl('plural', plurals.slotsOf(this, `${P}select`).text, decimal(Number(value))); },
      selectRange(start, end) {
        const { text } = plurals.slotsOf(this, `${P}selectRange`);
        if (start === undefined || end === undefined) throw new TypeError('Invalid argument');
        const from = decimal(Number(start));
        const to = decimal(Number(end));
        if (from === 'NaN' || to === 'NaN') throw new RangeError('Invalid argument');
        return native.intl('pluralRange', text, from, to);
      },
    },
  });
})
