// The prototype of a namespace: answers for every name that is no tool.
//
// In: `unknownTool(number, name)`, a function that makes a call the host
// refuses. Out: `prototypeOf(number, name)`.
//
// What is used at run time is captured here, because a program may replace
// anything that it can reach.
(unknownTool => {
  const { defineProperty, ownKeys } = Reflect;
  const create = Object.create;
  const ObjectPrototype = Object.prototype;
  const PromiseReject = Promise.reject.bind(Promise);
  const PlainError = Error;
  const toPrimitive = Symbol.toPrimitive;
  const toStringTag = Symbol.toStringTag;

  // Names that every object has; as tools they do not exist, and asking the
  // host for them would only count as a call.
  const inherited = create(null);
  for (const key of ownKeys(ObjectPrototype)) inherited[key] = true;

  const handler = create(null);

  handler.get = (target, key) => {
    if (key === toPrimitive) return () => `[object ${target.name}]`;
    if (key === toStringTag) return target.name;
    if (typeof key === 'symbol') return undefined;
    if (key === 'then' || key === 'toJSON' || key === '__proto__') return undefined;
    if (inherited[key] === true) {
      return () => PromiseReject(new PlainError(`Tool "${key}" not found`));
    }
    return unknownTool(target.number, key);
  };

  handler.has = () => false;

  // An assignment makes an own property of the namespace, as on any object.
  handler.set = (_target, key, value, receiver) =>
    defineProperty(receiver, key, {
      __proto__: null,
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });

  // CallSite objects would hand functions of this prelude to a program.
  PlainError.prepareStackTrace = (_error, sites) => sites;
  const [site] = new PlainError().stack;
  delete Object.getPrototypeOf(site).getFunction;
  PlainError.prepareStackTrace = undefined;

  return (number, name) => {
    const target = create(null);
    target.number = number;
    target.name = name;
    return new Proxy(target, handler);
  };
})
