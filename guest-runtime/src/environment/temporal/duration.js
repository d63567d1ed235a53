// `Temporal.Duration`.
(env => {
  'use strict';
  const { isObject, native, p } = env;
  if (native.temporal === undefined) return;
  const { MathSign, RangeError, TypeError } = p;
  const t = env.temporal;
  const { call, parts } = t;

  const names = p.ObjectSetPrototypeOf([
    'years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds', 'milliseconds', 'microseconds', 'nanoseconds',
  ], null);
  const sorted = p.ObjectSetPrototypeOf([
    'days', 'hours', 'microseconds', 'milliseconds', 'minutes', 'months', 'nanoseconds', 'seconds', 'weeks', 'years',
  ], null);
  const integral = t.toIntegerIfIntegral;

  const duration = t.class('Duration', 'duration', 0, given => call('duration.new', t.arguments(given, 10, integral, 0)));
  const { make, self } = duration;
  duration.show = state => call('duration.show', state);

  // The fields of a bag, each over what was there before.
  const changed = (item, before) => {
    let any = false;
    const values = { __proto__: null };
    for (let i = 0; i < sorted.length; i += 1) {
      const value = item[sorted[i]];
      if (value === undefined) continue;
      any = true;
      values[sorted[i]] = integral(value);
    }
    if (!any) throw new TypeError('None of the fields of a duration is there');
    let text = '';
    for (let i = 0; i < names.length; i += 1) text += `${i > 0 ? ' ' : ''}${values[names[i]] ?? before[i] ?? 0}`;
    return call('duration.new', text);
  };
  t.toDuration = item => {
    const own = duration.stateOf(item);
    if (own !== undefined) return own;
    if (isObject(item)) return changed(item, t.NOTHING);
    return call('duration.read', t.requireString(item, 'A duration'));
  };

  // `date …`, `zoned …`, or nothing.
  const relativeTo = options => {
    const value = options.relativeTo;
    if (value === undefined) return '';
    if (!isObject(value)) return call('duration.relativeText', t.requireString(value, 'The option relativeTo'));
    const zoned = t.zoned.stateOf(value);
    if (zoned !== undefined) return `zoned ${zoned}`;
    const date = t.date.stateOf(value);
    if (date !== undefined) return `date ${date}`;
    const dateTime = t.dateTime.stateOf(value);
    if (dateTime !== undefined) return `date ${t.dateOfDateTime(dateTime)}`;
    const calendar = t.calendarOrIso(value);
    return call('duration.relativeBag', t.bag(calendar, value, t.ZONED), calendar);
  };

  duration.getters(names, (state, name) => +parts(state)[t.indexOf(names, name)]);
  const sign = state => {
    const fields = parts(state);
    for (let i = 0; i < fields.length; i += 1) if (+fields[i] !== 0) return MathSign(+fields[i]);
    return 0;
  };
  duration.getters(['sign'], sign);
  duration.getters(['blank'], state => sign(state) === 0);
  const mapped = (state, f) => {
    const fields = parts(state);
    let text = '';
    for (let i = 0; i < fields.length; i += 1) text += `${i > 0 ? ' ' : ''}${f(fields[i])}`;
    return make(text);
  };
  const positive = field => (field[0] === '-' ? p.StringPrototypeSlice(field, 1) : field);
  const negative = field => (field === '0' ? field : field[0] === '-' ? p.StringPrototypeSlice(field, 1) : `-${field}`);

  const UNITS = { __proto__: null, ...t.ALL_UNITS };
  const SHOWN = t.choices('second', 'millisecond', 'microsecond', 'nanosecond');
  duration.methods({
    with(fields) {
      const state = self(this);
      if (!isObject(fields)) throw new TypeError('The fields of a duration must be given as an object');
      return make(changed(fields, parts(state)));
    },
    negated() { return mapped(self(this), negative); },
    abs() { return mapped(self(this), positive); },
    add(other) { const state = self(this); return make(call('duration.add', state, t.toDuration(other))); },
    subtract(other) { const state = self(this); return make(call('duration.subtract', state, t.toDuration(other))); },
    round(roundTo) {
      const state = self(this);
      if (roundTo === undefined) throw new TypeError('A unit, or options with one, are required');
      const options = typeof roundTo === 'string' ? { __proto__: null, smallestUnit: roundTo } : t.optionsOf(roundTo);
      const largest = t.unit(options, 'largestUnit');
      const relative = relativeTo(options);
      const increment = t.increment(options);
      const mode = t.roundingMode(options);
      const smallest = t.checkUnit(t.unit(options, 'smallestUnit'), 'smallestUnit', UNITS);
      if (largest === '' && smallest === '') throw new RangeError('One of the options smallestUnit and largestUnit is required');
      return make(call('duration.round', state, t.checkUnit(largest, 'largestUnit', UNITS, 'auto'), increment, mode, smallest, relative));
    },
    total(totalOf) {
      const state = self(this);
      if (totalOf === undefined) throw new TypeError('A unit, or options with one, are required');
      const options = typeof totalOf === 'string' ? { __proto__: null, unit: totalOf } : t.optionsOf(totalOf);
      const relative = relativeTo(options);
      const unit = t.unit(options, 'unit');
      if (unit === '') throw new RangeError('The option unit is required');
      return +call('duration.total', state, t.checkUnit(unit, 'unit', UNITS), relative);
    },
    toString(options = undefined) {
      const state = self(this);
      const given = t.optionsOf(options);
      const digits = t.digits(given);
      const mode = t.roundingMode(given);
      const unit = t.checkUnit(t.unit(given, 'smallestUnit'), 'smallestUnit', SHOWN);
      return call('duration.show', state, digits, mode, unit);
    },
    toJSON() { return call('duration.show', self(this)); },
    toLocaleString(locales = undefined, options = undefined) {
      const state = self(this);
      if (t.DurationFormat === undefined) return call('duration.show', state);
      const fields = parts(state);
      const plain = {};
      for (let i = 0; i < names.length; i += 1) plain[names[i]] = +fields[i];
      return t.formatDuration(locales, options, plain);
    },
  });
  duration.statics({
    from(item) { return make(t.toDuration(item)); },
    compare(one, two, options = undefined) {
      const first = t.toDuration(one);
      const second = t.toDuration(two);
      return +call('duration.compare', first, second, relativeTo(t.optionsOf(options)));
    },
  });
})
