// `Intl.DateTimeFormat`, and what `Date` says in the words of a locale.
(env => {
  'use strict';
  const { define, intl, native, p } = env;
  if (intl === undefined) return;
  const { DateNow, DatePrototypeGetTime, MathTrunc, Number, NumberIsFinite, MathAbs, RangeError, TypeError } = p;
  const { bounded, classOf, fromSource, linesOf, locales, matcher, objectOf, option, partsOf, recordOf, resolve, typeKeyword } = intl;

  const where = 'Intl.DateTimeFormat';
  const text = ['narrow', 'short', 'long'];
  const number = ['2-digit', 'numeric'];
  const components = [
    ['weekday', text], ['era', text], ['year', number], ['month', ['2-digit', 'numeric', 'narrow', 'short', 'long']], ['day', number],
    ['dayPeriod', text], ['hour', number], ['minute', number], ['second', number], ['fractionalSecondDigits', undefined],
    ['timeZoneName', ['short', 'long', 'shortOffset', 'longOffset', 'shortGeneric', 'longGeneric']],
  ];
  const dates = ['weekday', 'year', 'month', 'day'];
  const times = ['dayPeriod', 'hour', 'minute', 'second', 'fractionalSecondDigits'];
  const styles = ['full', 'long', 'medium', 'short'];

  const zoneOf = given => {
    const zone = native.intl('zone', `${given}`);
    if (zone === null) throw new RangeError(`Invalid time zone specified: ${given}`);
    return zone;
  };

  // CreateDateTimeFormat: `required` and `defaults` say which fields a format must have, and gets.
  const makeDate = (given, rest, required = 'any', defaults = 'date') => {
    const requested = locales(given);
    const options = objectOf(rest);
    matcher(where, options);
    const ca = typeKeyword(where, options, 'calendar');
    const nu = typeKeyword(where, options, 'numberingSystem');
    const hour12 = options.hour12 === undefined ? undefined : !!options.hour12;
    const hc = option(where, options, 'hourCycle', ['h11', 'h12', 'h23', 'h24']);
    const found = resolve(requested, 'ca hc nu', { __proto__: null, ca, hc, hour12, nu });
    const zone = options.timeZone === undefined ? 'UTC' : zoneOf(options.timeZone);
    const slots = { __proto__: null, locale: found.data, ns: found.nu, zone, hc: found.hc === '' ? undefined : found.hc, hour12 };
    let explicit = false;
    for (let i = 0; i < components.length; i += 1) {
      const { 0: name, 1: values } = components[i];
      slots[name] = values === undefined ? bounded(options[name], name, 1, 3, undefined) : option(where, options, name, values);
      if (slots[name] !== undefined) explicit = true;
    }
    option(where, options, 'formatMatcher', ['basic', 'best fit'], 'best fit');
    slots.dateStyle = option(where, options, 'dateStyle', styles);
    slots.timeStyle = option(where, options, 'timeStyle', styles);
    if (slots.dateStyle !== undefined || slots.timeStyle !== undefined) {
      if (explicit) throw new TypeError(`Can't set option ${firstOf(slots)} when ${slots.dateStyle !== undefined ? 'dateStyle' : 'timeStyle'} is used`);
      if (required === 'date' && slots.timeStyle !== undefined) throw new TypeError('Invalid option : timeStyle');
      if (required === 'time' && slots.dateStyle !== undefined) throw new TypeError('Invalid option : dateStyle');
    } else {
      let needs = true;
      for (let i = 0; i < 5; i += 1) {
        if (required !== 'time' && i < 4 && slots[dates[i]] !== undefined) needs = false;
        if (required !== 'date' && slots[times[i]] !== undefined) needs = false;
      }
      if (needs && defaults !== 'time') { slots.year = 'numeric'; slots.month = 'numeric'; slots.day = 'numeric'; }
      if (needs && defaults !== 'date') { slots.hour = 'numeric'; slots.minute = 'numeric'; slots.second = 'numeric'; }
    }
    return { __proto__: null, slots, text: linesOf(slots), locale: found.locale, calendar: found.ca, bound: undefined };
  };
  const firstOf = slots => {
    for (let i = 0; i < components.length; i += 1) if (slots[components[i][0]] !== undefined) return components[i][0];
    return '';
  };

  // A time within the bounds of dates, as text.
  const timeOf = value => {
    const time = Number(value);
    if (!NumberIsFinite(time) || MathAbs(time) > 8.64e15) throw new RangeError('Invalid time value');
    return `${MathTrunc(time) + 0}`;
  };
  const given = value => timeOf(value === undefined ? DateNow() : value);
  const ends = (start, end) => {
    if (start === undefined || end === undefined) throw new TypeError('Invalid time value');
    return { from: timeOf(start), to: timeOf(end) };
  };

  const D = `${where}.prototype.`;
  const formats = classOf('DateTimeFormat', makeDate, {
    callable: true,
    members: {
      resolvedOptions() {
        const { slots, text, locale, calendar } = formats.slotsOf(this, `${D}resolvedOptions`);
        const result = { locale, calendar, numberingSystem: slots.ns, timeZone: slots.zone };
        const shown = recordOf(native.intl('dateResolved', text));
        if (shown.hourCycle !== undefined) {
          result.hourCycle = shown.hourCycle;
          result.hour12 = shown.hourCycle === 'h11' || shown.hourCycle === 'h12';
        }
        if (slots.dateStyle === undefined && slots.timeStyle === undefined) {
          for (let i = 0; i < components.length; i += 1) {
            const name = components[i][0];
            if (shown[name] !== undefined) define(result, name, name === 'fractionalSecondDigits' ? Number(shown[name]) : shown[name], true);
          }
        }
        if (slots.dateStyle !== undefined) result.dateStyle = slots.dateStyle;
        if (slots.timeStyle !== undefined) result.timeStyle = slots.timeStyle;
        return result;
      },
      formatToParts(date) { return partsOf(native.intl('dateParts', formats.slotsOf(this, `${D}formatToParts`).text, given(date))); },
      get format() {
        const made = formats.slotsOf(this, `get ${D}format`);
        made.bound ??= intl.nameless(date => native.intl('date', made.text, given(date)));
        return made.bound;
      },
      formatRange(startDate, endDate) {
        const { text } = formats.slotsOf(this, `${D}formatRange`);
        const { from, to } = ends(startDate, endDate);
        return native.intl('dateRange', text, from, to);
      },
      formatRangeToParts(startDate, endDate) {
        const { text } = formats.slotsOf(this, `${D}formatRangeToParts`);
        const { from, to } = ends(startDate, endDate);
        return partsOf(native.intl('dateRangeParts', text, from, to), fromSource);
      },
    },
  });

  const plain = { __proto__: null };
  const shown = (date, required, defaults, locale, options) => {
    const time = DatePrototypeGetTime(date);
    if (time !== time) return 'Invalid Date';
    if (locale !== undefined || options !== undefined) return native.intl('date', makeDate(locale, options, required, defaults).text, `${time}`);
    plain[required] ??= makeDate(undefined, undefined, required, defaults).text;
    return native.intl('date', plain[required], `${time}`);
  };
  const methods = {
    toLocaleString() { return shown(this, 'any', 'all', arguments[0], arguments[1]); },
    toLocaleDateString() { return shown(this, 'date', 'date', arguments[0], arguments[1]); },
    toLocaleTimeString() { return shown(this, 'time', 'time', arguments[0], arguments[1]); },
  };
  for (const key of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) define(p.DatePrototype, key, methods[key]);
})
