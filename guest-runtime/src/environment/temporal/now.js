// `Temporal.Now`, `Date.prototype.toTemporalInstant`, texts for people, and the namespace.
(env => {
  'use strict';
  const { define, expose, global, native, p } = env;
  if (native.temporal === undefined) return;
  const { DatePrototypeGetTime, MathFloor, RangeError } = p;
  const t = env.temporal;
  const { namespace } = t;

  const UTC = 'UTC';
  const now = () => `${p.BigInt(MathFloor(native.startedAt() + native.now())) * 1000000n}`;
  const zonedNow = zone => `${now()} ${zone === undefined ? UTC : t.zoneOf(zone)} iso8601`;
  const localNow = zone => t.dateTimeOfZoned(zonedNow(zone));
  const methods = {
    timeZoneId() { return UTC; },
    instant() { return t.instant.make(now()); },
    plainDateTimeISO(zone = undefined) { return t.dateTime.make(localNow(zone)); },
    zonedDateTimeISO(zone = undefined) { return t.zoned.make(zonedNow(zone)); },
    plainDateISO(zone = undefined) { return t.date.make(t.dateOfDateTime(localNow(zone))); },
    plainTimeISO(zone = undefined) { return t.time.make(t.timeOfDateTime(localNow(zone))); },
  };
  const Now = {};
  const keys = p.ReflectOwnKeys(methods);
  for (let i = 0; i < keys.length; i += 1) define(Now, keys[i], methods[keys[i]]);
  const tag = (target, value) => p.ReflectDefineProperty(target, p.SymbolToStringTag, { __proto__: null, value, configurable: true });
  tag(Now, 'Temporal.Now');
  tag(namespace, 'Temporal');
  define(namespace, 'Now', Now);
  expose('Temporal', namespace);

  define(p.Date.prototype, 'toTemporalInstant', { toTemporalInstant() {
    const time = DatePrototypeGetTime(this);
    if (!(time - time === 0)) throw new RangeError('The date is not valid');
    return t.instantOfMilliseconds(time);
  } }.toTemporalInstant);

  // ---- texts for people, by `Intl` where it is

  const { DateTimeFormat, DurationFormat } = global.Intl ?? {};
  t.DurationFormat = DurationFormat;
  const format = DateTimeFormat === undefined ? undefined : env.uncurry(p.ReflectGetOwnPropertyDescriptor(DateTimeFormat.prototype, 'format').get);
  const formatDuration = DurationFormat === undefined ? undefined : env.uncurry(DurationFormat.prototype.format);
  t.formatDuration = (locales, options, fields) => formatDuration(new DurationFormat(locales, options), fields);

  const FIELDS = ['weekday', 'era', 'year', 'month', 'day', 'dayPeriod', 'hour', 'minute', 'second', 'fractionalSecondDigits', 'dateStyle', 'timeStyle'];
  // The program's options, or those that are usual where they name no field.
  const show = (milliseconds, zone, locales, options, usual, without) => {
    const given = options === undefined ? {} : { ...p.Object(options) };
    if (without !== undefined && given[without] !== undefined) throw new p.TypeError(`The option ${without} is not for this kind of value`);
    let names = false;
    for (let i = 0; i < FIELDS.length; i += 1) if (given[FIELDS[i]] !== undefined) names = true;
    if (!names) for (const key in usual) given[key] = usual[key];
    if (zone !== undefined) given.timeZone = zone;
    const formatter = new DateTimeFormat(locales, given);
    const args = env.list();
    env.push(args, milliseconds);
    return p.ReflectApply(format(formatter), undefined, args);
  };
  const DAY = { __proto__: null, year: 'numeric', month: 'numeric', day: 'numeric' };
  const CLOCK = { __proto__: null, hour: 'numeric', minute: 'numeric', second: 'numeric' };
  const BOTH = { __proto__: null, ...DAY, ...CLOCK };
  const PARTS = { __proto__: null, yearMonth: { __proto__: null, year: 'numeric', month: 'numeric' }, monthDay: { __proto__: null, month: 'numeric', day: 'numeric' } };
  const utc = (dateState, timeState) => {
    const date = t.parts(dateState);
    const time = t.parts(timeState);
    const plain = new p.Date(0);
    p.DatePrototypeSetUTCFullYear(plain, +date[0], +date[1] - 1, +date[2]);
    p.DatePrototypeSetUTCHours(plain, +time[0], +time[1], +time[2], +time[3]);
    return DatePrototypeGetTime(plain);
  };
  const local = (record, show) => (state, locales, options) => (format === undefined ? record.show(state) : show(state, locales, options));
  t.localDate = local(t.date, (state, locales, options) => show(utc(state, t.MIDNIGHT), UTC, locales, options, DAY, 'timeStyle'));
  t.localTime = local(t.time, (state, locales, options) => show(utc('1970 1 1', state), UTC, locales, options, CLOCK, 'dateStyle'));
  t.localDateTime = local(t.dateTime, (state, locales, options) => (
    show(utc(t.dateOfDateTime(state), t.timeOfDateTime(state)), UTC, locales, options, BOTH)
  ));
  t.localPart = (kind, state, locales, options) => (
    format === undefined ? t[kind].show(state) : show(utc(state, t.MIDNIGHT), UTC, locales, options, PARTS[kind], 'timeStyle')
  );
  t.localInstant = (milliseconds, locales, options) => (
    format === undefined ? t.instantOfMilliseconds(milliseconds).toString() : show(milliseconds, undefined, locales, options, BOTH)
  );
  t.localZoned = (milliseconds, zone, locales, options) => (
    format === undefined ? `${milliseconds}` : show(milliseconds, zone, locales, options, { __proto__: null, ...BOTH, timeZoneName: 'short' }, 'timeZone')
  );
})
