// `Event`, `CustomEvent` and `EventTarget`.
//
// A listener that throws does not stop the others; the error is reported, which
// ends the run as any uncaught error does.
(env => {
  'use strict';
  const { native, p, dictionary, isObject, list, nodeError, push, required, showAs, toArray, typeError, webClass } = env;
  const {
    DateNow, Map, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ReflectApply, ReflectDefineProperty, TypeError,
  } = p;

  env.now = native.now ?? DateNow;
  env.report = error => {
    if (native.reportError !== undefined) native.reportError(error);
    else native.setTimeout(() => { throw error; }, 0);
  };

  // What only EventTarget may do to an event: see the static block.
  let inside;

  class Event {
    #type;
    #bubbles;
    #cancelable;
    #composed;
    #timeStamp = env.now();
    #target = null;
    #current = null;
    #phase = 0;
    #stopped = false;
    #stoppedNow = false;
    #canceled = false;
    #passive = false;
    #dispatching = false;

    constructor(type, options = undefined) {
      required(1, arguments.length, "Failed to construct 'Event'");
      const init = dictionary(options, "Failed to construct 'Event'");
      this.#type = `${type}`;
      this.#bubbles = !!init.bubbles;
      this.#cancelable = !!init.cancelable;
      this.#composed = !!init.composed;
    }
    get type() { return this.#type; }
    get target() { return this.#target; }
    get currentTarget() { return this.#current; }
    get srcElement() { return this.#target; }
    composedPath() {
      const path = list();
      if (this.#dispatching) push(path, this.#current);
      return toArray(path);
    }
    get eventPhase() { return this.#phase; }
    stopPropagation() { this.#stopped = true; }
    get cancelBubble() { return this.#stopped; }
    set cancelBubble(value) { if (value) this.#stopped = true; }
    stopImmediatePropagation() { this.#stopped = this.#stoppedNow = true; }
    get bubbles() { return this.#bubbles; }
    get cancelable() { return this.#cancelable; }
    get returnValue() { return !this.#canceled; }
    set returnValue(value) { if (!value) this.preventDefault(); }
    preventDefault() { if (this.#cancelable && !this.#passive) this.#canceled = true; }
    get defaultPrevented() { return this.#canceled; }
    get composed() { return this.#composed; }
    get isTrusted() { return false; }
    get timeStamp() { return this.#timeStamp; }
    initEvent(type, bubbles = false, cancelable = false) {
      if (this.#dispatching) return;
      this.#type = `${type}`;
      this.#bubbles = !!bubbles;
      this.#cancelable = !!cancelable;
      this.#canceled = this.#stopped = this.#stoppedNow = false;
    }

    static {
      inside = {
        __proto__: null,
        is: event => isObject(event) && #type in event,
        typeOf: event => event.#type,
        dispatching: event => event.#dispatching,
        begin: (event, target) => {
          event.#target = event.#current = target;
          event.#phase = 2;
          event.#dispatching = true;
        },
        stopped: event => event.#stoppedNow,
        passive: (event, value) => { event.#passive = value; },
        finish: event => {
          event.#current = null;
          event.#phase = 0;
          event.#stopped = event.#stoppedNow = event.#dispatching = false;
          return !event.#canceled;
        },
      };
    }
  }
  webClass('Event', Event, { __proto__: null, NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 });
  showAs(Event, event => ({
    type: event.type, defaultPrevented: event.defaultPrevented, cancelable: event.cancelable, timeStamp: event.timeStamp,
  }));

  class CustomEvent extends Event {
    #detail;
    constructor(type, options = undefined) {
      required(1, arguments.length, "Failed to construct 'CustomEvent'");
      super(type, options);
      this.#detail = dictionary(options, '').detail ?? null;
    }
    get detail() { return this.#detail; }
    initCustomEvent(type, bubbles = false, cancelable = false, detail = null) {
      if (inside.dispatching(this)) return;
      this.initEvent(type, bubbles, cancelable);
      this.#detail = detail;
    }
  }
  webClass('CustomEvent', CustomEvent);

  const optionsOf = options => {
    if (!isObject(options)) return { __proto__: null, capture: !!options };
    return {
      __proto__: null, capture: !!options.capture, once: !!options.once, passive: !!options.passive, signal: options.signal,
    };
  };

  let listenersOf;
  class EventTarget {
    // By type: a list of listeners, replaced and never changed when one goes.
    #listeners;
    addEventListener(type, callback, options = undefined) {
      required(2, arguments.length, "Failed to execute 'addEventListener' on 'EventTarget'");
      const { capture, once, passive, signal } = optionsOf(options);
      if (signal !== undefined && !env.isAbortSignal(signal)) throw typeError('options.signal', 'an instance of AbortSignal', signal);
      if (callback === null || callback === undefined) return;
      if (!isObject(callback)) throw typeError('listener', 'an instance of EventListener', callback);
      if (signal !== undefined && signal.aborted) return;
      const name = `${type}`;
      const old = listenersOf(this, name);
      const all = list();
      for (let i = 0; i < old.length; i += 1) {
        if (old[i].callback === callback && old[i].capture === capture) return;
        push(all, old[i]);
      }
      push(all, { __proto__: null, callback, capture, once, passive, removed: false });
      this.#listeners ??= new Map();
      MapPrototypeSet(this.#listeners, name, all);
      if (signal !== undefined) env.onAbort(signal, () => this.#remove(name, callback, capture));
    }
    removeEventListener(type, callback, options = undefined) {
      required(2, arguments.length, "Failed to execute 'removeEventListener' on 'EventTarget'");
      this.#remove(`${type}`, callback, optionsOf(options).capture);
    }
    #remove(name, callback, capture) {
      const old = listenersOf(this, name);
      const kept = list();
      for (let i = 0; i < old.length; i += 1) {
        if (old[i].callback === callback && old[i].capture === capture) old[i].removed = true;
        else push(kept, old[i]);
      }
      if (kept.length > 0) MapPrototypeSet(this.#listeners, name, kept);
      else if (old.length > 0) MapPrototypeDelete(this.#listeners, name);
    }
    dispatchEvent(event) {
      required(1, arguments.length, "Failed to execute 'dispatchEvent' on 'EventTarget'");
      if (!inside.is(event)) throw typeError('event', 'an instance of Event', event);
      if (inside.dispatching(event)) throw nodeError(p.Error, 'ERR_EVENT_RECURSION', `The event "${inside.typeOf(event)}" is already being dispatched`);
      const name = inside.typeOf(event);
      inside.begin(event, this);
      const listeners = listenersOf(this, name);
      for (let i = 0; i < listeners.length && !inside.stopped(event); i += 1) {
        const listener = listeners[i];
        if (listener.removed) continue;
        if (listener.once) this.#remove(name, listener.callback, listener.capture);
        inside.passive(event, listener.passive);
        try {
          const { callback } = listener;
          const args = list();
          push(args, event);
          if (typeof callback === 'function') ReflectApply(callback, this, args);
          else {
            const { handleEvent } = callback;
            if (typeof handleEvent !== 'function') throw new TypeError('EventListener.handleEvent is not a function');
            ReflectApply(handleEvent, callback, args);
          }
        } catch (error) {
          env.report(error);
        }
        inside.passive(event, false);
      }
      return inside.finish(event);
    }
    static {
      listenersOf = (target, name) => (target.#listeners === undefined ? undefined : MapPrototypeGet(target.#listeners, name)) ?? list();
    }
  }
  webClass('EventTarget', EventTarget);

  // Adds an attribute like `onabort`, which holds one listener.
  env.handlerAttribute = (Class, type) => {
    const handlers = new p.WeakMap();
    const name = `on${type}`;
    const accessors = {
      get [name]() { return p.WeakMapPrototypeGet(handlers, this)?.handler ?? null; },
      set [name](handler) {
        let entry = p.WeakMapPrototypeGet(handlers, this);
        if (entry === undefined) {
          entry = { __proto__: null, handler: null };
          p.WeakMapPrototypeSet(handlers, this, entry);
          this.addEventListener(type, event => {
            if (entry.handler !== null) { const args = list(); push(args, event); ReflectApply(entry.handler, this, args); }
          });
        }
        entry.handler = isObject(handler) ? handler : null;
      },
    };
    ReflectDefineProperty(Class.prototype, name, env.getDescriptor(accessors, name));
  };

  const dispatchEvent = EventTarget.prototype.dispatchEvent;
  env.fire = (target, event) => { const args = list(); push(args, event); return ReflectApply(dispatchEvent, target, args); };
  env.EventTarget = EventTarget;
  env.Event = Event;
})
