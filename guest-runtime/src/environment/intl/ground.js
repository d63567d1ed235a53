// What the classes of `Intl` share (ECMA-402): lists of locales, reading options, the shape
// of a class; and `Intl` itself.
(env => {
  'use strict';
  const { define, expose, getDescriptor, global, isObject, list, native, p, push, toArray } = env;
  const {
    Number, NumberIsNaN, MathFloor, ObjectPrototypeHasOwnProperty, RangeError,
    ReflectDefineProperty, ReflectOwnKeys, StringPrototypeIndexOf, StringPrototypeSlice, SymbolToStringTag, TypeError, WeakMap,
    WeakMapPrototypeGet, WeakMapPrototypeSet,
  } = p;
  if (native.intl === undefined) return;
  delete global.Intl;

  const intl = { __proto__: null };
  env.intl = intl;
  intl.call = native.intl;

  // The pieces of a text between separators.
  const split = (text, separator) => {
    const pieces = list();
    for (let from = 0; ;) {
      const at = StringPrototypeIndexOf(text, separator, from);
      if (at < 0) { push(pieces, StringPrototypeSlice(text, from)); return pieces; }
      push(pieces, StringPrototypeSlice(text, from, at));
      from = at + separator.length;
    }
  };
  // A record of lines of `name=value`.
  const recordOf = text => {
    const record = { __proto__: null };
    const lines = split(text, '\n');
    for (let i = 0; i < lines.length; i += 1) {
      const at = StringPrototypeIndexOf(lines[i], '=');
      if (at > 0) record[StringPrototypeSlice(lines[i], 0, at)] = StringPrototypeSlice(lines[i], at + 1);
    }
    return record;
  };
  const linesOf = record => {
    let text = '';
    const keys = ReflectOwnKeys(record);
    for (let i = 0; i < keys.length; i += 1) if (record[keys[i]] !== undefined) text += `${keys[i]}=${record[keys[i]]}\n`;
    return text;
  };
  // `kind, text, source` of each part, as objects for the program. `names` is what the third is called.
  const partsOf = (text, third) => {
    const fields = split(text, '\x1f');
    const parts = list();
    for (let i = 0; i + 2 < fields.length; i += 3) {
      const part = { type: fields[i], value: fields[i + 1] };
      if (third !== undefined) third(part, fields[i + 2]);
      push(parts, part);
    }
    return toArray(parts);
  };
  const fromSource = (part, source) => { define(part, 'source', source, true); };

  const canonical = tag => {
    const found = native.intl('canonical', tag);
    if (found === null) throw new RangeError(`Incorrect locale information provided`);
    return found;
  };
  // CanonicalizeLocaleList, as a list of ours.
  const locales = given => {
    const found = list();
    if (given === undefined) return found;
    if (typeof given === 'string' || intl.tagOf?.(given) !== undefined) {
      push(found, intl.tagOf?.(given) ?? canonical(given));
      return found;
    }
    if (given === null) throw new TypeError('Cannot convert undefined or null to object');
    const length = Number(given.length);
    for (let i = 0; i < length; i += 1) {
      if (!(i in p.Object(given))) continue;
      const item = given[i];
      if (typeof item !== 'string' && !isObject(item)) throw new TypeError('Incorrect locale information provided');
      const tag = intl.tagOf?.(item) ?? canonical(`${item}`);
      let known = false;
      for (let k = 0; k < found.length; k += 1) if (found[k] === tag) known = true;
      if (!known) push(found, tag);
    }
    return found;
  };
  // ResolveLocale: the record of what `keys` came to.
  const resolve = (requested, keys, options) => recordOf(native.intl('resolve', env.join(requested, ','), keys, linesOf(options)));

  const objectOf = options => {
    if (options === undefined) return { __proto__: null };
    if (options === null) throw new TypeError('Cannot convert undefined or null to object');
    return p.Object(options);
  };
  // GetOptionsObject, for the newer classes.
  const strictObject = options => {
    if (options === undefined) return { __proto__: null };
    if (!isObject(options)) throw new TypeError('Incorrect options information provided');
    return options;
  };
  const outOfRange = (value, where, name) => new RangeError(`Value ${value} out of range for ${where} options property ${name}`);
  const contains = (values, value) => {
    for (let i = 0; i < values.length; i += 1) if (values[i] === value) return true;
    return false;
  };
  const option = (where, options, name, values, fallback) => {
    const value = options[name];
    if (value === undefined) return fallback;
    const text = `${value}`;
    if (values !== undefined && !contains(values, text)) throw outOfRange(text, where, name);
    return text;
  };
  const flag = (options, name, fallback) => (options[name] === undefined ? fallback : !!options[name]);
  const bounded = (value, name, least, most, fallback) => {
    if (value === undefined) return fallback;
    const number = Number(value);
    if (NumberIsNaN(number) || number < least || number > most) throw new RangeError(`${name} value is out of range.`);
    return MathFloor(number);
  };
  const matcher = (where, options) => option(where, options, 'localeMatcher', ['lookup', 'best fit'], 'best fit');
  const typeKeyword = (where, options, name) => {
    const value = option(where, options, name);
    if (value !== undefined && p.RegExpPrototypeExec(keyword, value) === null) throw new RangeError(`Invalid ${name} : ${value}`);
    return value;
  };
  const keyword = /^[a-z0-9]{3,8}(-[a-z0-9]{3,8})*$/i;

  // The functions that `format` and `compare` give have no name.
  intl.nameless = f => {
    ReflectDefineProperty(f, 'name', { __proto__: null, value: '', configurable: true });
    return f;
  };

  const Intl = {};
  ReflectDefineProperty(Intl, SymbolToStringTag, { __proto__: null, value: 'Intl', configurable: true });
  intl.Intl = Intl;

  // A class of `Intl`. `make` gets the arguments and gives the slots; `members` are its methods and getters.
  const classOf = (name, make, { members, statics = {}, callable = false, length = 0 }) => {
    const slots = new WeakMap();
    const Class = {
      [name]: function (first, second) {
        if (new.target === undefined) {
          if (callable) return new Class(first, second);
          throw new TypeError(`Constructor Intl.${name} requires 'new'`);
        }
        WeakMapPrototypeSet(slots, this, make(first, second));
      },
    }[name];
    ReflectDefineProperty(Class, 'length', { __proto__: null, value: length, configurable: true });
    ReflectDefineProperty(Class, 'prototype', { __proto__: null, writable: false });
    for (const [target, from] of [[Class.prototype, members], [Class, statics]]) {
      for (const key of ReflectOwnKeys(from)) {
        const descriptor = getDescriptor(from, key);
        descriptor.enumerable = false;
        ReflectDefineProperty(target, key, descriptor);
      }
    }
    if (!ObjectPrototypeHasOwnProperty(statics, 'supportedLocalesOf') && name !== 'Locale') {
      const { supportedLocalesOf } = { supportedLocalesOf(locales) { return supported(`Intl.${name}`, locales, arguments[1]); } };
      define(Class, 'supportedLocalesOf', supportedLocalesOf);
    }
    ReflectDefineProperty(Class.prototype, SymbolToStringTag, { __proto__: null, value: name === 'Locale' ? 'Intl.Locale' : `Intl.${name}`, configurable: true });
    define(Intl, name, Class);
    const slotsOf = (object, method) => {
      const found = isObject(object) ? WeakMapPrototypeGet(slots, object) : undefined;
      if (found === undefined) {
        throw new TypeError(`Method ${method} called on incompatible receiver ${shown(object)}`);
      }
      return found;
    };
    return { Class, slotsOf, has: object => isObject(object) && WeakMapPrototypeGet(slots, object) !== undefined };
  };
  const shown = value => (isObject(value) ? `#<${StringPrototypeSlice(p.ObjectPrototypeToString(value), 8, -1)}>` : p.String(value));

  const supported = (where, given, options) => {
    const requested = locales(given);
    if (options !== undefined) matcher(where, objectOf(options));
    const found = list();
    for (let i = 0; i < requested.length; i += 1) if (native.intl('supported', requested[i]) !== null) push(found, requested[i]);
    return toArray(found);
  };

  const functions = {
    getCanonicalLocales(locales) { return toArray(intl.locales(locales)); },
    supportedValuesOf(key) {
      const text = native.intl('values', `${key}`);
      if (text === null) throw new RangeError(`Invalid key : ${key}`);
      return toArray(split(text, ' '));
    },
  };
  for (const key of ReflectOwnKeys(functions)) define(Intl, key, functions[key]);
  expose('Intl', Intl);

  Object.assign(intl, {
    bounded, canonical, classOf, contains, flag, fromSource, linesOf, locales, matcher, objectOf, option, partsOf, recordOf, resolve,
    split, strictObject, supported, typeKeyword,
  });
})
