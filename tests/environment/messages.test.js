// Channels of messages and events with members: the same programs here and in Node.
'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { load } = require('./load.js');
const { same } = require('./same.js');

const setup = `
  const wrong = f => { try { return f() } catch (e) { return [e.name, e.message] } };
  const kind = f => { try { return f() } catch (e) { return e.name } };
  const next = port => new Promise(resolve => { port.onmessage = event => resolve(event.data) });
  const pair = () => { const { port1, port2 } = new MessageChannel(); return [port1, port2] };
  const log = [];
`;
const check = sources => async () => { for (const source of sources) await same(source, { setup }); };

test('channels', check([
  'const [a, b] = pair(); const p = next(b); a.postMessage({ x: [1, new Map([[1, 2]])] }); const got = await p; a.close(); return got',
  'const [a, b] = pair(); b.onmessage = e => log.push(e.data); for (let i = 0; i < 5; i++) a.postMessage(i); await new Promise(r => setTimeout(r, 30)); a.close(); return log',
  'const [a, b] = pair(); const buffer = new ArrayBuffer(4); const p = next(b); a.postMessage(buffer, [buffer]); const got = await p; a.close(); return [got.byteLength, buffer.byteLength]',
  'const [a, b] = pair(); const [c, d] = pair(); const p = next(b); a.postMessage({ port: c }, [c]); const { port } = await p; const q = next(d); port.postMessage("through"); const got = await q; a.close(); d.close(); return got',
  'const [a, b] = pair(); const r = kind(() => a.postMessage(() => {})); a.close(); return r', 'const [a, b] = pair(); const r = kind(() => a.postMessage(1, [a])); a.close(); return r', 'return kind(() => new MessagePort())',
  'const [a, b] = pair(); a.close(); await new Promise(r => setTimeout(r, 10)); b.postMessage(1); return "quiet"',
]));

test('events', check([
  'const e = new MessageEvent("x", { data: 1, origin: "o", lastEventId: 5 }); return [e.type, e.data, e.origin, e.lastEventId, e.source, e.ports, e instanceof Event]', 'return new MessageEvent("x").data',
]));

// What Node 20 has not: the members as the standards have them.
test('events that Node has not', () => {
  const { run } = load();
  const show = source => JSON.stringify(run(`(() => { ${source} })()`));
  assert.equal(show('const e = new ErrorEvent("error", { message: 1, filename: "f", lineno: 2.7, colno: -1, error: "why" }); return [e.message, e.filename, e.lineno, e.colno, e.error]'), '["1","f",2,4294967295,"why"]');
  assert.equal(show('const e = new PromiseRejectionEvent("x", { promise: Promise.resolve(), reason: 3 }); return [e.reason, e.promise instanceof Promise]'), '[3,true]');
  assert.equal(show('try { new PromiseRejectionEvent("x") } catch (e) { return e.name }'), '"TypeError"');
  assert.equal(show('const e = new ProgressEvent("x", { lengthComputable: 1, loaded: "3", total: 4.5 }); return [e.lengthComputable, e.loaded, e.total]'), '[true,3,4]');
});

// Node starts a port at the first listener; HTML says that start() or onmessage does.
test('a port waits to be started', async () => {
  const { run } = load();
  const log = await run(`(async () => {
    const { port1, port2 } = new MessageChannel();
    const log = [];
    port2.addEventListener('message', event => log.push(event.data));
    port1.postMessage(1);
    await new Promise(resolve => setTimeout(resolve, 5));
    log.push('start');
    port2.start();
    await new Promise(resolve => setTimeout(resolve, 5));
    return JSON.stringify(log);
  })()`);
  assert.equal(log, '["start",1]');
});

test('FileReader', async () => {
  const { run } = load();
  const read = source => run(`new Promise(resolve => {
    const seen = [];
    const reader = new FileReader();
    for (const type of ['loadstart', 'progress', 'load', 'abort', 'error', 'loadend']) reader['on' + type] = () => {
      seen.push(type);
      if (type === 'loadend') resolve(JSON.stringify([seen, reader.readyState, reader.result, reader.error?.name]));
    };
    ${source}
  })`);
  assert.equal(await read('reader.readAsText(new Blob(["h\u00e9"]))'), '[["loadstart","progress","load","loadend"],2,"h\u00e9",null]');
  assert.equal(await read('reader.readAsDataURL(new Blob(["hi"]))'), '[["loadstart","progress","load","loadend"],2,"data:application/octet-stream;base64,aGk=",null]');
  assert.equal(await read('reader.readAsText(new Blob([new Uint8Array([0xe9])], { type: "text/plain;charset=latin1" }))'), '[["loadstart","progress","load","loadend"],2,"\u00e9",null]');
  assert.equal(await read('reader.readAsText(new Blob(["x"])); reader.abort()'), '[["abort","loadend"],2,null,"AbortError"]');
  assert.equal(run('(() => { const r = new FileReader(); r.readAsText(new Blob()); try { r.readAsText(new Blob()) } catch (e) { return e.name } })()'), 'InvalidStateError');
});
