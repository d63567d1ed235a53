// `Temporal.Instant` and `Temporal.ZonedDateTime`.
(env => {
  'use strict';
  const { isObject, native, p } = env;
  if (native.temporal === undefined) return;
  const { BigInt, Number, NumberIsInteger, RangeError } = p;
  const t = env.temporal;
  const { call, parts } = t;

  const nanosecondsOf = state => BigInt(parts(state)[0]);
  // Rounded down, as all times since an epoch are.
  const milliseconds = state => {
    const all = nanosecondsOf(state);
    const whole = all / 1000000n;
    return Number(all < 0n && whole * 1000000n !== all ? whole - 1n : whole);
  };
  const order = (one, two) => {
    const a = nanosecondsOf(one);
    const b = nanosecondsOf(two);
    return a < b ? -1 : a > b ? 1 : 0;
  };

  // ---- Instant

  const instant = t.class('Instant', 'instant', 1, given => call('instant.new', `${t.toBigInt(given[0])}`));
  instant.show = state => call('instant.show', state);
  const toInstant = item => {
    const own = instant.stateOf(item);
    if (own !== undefined) return own;
    const zoned = t.zoned.stateOf(item);
    if (zoned !== undefined) return parts(zoned)[0];
    return call('instant.read', t.requireString(t.toPrimitive(item), 'An instant'));
  };
  const instantDifference = (one, other, options, operation) => {
    const two = toInstant(other);
    const { largest, increment, mode, smallest } = t.difference(options, t.TIME_UNITS);
    return t.duration.make(call(`instant.${operation}`, one, two, largest, increment, mode, smallest));
  };
  instant.getters(['epochMilliseconds'], milliseconds);
  instant.getters(['epochNanoseconds'], nanosecondsOf);
  instant.methods({
    add(duration) { const state = instant.self(this); return instant.make(call('instant.add', state, t.toDuration(duration))); },
    subtract(duration) { const state = instant.self(this); return instant.make(call('instant.subtract', state, t.toDuration(duration))); },
    until(other, options = undefined) { return instantDifference(instant.self(this), other, options, 'until'); },
    since(other, options = undefined) { return instantDifference(instant.self(this), other, options, 'since'); },
    round(roundTo) {
      const state = instant.self(this);
      const { increment, mode, smallest } = t.rounding(roundTo, t.TIME_UNITS);
      return instant.make(call('instant.round', state, '', increment, mode, smallest));
    },
    equals(other) { const state = instant.self(this); return state === toInstant(other); },
    toString(options = undefined) {
      const state = instant.self(this);
      const given = t.optionsOf(options);
      const digits = t.digits(given);
      const mode = t.roundingMode(given);
      const unit = t.unit(given, 'smallestUnit');
      const { timeZone } = given;
      const shown = t.shownUnit(unit);
      return call('instant.show', state, digits, mode, shown, timeZone === undefined ? '' : t.zoneOf(timeZone));
    },
    toJSON() { return instant.show(instant.self(this)); },
    toLocaleString(locales = undefined, options = undefined) { return t.localInstant(milliseconds(instant.self(this)), locales, options); },
    toZonedDateTimeISO(zone) { const state = instant.self(this); return zoned.make(`${state} ${t.zoneOf(zone)} iso8601`); },
  });
  const ofMilliseconds = value => {
    if (!NumberIsInteger(value)) throw new RangeError(`${value} is no integer`);
    return instant.make(call('instant.new', `${BigInt(value) * 1000000n}`));
  };
  t.instantOfMilliseconds = ofMilliseconds;
  instant.statics({
    from(item) { return instant.make(toInstant(item)); },
    fromEpochMilliseconds(value) { return ofMilliseconds(+value); },
    fromEpochNanoseconds(value) { return instant.make(call('instant.new', `${t.toBigInt(value)}`)); },
    compare(one, two) { const first = toInstant(one); return order(first, toInstant(two)); },
  });

  // ---- ZonedDateTime

  const zoned = t.class('ZonedDateTime', 'zoned', 2, given => {
    const nanoseconds = call('instant.new', `${t.toBigInt(given[0])}`);
    const zone = call('zone.is', t.requireString(given[1], 'A time zone'));
    return `${nanoseconds} ${zone} ${t.calendarNamed(given[2])}`;
  });
  zoned.show = state => call('zoned.show', state);
  // Local date and time, the offset in nanoseconds, the offset as text.
  const local = state => parts(call('zoned.local', state));
  t.dateTimeOfZoned = state => t.between(local(state), 0, 10);
  const resolution = options => {
    const disambiguation = t.disambiguation(options);
    const offset = t.offsetOption(options);
    return { __proto__: null, disambiguation, offset, overflow: t.overflow(options) };
  };
  const toZoned = (item, given) => {
    if (!isObject(item)) {
      call('zoned.check', t.requireString(item, 'A date and time with a time zone'));
      const { disambiguation, offset } = resolution(t.optionsOf(given));
      return t.settled(call('zoned.read', item, disambiguation, offset));
    }
    const own = zoned.stateOf(item);
    if (own !== undefined) {
      resolution(t.optionsOf(given));
      return own;
    }
    const calendar = t.calendarOrIso(item);
    const bag = t.bag(calendar, item, t.ZONED, 'timeZone');
    const { disambiguation, offset, overflow } = resolution(t.optionsOf(given));
    return call('zoned.from', bag, calendar, overflow, disambiguation, offset === '' ? 'reject' : offset);
  };
  const difference = (one, other, options, operation) => {
    const two = toZoned(other);
    t.sameCalendar(t.calendarOfState(one), t.calendarOfState(two));
    const { largest, increment, mode, smallest } = t.difference(options, t.ALL_UNITS);
    return t.duration.make(call(`zoned.${operation}`, one, two, largest, increment, mode, smallest));
  };
  const add = (state, duration, options, operation) => {
    const other = t.toDuration(duration);
    return zoned.make(call(`zoned.${operation}`, state, other, t.overflow(t.optionsOf(options))));
  };
  zoned.getters(['calendarId'], t.calendarOfState);
  zoned.getters(['timeZoneId'], state => parts(state)[1]);
  zoned.getters(t.FACTS, (state, name) => t.fact('date', t.dateOfDateTime(t.dateTimeOfZoned(state)), name));
  zoned.getters(t.TIME_NAMES, (state, name) => +local(state)[3 + t.indexOf(t.TIME_NAMES, name)]);
  zoned.getters(['epochMilliseconds'], milliseconds);
  zoned.getters(['epochNanoseconds'], nanosecondsOf);
  zoned.getters(['offsetNanoseconds'], state => +local(state)[10]);
  zoned.getters(['offset'], state => local(state)[11]);
  zoned.getters(['hoursInDay'], state => +call('zoned.hours', state));
  const DIRECTIONS = t.choices('next', 'previous');
  const ZONE_NAMES = t.choices('auto', 'never', 'critical');
  const SHOW_OFFSET = t.choices('auto', 'never');
  zoned.methods({
    with(fields, options = undefined) {
      const state = zoned.self(this);
      t.requirePartial(fields);
      const bag = t.bag(t.calendarOfState(state), fields, t.OFFSET_TIME, 'any');
      const { disambiguation, offset, overflow } = resolution(t.optionsOf(options));
      return zoned.make(call('zoned.with', state, bag, overflow, disambiguation, offset === '' ? 'prefer' : offset));
    },
    withPlainTime(time = undefined) {
      const state = zoned.self(this);
      return zoned.make(call('zoned.withTime', state, time === undefined ? '' : t.toTime(time)));
    },
    withTimeZone(zone) { const all = parts(zoned.self(this)); return zoned.make(`${all[0]} ${t.zoneOf(zone)} ${all[2]}`); },
    withCalendar(calendar) { const all = parts(zoned.self(this)); return zoned.make(`${all[0]} ${all[1]} ${t.calendarOf(calendar)}`); },
    add(duration, options = undefined) { return add(zoned.self(this), duration, options, 'add'); },
    subtract(duration, options = undefined) { return add(zoned.self(this), duration, options, 'subtract'); },
    until(other, options = undefined) { return difference(zoned.self(this), other, options, 'until'); },
    since(other, options = undefined) { return difference(zoned.self(this), other, options, 'since'); },
    round(roundTo) {
      const state = zoned.self(this);
      const { increment, mode, smallest } = t.rounding(roundTo, t.DAY_AND_TIME);
      return zoned.make(call('zoned.round', state, '', increment, mode, smallest));
    },
    equals(other) { const state = zoned.self(this); return call('zoned.equals', state, toZoned(other)) === 'true'; },
    toString(options = undefined) {
      const state = zoned.self(this);
      const given = t.optionsOf(options);
      const calendar = t.calendarName(given);
      const digits = t.digits(given);
      const offset = t.option(given, 'offset', SHOW_OFFSET);
      const mode = t.roundingMode(given);
      const unit = t.unit(given, 'smallestUnit');
      const zone = t.option(given, 'timeZoneName', ZONE_NAMES);
      return call('zoned.show', state, calendar, offset, zone, digits, mode, t.shownUnit(unit));
    },
    toLocaleString(locales = undefined, options = undefined) {
      const state = zoned.self(this);
      return t.localZoned(milliseconds(state), parts(state)[1], locales, options);
    },
    toJSON() { return zoned.show(zoned.self(this)); },
    startOfDay() { return zoned.make(call('zoned.startOfDay', zoned.self(this))); },
    getTimeZoneTransition(direction) {
      const state = zoned.self(this);
      if (direction === undefined) throw new p.TypeError('A direction, "next" or "previous", is required');
      const options = typeof direction === 'string' ? { __proto__: null, direction } : t.optionsOf(direction);
      const wanted = t.option(options, 'direction', DIRECTIONS);
      if (wanted === '') throw new RangeError('The option direction is required');
      const found = call('zoned.transition', state, wanted);
      return found === '' ? null : zoned.make(found);
    },
    toInstant() { return instant.make(parts(zoned.self(this))[0]); },
    toPlainDate() { return t.date.make(t.dateOfDateTime(t.dateTimeOfZoned(zoned.self(this)))); },
    toPlainTime() { return t.time.make(t.timeOfDateTime(t.dateTimeOfZoned(zoned.self(this)))); },
    toPlainDateTime() { return t.dateTime.make(t.dateTimeOfZoned(zoned.self(this))); },
  });
  zoned.statics({
    from(item, options = undefined) { return zoned.make(toZoned(item, options)); },
    compare(one, two) { const first = toZoned(one); return order(first, toZoned(two)); },
  });
})
