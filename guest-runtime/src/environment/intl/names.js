// `Intl.Locale` and `Intl.DisplayNames`.
(env => {
  'use strict';
  const { define, intl, isObject, list, native, p, push, toArray } = env;
  if (intl === undefined) return;
  const { Number, RangeError, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase, StringPrototypeToUpperCase, TypeError } = p;
  const { canonical, classOf, contains, locales, matcher, option, resolve, split, strictObject } = intl;

  const where = 'Intl.Locale';
  const wrong = () => new RangeError('Incorrect locale information provided');
  const matches = (test, value) => RegExpPrototypeExec(test, value) !== null;
  const language = /^([a-z]{2,3}|[a-z]{5,8})$/i;
  const script = /^[a-z]{4}$/i;
  const region = /^([a-z]{2}|[0-9]{3})$/i;

  // Language, script, region and the rest of a tag without extensions.
  const partsOf = base => {
    const parts = split(base, '-');
    const found = { __proto__: null, language: parts[0], script: undefined, region: undefined, rest: '' };
    for (let i = 1; i < parts.length; i += 1) {
      if (found.script === undefined && found.region === undefined && found.rest === '' && matches(script, parts[i])) found.script = parts[i];
      else if (found.region === undefined && found.rest === '' && matches(region, parts[i])) found.region = parts[i];
      else found.rest += `-${parts[i]}`;
    }
    return found;
  };
  const baseOf = tag => {
    const at = RegExpPrototypeExec(/-[a-z0-9]-/i, tag);
    return at === null ? tag : StringPrototypeSlice(tag, 0, at.index);
  };
  // The keywords of `-u-`, and what else follows the base.
  const extensionsOf = tag => {
    const rest = StringPrototypeSlice(tag, baseOf(tag).length);
    const at = StringPrototypeIndexOf(rest, '-u-');
    if (at < 0) return { __proto__: null, before: rest, keywords: list(), after: '' };
    const tail = StringPrototypeSlice(rest, at + 3);
    const stop = RegExpPrototypeExec(/-[a-z0-9]-/i, tail);
    const inside = split(stop === null ? tail : StringPrototypeSlice(tail, 0, stop.index), '-');
    const keywords = list();
    for (let i = 0; i < inside.length; i += 1) {
      if (inside[i].length === 2) push(keywords, { __proto__: null, key: inside[i], value: '' });
      else if (keywords.length > 0) keywords[keywords.length - 1].value += (keywords[keywords.length - 1].value === '' ? '' : '-') + inside[i];
    }
    return { __proto__: null, before: StringPrototypeSlice(rest, 0, at), keywords, after: stop === null ? '' : StringPrototypeSlice(tail, stop.index) };
  };
  const keywordOf = (tag, key) => {
    const { keywords } = extensionsOf(tag);
    for (let i = 0; i < keywords.length; i += 1) if (keywords[i].key === key) return keywords[i].value;
    return undefined;
  };
  const withKeyword = (tag, key, value) => {
    if (value === undefined) return tag;
    const { before, keywords, after } = extensionsOf(tag);
    let known = false;
    for (let i = 0; i < keywords.length; i += 1) if (keywords[i].key === key) { keywords[i].value = value; known = true; }
    if (!known) push(keywords, { __proto__: null, key, value });
    let text = `${baseOf(tag)}${before}-u`;
    for (let i = 0; i < keywords.length; i += 1) text += `-${keywords[i].key}${keywords[i].value === '' || keywords[i].value === 'true' ? '' : `-${keywords[i].value}`}`;
    return text + after;
  };

  const makeLocale = (given, rest) => {
    if (typeof given !== 'string' && !isObject(given)) throw new TypeError('First argument to Intl.Locale constructor can\'t be empty or missing');
    let tag = canonical(intl.tagOf(given) ?? `${given}`);
    const options = rest === undefined ? { __proto__: null } : intl.objectOf(rest);
    const parts = partsOf(baseOf(tag));
    const wanted = (name, test) => {
      const value = option(where, options, name);
      if (value !== undefined && !matches(test, value)) throw wrong();
      return value;
    };
    parts.language = wanted('language', language) ?? parts.language;
    parts.script = wanted('script', script) ?? parts.script;
    parts.region = wanted('region', region) ?? parts.region;
    const base = parts.language + (parts.script === undefined ? '' : `-${parts.script}`) + (parts.region === undefined ? '' : `-${parts.region}`) + parts.rest;
    tag = base + StringPrototypeSlice(tag, baseOf(tag).length);
    const type = /^[a-z0-9]{3,8}(-[a-z0-9]{3,8})*$/i;
    tag = withKeyword(tag, 'ca', wanted('calendar', type));
    tag = withKeyword(tag, 'co', wanted('collation', type));
    tag = withKeyword(tag, 'hc', option(where, options, 'hourCycle', ['h11', 'h12', 'h23', 'h24']));
    tag = withKeyword(tag, 'kf', option(where, options, 'caseFirst', ['upper', 'lower', 'false']));
    tag = withKeyword(tag, 'kn', options.numeric === undefined ? undefined : `${!!options.numeric}`);
    tag = withKeyword(tag, 'nu', wanted('numberingSystem', type));
    return { __proto__: null, tag: canonical(tag) };
  };
  const L = 'Intl.Locale.prototype.';
  const cycles = { __proto__: null, H: 'h23', h: 'h12', K: 'h11', k: 'h24' };
  const tag = (object, name) => known.slotsOf(object, `${L}${name}`).tag;
  const keyword = (object, name, key) => keywordOf(tag(object, name), key);
  const likely = (object, name, how) => new known.Class(native.intl('likely', tag(object, name), how));
  const known = classOf('Locale', makeLocale, {
    length: 1,
    members: {
      maximize() { return likely(this, 'maximize', 'more'); },
      minimize() { return likely(this, 'minimize', 'less'); },
      toString() { return tag(this, 'toString'); },
      getCalendars() { return toArray(split(keyword(this, 'getCalendars', 'ca') ?? 'gregory', ' ')); },
      getCollations() { return toArray(split(keyword(this, 'getCollations', 'co') ?? native.intl('collations', tag(this, 'getCollations')), ' ')); },
      getHourCycles() { return toArray(split(keyword(this, 'getHourCycles', 'hc') ?? cycles[native.intl('hours', tag(this, 'getHourCycles'))], ' ')); },
      getNumberingSystems() {
        const requested = list();
        push(requested, tag(this, 'getNumberingSystems'));
        return toArray(split(resolve(requested, 'nu', { __proto__: null }).nu, ' '));
      },
      getTextInfo() { return { direction: native.intl('info', 'direction', tag(this, 'getTextInfo')) }; },
      getTimeZones() {
        const own = tag(this, 'getTimeZones');
        return partsOf(baseOf(own)).region === undefined ? undefined : toArray(split(native.intl('info', 'zones', own), ' '));
      },
      getWeekInfo() {
        const { 0: first, 1: from, 2: to } = split(native.intl('info', 'week', tag(this, 'getWeekInfo')), ' ');
        return { firstDay: Number(first), weekend: from === to ? [Number(from)] : [Number(from), Number(to)] };
      },
      get baseName() { return baseOf(tag(this, 'baseName')); },
      get calendar() { return keyword(this, 'calendar', 'ca'); },
      get caseFirst() { return keyword(this, 'caseFirst', 'kf'); },
      get collation() { return keyword(this, 'collation', 'co'); },
      get hourCycle() { return keyword(this, 'hourCycle', 'hc'); },
      get language() { return partsOf(baseOf(tag(this, 'language'))).language; },
      get numberingSystem() { return keyword(this, 'numberingSystem', 'nu'); },
      get numeric() { const value = keyword(this, 'numeric', 'kn'); return value === '' || value === 'true'; },
      get region() { return partsOf(baseOf(tag(this, 'region'))).region; },
      get script() { return partsOf(baseOf(tag(this, 'script'))).script; },
    },
  });
  intl.tagOf = value => (known.has(value) ? known.slotsOf(value, '').tag : undefined);

  const D = 'Intl.DisplayNames.prototype.';
  const fields = ['era', 'year', 'quarter', 'month', 'weekOfYear', 'weekday', 'day', 'dayPeriod', 'hour', 'minute', 'second', 'timeZoneName'];
  const displays = classOf('DisplayNames', (given, rest) => {
    const at = 'Intl.DisplayNames';
    const requested = locales(given);
    if (rest === undefined) throw new TypeError('Cannot convert undefined or null to object');
    const options = strictObject(rest);
    matcher(at, options);
    const found = resolve(requested, '', { __proto__: null });
    const style = option(at, options, 'style', ['narrow', 'short', 'long'], 'long');
    const type = option(at, options, 'type', ['language', 'region', 'script', 'currency', 'calendar', 'dateTimeField']);
    if (type === undefined) throw new TypeError('Required option "type" must not be undefined');
    const fallback = option(at, options, 'fallback', ['code', 'none'], 'code');
    const languageDisplay = option(at, options, 'languageDisplay', ['dialect', 'standard'], 'dialect');
    const text = intl.linesOf({ __proto__: null, locale: found.data, style, type, languageDisplay });
    return { __proto__: null, text, locale: found.locale, style, type, fallback, languageDisplay };
  }, {
    length: 2,
    members: {
      of(code) {
        const { text, type, fallback } = displays.slotsOf(this, `${D}of`);
        const asked = codeOf(type, `${code}`);
        return native.intl('display', text, asked) ?? (fallback === 'code' ? asked : undefined);
      },
      resolvedOptions() {
        const { locale, style, type, fallback, languageDisplay } = displays.slotsOf(this, `${D}resolvedOptions`);
        const result = { locale, style, type, fallback };
        if (type === 'language') define(result, 'languageDisplay', languageDisplay, true);
        return result;
      },
    },
  });
  const codeOf = (type, code) => {
    const invalid = () => new RangeError('Invalid argument to Intl.DisplayNames.prototype.of');
    const as = (test, change) => {
      if (!matches(test, code)) throw invalid();
      return change(code);
    };
    if (type === 'region') return as(region, StringPrototypeToUpperCase);
    if (type === 'script') return as(script, text => StringPrototypeToUpperCase(text[0]) + StringPrototypeToLowerCase(StringPrototypeSlice(text, 1)));
    if (type === 'currency') return as(/^[a-z]{3}$/i, StringPrototypeToUpperCase);
    if (type === 'calendar') return as(/^[a-z0-9]{3,8}(-[a-z0-9]{3,8})*$/i, StringPrototypeToLowerCase);
    if (type === 'dateTimeField') {
      if (!contains(fields, code)) throw invalid();
      return code;
    }
    if (!matches(/^[a-z]/i, code) || baseOf(code) !== code) throw invalid();
    try { return canonical(code); } catch { throw invalid(); }
  };
})
