// `Temporal.PlainDate` and `Temporal.PlainDateTime`.
(env => {
  'use strict';
  const { isObject, native } = env;
  if (native.temporal === undefined) return;
  const t = env.temporal;
  const { call, parts } = t;
  const integer = t.toIntegerWithTruncation;

  // ---- PlainDate

  const date = t.class('PlainDate', 'date', 3, given => {
    const fields = t.arguments(given, 3, integer, 3);
    return call('date.new', `${fields} ${t.calendarNamed(given[3])}`);
  });
  date.show = state => call('date.show', state);
  t.dateOfDateTime = state => { const all = parts(state); return `${t.between(all, 0, 3)} ${all[9]}`; };
  t.dateTimeOf = (dateState, timeState) => {
    const all = parts(dateState);
    return call('dateTime.new', `${t.between(all, 0, 3)} ${timeState} ${all[3]}`);
  };

  t.toDate = (item, given) => {
    if (!isObject(item)) {
      const read = call('date.read', t.requireString(item, 'A date'));
      t.overflow(t.optionsOf(given));
      return t.settled(read);
    }
    const own = date.stateOf(item);
    const wider = own === undefined ? t.dateTimeOfObject(item) : undefined;
    if (own !== undefined || wider !== undefined) {
      t.overflow(t.optionsOf(given));
      return own ?? t.dateOfDateTime(wider);
    }
    const calendar = t.calendarOrIso(item);
    const bag = t.bag(calendar, item, t.DATE);
    return call('date.from', bag, calendar, t.overflow(t.optionsOf(given)));
  };
  // The local date and time of an object that has both.
  t.dateTimeOfObject = item => {
    const zoned = t.zoned.stateOf(item);
    return zoned === undefined ? t.dateTime.stateOf(item) : t.dateTimeOfZoned(zoned);
  };

  const calendarOf = state => { const all = parts(state); return all[all.length - 1]; };
  t.calendarOfState = calendarOf;
  const withCalendar = (state, calendar) => { const all = parts(state); return `${t.between(all, 0, all.length - 1)} ${calendar}`; };
  // What both kinds have in common; `kind` is the host's name of it.
  const shared = (record, kind, toOther, names, units) => {
    const { make, self } = record;
    const difference = (one, other, options, operation) => {
      const two = toOther(other);
      t.sameCalendar(calendarOf(one), calendarOf(two));
      const { largest, increment, mode, smallest } = t.difference(options, units);
      return t.duration.make(call(`${kind}.${operation}`, one, two, largest, increment, mode, smallest));
    };
    const add = (state, duration, options, operation) => {
      const other = t.toDuration(duration);
      return make(call(`${kind}.${operation}`, state, other, t.overflow(t.optionsOf(options))));
    };
    record.getters(['calendarId'], calendarOf);
    record.methods({
      with(fields, options = undefined) {
        const state = self(this);
        t.requirePartial(fields);
        const bag = t.bag(calendarOf(state), fields, names, 'any');
        return make(call(`${kind}.with`, state, bag, t.overflow(t.optionsOf(options))));
      },
      withCalendar(calendar) { const state = self(this); return make(withCalendar(state, t.calendarOf(calendar))); },
      add(duration, options = undefined) { return add(self(this), duration, options, 'add'); },
      subtract(duration, options = undefined) { return add(self(this), duration, options, 'subtract'); },
      until(other, options = undefined) { return difference(self(this), other, options, 'until'); },
      since(other, options = undefined) { return difference(self(this), other, options, 'since'); },
      equals(other) { const state = self(this); return state === toOther(other); },
      toJSON() { return record.show(self(this)); },
    });
    record.statics({
      from(item, options = undefined) { return make(toOther(item, options)); },
      compare(one, two) { const first = toOther(one); return t.order(first, toOther(two), kind === 'date' ? 3 : 9); },
    });
  };
  shared(date, 'date', t.toDate, t.DATE, t.DATE_UNITS);
  date.getters(t.FACTS, (state, name) => t.fact('date', state, name));
  date.methods({
    toPlainYearMonth() { return t.yearMonth.make(call('date.toYearMonth', date.self(this))); },
    toPlainMonthDay() { return t.monthDay.make(call('date.toMonthDay', date.self(this))); },
    toPlainDateTime(time = undefined) {
      const state = date.self(this);
      return dateTime.make(t.dateTimeOf(state, t.toTimeOrMidnight(time)));
    },
    toZonedDateTime(item) {
      const state = date.self(this);
      if (!isObject(item)) return t.zoned.make(call('date.toZoned', state, t.zoneOf(item)));
      const { timeZone } = item;
      if (timeZone === undefined) return t.zoned.make(call('date.toZoned', state, t.zoneOf(item)));
      const zone = t.zoneOf(timeZone);
      const { plainTime } = item;
      if (plainTime === undefined) return t.zoned.make(call('date.toZoned', state, zone));
      return t.zoned.make(call('date.toZoned', state, zone, t.toTime(plainTime)));
    },
    toString(options = undefined) {
      const state = date.self(this);
      return call('date.show', state, t.calendarName(t.optionsOf(options)));
    },
    toLocaleString(locales = undefined, options = undefined) { return t.localDate(date.self(this), locales, options); },
  });

  // ---- PlainDateTime

  const dateTime = t.class('PlainDateTime', 'dateTime', 3, given => {
    const fields = t.arguments(given, 9, integer, 3);
    return call('dateTime.new', `${fields} ${t.calendarNamed(given[9])}`);
  });
  dateTime.show = state => call('dateTime.show', state);
  t.toDateTime = (item, given) => {
    if (!isObject(item)) {
      const read = call('dateTime.read', t.requireString(item, 'A date and time'));
      t.overflow(t.optionsOf(given));
      return t.settled(read);
    }
    const wider = t.dateTimeOfObject(item);
    const day = wider === undefined ? date.stateOf(item) : undefined;
    if (wider !== undefined || day !== undefined) {
      t.overflow(t.optionsOf(given));
      return wider ?? t.dateTimeOf(day, t.MIDNIGHT);
    }
    const calendar = t.calendarOrIso(item);
    const bag = t.bag(calendar, item, t.DATE_TIME);
    return call('dateTime.from', bag, calendar, t.overflow(t.optionsOf(given)));
  };
  shared(dateTime, 'dateTime', t.toDateTime, t.DATE_TIME, t.ALL_UNITS);
  dateTime.getters(t.FACTS, (state, name) => t.fact('date', t.dateOfDateTime(state), name));
  dateTime.getters(t.TIME_NAMES, (state, name) => +parts(state)[3 + t.indexOf(t.TIME_NAMES, name)]);
  const DAY_AND_TIME = { __proto__: null, ...t.TIME_UNITS, day: true };
  t.DAY_AND_TIME = DAY_AND_TIME;
  dateTime.methods({
    withPlainTime(time = undefined) {
      const state = dateTime.self(this);
      return dateTime.make(t.dateTimeOf(t.dateOfDateTime(state), t.toTimeOrMidnight(time)));
    },
    round(roundTo) {
      const state = dateTime.self(this);
      const { increment, mode, smallest } = t.rounding(roundTo, DAY_AND_TIME);
      return dateTime.make(call('dateTime.round', state, '', increment, mode, smallest));
    },
    toPlainDate() { return date.make(t.dateOfDateTime(dateTime.self(this))); },
    toPlainTime() { return t.time.make(t.timeOfDateTime(dateTime.self(this))); },
    toZonedDateTime(zone, options = undefined) {
      const state = dateTime.self(this);
      const name = t.zoneOf(zone);
      return t.zoned.make(call('dateTime.toZoned', state, name, t.disambiguation(t.optionsOf(options))));
    },
    toString(options = undefined) {
      const state = dateTime.self(this);
      const given = t.optionsOf(options);
      const calendar = t.calendarName(given);
      const digits = t.digits(given);
      const mode = t.roundingMode(given);
      return call('dateTime.show', state, calendar, digits, mode, t.shownUnit(t.unit(given, 'smallestUnit')));
    },
    toLocaleString(locales = undefined, options = undefined) { return t.localDateTime(dateTime.self(this), locales, options); },
  });
})
