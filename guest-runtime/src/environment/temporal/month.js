// `Temporal.PlainYearMonth` and `Temporal.PlainMonthDay`.
(env => {
  'use strict';
  const { isObject, native, p } = env;
  if (native.temporal === undefined) return;
  const { TypeError } = p;
  const t = env.temporal;
  const { call } = t;
  const integer = t.toIntegerWithTruncation;

  const reader = (record, kind, names) => (item, given) => {
    if (!isObject(item)) {
      const read = call(`${kind}.read`, t.requireString(item, `A Temporal.${record.name}`));
      t.overflow(t.optionsOf(given));
      return t.settled(read);
    }
    const own = record.stateOf(item);
    if (own !== undefined) {
      t.overflow(t.optionsOf(given));
      return own;
    }
    const calendar = t.calendarOrIso(item);
    const bag = t.bag(calendar, item, names);
    return call(`${kind}.from`, bag, calendar, t.overflow(t.optionsOf(given)));
  };
  const shared = (record, kind, toOther, names, missing) => {
    const { make, self } = record;
    record.getters(['calendarId'], t.calendarOfState);
    record.methods({
      with(fields, options = undefined) {
        const state = self(this);
        t.requirePartial(fields);
        const bag = t.bag(t.calendarOfState(state), fields, names, 'any');
        return make(call(`${kind}.with`, state, bag, t.overflow(t.optionsOf(options))));
      },
      equals(other) { const state = self(this); return state === toOther(other); },
      toString(options = undefined) {
        const state = self(this);
        return call(`${kind}.show`, state, t.calendarName(t.optionsOf(options)));
      },
      toJSON() { return record.show(self(this)); },
      toPlainDate(item) {
        const state = self(this);
        if (!isObject(item)) throw new TypeError(`An object with ${missing} is required`);
        const calendar = t.calendarOfState(state);
        return t.date.make(call(`${kind}.toDate`, state, t.bag(calendar, item, missing === 'day' ? t.DAY : t.YEAR)));
      },
      toLocaleString(locales = undefined, options = undefined) { return t.localPart(kind, self(this), locales, options); },
    });
    record.statics({ from(item, options = undefined) { return make(toOther(item, options)); } });
  };

  const yearMonth = t.class('PlainYearMonth', 'yearMonth', 2, given => {
    const fields = t.arguments(given, 2, integer, 2);
    const calendar = t.calendarNamed(given[2]);
    return call('yearMonth.new', `${fields} ${given[3] === undefined ? 1 : integer(given[3])} ${calendar}`);
  });
  yearMonth.show = state => call('yearMonth.show', state);
  const toYearMonth = reader(yearMonth, 'yearMonth', t.YEAR_MONTH);
  shared(yearMonth, 'yearMonth', toYearMonth, t.YEAR_MONTH, 'day');
  yearMonth.getters(
    ['era', 'eraYear', 'year', 'month', 'monthCode', 'daysInYear', 'daysInMonth', 'monthsInYear', 'inLeapYear'],
    (state, name) => t.fact('yearMonth', state, name),
  );
  const UNITS = t.choices('year', 'month');
  const difference = (one, other, options, operation) => {
    const two = toYearMonth(other);
    t.sameCalendar(t.calendarOfState(one), t.calendarOfState(two));
    const { largest, increment, mode, smallest } = t.difference(options, UNITS);
    return t.duration.make(call(`yearMonth.${operation}`, one, two, largest, increment, mode, smallest));
  };
  const add = (state, duration, options, operation) => {
    const other = t.toDuration(duration);
    return yearMonth.make(call(`yearMonth.${operation}`, state, other, t.overflow(t.optionsOf(options))));
  };
  yearMonth.methods({
    add(duration, options = undefined) { return add(yearMonth.self(this), duration, options, 'add'); },
    subtract(duration, options = undefined) { return add(yearMonth.self(this), duration, options, 'subtract'); },
    until(other, options = undefined) { return difference(yearMonth.self(this), other, options, 'until'); },
    since(other, options = undefined) { return difference(yearMonth.self(this), other, options, 'since'); },
  });
  yearMonth.statics({
    compare(one, two) { const first = toYearMonth(one); return t.order(first, toYearMonth(two), 3); },
  });

  const monthDay = t.class('PlainMonthDay', 'monthDay', 2, given => {
    const fields = t.arguments(given, 2, integer, 2);
    const calendar = t.calendarNamed(given[2]);
    return call('monthDay.new', `${given[3] === undefined ? 1972 : integer(given[3])} ${fields} ${calendar}`);
  });
  monthDay.show = state => call('monthDay.show', state);
  shared(monthDay, 'monthDay', reader(monthDay, 'monthDay', t.DATE), t.DATE, 'year');
  monthDay.getters(['monthCode', 'day'], (state, name) => t.fact('monthDay', state, name));
})
