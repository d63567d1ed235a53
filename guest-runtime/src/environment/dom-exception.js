// `DOMException`: an error with a name of the web platform, and its old code.
(env => {
  'use strict';
  const { p, define, getDescriptor, trustGetters, webClass, list, push } = env;
  const { Error: ErrorOf, ReflectConstruct, StringPrototypeToUpperCase, TypeError, WeakMapPrototypeGet, WeakMapPrototypeSet } = p;

  // The position in this list is the code; '' has none.
  const names = [
    '', 'IndexSizeError', '', 'HierarchyRequestError', 'WrongDocumentError', 'InvalidCharacterError', '',
    'NoModificationAllowedError', 'NotFoundError', 'NotSupportedError', 'InUseAttributeError', 'InvalidStateError',
    'SyntaxError', 'InvalidModificationError', 'NamespaceError', 'InvalidAccessError', '', 'TypeMismatchError',
    'SecurityError', 'NetworkError', 'AbortError', 'URLMismatchError', 'QuotaExceededError', 'TimeoutError',
    'InvalidNodeTypeError', 'DataCloneError',
  ];
  const unnamed = { __proto__: null, 2: 'DOMSTRING_SIZE_ERR', 6: 'NO_DATA_ALLOWED_ERR', 16: 'VALIDATION_ERR' };
  const irregular = { __proto__: null, INUSE_ATTRIBUTE_ERR: 10 };
  const codes = { __proto__: null };
  const constants = { __proto__: null };
  for (let code = 1; code < names.length; code += 1) {
    const name = names[code];
    if (name !== '') codes[name] = code;
    const constant = name === '' ? unnamed[code]
      : `${StringPrototypeToUpperCase(name.slice(0, -5).replace(/([a-zL])([A-Z])(?=[a-z])/g, '$1_$2'))}_ERR`;
    constants[constant === 'IN_USE_ATTRIBUTE_ERR' ? 'INUSE_ATTRIBUTE_ERR' : constant] = irregular[constant] ?? code;
  }

  const states = new p.WeakMap();
  const stateOf = object => {
    const state = WeakMapPrototypeGet(states, object);
    if (state === undefined) throw new TypeError('Value of "this" must be of type DOMException');
    return state;
  };

  // The object is an Error of the engine, so that it has a stack; what it says is
  // kept beside it, because the platform has it on the prototype.
  function DOMException(message = '', options = 'Error') {
    if (new.target === undefined) throw new TypeError("Class constructor DOMException cannot be invoked without 'new'");
    const state = { __proto__: null, message: `${message}`, name: 'Error' };
    const details = typeof options === 'object' && options !== null ? options : { __proto__: null, name: options };
    if (details.name !== undefined) state.name = `${details.name}`;
    const args = list();
    push(args, state.message);
    const error = ReflectConstruct(ErrorOf, args, new.target);
    delete error.message;
    WeakMapPrototypeSet(states, error, state);
    if ('cause' in details) define(error, 'cause', details.cause);
    return error;
  }
  Object.defineProperty(DOMException, 'length', { value: 0, configurable: true });
  DOMException.prototype = Object.create(p.ErrorPrototype, { constructor: { value: DOMException, writable: true, configurable: true } });
  Object.defineProperty(DOMException, 'prototype', { writable: false });
  const accessors = {
    get name() { return stateOf(this).name; },
    get message() { return stateOf(this).message; },
    get code() { return codes[stateOf(this).name] ?? 0; },
  };
  for (const key of ['name', 'message', 'code']) Object.defineProperty(DOMException.prototype, key, getDescriptor(accessors, key));
  webClass('DOMException', DOMException, constants);
  trustGetters(DOMException.prototype, ['name', 'message']);

  env.DOMException = DOMException;
  env.isDOMException = value => env.isObject(value) && p.WeakMapPrototypeHas(states, value);
  env.domError = (name, message) => new DOMException(message, name);
})
