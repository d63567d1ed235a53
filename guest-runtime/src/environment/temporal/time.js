// `Temporal.PlainTime`.
(env => {
  'use strict';
  const { isObject, native } = env;
  if (native.temporal === undefined) return;
  const t = env.temporal;
  const { call, parts } = t;

  const time = t.class('PlainTime', 'time', 0, given => call('time.new', t.arguments(given, 6, t.toIntegerWithTruncation, 0)));
  const { make, self, stateOf } = time;
  time.show = state => call('time.show', state);
  const names = t.TIME_NAMES;
  t.MIDNIGHT = '0 0 0 0 0 0';

  t.timeOfDateTime = state => t.between(parts(state), 3, 9);
  t.toTime = (item, given) => {
    if (!isObject(item)) {
      const read = call('time.read', t.requireString(item, 'A time'));
      t.overflow(t.optionsOf(given));
      return read;
    }
    const own = stateOf(item);
    const dateTime = own === undefined ? t.dateTime.stateOf(item) : undefined;
    const zoned = own === undefined && dateTime === undefined ? t.zoned.stateOf(item) : undefined;
    if (own !== undefined || dateTime !== undefined || zoned !== undefined) {
      const found = own ?? t.timeOfDateTime(dateTime ?? t.dateTimeOfZoned(zoned));
      t.overflow(t.optionsOf(given));
      return found;
    }
    const bag = t.bag('iso8601', item, t.TIME, 'any');
    return call('time.from', bag, t.overflow(t.optionsOf(given)));
  };
  // A time that may be left out.
  t.toTimeOrMidnight = item => (item === undefined ? t.MIDNIGHT : t.toTime(item));

  time.getters(names, (state, name) => +parts(state)[t.indexOf(names, name)]);
  const difference = (one, other, options, operation) => {
    const two = t.toTime(other);
    const { largest, increment, mode, smallest } = t.difference(options, t.TIME_UNITS);
    return t.duration.make(call(`time.${operation}`, one, two, largest, increment, mode, smallest));
  };
  time.methods({
    add(duration) { const state = self(this); return make(call('time.add', state, t.toDuration(duration))); },
    subtract(duration) { const state = self(this); return make(call('time.subtract', state, t.toDuration(duration))); },
    with(fields, options = undefined) {
      const state = self(this);
      t.requirePartial(fields);
      const bag = t.bag('iso8601', fields, t.TIME, 'any');
      return make(call('time.with', state, bag, t.overflow(t.optionsOf(options))));
    },
    until(other, options = undefined) { return difference(self(this), other, options, 'until'); },
    since(other, options = undefined) { return difference(self(this), other, options, 'since'); },
    round(roundTo) {
      const state = self(this);
      const { increment, mode, smallest } = t.rounding(roundTo, t.TIME_UNITS);
      return make(call('time.round', state, '', increment, mode, smallest));
    },
    equals(other) { const state = self(this); return state === t.toTime(other); },
    toString(options = undefined) {
      const state = self(this);
      const given = t.optionsOf(options);
      const digits = t.digits(given);
      const mode = t.roundingMode(given);
      return call('time.show', state, digits, mode, t.shownUnit(t.unit(given, 'smallestUnit')));
    },
    toJSON() { return call('time.show', self(this)); },
    toLocaleString(locales = undefined, options = undefined) { return t.localTime(self(this), locales, options); },
  });
  time.statics({
    from(item, options = undefined) { return make(t.toTime(item, options)); },
    compare(one, two) { const first = t.toTime(one); return t.order(first, t.toTime(two), 6); },
  });
})
