// `ReadableStream`, `WritableStream`, `TransformStream`, their readers, writers,
// controllers and queuing strategies, and the text coder streams.
(env => {
  'use strict';
  const {
    bytesOf, copyBytes, deferred, dictionary, ignore, isObject, isTypedArray, isView, list, nodeError, p, push, showAs, then, toArray, typeError, webClass,
  } = env;
  const {
    NumberIsNaN, ObjectSetPrototypeOf, PromiseReject, PromiseResolve, RangeError, ReflectApply, SymbolAsyncIterator, SymbolIterator,
    TypedArrayPrototypeGetByteLength, TypeError,
  } = p;

  const token = {};
  const illegal = given => { if (given !== token) throw nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor'); };
  const invalidState = message => nodeError(TypeError, 'ERR_INVALID_STATE', `Invalid state: ${message}`);
  const handled = promise => { then(promise, ignore, ignore); return promise; };
  const rejected = error => handled(PromiseReject(error));
  const args = (...items) => items;

  // Calls what a program gave; the outcome is always a promise.
  const called = (f, thisArg, ...given) => {
    if (f === undefined) return PromiseResolve(undefined);
    try { return PromiseResolve(ReflectApply(f, thisArg, given)); } catch (error) { return PromiseReject(error); }
  };

  // First in, first out.
  const queue = () => ({ __proto__: null, items: list(), head: 0 });
  const count = q => q.items.length - q.head;
  const peek = q => q.items[q.head];
  const shift = q => {
    const item = q.items[q.head];
    q.items[q.head] = undefined;
    q.head += 1;
    if (q.head > 64 && q.head * 2 > q.items.length) {
      const rest = list();
      for (let i = q.head; i < q.items.length; i += 1) push(rest, q.items[i]);
      q.items = rest;
      q.head = 0;
    }
    return item;
  };

  const highWaterMark = (strategy, fallback) => {
    if (strategy.highWaterMark === undefined) return fallback;
    const mark = +strategy.highWaterMark;
    if (NumberIsNaN(mark) || mark < 0) throw nodeError(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'strategy.highWaterMark' is invalid. Received ${mark}`);
    return mark;
  };
  const sizeOf = strategy => {
    const { size } = strategy;
    if (size === undefined) return () => 1;
    if (typeof size !== 'function') throw typeError('strategy.size', 'of type function', size);
    return chunk => size(chunk);
  };
  // Read once, before the source or sink is looked at.
  const strategyOf = (given, where) => {
    const { highWaterMark: mark, size } = dictionary(given, where);
    const read = { __proto__: null, highWaterMark: mark === undefined ? undefined : +mark, size };
    sizeOf(read);
    return read;
  };
  const methodOf = (object, name) => {
    const method = object[name];
    if (method !== undefined && typeof method !== 'function') throw typeError(name, 'of type function', method);
    return method;
  };

  // ---- Readable: streams, readers and controllers are records; the classes hold them.

  const result = (value, done) => ({ value, done });

  const newReadable = () => ({ __proto__: null, state: 'readable', error: undefined, reader: null, disturbed: false, controller: null, object: null });

  const readableClose = stream => {
    stream.state = 'closed';
    const { reader } = stream;
    if (reader === null) return;
    reader.closed.resolve(undefined);
    // Readers of bytes get their buffers back with the answer to them.
    if (!reader.byob) finishRequests(reader);
  };
  const finishRequests = reader => {
    const { requests } = reader;
    reader.requests = queue();
    while (count(requests) > 0) shift(requests).close();
  };
  const readableError = (stream, error) => {
    if (stream.state !== 'readable') return;
    stream.state = 'errored';
    stream.error = error;
    const { reader } = stream;
    if (reader === null) return;
    handled(reader.closed.promise);
    reader.closed.reject(error);
    const { requests } = reader;
    reader.requests = queue();
    while (count(requests) > 0) shift(requests).error(error);
  };
  const readableCancel = (stream, reason) => {
    stream.disturbed = true;
    if (stream.state === 'closed') return PromiseResolve(undefined);
    if (stream.state === 'errored') return PromiseReject(stream.error);
    const { reader } = stream;
    readableClose(stream);
    if (reader !== null) finishRequests(reader);
    const { controller } = stream;
    if (controller.bytes) bytes.clear(controller);
    controller.queue = queue();
    controller.total = 0;
    const { cancel } = controller;
    controller.pull = controller.cancel = undefined;
    return then(called(cancel, controller.source, reason), ignore);
  };

  const canEnqueue = controller => !controller.closeRequested && controller.stream.state === 'readable';
  const desired = controller => {
    const { state } = controller.stream;
    return state === 'errored' ? null : state === 'closed' ? 0 : controller.mark - controller.total;
  };
  const pullIfNeeded = controller => {
    const { reader } = controller.stream;
    if (!controller.started || !canEnqueue(controller)) return;
    if (!((reader !== null && count(reader.requests) > 0) || desired(controller) > 0)) return;
    if (controller.pulling) { controller.pullAgain = true; return; }
    controller.pulling = true;
    then(called(controller.pull, controller.source, controller.object), () => {
      controller.pulling = false;
      if (controller.pullAgain) { controller.pullAgain = false; pullIfNeeded(controller); }
    }, error => controllerError(controller, error));
  };
  const controllerError = (controller, error) => {
    if (controller.stream.state !== 'readable') return;
    if (controller.bytes) bytes.clear(controller);
    controller.queue = queue();
    controller.total = 0;
    controller.pull = controller.cancel = undefined;
    readableError(controller.stream, error);
  };
  const controllerClose = controller => {
    if (!canEnqueue(controller)) return;
    if (controller.bytes) { bytes.close(controller); bytes.finish(controller); return; }
    controller.closeRequested = true;
    if (count(controller.queue) > 0) return;
    controller.pull = controller.cancel = undefined;
    readableClose(controller.stream);
  };
  const enqueue = (controller, chunk) => {
    if (controller.bytes) { bytes.enqueue(controller, chunk); return; }
    if (!canEnqueue(controller)) return;
    const { reader } = controller.stream;
    if (reader !== null && count(reader.requests) > 0) shift(reader.requests).chunk(chunk);
    else {
      let size;
      try {
        size = +controller.size(chunk);
        if (!(size >= 0 && size !== Infinity)) throw nodeError(RangeError, 'ERR_INVALID_ARG_VALUE', `The argument 'size' is invalid. Received ${size}`);
      } catch (error) { controllerError(controller, error); throw error; }
      push(controller.queue.items, { __proto__: null, chunk, size });
      controller.total += size;
    }
    pullIfNeeded(controller);
  };

  // Gives a read request what lies in the queue.
  const readQueued = (controller, request) => {
    const entry = shift(controller.queue);
    controller.total = p.MathMax(controller.total - entry.size, 0);
    if (controller.closeRequested && count(controller.queue) === 0) {
      controller.pull = controller.cancel = undefined;
      readableClose(controller.stream);
    } else pullIfNeeded(controller);
    request.chunk(entry.chunk);
  };

  // Reads once. The request has `chunk`, `close` and `error`, one of which is called.
  const read = (reader, request) => {
    const { stream } = reader;
    stream.disturbed = true;
    if (stream.state === 'errored') { request.error(stream.error); return; }
    if (stream.state === 'closed') { request.close(); return; }
    const { controller } = stream;
    if (controller.bytes) bytes.read(controller, request);
    else if (count(controller.queue) > 0) readQueued(controller, request);
    else { push(reader.requests.items, request); pullIfNeeded(controller); }
  };
  const readPromise = (reader, view, least) => {
    if (reader.stream === null) return rejected(invalidState('The reader is not attached to a stream'));
    const made = deferred();
    const request = {
      __proto__: null,
      chunk: value => made.resolve(result(value, false)),
      close: value => made.resolve(result(value, true)),
      error: made.reject,
    };
    if (view === undefined) read(reader, request);
    else bytes.readInto(reader.stream.controller, view, least, request);
    return made.promise;
  };

  const lock = (stream, byob = false) => {
    if (stream.reader !== null) throw invalidState('ReadableStream is locked');
    const reader = { __proto__: null, stream, byob, requests: queue(), closed: deferred(), object: null };
    stream.reader = reader;
    if (stream.state === 'closed') reader.closed.resolve(undefined);
    else if (stream.state === 'errored') { handled(reader.closed.promise); reader.closed.reject(stream.error); }
    return reader;
  };
  const unlock = reader => {
    const { stream } = reader;
    if (stream === null) return;
    const error = invalidState('Reader released');
    if (stream.state !== 'readable') reader.closed = deferred();
    handled(reader.closed.promise);
    reader.closed.reject(error);
    if (stream.controller.bytes) bytes.release(stream.controller);
    stream.reader = null;
    reader.stream = null;
    const { requests } = reader;
    reader.requests = queue();
    while (count(requests) > 0) shift(requests).error(error);
  };

  // Sets up the controller of a stream; `source` has start, pull and cancel.
  const control = (stream, source, steps, mark, size, isBytes) => {
    const controller = {
      __proto__: null, stream, source, queue: queue(), total: 0, mark, size, bytes: isBytes, started: false, pulling: false, pullAgain: false,
      closeRequested: false, pull: steps.pull, cancel: steps.cancel, object: null,
      pending: queue(), request: null, allocate: steps.allocate,
    };
    stream.controller = controller;
    controller.object = isBytes ? bytes.makeController(controller) : new ReadableStreamDefaultController(token, controller);
    const started = steps.start === undefined ? undefined : ReflectApply(steps.start, source, args(controller.object));
    then(PromiseResolve(started), () => { controller.started = true; pullIfNeeded(controller); }, error => controllerError(controller, error));
    return controller;
  };
  // A stream of this environment's own. `pull` gets the record of the controller.
  const makeReadable = (steps, mark = 1, isBytes = false) => {
    const object = new ReadableStream(token);
    const stream = recordOf(object);
    const controller = control(stream, undefined, { __proto__: null, pull: steps.pull && (() => steps.pull(controller)), cancel: steps.cancel }, mark, () => 1, isBytes);
    return object;
  };

  class ReadableStreamDefaultController {
    #controller;
    constructor(given, controller) { illegal(given); this.#controller = controller; }
    get desiredSize() { return desired(this.#controller); }
    close() {
      if (!canEnqueue(this.#controller)) throw invalidState('Controller is already closed');
      controllerClose(this.#controller);
    }
    enqueue(chunk = undefined) {
      if (!canEnqueue(this.#controller)) throw invalidState('Controller is already closed');
      enqueue(this.#controller, chunk);
    }
    error(error = undefined) { controllerError(this.#controller, error); }
  }
  webClass('ReadableStreamDefaultController', ReadableStreamDefaultController);

  const bytes = env.byteStreams({
    __proto__: null, canEnqueue, controllerError, count, desired, invalidState, peek, pullIfNeeded, queue, readableClose, shift, token,
  });

  class ReadableStreamDefaultReader {
    #reader;
    constructor(stream) {
      if (!isReadable(stream)) throw typeError('stream', 'an instance of ReadableStream', stream);
      this.#reader = lock(recordOf(stream));
    }
    read() { return readPromise(this.#reader, undefined); }
    releaseLock() { unlock(this.#reader); }
    get closed() { return this.#reader.closed.promise; }
    cancel(reason = undefined) {
      if (this.#reader.stream === null) return rejected(invalidState('The reader is not attached to a stream'));
      return readableCancel(this.#reader.stream, reason);
    }
  }
  webClass('ReadableStreamDefaultReader', ReadableStreamDefaultReader);

  class ReadableStreamBYOBReader {
    #reader;
    constructor(stream) {
      if (!isReadable(stream)) throw typeError('stream', 'an instance of ReadableStream', stream);
      if (!recordOf(stream).controller.bytes) throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', "The argument 'reader' must be a byte stream. Received a stream without a byte controller");
      this.#reader = lock(recordOf(stream), true);
    }
    read(view, options = undefined) {
      if (!isView(view)) return rejected(typeError('view', 'an instance of Buffer, TypedArray, or DataView', view));
      let least = 1;
      try {
        const { min } = dictionary(options, "Failed to execute 'read'");
        if (min !== undefined) least = p.MathTrunc(+min);
      } catch (error) { return rejected(error); }
      const size = TypedArrayPrototypeGetByteLength(bytesOf(view));
      if (size === 0) return rejected(invalidState('View or Viewed ArrayBuffer is zero-length or detached'));
      if (!(least > 0)) return rejected(nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'options.min' is invalid. Received ${env.inspect(least)}`));
      const element = isTypedArray(view) ? view.BYTES_PER_ELEMENT : 1;
      if (least * element > size) return rejected(nodeError(RangeError, 'ERR_OUT_OF_RANGE', `The value of "options.min" is out of range. It must be <= ${size / element}. Received ${least}`));
      return readPromise(this.#reader, view, least * element);
    }
    releaseLock() { unlock(this.#reader); }
    get closed() { return this.#reader.closed.promise; }
    cancel(reason = undefined) {
      if (this.#reader.stream === null) return rejected(invalidState('The reader is not attached to a stream'));
      return readableCancel(this.#reader.stream, reason);
    }
  }
  webClass('ReadableStreamBYOBReader', ReadableStreamBYOBReader);

  // An async iterator over a reader.
  class ReadableStreamAsyncIterator {
    #reader;
    #keep;
    #done = false;
    // Calls wait for one another.
    #last = PromiseResolve(undefined);
    constructor(reader, keep) { this.#reader = reader; this.#keep = keep; }
    next() {
      const step = () => {
        if (this.#done) return PromiseResolve(result(undefined, true));
        const made = deferred();
        const finish = () => { this.#done = true; unlock(this.#reader); };
        read(this.#reader, {
          __proto__: null,
          chunk: value => made.resolve(result(value, false)),
          close: () => { finish(); made.resolve(result(undefined, true)); },
          error: error => { finish(); made.reject(error); },
        });
        return made.promise;
      };
      this.#last = then(this.#last, step, step);
      return this.#last;
    }
    return(value) {
      const step = () => {
        if (this.#done) return result(value, true);
        this.#done = true;
        const { stream } = this.#reader;
        const canceled = this.#keep ? PromiseResolve(undefined) : readableCancel(stream, value);
        unlock(this.#reader);
        return then(canceled, () => result(value, true));
      };
      this.#last = then(this.#last, step, step);
      return this.#last;
    }
  }
  delete ReadableStreamAsyncIterator.prototype.constructor;
  ObjectSetPrototypeOf(ReadableStreamAsyncIterator.prototype, p.AsyncIteratorPrototype);

  const allocation = source => {
    const { autoAllocateChunkSize: size } = source;
    if (size === undefined) return undefined;
    const whole = p.MathTrunc(+size);
    if (!(whole > 0 && whole <= p.NumberMAX_SAFE_INTEGER)) throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'source.autoAllocateChunkSize' is invalid. Received ${env.inspect(size)}`);
    return whole;
  };

  let recordOf;
  let isReadable;
  class ReadableStream {
    #stream = newReadable();
    constructor(underlyingSource = undefined, strategy = undefined) {
      this.#stream.object = this;
      if (underlyingSource === token) return;
      const source = underlyingSource === undefined ? { __proto__: null } : underlyingSource;
      if (!isObject(source)) throw typeError('source', 'of type object', source);
      const options = strategyOf(strategy, "Failed to construct 'ReadableStream'");
      const isBytes = source.type !== undefined;
      if (isBytes && `${source.type}` !== 'bytes') throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'source.type' is invalid. Received ${env.inspect(source.type)}`);
      if (isBytes && options.size !== undefined) throw nodeError(RangeError, 'ERR_INVALID_ARG_VALUE.RangeError', `The property 'strategy.size' is invalid. Received ${env.inspect(options.size)}`);
      const steps = { __proto__: null, allocate: isBytes ? allocation(source) : undefined, start: methodOf(source, 'start'), pull: methodOf(source, 'pull'), cancel: methodOf(source, 'cancel') };
      control(this.#stream, source, steps, highWaterMark(options, isBytes ? 0 : 1), sizeOf(options), isBytes);
    }
    get locked() { return this.#stream.reader !== null; }
    cancel(reason = undefined) {
      if (this.#stream.reader !== null) return rejected(invalidState('ReadableStream is locked'));
      return readableCancel(this.#stream, reason);
    }
    getReader(options = undefined) {
      const { mode } = dictionary(options, "Failed to execute 'getReader'");
      if (mode === undefined) return new ReadableStreamDefaultReader(this);
      if (`${mode}` !== 'byob') throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', `The property 'options.mode' is invalid. Received ${env.inspect(mode)}`);
      return new ReadableStreamBYOBReader(this);
    }
    pipeThrough(transform, options = undefined) {
      void this.#stream;
      const readable = transform?.readable;
      if (!isReadable(readable)) throw typeError('transform.readable', 'an instance of ReadableStream', readable);
      const writable = transform?.writable;
      if (!isWritable(writable)) throw typeError('transform.writable', 'an instance of WritableStream', writable);
      if (this.#stream.reader !== null) throw invalidState('The ReadableStream is locked');
      if (sinkOf(writable).writer !== null) throw invalidState('The WritableStream is locked');
      handled(pipe(this.#stream, sinkOf(writable), options));
      return readable;
    }
    pipeTo(destination, options = undefined) {
      if (!isReadable(this)) return rejected(nodeError(TypeError, 'ERR_INVALID_THIS', 'Value of "this" must be of type ReadableStream'));
      if (!isWritable(destination)) return rejected(typeError('transform.writable', 'an instance of WritableStream', destination));
      if (this.#stream.reader !== null) return rejected(invalidState('The ReadableStream is locked'));
      if (sinkOf(destination).writer !== null) return rejected(invalidState('The WritableStream is locked'));
      try { return pipe(this.#stream, sinkOf(destination), options); } catch (error) { return rejected(error); }
    }
    tee() { return toArray(tee(this.#stream)); }
    values(options = undefined) {
      const { preventCancel } = dictionary(options, "Failed to execute 'values'");
      return new ReadableStreamAsyncIterator(lock(this.#stream), !!preventCancel);
    }
    static from(iterable) { return fromIterable(iterable); }
    static {
      recordOf = object => object.#stream;
      isReadable = object => isObject(object) && #stream in object;
    }
  }
  env.define(ReadableStream.prototype, SymbolAsyncIterator, ReadableStream.prototype.values);
  webClass('ReadableStream', ReadableStream);
  showAs(ReadableStream, stream => ({ locked: stream.locked, state: recordOf(stream).state, supportsBYOB: recordOf(stream).controller.bytes }));

  const fromIterable = iterable => {
    const asyncMethod = iterable?.[SymbolAsyncIterator];
    const method = asyncMethod ?? iterable?.[SymbolIterator];
    if (typeof method !== 'function') throw nodeError(TypeError, 'ERR_ARG_NOT_ITERABLE', `${env.inspect(iterable)} must be iterable`);
    const iterator = ReflectApply(method, iterable, list());
    const { next } = iterator;
    return makeReadable({
      pull: controller => then(called(next, iterator), step => {
        if (!isObject(step)) throw new TypeError('The iterator result is not an object');
        if (step.done) { controllerClose(controller); return undefined; }
        if (asyncMethod !== undefined && asyncMethod !== null) { enqueue(controller, step.value); return undefined; }
        return then(PromiseResolve(step.value), value => enqueue(controller, value));
      }),
      cancel: reason => { const close = iterator.return; return close === undefined || close === null ? undefined : called(close, iterator, reason); },
    }, 0);
  };

  const tee = stream => {
    const reader = lock(stream);
    let reading = false;
    let again = false;
    const canceled = [false, false];
    const reasons = [undefined, undefined];
    const outcome = deferred();
    const branches = list();
    const each = f => { for (let i = 0; i < 2; i += 1) if (!canceled[i]) f(recordOf(branches[i]).controller, i); };
    const pull = () => {
      if (reading) { again = true; return PromiseResolve(undefined); }
      reading = true;
      read(reader, {
        __proto__: null,
        chunk: chunk => then(PromiseResolve(undefined), () => {
          again = false;
          each((controller, i) => enqueue(controller, stream.controller.bytes && i === 1 ? copyBytes(chunk) : chunk));
          reading = false;
          if (again) pull();
        }),
        close: () => {
          reading = false;
          each(controllerClose);
          if (!canceled[0] || !canceled[1]) outcome.resolve(undefined);
        },
        error: () => { reading = false; },
      });
      return PromiseResolve(undefined);
    };
    const branch = i => makeReadable({
      pull,
      cancel: reason => {
        canceled[i] = true;
        reasons[i] = reason;
        if (canceled[0] && canceled[1]) outcome.resolve(readableCancel(stream, reasons));
        return outcome.promise;
      },
    }, stream.controller.bytes ? 0 : 1, stream.controller.bytes);
    push(branches, branch(0));
    push(branches, branch(1));
    then(reader.closed.promise, ignore, error => {
      each(controller => controllerError(controller, error));
      if (!canceled[0] || !canceled[1]) outcome.resolve(undefined);
    });
    return branches;
  };

  // ---- Writable.

  const newWritable = () => ({
    __proto__: null, state: 'writable', error: undefined, writer: null, controller: null, requests: queue(), inFlight: null, close: null,
    closing: null, abort: null, backpressure: false,
  });
  const closeQueued = stream => stream.close !== null || stream.closing !== null;

  const room = stream => {
    if (stream.state === 'errored' || stream.state === 'erroring') return null;
    return stream.state === 'closed' ? 0 : stream.controller.mark - stream.controller.total;
  };
  const setBackpressure = (stream, value) => {
    const { writer } = stream;
    if (writer !== null && value !== stream.backpressure) {
      if (value) writer.ready = deferred();
      else writer.ready.resolve(undefined);
    }
    stream.backpressure = value;
  };
  const failReady = (writer, error) => {
    if (writer.readyDone) writer.ready = deferred();
    handled(writer.ready.promise);
    writer.ready.reject(error);
    writer.readyDone = true;
  };
  const startErroring = (stream, reason) => {
    stream.state = 'erroring';
    stream.error = reason;
    if (stream.writer !== null) { stream.writer.ready = deferred(); failReady(stream.writer, reason); }
    if (stream.inFlight === null && stream.closing === null && stream.controller.started) finishErroring(stream);
  };
  const finishErroring = stream => {
    stream.state = 'errored';
    const { controller } = stream;
    controller.queue = queue();
    controller.total = 0;
    const { error } = stream;
    while (count(stream.requests) > 0) shift(stream.requests).reject(error);
    const settle = () => {
      if (stream.close !== null) { stream.close.reject(error); stream.close = null; }
      if (stream.writer !== null) { handled(stream.writer.closed.promise); stream.writer.closed.reject(error); }
    };
    const { abort } = stream;
    if (abort === null) { clearSink(controller); settle(); return; }
    stream.abort = null;
    if (abort.wasErroring) { abort.made.reject(error); clearSink(controller); settle(); return; }
    const steps = controller.abort;
    clearSink(controller);
    then(called(steps, controller.sink, abort.reason), () => { abort.made.resolve(undefined); settle(); }, failure => { abort.made.reject(failure); settle(); });
  };
  const clearSink = controller => { controller.write = controller.closeStep = controller.abort = undefined; };
  const writableFailed = (stream, error) => {
    if (stream.state === 'writable') startErroring(stream, error);
    else if (stream.state === 'erroring') finishErroring(stream);
  };
  const failIfNeeded = (controller, error) => { if (controller.stream.state === 'writable') startErroring(controller.stream, error); };

  const advance = controller => {
    const { stream } = controller;
    if (!controller.started || stream.inFlight !== null) return;
    if (stream.state === 'erroring') { finishErroring(stream); return; }
    if (stream.state !== 'writable' || stream.closing !== null) return;
    if (count(controller.queue) === 0) return;
    const entry = peek(controller.queue);
    if (entry.close) {
      stream.closing = stream.close;
      stream.close = null;
      shift(controller.queue);
      const steps = controller.closeStep;
      clearSink(controller);
      then(called(steps, controller.sink), () => {
        stream.closing.resolve(undefined);
        stream.closing = null;
        if (stream.state === 'erroring') {
          stream.error = undefined;
          if (stream.abort !== null) { stream.abort.made.resolve(undefined); stream.abort = null; }
        }
        stream.state = 'closed';
        if (stream.writer !== null) stream.writer.closed.resolve(undefined);
      }, error => {
        stream.closing.reject(error);
        stream.closing = null;
        if (stream.abort !== null) { stream.abort.made.reject(error); stream.abort = null; }
        writableFailed(stream, error);
      });
      return;
    }
    stream.inFlight = shift(stream.requests);
    then(called(controller.write, controller.sink, entry.chunk, controller.object), () => {
      stream.inFlight.resolve(undefined);
      stream.inFlight = null;
      shift(controller.queue);
      controller.total = p.MathMax(controller.total - entry.size, 0);
      if (!closeQueued(stream) && stream.state === 'writable') setBackpressure(stream, room(stream) <= 0);
      advance(controller);
    }, error => {
      if (stream.state === 'writable') clearSink(controller);
      stream.inFlight.reject(error);
      stream.inFlight = null;
      writableFailed(stream, error);
    });
  };

  const write = (writer, chunk) => {
    const { stream } = writer;
    if (stream === null) return rejected(invalidState('Writer is not bound to a WritableStream'));
    const { controller } = stream;
    let size = 1;
    try { size = +controller.size(chunk); if (!(size >= 0 && size !== Infinity)) throw nodeError(RangeError, 'ERR_INVALID_ARG_VALUE', `The argument 'size' is invalid. Received ${size}`); } catch (error) { failIfNeeded(controller, error); }
    if (stream !== writer.stream) return rejected(invalidState('Mismatched WritableStreams'));
    if (stream.state === 'errored') return rejected(stream.error);
    if (closeQueued(stream) || stream.state === 'closed') return rejected(invalidState('WritableStream is closed'));
    if (stream.state === 'erroring') return rejected(stream.error);
    const made = deferred();
    push(stream.requests.items, made);
    push(controller.queue.items, { __proto__: null, chunk, size, close: false });
    controller.total += size;
    if (!closeQueued(stream) && stream.state === 'writable') setBackpressure(stream, room(stream) <= 0);
    advance(controller);
    return made.promise;
  };
  const closeWritable = stream => {
    if (stream.state === 'closed' || stream.state === 'errored') return rejected(invalidState('WritableStream is closed'));
    if (closeQueued(stream)) return rejected(invalidState('Failure closing WritableStream'));
    const made = deferred();
    stream.close = made;
    if (stream.writer !== null && stream.backpressure && stream.state === 'writable') stream.writer.ready.resolve(undefined);
    push(stream.controller.queue.items, { __proto__: null, size: 0, close: true });
    advance(stream.controller);
    return made.promise;
  };
  const abortWritable = (stream, reason) => {
    if (stream.state === 'closed' || stream.state === 'errored') return PromiseResolve(undefined);
    env.abortSignal(stream.controller.signal, reason);
    if (stream.state === 'closed' || stream.state === 'errored') return PromiseResolve(undefined);
    if (stream.abort !== null) return stream.abort.made.promise;
    const wasErroring = stream.state === 'erroring';
    stream.abort = { __proto__: null, made: deferred(), reason: wasErroring ? undefined : reason, wasErroring };
    const { promise } = stream.abort.made;
    if (!wasErroring) startErroring(stream, reason);
    return promise;
  };

  const controlSink = (stream, sink, steps, mark, size) => {
    const controller = {
      __proto__: null, stream, sink, queue: queue(), total: 0, mark, size, started: false, write: steps.write, closeStep: steps.close, abort: steps.abort,
      signal: env.newSignal(), object: null,
    };
    stream.controller = controller;
    controller.object = new WritableStreamDefaultController(token, controller);
    setBackpressure(stream, room(stream) <= 0);
    const started = steps.start === undefined ? undefined : ReflectApply(steps.start, sink, args(controller.object));
    then(PromiseResolve(started), () => { controller.started = true; advance(controller); }, error => { controller.started = true; writableFailed(stream, error); });
    return controller;
  };

  class WritableStreamDefaultController {
    #controller;
    constructor(given, controller) { illegal(given); this.#controller = controller; }
    get signal() { return this.#controller.signal; }
    error(error = undefined) { failIfNeeded(this.#controller, error); }
  }
  webClass('WritableStreamDefaultController', WritableStreamDefaultController);

  const lockSink = stream => {
    if (stream.writer !== null) throw invalidState('WritableStream is locked');
    const writer = { __proto__: null, stream, ready: deferred(), closed: deferred(), readyDone: false };
    stream.writer = writer;
    if (stream.state === 'writable') { if (closeQueued(stream) || !stream.backpressure) writer.ready.resolve(undefined); }
    else if (stream.state === 'closed') { writer.ready.resolve(undefined); writer.closed.resolve(undefined); }
    else {
      failReady(writer, stream.error);
      if (stream.state === 'errored') { handled(writer.closed.promise); writer.closed.reject(stream.error); }
    }
    return writer;
  };
  const unlockSink = writer => {
    const { stream } = writer;
    if (stream === null) return;
    const error = invalidState('Writer has been released');
    writer.ready = deferred();
    failReady(writer, error);
    if (stream.state === 'closed' || stream.state === 'errored') writer.closed = deferred();
    handled(writer.closed.promise);
    writer.closed.reject(error);
    stream.writer = null;
    writer.stream = null;
  };

  class WritableStreamDefaultWriter {
    #writer;
    constructor(stream) {
      if (!isWritable(stream)) throw typeError('stream', 'an instance of WritableStream', stream);
      this.#writer = lockSink(sinkOf(stream));
    }
    get closed() { return this.#writer.closed.promise; }
    get ready() { return this.#writer.ready.promise; }
    get desiredSize() {
      if (this.#writer.stream === null) throw invalidState('Writer is not bound to a WritableStream');
      return room(this.#writer.stream);
    }
    abort(reason = undefined) {
      if (this.#writer.stream === null) return rejected(invalidState('Writer is not bound to a WritableStream'));
      return abortWritable(this.#writer.stream, reason);
    }
    close() {
      const { stream } = this.#writer;
      if (stream === null) return rejected(invalidState('Writer is not bound to a WritableStream'));
      return closeWritable(stream);
    }
    write(chunk = undefined) { return write(this.#writer, chunk); }
    releaseLock() { unlockSink(this.#writer); }
  }
  webClass('WritableStreamDefaultWriter', WritableStreamDefaultWriter);

  let sinkOf;
  let isWritable;
  class WritableStream {
    #stream = newWritable();
    constructor(underlyingSink = undefined, strategy = undefined) {
      if (underlyingSink === token) return;
      const sink = underlyingSink === undefined ? { __proto__: null } : underlyingSink;
      if (!isObject(sink)) throw typeError('sink', 'of type object', sink);
      const options = strategyOf(strategy, "Failed to construct 'WritableStream'");
      if (sink.type !== undefined) throw nodeError(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'sink.type' is invalid. Received ${env.inspect(sink.type)}`);
      const steps = { __proto__: null, start: methodOf(sink, 'start'), write: methodOf(sink, 'write'), close: methodOf(sink, 'close'), abort: methodOf(sink, 'abort') };
      controlSink(this.#stream, sink, steps, highWaterMark(options, 1), sizeOf(options));
    }
    get locked() { return this.#stream.writer !== null; }
    abort(reason = undefined) {
      if (this.#stream.writer !== null) return rejected(invalidState('WritableStream is locked'));
      return abortWritable(this.#stream, reason);
    }
    close() {
      if (this.#stream.writer !== null) return rejected(invalidState('WritableStream is locked'));
      return closeWritable(this.#stream);
    }
    getWriter() { return new WritableStreamDefaultWriter(this); }
    static {
      sinkOf = object => object.#stream;
      isWritable = object => isObject(object) && #stream in object;
    }
  }
  webClass('WritableStream', WritableStream);
  showAs(WritableStream, stream => ({ locked: stream.locked, state: sinkOf(stream).state }));

  // ---- Piping.

  const pipe = (source, target, given) => {
    const options = dictionary(given, "Failed to execute 'pipeTo'");
    const preventAbort = !!options.preventAbort;
    const preventCancel = !!options.preventCancel;
    const preventClose = !!options.preventClose;
    const { signal } = options;
    if (signal !== undefined && !env.isAbortSignal(signal)) throw typeError('options.signal', 'an instance of AbortSignal', signal);
    const reader = lock(source);
    const writer = lockSink(target);
    source.disturbed = true;
    const made = deferred();
    let shuttingDown = false;
    let lastWrite = PromiseResolve(undefined);

    const finish = (failed, error) => {
      if (signal !== undefined) env.offAbort(signal, aborted);
      unlockSink(writer);
      unlock(reader);
      if (failed) made.reject(error);
      else made.resolve(undefined);
    };
    // Waits for what is being written, acts, and ends the pipe.
    const shutdown = (action, failed, error) => {
      if (shuttingDown) return;
      shuttingDown = true;
      const act = () => {
        if (action === undefined) { finish(failed, error); return; }
        then(action(), () => finish(failed, error), failure => finish(true, failure));
      };
      if (target.state === 'writable' && !closeQueued(target)) then(lastWrite, act, act);
      else act();
    };
    const aborted = () => {
      const { reason } = env.abortReason(signal);
      shutdown(() => {
        const first = !preventAbort && target.state === 'writable' ? abortWritable(target, reason) : PromiseResolve(undefined);
        const second = !preventCancel && source.state === 'readable' ? readableCancel(source, reason) : PromiseResolve(undefined);
        return then(handled(first), () => second, failure => then(second, () => { throw failure; }, () => { throw failure; }));
      }, true, reason);
    };
    if (signal !== undefined) {
      if (env.abortReason(signal) !== undefined) { aborted(); return made.promise; }
      env.onAbort(signal, aborted);
    }
    const sourceFailed = error => shutdown(preventAbort ? undefined : () => abortWritable(target, error), true, error);
    const targetFailed = error => shutdown(preventCancel ? undefined : () => readableCancel(source, error), true, error);
    const sourceClosed = () => shutdown(preventClose ? undefined : () => (closeQueued(target) || target.state === 'closed' ? PromiseResolve(undefined) : closeWritable(target)), false);
    then(reader.closed.promise, () => {
      // The reads in the queue come first: the last one ends the loop.
    }, error => { if (!shuttingDown) sourceFailed(error); });
    then(writer.closed.promise, ignore, error => { if (!shuttingDown) targetFailed(error); });
    if (closeQueued(target) || target.state === 'closed') {
      targetFailed(invalidState('Destination WritableStream is closed'));
      return made.promise;
    }
    const loop = () => {
      if (shuttingDown) return;
      then(writer.ready.promise, () => {
        if (shuttingDown) return;
        read(reader, {
          __proto__: null,
          chunk: chunk => {
            lastWrite = handled(write(writer, chunk));
            then(PromiseResolve(undefined), loop);
          },
          close: sourceClosed,
          error: sourceFailed,
        });
      }, ignore);
    };
    loop();
    return made.promise;
  };

  // ---- Transform.

  // A transform of this environment's own, or the record behind the class. `steps`
  // has start, transform, flush and cancel; each may return a promise.
  const makeTransform = (steps, writeMark, writeSize, readMark, readSize, started) => {
    const transform = { __proto__: null, readable: new ReadableStream(token), writable: new WritableStream(token), backpressure: true, change: deferred() };
    const source = recordOf(transform.readable);
    const sink = sinkOf(transform.writable);
    let { transform: step, flush, cancel } = steps;
    const clear = () => { step = flush = cancel = undefined; };
    const setChange = value => {
      transform.change.resolve(undefined);
      transform.change = deferred();
      transform.backpressure = value;
    };
    const unblock = () => { if (transform.backpressure) setChange(false); };
    const errorWrite = error => { clear(); failIfNeeded(sink.controller, error); unblock(); };
    transform.fail = error => { controllerError(source.controller, error); errorWrite(error); };
    transform.enqueue = chunk => {
      if (!canEnqueue(source.controller)) throw invalidState('Unable to enqueue');
      try { enqueue(source.controller, chunk); } catch (error) { errorWrite(error); throw source.error; }
      const full = !(desired(source.controller) > 0) && !(source.reader !== null && count(source.reader.requests) > 0);
      if (full !== transform.backpressure) setChange(true);
    };
    transform.terminate = () => {
      controllerClose(source.controller);
      errorWrite(invalidState('TransformStream terminated'));
    };
    transform.desired = () => desired(source.controller);
    const perform = chunk => then(called(step, undefined, chunk), ignore, error => { transform.fail(error); throw error; });
    controlSink(sink, undefined, {
      __proto__: null,
      start: () => started.promise,
      write: chunk => {
        if (!transform.backpressure) return perform(chunk);
        return then(transform.change.promise, () => {
          if (sink.state === 'erroring') throw sink.error;
          return perform(chunk);
        });
      },
      close: () => {
        const finish = flush;
        const ended = called(finish, undefined);
        clear();
        return then(ended, () => {
          if (source.state === 'errored') throw source.error;
          controllerClose(source.controller);
        }, error => { transform.fail(error); throw source.error; });
      },
      abort: reason => {
        const stop = cancel;
        clear();
        return then(called(stop, undefined, reason), () => controllerError(source.controller, reason), error => { controllerError(source.controller, error); throw error; });
      },
    }, writeMark, writeSize);
    control(source, undefined, {
      __proto__: null,
      start: () => started.promise,
      pull: () => { setChange(false); return transform.change.promise; },
      cancel: reason => {
        const stop = cancel;
        clear();
        return then(called(stop, undefined, reason), () => { failIfNeeded(sink.controller, reason); unblock(); }, error => { failIfNeeded(sink.controller, error); unblock(); throw error; });
      },
    }, readMark, readSize, false);
    return transform;
  };
  const one = () => 1;
  const simpleTransform = (step, flush) => {
    const started = deferred();
    started.resolve(undefined);
    const transform = makeTransform({
      __proto__: null, transform: chunk => step(chunk, transform.enqueue), flush: flush && (() => flush(transform.enqueue)), cancel: undefined,
    }, 1, one, 0, one, started);
    return transform;
  };

  class TransformStreamDefaultController {
    #transform;
    constructor(given, transform) { illegal(given); this.#transform = transform; }
    get desiredSize() { return this.#transform.desired(); }
    enqueue(chunk = undefined) { this.#transform.enqueue(chunk); }
    error(reason = undefined) { this.#transform.fail(reason); }
    terminate() { this.#transform.terminate(); }
  }
  webClass('TransformStreamDefaultController', TransformStreamDefaultController);

  let pressureIn;
  class TransformStream {
    #transform;
    constructor(transformer = undefined, writableStrategy = undefined, readableStrategy = undefined) {
      const given = transformer === undefined || transformer === null ? { __proto__: null } : transformer;
      if (!isObject(given)) throw typeError('transformer', 'of type object', given);
      for (let i = 0; i < 2; i += 1) {
        const name = i === 0 ? 'readableType' : 'writableType';
        if (given[name] !== undefined) throw nodeError(RangeError, 'ERR_INVALID_ARG_VALUE', `The property 'transformer.${name}' is invalid. Received ${env.inspect(given[name])}`);
      }
      const start = methodOf(given, 'start');
      const step = methodOf(given, 'transform');
      const flush = methodOf(given, 'flush');
      const cancel = methodOf(given, 'cancel');
      const write = dictionary(writableStrategy, "Failed to construct 'TransformStream'");
      const readOptions = dictionary(readableStrategy, "Failed to construct 'TransformStream'");
      const started = deferred();
      let controller;
      const transform = makeTransform({
        __proto__: null,
        transform: chunk => (step === undefined ? transform.enqueue(chunk) : ReflectApply(step, given, args(chunk, controller))),
        flush: flush && (() => ReflectApply(flush, given, args(controller))),
        cancel: cancel && (reason => ReflectApply(cancel, given, args(reason))),
      }, highWaterMark(write, 1), sizeOf(write), highWaterMark(readOptions, 0), sizeOf(readOptions), started);
      this.#transform = transform;
      controller = new TransformStreamDefaultController(token, transform);
      started.resolve(start === undefined ? undefined : ReflectApply(start, given, args(controller)));
    }
    get readable() { return this.#transform.readable; }
    get writable() { return this.#transform.writable; }
    static { pressureIn = object => object.#transform.backpressure; }
  }
  webClass('TransformStream', TransformStream);
  showAs(TransformStream, stream => ({ readable: stream.readable, writable: stream.writable, backpressure: pressureIn(stream) }));

  // ---- Strategies and the streams that are made of these.

  const strategyClass = (name, size) => {
    const Class = { [name]: class {
      #mark;
      constructor(init) {
        if (!isObject(init)) throw typeError('init', 'of type object', init);
        if (init.highWaterMark === undefined) throw nodeError(TypeError, 'ERR_MISSING_OPTION', 'options.highWaterMark is required');
        this.#mark = +init.highWaterMark;
      }
      get highWaterMark() { return this.#mark; }
      get size() { return size; }
    } }[name];
    webClass(name, Class);
    showAs(Class, strategy => ({ highWaterMark: strategy.highWaterMark }));
  };
  strategyClass('CountQueuingStrategy', { size() { return 1; } }.size);
  strategyClass('ByteLengthQueuingStrategy', { size(chunk) { return chunk.byteLength; } }.size);

  // A class with `readable` and `writable` over a transform.
  env.transformClass = (name, start, getters = {}, length = 0) => {
    const Class = { [name]: class {
      #transform;
      #extra;
      constructor(...given) {
        this.#extra = { __proto__: null };
        const steps = start(given, this.#extra);
        this.#transform = simpleTransform(steps.step, steps.flush);
      }
      get readable() { return this.#transform.readable; }
      get writable() { return this.#transform.writable; }
      static extra(object) { return object.#extra; }
    } }[name];
    const { extra } = Class;
    delete Class.extra;
    for (const key of p.ReflectOwnKeys(getters)) {
      p.ReflectDefineProperty(Class.prototype, key, env.getDescriptor({ get [key]() { return getters[key](extra(this)); } }, key));
    }
    p.ReflectDefineProperty(Class, 'length', { __proto__: null, value: length, configurable: true });
    webClass(name, Class);
    showAs(Class, object => ({ readable: object.readable, writable: object.writable }));
    return Class;
  };
  env.transformClass('TextEncoderStream', () => {
    let high = '';
    return {
      __proto__: null,
      step(chunk, out) {
        let text = high + `${chunk}`;
        high = '';
        const last = text.length > 0 ? p.StringPrototypeCharCodeAt(text, text.length - 1) : 0;
        if (last >= 0xd800 && last < 0xdc00) { high = text[text.length - 1]; text = p.StringPrototypeSlice(text, 0, -1); }
        if (text !== '') out(env.utf8Encode(env.toUSVString(text)));
      },
      flush(out) { if (high !== '') out(env.utf8Encode('\ufffd')); },
    };
  }, { encoding: () => 'utf-8' });
  const decode = env.uncurry(env.TextDecoder.prototype.decode);
  env.transformClass('TextDecoderStream', (given, extra) => {
    const decoder = new env.TextDecoder(given[0], given[1]);
    extra.decoder = decoder;
    return {
      __proto__: null,
      step(chunk, out) { const text = decode(decoder, chunk, { __proto__: null, stream: true }); if (text !== '') out(text); },
      flush(out) { const text = decode(decoder); if (text !== '') out(text); },
    };
  }, { encoding: extra => extra.decoder.encoding, fatal: extra => extra.decoder.fatal, ignoreBOM: extra => extra.decoder.ignoreBOM });

  // For the bodies: a stream over bytes, and all the bytes of a stream.
  env.ReadableStream = ReadableStream;
  env.isReadableStream = value => isObject(value) && isReadable(value);
  env.streamState = object => recordOf(object);
  env.teeStream = object => tee(recordOf(object));
  env.streamOf = (...chunks) => {
    let at = 0;
    return makeReadable({ pull: controller => {
      if (at < chunks.length && TypedArrayPrototypeGetByteLength(chunks[at]) > 0) enqueue(controller, copyBytes(chunks[at]));
      at += 1;
      if (at >= chunks.length) controllerClose(controller);
    } }, 0, true);
  };
  env.readAll = object => {
    const made = deferred();
    let reader;
    try { reader = lock(recordOf(object)); } catch (error) { return rejected(error); }
    const parts = list();
    const next = () => read(reader, {
      __proto__: null,
      chunk: chunk => {
        const bytes = isObject(chunk) && p.ArrayBufferIsView(chunk) && p.TypedArrayPrototypeGetSymbolToStringTag(chunk) === 'Uint8Array' ? chunk : undefined;
        if (bytes === undefined) { made.reject(new TypeError('Received non-Uint8Array chunk')); unlock(reader); return; }
        push(parts, bytes);
        then(PromiseResolve(undefined), next);
      },
      close: () => made.resolve(env.concatBytes(parts)),
      error: made.reject,
    });
    next();
    return made.promise;
  };
})
