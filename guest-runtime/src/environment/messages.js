// `MessageChannel`, `MessagePort`, and the events that carry something: `MessageEvent`,
// `ErrorEvent`, `PromiseRejectionEvent` and `ProgressEvent`.
(env => {
  'use strict';
  const { Event, EventTarget, dictionary, fire, isObject, list, native, nodeError, p, push, required, showAs, toArray, webClass } = env;
  const { MathFloor, ReflectDefineProperty, TypeError } = p;

  const illegal = () => nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
  const text = value => (value === undefined ? '' : env.toUSVString(value));
  const whole = value => { const number = +value; return number - number === 0 ? MathFloor(number) >>> 0 : 0; };

  // An event whose members are those of its dictionary, read in order and converted.
  const eventClass = (name, members) => {
    const keys = p.ReflectOwnKeys(members);
    const Class = { [name]: class extends Event {
      #values = { __proto__: null };
      constructor(type, options = undefined) {
        required(1, arguments.length, `Failed to construct '${name}'`);
        super(type, options);
        const init = dictionary(options, `Failed to construct '${name}'`);
        for (let i = 0; i < keys.length; i += 1) this.#values[keys[i]] = members[keys[i]](init[keys[i]]);
      }
      static valuesOf(event) { return event.#values; }
    } }[name];
    const { valuesOf } = Class;
    delete Class.valuesOf;
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i];
      ReflectDefineProperty(Class.prototype, key, env.getDescriptor({ get [key]() { return valuesOf(this)[key]; } }, key));
    }
    webClass(name, Class);
    return { Class, valuesOf };
  };

  const portsOf = value => {
    const ports = list();
    if (value !== undefined) {
      const method = isObject(value) ? value[p.SymbolIterator] : undefined;
      if (typeof method !== 'function') throw new TypeError('The ports of a message must be an array of MessagePort');
      env.iterate(value, method, port => {
        if (!isPort(port)) throw new TypeError('The ports of a message must be of MessagePort');
        push(ports, port);
      });
    }
    return p.ObjectFreeze(toArray(ports));
  };
  const { Class: MessageEvent, valuesOf } = eventClass('MessageEvent', {
    __proto__: null,
    data: value => (value === undefined ? null : value),
    origin: text,
    lastEventId: text,
    source: value => {
      if (value !== undefined && value !== null && !isPort(value)) throw new TypeError('The source of a message must be a MessagePort');
      return value ?? null;
    },
    ports: portsOf,
  });
  const methods = {
    initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = '', lastEventId = '', source = null, ports = undefined) {
      required(1, arguments.length, "Failed to execute 'initMessageEvent'");
      this.initEvent(type, bubbles, cancelable);
      const values = valuesOf(this);
      values.data = data;
      values.origin = `${origin}`;
      values.lastEventId = `${lastEventId}`;
      values.source = source;
      values.ports = portsOf(ports);
    },
  };
  env.define(MessageEvent.prototype, 'initMessageEvent', methods.initMessageEvent, true);
  eventClass('ErrorEvent', {
    __proto__: null, message: text, filename: text, lineno: whole, colno: whole, error: value => value,
  });
  eventClass('PromiseRejectionEvent', {
    __proto__: null,
    promise: value => {
      if (!isObject(value)) throw new TypeError("Failed to construct 'PromiseRejectionEvent': the member promise is required");
      return value;
    },
    reason: value => value,
  });
  const size = value => { const number = +(value ?? 0); return number > 0 ? MathFloor(number) : 0; };
  env.ProgressEvent = eventClass('ProgressEvent', { __proto__: null, lengthComputable: value => !!value, loaded: size, total: size }).Class;

  // ---- ports

  const token = {};
  let inside;
  class MessagePort extends EventTarget {
    // What both objects of a port's life share, so that a port can move.
    #end;
    #handler = null;
    constructor() {
      if (arguments[0] !== token) throw illegal();
      super();
      this.#end = arguments[1];
      this.#end.port = this;
    }
    postMessage(message, options = undefined) {
      required(1, arguments.length, "Failed to execute 'postMessage' on 'MessagePort'");
      const end = this.#end;
      // A list of what moves, or options with one.
      const isList = isObject(options) && options[p.SymbolIterator] !== undefined;
      const transfer = isList ? options : dictionary(options, "Failed to execute 'postMessage'").transfer;
      const { value, ports } = env.transferred(message, transfer, this);
      const other = end === undefined ? null : end.other;
      if (other === null) return;
      push(other.waiting, { __proto__: null, value, ports });
      flush(other);
    }
    start() { if (this.#end !== undefined) { this.#end.started = true; flush(this.#end); } }
    close() { if (this.#end !== undefined) cut(this.#end); }
    get onmessage() { return this.#handler; }
    set onmessage(handler) {
      if (this.#handler === null) this.addEventListener('message', event => {
        if (typeof this.#handler !== 'function') return;
        const args = list();
        push(args, event);
        p.ReflectApply(this.#handler, this, args);
      });
      this.#handler = isObject(handler) ? handler : null;
      this.start();
    }
    static {
      inside = {
        __proto__: null,
        is: value => isObject(value) && #end in value,
        // A port that has moved is a port of nothing.
        take: port => { const end = port.#end; port.#end = undefined; return end; },
        isLive: port => port.#end !== undefined,
      };
    }
  }
  const isPort = inside.is;
  webClass('MessagePort', MessagePort);
  env.handlerAttribute(MessagePort, 'messageerror');
  p.ObjectDefineProperty(MessagePort.prototype, 'onmessageerror', { __proto__: null, enumerable: true });
  env.handlerAttribute(MessagePort, 'close');
  p.ObjectDefineProperty(MessagePort.prototype, 'onclose', { __proto__: null, enumerable: true });

  const newEnd = () => ({ __proto__: null, port: null, other: null, started: false, waiting: list(), head: 0, due: false });
  // Each message is a task of its own, in the order they were posted.
  const flush = end => {
    if (!end.started || end.due || end.head >= end.waiting.length) return;
    end.due = true;
    native.setTimeout(() => {
      end.due = false;
      if (!end.started || end.head >= end.waiting.length) return;
      const { value, ports } = end.waiting[end.head];
      end.waiting[end.head] = undefined;
      end.head += 1;
      if (end.head === end.waiting.length) { end.waiting = list(); end.head = 0; }
      const event = new MessageEvent('message');
      const values = valuesOf(event);
      values.data = value;
      values.ports = ports;
      flush(end);
      fire(end.port, event);
    }, 0);
  };
  const cut = end => {
    const { other } = end;
    end.other = null;
    if (other === null) return;
    other.other = null;
    native.setTimeout(() => { fire(other.port, new Event('close')); }, 0);
  };

  class MessageChannel {
    #port1;
    #port2;
    constructor() {
      const one = newEnd();
      const two = newEnd();
      one.other = two;
      two.other = one;
      this.#port1 = new MessagePort(token, one);
      this.#port2 = new MessagePort(token, two);
    }
    get port1() { return this.#port1; }
    get port2() { return this.#port2; }
  }
  webClass('MessageChannel', MessageChannel);
  showAs(MessageChannel, channel => ({ port1: channel.port1, port2: channel.port2 }));
  showAs(MessagePort, () => ({}));

  // For structured clones: a port moves, and cannot be copied.
  env.platform(isPort);
  env.isPort = isPort;
  env.isLivePort = inside.isLive;
  env.movePort = port => {
    const end = inside.take(port);
    end.started = false;
    return new MessagePort(token, end);
  };
})
