// The ground of `Temporal`: classes over states, conversions, and options.
//
// An object is a text that the host's `temporal(operation, …)` reads and writes; what a
// program observes of reading, converting and failing is here. `env.temporal` has a record
// per class, `{ Class, make, stateOf }`, and what the files that follow share.
(env => {
  'use strict';
  const { define, getDescriptor, isObject, list, native, p, push } = env;
  if (native.temporal === undefined) return;
  const {
    MathFloor, MathTrunc, NumberIsInteger, ObjectSetPrototypeOf, RangeError, ReflectApply,
    ReflectDefineProperty, ReflectOwnKeys, StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeSlice, TypeError,
  } = p;
  const t = { __proto__: null };
  env.temporal = t;
  const namespace = {};
  t.namespace = namespace;

  t.call = native.temporal;
  // An answer that begins with a mark is a failure for after the options.
  t.settled = state => {
    if (StringPrototypeCharCodeAt(state, 0) === 33) throw new RangeError(StringPrototypeSlice(state, 1));
    return state;
  };
  // The parts of a state.
  t.parts = text => {
    const found = list();
    let from = 0;
    for (;;) {
      const end = StringPrototypeIndexOf(text, ' ', from);
      if (end < 0) break;
      push(found, StringPrototypeSlice(text, from, end));
      from = end + 1;
    }
    push(found, StringPrototypeSlice(text, from));
    return found;
  };
  t.between = (parts, from, to) => {
    let text = parts[from];
    for (let i = from + 1; i < to; i += 1) text += ` ${parts[i]}`;
    return text;
  };

  // ---- classes

  // `construct` gives the state for the arguments of `new`.
  t.class = (name, key, length, construct) => {
    let made;
    let stateOf;
    const Class = { [name]: class {
      #state;
      constructor() {
        if (made === undefined) this.#state = construct(arguments);
        else { this.#state = made; made = undefined; }
      }
      static { stateOf = value => (isObject(value) && #state in value ? value.#state : undefined); }
    } }[name];
    ReflectDefineProperty(Class, 'length', { __proto__: null, value: length, configurable: true });
    ReflectDefineProperty(Class, 'prototype', { __proto__: null, writable: false });
    ReflectDefineProperty(Class.prototype, p.SymbolToStringTag, { __proto__: null, value: `Temporal.${name}`, configurable: true });
    const self = value => {
      const state = stateOf(value);
      if (state === undefined) throw new TypeError(`This is no Temporal.${name}`);
      return state;
    };
    const make = state => { made = state; return new Class(); };
    const members = (target, record) => {
      const keys = ReflectOwnKeys(record);
      for (let i = 0; i < keys.length; i += 1) {
        const found = getDescriptor(record, keys[i]);
        found.enumerable = false;
        ReflectDefineProperty(target, keys[i], found);
      }
    };
    const record = {
      __proto__: null, name, Class, make, stateOf, self,
      methods: methods => members(Class.prototype, methods),
      statics: statics => members(Class, statics),
      // A getter of the state for each name.
      getters(names, get) {
        for (let i = 0; i < names.length; i += 1) {
          const key = names[i];
          members(Class.prototype, { get [key]() { return get(self(this), key); } });
        }
      },
    };
    record.methods({
      valueOf() { throw new TypeError(`A Temporal.${name} has no number; use compare() or equals(), or its text.`); },
    });
    env.platform(value => stateOf(value) !== undefined);
    define(Class.prototype, env.inspectCustom, { [env.inspectCustom](depth, options) {
      const state = stateOf(this);
      return state === undefined ? this : options.stylize(`Temporal.${name} ${record.show(state)}`, 'date');
    } }[env.inspectCustom]);
    define(namespace, name, Class);
    t[key] = record;
    return record;
  };

  // ---- conversions, by their names in the specification

  const toNumber = value => +value;
  t.toIntegerWithTruncation = value => {
    const number = toNumber(value);
    if (!(number - number === 0)) throw new RangeError(`${number} is no integer`);
    return MathTrunc(number) + 0;
  };
  t.toPositiveIntegerWithTruncation = value => {
    const integer = t.toIntegerWithTruncation(value);
    if (integer <= 0) throw new RangeError(`${integer} must be 1 or more`);
    return integer;
  };
  t.toIntegerIfIntegral = value => {
    const number = toNumber(value);
    if (!NumberIsInteger(number)) throw new RangeError(`${number} is no integer`);
    return number + 0;
  };
  const call = (f, self, argument) => {
    const args = list();
    if (argument !== undefined) push(args, argument);
    return ReflectApply(f, self, args);
  };
  const toPrimitive = value => {
    if (!isObject(value)) return value;
    const exotic = value[p.SymbolToPrimitive];
    if (exotic !== undefined && exotic !== null) {
      const result = call(exotic, value, 'string');
      if (!isObject(result)) return result;
      throw new TypeError('An object could not be made a primitive value');
    }
    for (let i = 0; i < 2; i += 1) {
      const method = value[i === 0 ? 'toString' : 'valueOf'];
      if (typeof method !== 'function') continue;
      const result = call(method, value);
      if (!isObject(result)) return result;
    }
    throw new TypeError('An object could not be made a primitive value');
  };
  t.toPrimitive = toPrimitive;
  t.requireString = (value, what) => {
    if (typeof value !== 'string') throw new TypeError(`${what} must be a string. Received ${typeof value}`);
    return value;
  };
  // Wider than any number that a program writes down.
  t.toBigInt = value => p.BigIntAsIntN(65536, value);

  // ---- options

  const choices = (...items) => { const set = ObjectSetPrototypeOf({}, null); for (let i = 0; i < items.length; i += 1) set[items[i]] = true; return set; };
  t.choices = choices;
  t.optionsOf = value => {
    if (value === undefined) return { __proto__: null };
    if (!isObject(value)) throw new TypeError(`Options must be an object. Received ${typeof value}`);
    return value;
  };
  // An empty text where nothing was given.
  const option = (options, key, allowed) => {
    const value = options[key];
    if (value === undefined) return '';
    const text = `${value}`;
    if (allowed[text] !== true) throw new RangeError(`"${text}" is no value of the option ${key}`);
    return text;
  };
  t.option = option;
  const OVERFLOW = choices('constrain', 'reject');
  const MODES = choices('ceil', 'floor', 'expand', 'trunc', 'halfCeil', 'halfFloor', 'halfExpand', 'halfTrunc', 'halfEven');
  const DISAMBIGUATION = choices('compatible', 'earlier', 'later', 'reject');
  const OFFSET = choices('prefer', 'use', 'ignore', 'reject');
  const CALENDAR_NAME = choices('auto', 'always', 'never', 'critical');
  const UNITS = choices(
    'year', 'years', 'month', 'months', 'week', 'weeks', 'day', 'days', 'hour', 'hours', 'minute', 'minutes', 'second', 'seconds',
    'millisecond', 'milliseconds', 'microsecond', 'microseconds', 'nanosecond', 'nanoseconds', 'auto',
  );
  t.overflow = options => option(options, 'overflow', OVERFLOW);
  t.disambiguation = options => option(options, 'disambiguation', DISAMBIGUATION);
  t.offsetOption = options => option(options, 'offset', OFFSET);
  t.calendarName = options => option(options, 'calendarName', CALENDAR_NAME);
  t.roundingMode = options => option(options, 'roundingMode', MODES);
  t.unit = (options, key) => option(options, key, UNITS);
  t.increment = options => {
    const value = options.roundingIncrement;
    if (value === undefined) return '';
    const integer = t.toIntegerWithTruncation(value);
    if (integer < 1 || integer > 1e9) throw new RangeError(`The option roundingIncrement must be from 1 to 1000000000. Received ${integer}`);
    return `${integer}`;
  };
  t.digits = options => {
    const value = options.fractionalSecondDigits;
    if (value === undefined) return '';
    if (typeof value !== 'number') {
      if (`${value}` !== 'auto') throw new RangeError('The option fractionalSecondDigits must be "auto" or from 0 to 9');
      return '';
    }
    const digits = MathFloor(value);
    if (!(digits >= 0 && digits <= 9)) throw new RangeError(`The option fractionalSecondDigits must be "auto" or from 0 to 9. Received ${value}`);
    return `${digits + 0}`;
  };

  const plain = unit => (StringPrototypeCharCodeAt(unit, unit.length - 1) === 115 ? StringPrototypeSlice(unit, 0, -1) : unit);
  t.DATE_UNITS = choices('year', 'month', 'week', 'day');
  t.TIME_UNITS = choices('hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond');
  t.ALL_UNITS = { __proto__: null, ...t.DATE_UNITS, ...t.TIME_UNITS };
  // Checks that come when all options have been read.
  t.checkUnit = (unit, key, allowed, extra) => {
    if (unit === '' || unit === extra) return unit;
    const name = plain(unit);
    if (allowed[name] !== true) throw new RangeError(`"${unit}" is no ${key} here`);
    return name;
  };

  // The four options of a difference, ready for the host.
  t.difference = (given, allowed) => {
    const options = t.optionsOf(given);
    const largest = t.unit(options, 'largestUnit');
    const increment = t.increment(options);
    const mode = t.roundingMode(options);
    const smallest = t.unit(options, 'smallestUnit');
    return {
      __proto__: null, increment, mode, largest: t.checkUnit(largest, 'largestUnit', allowed, 'auto'),
      smallest: t.checkUnit(smallest, 'smallestUnit', allowed),
    };
  };
  // Those of a rounding, which may be a unit alone.
  t.rounding = (given, allowed) => {
    if (given === undefined) throw new TypeError('A unit, or options with one, are required');
    const options = typeof given === 'string' ? { __proto__: null, smallestUnit: given } : t.optionsOf(given);
    const increment = t.increment(options);
    const mode = t.roundingMode(options);
    const smallest = t.unit(options, 'smallestUnit');
    if (smallest === '') throw new RangeError('The option smallestUnit is required');
    return { __proto__: null, increment, mode, smallest: t.checkUnit(smallest, 'smallestUnit', allowed) };
  };
  const SHOWN_UNITS = choices('minute', 'second', 'millisecond', 'microsecond', 'nanosecond');
  t.shownUnit = unit => t.checkUnit(unit, 'smallestUnit', SHOWN_UNITS);

  t.NOTHING = { __proto__: null };
})
