// `Intl.RelativeTimeFormat` and `Intl.DurationFormat`.
(env => {
  'use strict';
  const { define, intl, isObject, list, native, p, push, toArray } = env;
  if (intl === undefined) return;
  const { Number, NumberIsFinite, NumberIsInteger, RangeError, RegExpPrototypeExec, StringPrototypePadStart, StringPrototypeSlice, TypeError } = p;
  const { bounded, classOf, contains, linesOf, locales, matcher, option, partsOf, resolve, strictObject, typeKeyword } = intl;

  const units = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];
  const unitOf = (given, where) => {
    const unit = `${given}`;
    const single = unit[unit.length - 1] === 's' ? StringPrototypeSlice(unit, 0, -1) : unit;
    if (!contains(units, single)) throw new RangeError(`Invalid unit argument for ${where}() '${unit}'`);
    return single;
  };
  const valueOf = (given, where) => {
    const number = Number(given);
    if (!NumberIsFinite(number)) throw new RangeError(`Value need to be finite number for ${where}()`);
    return intl.decimal(number);
  };
  const R = 'Intl.RelativeTimeFormat.prototype.';
  const relative = classOf('RelativeTimeFormat', (given, rest) => {
    const where = 'Intl.RelativeTimeFormat';
    const requested = locales(given);
    const options = intl.objectOf(rest);
    matcher(where, options);
    const nu = typeKeyword(where, options, 'numberingSystem');
    const found = resolve(requested, 'nu', { __proto__: null, nu });
    const style = option(where, options, 'style', ['long', 'short', 'narrow'], 'long');
    const numeric = option(where, options, 'numeric', ['always', 'auto'], 'always');
    const text = linesOf({ __proto__: null, locale: found.data, style, numeric });
    const numbers = linesOf({ __proto__: null, locale: found.data, ns: found.nu, style: 'decimal', minF: 0, maxF: 3, minI: 1, grouping: 'auto', sign: 'auto' });
    return { __proto__: null, text, numbers, locale: found.locale, style, numeric, ns: found.nu };
  }, {
    members: {
      format(value, unit) {
        const slots = relative.slotsOf(this, `${R}format`);
        const number = valueOf(value, `${R}format`);
        return native.intl('relative', slots.text, slots.numbers, number, unitOf(unit, `${R}format`));
      },
      formatToParts(value, unit) {
        const slots = relative.slotsOf(this, `${R}formatToParts`);
        const number = valueOf(value, `${R}formatToParts`);
        const name = unitOf(unit, `${R}formatToParts`);
        const third = (part, source) => { if (source === 'unit') define(part, 'unit', name, true); };
        return partsOf(native.intl('relativeParts', slots.text, slots.numbers, number, name), third);
      },
      resolvedOptions() {
        const { locale, style, numeric, ns } = relative.slotsOf(this, `${R}resolvedOptions`);
        return { locale, style, numeric, numberingSystem: ns };
      },
    },
  });

  // Durations: each unit is a number with its unit, and those that are digital share one text.
  const where = 'Intl.DurationFormat';
  const all = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds'];
  const digital = ['hours', 'minutes', 'seconds'];
  const small = ['milliseconds', 'microseconds', 'nanoseconds'];
  const stylesOf = unit => {
    if (contains(digital, unit)) return ['long', 'short', 'narrow', 'numeric', '2-digit'];
    return contains(small, unit) ? ['long', 'short', 'narrow', 'numeric'] : ['long', 'short', 'narrow'];
  };
  // GetDurationUnitOptions.
  const unitOptions = (unit, options, base, before) => {
    let style = option(where, options, unit, stylesOf(unit));
    let display = 'always';
    if (style === undefined) {
      if (base === 'digital') {
        if (!contains(digital, unit)) display = 'auto';
        style = contains(digital, unit) || contains(small, unit) ? 'numeric' : 'short';
      } else if (before === 'fractional' || before === 'numeric' || before === '2-digit') {
        if (unit !== 'minutes' && unit !== 'seconds') display = 'auto';
        style = 'numeric';
      } else {
        display = 'auto';
        style = base;
      }
    }
    if (style === 'numeric' && contains(small, unit)) { style = 'fractional'; display = 'auto'; }
    display = option(where, options, `${unit}Display`, ['auto', 'always'], display);
    if (display === 'always' && style === 'fractional') throw new RangeError(`${where}: ${unit}Display cannot be "always" when ${unit} is numeric`);
    if (before === 'fractional' && style !== 'fractional') throw new RangeError(`${where}: the style of ${unit} must be numeric`);
    if (before === 'numeric' || before === '2-digit') {
      if (style !== 'fractional' && style !== 'numeric' && style !== '2-digit') throw new RangeError(`${where}: the style of ${unit} must be numeric or 2-digit`);
      if (unit === 'minutes' || unit === 'seconds') style = '2-digit';
    }
    return { __proto__: null, style, display };
  };
  const recordOf = duration => {
    if (typeof duration === 'string') return parsed(duration);
    if (!isObject(duration)) throw new TypeError('Invalid duration');
    const record = { __proto__: null };
    let any = false;
    let sign = 0;
    for (let i = 0; i < all.length; i += 1) {
      const unit = all[i];
      const value = duration[unit];
      if (value === undefined) { record[unit] = 0; continue; }
      any = true;
      const number = Number(value);
      if (!NumberIsInteger(number)) throw new RangeError(`Invalid ${unit}: ${value}`);
      if (number !== 0) {
        if (sign !== 0 && (number < 0) !== (sign < 0)) throw new RangeError('Invalid duration: all units must have the same sign');
        sign = number;
      }
      record[unit] = number + 0;
    }
    if (!any) throw new TypeError('Invalid duration');
    return record;
  };
  const iso = /^([+-]?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{1,9}))?S)?)?$/i;
  const parsed = text => {
    const found = RegExpPrototypeExec(iso, text);
    if (found === null || text.length < 3 || text[text.length - 1] === 'T') throw new RangeError(`Invalid duration: ${text}`);
    const sign = found[1] === '-' ? -1 : 1;
    const record = { __proto__: null };
    for (let i = 0; i < 7; i += 1) record[all[i]] = sign * Number(found[i + 2] ?? 0) + 0;
    const digits = p.StringPrototypePadEnd(found[9] ?? '', 9, '0');
    for (let i = 0; i < 3; i += 1) record[small[i]] = sign * Number(StringPrototypeSlice(digits, 3 * i, 3 * i + 3)) + 0;
    return record;
  };

  const F = `${where}.prototype.`;
  const durations = classOf('DurationFormat', (given, rest) => {
    const requested = locales(given);
    const options = strictObject(rest);
    matcher(where, options);
    const nu = typeKeyword(where, options, 'numberingSystem');
    const found = resolve(requested, 'nu', { __proto__: null, nu });
    const style = option(where, options, 'style', ['long', 'short', 'narrow', 'digital'], 'short');
    const slots = { __proto__: null, locale: found.locale, data: found.data, ns: found.nu, style, units: { __proto__: null } };
    let before;
    for (let i = 0; i < all.length; i += 1) {
      const unit = all[i];
      slots.units[unit] = unitOptions(unit, options, style, before);
      if (contains(digital, unit) || contains(small, unit)) before = slots.units[unit].style;
    }
    slots.digits = bounded(options.fractionalDigits, 'fractionalDigits', 0, 9, undefined);
    return slots;
  }, {
    members: {
      format(duration) {
        const parts = durationParts(durations.slotsOf(this, `${F}format`), recordOf(duration));
        let text = '';
        for (let i = 0; i < parts.length; i += 1) text += parts[i].value;
        return text;
      },
      formatToParts(duration) { return toArray(durationParts(durations.slotsOf(this, `${F}formatToParts`), recordOf(duration))); },
      resolvedOptions() {
        const { locale, ns, style, units: each, digits } = durations.slotsOf(this, `${F}resolvedOptions`);
        const result = { locale, numberingSystem: ns, style };
        for (let i = 0; i < all.length; i += 1) {
          const unit = all[i];
          define(result, unit, each[unit].style === 'fractional' ? 'numeric' : each[unit].style, true);
          define(result, `${unit}Display`, each[unit].display, true);
        }
        if (digits !== undefined) define(result, 'fractionalDigits', digits, true);
        return result;
      },
    },
  });
  // The seconds, or a part of them, with all that is smaller as decimals.
  const fractional = (record, unit) => {
    const exponent = { __proto__: null, seconds: 9, milliseconds: 6, microseconds: 3 }[unit];
    let total = 0n;
    const scale = { __proto__: null, seconds: 1000000000n, milliseconds: 1000000n, microseconds: 1000n, nanoseconds: 1n };
    const from = unit === 'seconds' ? 6 : unit === 'milliseconds' ? 7 : 8;
    for (let i = from; i < 10; i += 1) total += p.BigInt(record[all[i]]) * scale[all[i]];
    const negative = total < 0n;
    const text = StringPrototypePadStart(`${negative ? -total : total}`, exponent + 1, '0');
    const cut = text.length - exponent;
    return `${negative ? '-' : ''}${StringPrototypeSlice(text, 0, cut)}.${StringPrototypeSlice(text, cut)}`;
  };
  const isZero = text => RegExpPrototypeExec(/[1-9]/, text) === null;
  const durationParts = (slots, record) => {
    const groups = list();
    let negative = false;
    for (let i = 0; i < all.length; i += 1) if (record[all[i]] < 0) negative = true;
    let signed = false;
    let separated = false;
    for (let i = 0; i < all.length; i += 1) {
      const unit = all[i];
      const { style, display } = slots.units[unit];
      if (style === 'fractional') break;
      const options = { __proto__: null, locale: slots.data, ns: slots.ns, minI: 1, minF: 0, maxF: 3, rounding: 'trunc', sign: 'auto' };
      let value = intl.decimal(record[unit]);
      let last = false;
      if (i >= 6 && i < 9 && slots.units[all[i + 1]].style === 'fractional') {
        value = fractional(record, unit);
        options.minF = slots.digits ?? 0;
        options.maxF = slots.digits ?? 9;
        last = true;
      }
      const needed = unit === 'minutes' && separated && (slots.units.seconds.display === 'always' || !isZero(fractional(record, 'seconds')));
      if (!isZero(value) || display === 'always' || needed) {
        const numeric = style === 'numeric' || style === '2-digit';
        if (signed) options.sign = 'never';
        else {
          signed = true;
          if (negative && isZero(value)) value = `-${value}`;
        }
        const name = StringPrototypeSlice(unit, 0, -1);
        options.grouping = numeric ? 'false' : 'auto';
        if (numeric) {
          options.style = 'decimal';
          if (style === '2-digit') options.minI = 2;
        } else {
          options.style = 'unit';
          options.unit = name;
          options.unitDisplay = style;
        }
        const parts = partsOf(native.intl('numberParts', linesOf(options), value), part => { define(part, 'unit', name, true); });
        if (separated) {
          const group = groups[groups.length - 1];
          push(group, { type: 'literal', value: ':' });
          for (let k = 0; k < parts.length; k += 1) push(group, parts[k]);
        } else {
          const group = list();
          for (let k = 0; k < parts.length; k += 1) push(group, parts[k]);
          push(groups, group);
        }
        if (numeric && unit !== 'seconds') separated = true;
        if (!numeric || unit === 'seconds') separated = false;
      }
      if (last) break;
    }
    const marks = list();
    for (let i = 0; i < groups.length; i += 1) push(marks, `${i}`);
    const joined = intl.listParts({ __proto__: null, data: slots.data, type: 'unit', style: slots.style === 'digital' ? 'short' : slots.style }, marks);
    const parts = list();
    for (let i = 0; i < joined.length; i += 1) {
      if (joined[i].type === 'literal') push(parts, joined[i]);
      else for (let k = 0, group = groups[Number(joined[i].value)]; k < group.length; k += 1) push(parts, group[k]);
    }
    return parts;
  };
})
