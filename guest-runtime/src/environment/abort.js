// `AbortController` and `AbortSignal`.
(env => {
  'use strict';
  const { EventTarget, Event, domError, fire, handlerAttribute, isObject, iterate, list, native, nodeError, p, push, required, showAs, typeError, webClass } = env;
  const { SymbolIterator, TypeError } = p;

  const token = {};
  let abort;

  class AbortSignal extends EventTarget {
    #aborted = false;
    #reason = undefined;
    // What runs when this signal aborts, before any listener.
    #steps = list();
    constructor(given = undefined) {
      if (given !== token) throw nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
      super();
    }
    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    throwIfAborted() { if (this.#aborted) throw this.#reason; }

    static abort(reason = domError('AbortError', 'This operation was aborted')) {
      const signal = new AbortSignal(token);
      signal.#aborted = true;
      signal.#reason = reason;
      return signal;
    }
    static timeout(milliseconds) {
      required(1, arguments.length, "Failed to execute 'timeout' on 'AbortSignal'");
      const delay = +milliseconds;
      if (!(delay >= 0 && delay <= p.NumberMAX_SAFE_INTEGER)) {
        throw nodeError(p.RangeError, 'ERR_OUT_OF_RANGE', `The value of "delay" is out of range. It must be >= 0 && <= ${p.NumberMAX_SAFE_INTEGER}. Received ${milliseconds}`);
      }
      const signal = new AbortSignal(token);
      native.setTimeout(() => abort(signal, domError('TimeoutError', 'The operation was aborted due to timeout')), delay);
      return signal;
    }
    static any(signals) {
      required(1, arguments.length, "Failed to execute 'any' on 'AbortSignal'");
      const method = isObject(signals) ? signals[SymbolIterator] : undefined;
      if (typeof method !== 'function') throw typeError('signals', 'an instance of Iterable', signals);
      const sources = list();
      iterate(signals, method, source => {
        if (!AbortSignal.#is(source)) throw typeError(`signals[${sources.length}]`, 'an instance of AbortSignal', source);
        push(sources, source);
      });
      const signal = new AbortSignal(token);
      for (let i = 0; i < sources.length; i += 1) {
        if (!sources[i].#aborted) continue;
        signal.#aborted = true;
        signal.#reason = sources[i].#reason;
        return signal;
      }
      for (let i = 0; i < sources.length; i += 1) push(sources[i].#steps, () => abort(signal, sources[i].#reason));
      return signal;
    }

    static #is(value) { return isObject(value) && #aborted in value; }
    static {
      env.isAbortSignal = AbortSignal.#is;
      env.onAbort = (signal, step) => push(signal.#steps, step);
      env.offAbort = (signal, step) => {
        const kept = list();
        for (let i = 0; i < signal.#steps.length; i += 1) if (signal.#steps[i] !== step) push(kept, signal.#steps[i]);
        signal.#steps = kept;
      };
      env.abortReason = signal => (signal.#aborted ? { __proto__: null, reason: signal.#reason } : undefined);
      abort = (signal, reason) => {
        if (signal.#aborted) return;
        signal.#aborted = true;
        signal.#reason = reason;
        const steps = signal.#steps;
        signal.#steps = list();
        for (let i = 0; i < steps.length; i += 1) steps[i]();
        fire(signal, new Event('abort'));
      };
    }
  }
  webClass('AbortSignal', AbortSignal);
  handlerAttribute(AbortSignal, 'abort');
  p.ObjectDefineProperty(AbortSignal.prototype, 'onabort', { __proto__: null, enumerable: true });
  showAs(AbortSignal, signal => ({ aborted: signal.aborted }));

  class AbortController {
    #signal = new AbortSignal(token);
    get signal() { return this.#signal; }
    abort(reason = domError('AbortError', 'This operation was aborted')) { abort(this.#signal, reason); }
  }
  webClass('AbortController', AbortController);
  showAs(AbortController, controller => ({ signal: controller.signal }));

  env.newSignal = () => new AbortSignal(token);
  env.abortSignal = abort;
  env.AbortController = AbortController;
})
