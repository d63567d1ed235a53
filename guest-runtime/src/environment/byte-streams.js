// The controller of byte streams after the Streams Standard: pull-into descriptors, which
// are the buffers that readers hand in, and the request that a source fills one by.
//
// `env.byteStreams(core)` gets what all streams share and gives what only these have. A
// controller is the record of `streams.js` with `pending`, `request` and `allocate`.
(env => {
  'use strict';
  const { bytesOf, copyBytes, isView, list, nodeError, p, push, typeError, viewBytes, webClass } = env;
  const {
    ArrayBuffer, ArrayBufferPrototypeGetByteLength, MathMin, RangeError, TypedArrayPrototypeGetBuffer: bufferOf,
    TypedArrayPrototypeGetByteLength: byteLengthOf, TypedArrayPrototypeGetByteOffset: byteOffsetOf, TypedArrayPrototypeSet,
    TypeError, Uint8Array,
  } = p;

  env.byteStreams = core => {
    const { canEnqueue, controllerError, count, desired, invalidState, peek, pullIfNeeded, readableClose, shift, token } = core;

    const isDetached = buffer => p.ArrayBufferPrototypeGetDetached !== undefined && p.ArrayBufferPrototypeGetDetached(buffer);
    const transfer = buffer => {
      if (isDetached(buffer)) throw new TypeError('The buffer is detached');
      return p.ArrayBufferPrototypeTransfer(buffer);
    };
    const isByob = reader => reader !== null && reader.byob;
    const waiting = stream => (stream.reader === null ? 0 : count(stream.reader.requests));

    // ---- the queue

    const queueBytes = (controller, bytes) => {
      push(controller.queue.items, { __proto__: null, chunk: bytes, size: byteLengthOf(bytes) });
      controller.total += byteLengthOf(bytes);
    };
    const take = (controller, target, at, wanted) => {
      let done = 0;
      while (done < wanted) {
        const entry = peek(controller.queue);
        const size = MathMin(entry.size, wanted - done);
        TypedArrayPrototypeSet(target, viewBytes(entry.chunk, 0, size), at + done);
        done += size;
        controller.total -= size;
        if (size === entry.size) shift(controller.queue);
        else { entry.chunk = viewBytes(entry.chunk, size); entry.size -= size; }
      }
    };
    const drained = controller => {
      if (controller.total === 0 && controller.closeRequested) {
        controller.pull = controller.cancel = undefined;
        readableClose(controller.stream);
      } else pullIfNeeded(controller);
    };

    // ---- descriptors

    const descriptor = (buffer, offset, length, least, Class, type) => ({
      __proto__: null, buffer, size: ArrayBufferPrototypeGetByteLength(buffer), offset, length, filled: 0, least,
      element: Class === p.DataView ? 1 : Class.BYTES_PER_ELEMENT, Class, type,
    });
    const viewOf = it => new it.Class(it.buffer, it.offset, it.filled / it.element);
    // Whether the descriptor has what its reader wants.
    const fill = (controller, it) => {
      const most = MathMin(controller.total, it.length - it.filled);
      const aligned = it.filled + most - ((it.filled + most) % it.element);
      const ready = aligned >= it.least;
      const wanted = ready ? aligned - it.filled : most;
      take(controller, new Uint8Array(it.buffer), it.offset + it.filled, wanted);
      it.filled += wanted;
      return ready;
    };
    const commit = (stream, it) => {
      const request = shift(stream.reader.requests);
      it.buffer = transfer(it.buffer);
      if (stream.state === 'closed') request.close(it.type === 'byob' ? viewOf(it) : undefined);
      else request.chunk(viewOf(it));
    };
    const invalidate = controller => {
      if (controller.request === null) return;
      forget(controller.request);
      controller.request = null;
    };
    // The descriptors that the queue has filled.
    const filledByQueue = controller => {
      const filled = list();
      while (count(controller.pending) > 0 && controller.total > 0) {
        const first = peek(controller.pending);
        if (!fill(controller, first)) break;
        shift(controller.pending);
        push(filled, first);
      }
      return filled;
    };
    const commitAll = (stream, filled) => { for (let i = 0; i < filled.length; i += 1) commit(stream, filled[i]); };
    // What a reader that has gone had in its buffer.
    const keepDetached = (controller, it) => {
      if (it.filled > 0) queueBytes(controller, copyBytes(new Uint8Array(it.buffer, it.offset, it.filled)));
      shift(controller.pending);
    };

    // ---- reading

    const fillFromQueue = (controller, request) => {
      const entry = shift(controller.queue);
      controller.total -= entry.size;
      drained(controller);
      request.chunk(entry.chunk);
    };
    const read = (controller, request) => {
      if (controller.total > 0) { fillFromQueue(controller, request); return; }
      if (controller.allocate !== undefined) {
        let buffer;
        try { buffer = new ArrayBuffer(controller.allocate); } catch (error) { request.error(error); return; }
        push(controller.pending.items, descriptor(buffer, 0, controller.allocate, 1, Uint8Array, 'default'));
      }
      push(controller.stream.reader.requests.items, request);
      pullIfNeeded(controller);
    };
    const readInto = (controller, view, least, request) => {
      const { stream } = controller;
      const kind = p.TypedArrayPrototypeGetSymbolToStringTag(view);
      const shown = bytesOf(view);
      const offset = byteOffsetOf(shown);
      const length = byteLengthOf(shown);
      const Class = kind === undefined ? p.DataView : p[kind];
      let it;
      try { it = descriptor(transfer(bufferOf(shown)), offset, length, least, Class, 'byob'); } catch (error) { request.error(error); return; }
      stream.disturbed = true;
      if (stream.state === 'errored') { request.error(stream.error); return; }
      if (count(controller.pending) === 0) {
        if (stream.state === 'closed') { request.close(viewOf(it)); return; }
        if (controller.total > 0) {
          if (fill(controller, it)) {
            const filled = viewOf(it);
            drained(controller);
            request.chunk(filled);
            return;
          }
          if (controller.closeRequested) {
            const error = new TypeError('The stream ended within an element of the view');
            controllerError(controller, error);
            request.error(error);
            return;
          }
        }
      }
      push(controller.pending.items, it);
      push(stream.reader.requests.items, request);
      pullIfNeeded(controller);
    };

    // ---- writing

    const enqueue = (controller, bytes) => {
      const { stream } = controller;
      if (!canEnqueue(controller)) return;
      if (count(controller.pending) > 0) {
        const first = peek(controller.pending);
        if (isDetached(first.buffer)) throw new TypeError('The buffer of the request is detached');
        invalidate(controller);
        first.buffer = transfer(first.buffer);
        if (first.type === 'none') keepDetached(controller, first);
      }
      if (stream.reader === null) queueBytes(controller, bytes);
      else if (isByob(stream.reader)) {
        queueBytes(controller, bytes);
        commitAll(stream, filledByQueue(controller));
      } else {
        while (waiting(stream) > 0 && controller.total > 0) fillFromQueue(controller, shift(stream.reader.requests));
        if (waiting(stream) === 0) queueBytes(controller, bytes);
        else {
          if (count(controller.pending) > 0) shift(controller.pending);
          shift(stream.reader.requests).chunk(bytes);
        }
      }
      pullIfNeeded(controller);
    };
    const close = controller => {
      if (!canEnqueue(controller)) return;
      if (controller.total > 0) { controller.closeRequested = true; return; }
      if (count(controller.pending) > 0 && peek(controller.pending).filled % peek(controller.pending).element !== 0) {
        const error = new TypeError('The stream ended within an element of the view');
        controllerError(controller, error);
        throw error;
      }
      controller.pull = controller.cancel = undefined;
      readableClose(controller.stream);
    };
    const clear = controller => {
      invalidate(controller);
      controller.pending = core.queue();
    };
    const release = controller => {
      if (count(controller.pending) === 0) return;
      const first = peek(controller.pending);
      first.type = 'none';
      controller.pending = core.queue();
      push(controller.pending.items, first);
    };

    const responded = (controller, written) => {
      const { stream } = controller;
      const first = peek(controller.pending);
      invalidate(controller);
      if (stream.state === 'closed') {
        if (first.type === 'none') shift(controller.pending);
        if (isByob(stream.reader)) while (waiting(stream) > 0) commit(stream, shift(controller.pending));
      } else {
        first.filled += written;
        if (first.type === 'none') {
          keepDetached(controller, first);
          if (isByob(stream.reader)) commitAll(stream, filledByQueue(controller));
        } else if (first.filled >= first.least) {
          shift(controller.pending);
          const over = first.filled % first.element;
          if (over > 0) {
            const end = first.offset + first.filled;
            queueBytes(controller, copyBytes(new Uint8Array(first.buffer, end - over, over)));
            first.filled -= over;
          }
          const filled = filledByQueue(controller);
          commit(stream, first);
          commitAll(stream, filled);
        }
      }
      pullIfNeeded(controller);
    };

    // Streams of this environment answer what their readers wait for when they close.
    const finish = controller => {
      if (controller.stream.state === 'closed' && count(controller.pending) > 0) responded(controller, 0);
    };

    // ---- the request that a source sees

    let forget;
    let makeRequest;
    class ReadableStreamBYOBRequest {
      #controller;
      #view;
      constructor() {
        if (arguments[0] !== token) throw nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
        this.#controller = arguments[1];
        this.#view = arguments[2];
      }
      get view() { return this.#view; }
      respond(bytesWritten) {
        env.required(1, arguments.length, 'ReadableStreamBYOBRequest.respond');
        const number = +bytesWritten;
        if (!(number >= 0 && number <= p.NumberMAX_SAFE_INTEGER)) throw new TypeError(`The number of bytes must be 0 or more. Received ${env.received(bytesWritten)}`);
        const written = p.MathFloor(number);
        const controller = this.#controller;
        if (controller === undefined) throw invalidState('This BYOB request has been invalidated');
        if (isDetached(bufferOf(this.#view))) throw new TypeError('The buffer of the request is detached');
        const first = peek(controller.pending);
        if (controller.stream.state === 'closed') {
          if (written !== 0) throw new TypeError('A closed stream can be answered with 0 bytes only');
        } else {
          if (written === 0) throw new TypeError('A stream that is not closed must be answered with 1 byte or more');
          if (first.filled + written > first.length) throw new RangeError('More bytes than the view has');
        }
        first.buffer = transfer(first.buffer);
        responded(controller, written);
      }
      respondWithNewView(view) {
        env.required(1, arguments.length, 'ReadableStreamBYOBRequest.respondWithNewView');
        if (!isView(view)) throw typeError('view', 'an instance of Buffer, TypedArray, or DataView', view);
        const controller = this.#controller;
        if (controller === undefined) throw invalidState('This BYOB request has been invalidated');
        const bytes = bytesOf(view);
        const buffer = bufferOf(bytes);
        if (isDetached(buffer)) throw new TypeError('The buffer of the view is detached');
        const length = byteLengthOf(bytes);
        const first = peek(controller.pending);
        if ((controller.stream.state === 'closed') !== (length === 0)) throw new TypeError('A stream is answered with an empty view when it is closed, and only then');
        if (first.offset + first.filled !== byteOffsetOf(bytes)) throw new RangeError('The view must begin where the request does');
        if (first.size !== ArrayBufferPrototypeGetByteLength(buffer)) throw new RangeError('The buffer of the view must be as long as that of the request');
        if (first.filled + length > first.length) throw new RangeError('More bytes than the request has');
        first.buffer = transfer(buffer);
        responded(controller, length);
      }
      static {
        makeRequest = (controller, view) => new ReadableStreamBYOBRequest(token, controller, view);
        forget = request => { request.#controller = undefined; request.#view = null; };
      }
    }
    webClass('ReadableStreamBYOBRequest', ReadableStreamBYOBRequest);

    class ReadableByteStreamController {
      #controller;
      constructor() {
        if (arguments[0] !== token) throw nodeError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
        this.#controller = arguments[1];
      }
      get byobRequest() {
        const controller = this.#controller;
        if (controller.request === null && count(controller.pending) > 0) {
          const { buffer, offset, filled, length } = peek(controller.pending);
          controller.request = makeRequest(controller, new Uint8Array(buffer, offset + filled, length - filled));
        }
        return controller.request;
      }
      get desiredSize() { return desired(this.#controller); }
      close() {
        if (!canEnqueue(this.#controller)) throw invalidState('Controller is already closed');
        close(this.#controller);
      }
      enqueue(chunk) {
        if (!isView(chunk)) throw typeError('buffer', 'an instance of Buffer, TypedArray, or DataView', chunk);
        const bytes = bytesOf(chunk);
        const buffer = bufferOf(bytes);
        if (byteLengthOf(bytes) === 0 || ArrayBufferPrototypeGetByteLength(buffer) === 0) throw invalidState('chunk has no bytes');
        if (!canEnqueue(this.#controller)) throw invalidState('Controller is already closed');
        const offset = byteOffsetOf(bytes);
        const length = byteLengthOf(bytes);
        enqueue(this.#controller, new Uint8Array(transfer(buffer), offset, length));
      }
      error(error = undefined) { controllerError(this.#controller, error); }
    }
    webClass('ReadableByteStreamController', ReadableByteStreamController);

    return {
      __proto__: null, clear, close, enqueue, finish, read, readInto, release,
      makeController: controller => new ReadableByteStreamController(token, controller),
    };
  };
})
