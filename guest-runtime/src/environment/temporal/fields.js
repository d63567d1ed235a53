// Property bags, calendars and time zones of `Temporal`.
(env => {
  'use strict';
  const { isObject, list, native, p, push } = env;
  if (native.temporal === undefined) return;
  const { RangeError, RegExpPrototypeExec, TypeError } = p;
  const t = env.temporal;

  // ---- calendars

  t.calendarOf = value => {
    if (isObject(value)) {
      const own = t.calendarOfObject(value);
      if (own !== undefined) return own;
    }
    return t.call('calendar.read', t.requireString(value, 'A calendar'));
  };
  // The calendar of one of our objects.
  t.calendarOfObject = value => {
    const keys = t.CALENDAR_CLASSES;
    for (let i = 0; i < keys.length; i += 1) {
      const state = t[keys[i]].stateOf(value);
      if (state !== undefined) {
        const parts = t.parts(state);
        return parts[parts.length - 1];
      }
    }
    return undefined;
  };
  t.CALENDAR_CLASSES = p.ObjectSetPrototypeOf(['date', 'dateTime', 'monthDay', 'yearMonth', 'zoned'], null);
  t.calendarOrIso = item => {
    const own = t.calendarOfObject(item);
    if (own !== undefined) return own;
    const { calendar } = item;
    return calendar === undefined ? 'iso8601' : t.calendarOf(calendar);
  };
  // The argument of a constructor: a name, and no text that has one.
  t.calendarNamed = value => (
    value === undefined ? 'iso8601' : t.call('calendar.is', t.requireString(value, 'A calendar'))
  );
  t.sameCalendar = (one, two) => {
    if (one !== two) throw new RangeError(`The calendars ${one} and ${two} are not the same`);
  };

  // ---- time zones

  t.zoneOf = value => {
    const zoned = t.zoned.stateOf(value);
    if (zoned !== undefined) return t.parts(zoned)[1];
    return t.call('zone.read', t.requireString(value, 'A time zone'));
  };

  // ---- property bags

  const MONTH_CODE = /^M(?:00L|0[1-9]L?|[1-9][0-9]L?)$/;
  const monthCode = value => {
    const code = t.requireString(t.toPrimitive(value), 'monthCode');
    if (RegExpPrototypeExec(MONTH_CODE, code) === null) throw new RangeError(`"${code}" is no monthCode`);
    return code;
  };
  const offset = value => {
    const text = t.requireString(t.toPrimitive(value), 'offset');
    t.call('offset.is', text);
    return text;
  };
  const integer = t.toIntegerWithTruncation;
  const positive = t.toPositiveIntegerWithTruncation;
  const CONVERT = {
    __proto__: null, day: positive, era: value => `${value}`, eraYear: integer, hour: integer, microsecond: integer,
    millisecond: integer, minute: integer, month: positive, monthCode, nanosecond: integer, offset, second: integer,
    timeZone: value => t.zoneOf(value), year: integer,
  };
  const NAMES = p.ReflectOwnKeys(CONVERT);
  const withoutEras = t.choices('iso8601', 'chinese', 'dangi');

  t.DATE = t.choices('year', 'month', 'monthCode', 'day');
  t.YEAR_MONTH = t.choices('year', 'month', 'monthCode');
  t.TIME = t.choices('hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond');
  t.DATE_TIME = { __proto__: null, ...t.DATE, ...t.TIME };
  t.OFFSET_TIME = { __proto__: null, ...t.DATE_TIME, offset: true };
  t.ZONED = { __proto__: null, ...t.OFFSET_TIME, timeZone: true };
  t.DAY = t.choices('day');
  t.YEAR = t.choices('year');

  // The fields of a bag, a line each, read in the order of their names. `needed` is a name
  // that must be there, or `any` for at least one.
  t.bag = (calendar, item, names, needed) => {
    let lines = '';
    for (let i = 0; i < NAMES.length; i += 1) {
      const name = NAMES[i];
      const isEra = (name === 'era' || name === 'eraYear') && names.year === true && withoutEras[calendar] !== true;
      if (names[name] !== true && !isEra) continue;
      const value = item[name];
      if (value !== undefined) lines += `${lines === '' ? '' : '\n'}${name}=${CONVERT[name](value)}`;
      else if (name === needed) throw new TypeError(`The field ${name} is required`);
    }
    if (needed === 'any' && lines === '') throw new TypeError('None of the fields that are known is there');
    return lines;
  };

  const ALL_CLASSES = p.ObjectSetPrototypeOf(['date', 'dateTime', 'monthDay', 'time', 'yearMonth', 'zoned'], null);
  // What `with()` takes: a bag that is none of our objects and has no calendar or zone.
  t.requirePartial = item => {
    if (!isObject(item)) throw new TypeError('Fields must be given as an object');
    for (let i = 0; i < ALL_CLASSES.length; i += 1) {
      if (t[ALL_CLASSES[i]].stateOf(item) !== undefined) throw new TypeError('Fields must be a plain object, and none of Temporal');
    }
    if (item.calendar !== undefined) throw new TypeError('Fields must not have a calendar; use withCalendar()');
    if (item.timeZone !== undefined) throw new TypeError('Fields must not have a time zone; use withTimeZone()');
  };

  // ---- what a calendar says

  const FACTS = p.ObjectSetPrototypeOf([
    'era', 'eraYear', 'year', 'month', 'monthCode', 'day', 'dayOfWeek', 'dayOfYear', 'weekOfYear', 'yearOfWeek', 'daysInWeek',
    'daysInMonth', 'daysInYear', 'monthsInYear', 'inLeapYear',
  ], null);
  const TEXTS = t.choices('era', 'monthCode');
  t.fact = (kind, state, name) => {
    const found = t.parts(t.call(`${kind}.facts`, state));
    for (let i = 0; i < FACTS.length; i += 1) {
      if (FACTS[i] !== name) continue;
      const text = found[i];
      if (text === '-') return undefined;
      if (name === 'inLeapYear') return text === 'true';
      return TEXTS[name] === true ? text : +text;
    }
    return undefined;
  };
  t.FACTS = FACTS;
  t.TIME_NAMES = p.ObjectSetPrototypeOf(['hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond'], null);
  t.indexOf = (items, item) => {
    for (let i = 0; i < items.length; i += 1) if (items[i] === item) return i;
    return -1;
  };
  // The order of two states by their first numbers.
  t.order = (one, two, count) => {
    const a = t.parts(one);
    const b = t.parts(two);
    for (let i = 0; i < count; i += 1) {
      if (+a[i] !== +b[i]) return +a[i] < +b[i] ? -1 : 1;
    }
    return 0;
  };
  t.arguments = (given, count, convert, missing) => {
    const found = list();
    for (let i = 0; i < count; i += 1) push(found, given[i] === undefined && i >= missing ? 0 : convert(given[i]));
    return env.join(found, ' ');
  };
})
