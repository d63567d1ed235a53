//! The guest's own loop beside the interpreter that it stands in for: QuickJS itself,
//! built for this machine, says what each program must give.

use codecell::{ExecuteErrorKind, ExecuteRequest, Limits};
use codecell_tests::{error_under, execute};
use serde_json::{Value, json};

/// What native QuickJS makes of a program.
fn expected(code: &str) -> Value {
    let runtime = rquickjs::Runtime::new().unwrap();
    runtime.set_max_stack_size(512 * 1024);
    let context = rquickjs::Context::full(&runtime).unwrap();
    let text: String = context.with(|ctx| {
        let code = format!("'use strict'; JSON.stringify(({code})())");
        ctx.eval(code).unwrap()
    });
    serde_json::from_str(&text).unwrap()
}

async fn assert_same(code: &str) {
    let outcome = execute(ExecuteRequest::new(code)).await.outcome;
    assert_eq!(outcome, Ok(expected(code)), "{code}");
}

/// Values at the edges of what an operator treats alike, and how to tell them apart.
const VALUES: &str = r"
    const values = [0, -0, 1, -1, 2, 7, 31, 32, 2147483647, -2147483648, 2147483648, 4294967296, 4294967297.5,
        9007199254740991, 9007199254740992, 1e300, 0.5, -0.5, -7, 5e-324, NaN, Infinity, -Infinity,
        true, false, null, undefined, '', '1', 'a', 'b', {}, [], [3], 10n, -1n, Symbol.iterator, () => 1];
    const tell = value => Object.is(value, -0) ? 'number:-0'
        : typeof value === 'object' ? 'object:' + JSON.stringify(value) : typeof value + ':' + String(value);
    const attempt = f => { try { return tell(f()) } catch (error) { return error.name } };";

#[tokio::test]
async fn operators_give_what_they_give_outside_for_all_pairs_of_kinds() {
    let binary = "+ - * / % & | ^ << >> >>> < <= > >= == != === !== && || ??";
    let code = format!(
        "() => {{ {VALUES}
        const results = {{}};
        for (const operator of '{binary}'.split(' ')) {{
            const forms = [`return a ${{operator}} b`, `if (a ${{operator}} b) return 1; return 2`,
                `let x = a; x = x ${{operator}} b; x = x ${{operator}} b; return x`,
                `const f = () => a ${{operator}} b; return f()`,
                `while (!(a ${{operator}} b)) return 3; return 4`];
            for (const form of forms) {{
                const f = new Function('a', 'b', '\"use strict\"; ' + form);
                results[form] = values.map(a => values.map(b => attempt(() => f(a, b))).join()).join(';');
            }}
        }}
        return results }}"
    );
    assert_same(&code).await;
}

#[tokio::test]
async fn operators_on_one_value_and_assignments_give_what_they_give_outside() {
    let code = format!(
        "() => {{ {VALUES}
        const forms = ['return -a', 'return +a', 'return ~a', 'return !a', 'return typeof a', 'return a?.x',
            'let x = a; x++; return x', 'let x = a; ++x; return x', 'let x = a; return x--', 'let x = a; --x; return x',
            'let x = 1; x += a; x += a; return x', 'let x = a; x += 1; return x', 'const o = {{ x: a }}; o.x++; return o.x',
            'const o = [a]; o[0] -= 1; return o[0]', 'let x = a; x ??= 5; return x', 'if (a) return 1; return 2',
            'return a ? 1 : 2', 'let n = 0; for (let i = a; i < 3 && n < 5; i++) n++; return n',
            'return a === undefined', 'return a === null', 'return a == null', 'return a.length', 'return a[0]', 'return a.x'];
        return forms.map(form => {{
            const f = new Function('a', '\"use strict\"; ' + form);
            return [form, ...values.map(a => attempt(() => f(a)))];
        }}) }}"
    );
    assert_same(&code).await;
}

#[tokio::test]
async fn remainders_of_large_whole_numbers_are_exact() {
    let code = "() => {
        let x = 1, sum = 0;
        for (let i = 0; i < 2000; i++) { x = x * 48271 % 2147483647; sum = (sum * 31 + x) % 9007199254740881 }
        return [x, sum, 9007199254740991 % 4503599627370497, 9007199254740992 % 3, -9007199254740991 % 7,
            4294967296 % 4294967296, 5.5 % 2, 2 ** 60 % 1000, Object.is(-4294967296 % 4294967296, -0)]
    }";
    assert_same(code).await;
}

#[tokio::test]
async fn calls_of_every_shape_pass_and_return_what_they_should() {
    let code = "() => {
        const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2);
        const none = function () { };
        const few = (a, b, c) => [a, b, c];
        const many = (a, b, c, d, e, f) => a + b + c + d + e + f;
        const rest = (...all) => all.length;
        const given = (a, b = 5) => a + b;
        function own() { return [arguments.length, ...arguments] }
        const locals = n => { const a = n, b = a + 1, c = b + 1, d = c + 1, e = d + 1, f = e + 1, g = f + 1, h = g + 1, i = h + 1, j = i + 1;
            return [a, b, c, d, e, f, g, h, i, j] };
        const eight = n => { let a = {}, b = [a], c = 'x' + n, d = b, e = d, f = a, g = n, h = () => 1; return [c, g, d === b, e[0] === f, h()] };
        const counter = () => { let n = 0; return { up: by => n += by, read() { return n } } };
        const shadow = x => { for (let i = 0; i < 3; i++) { const y = () => x + i; x = y() } return x };
        const that = { n: 4, self() { return this }, inner() { return this.self().n } };
        class A { #x = 1; constructor(y) { this.y = y } get both() { return this.#x + this.y } static make(y) { return new this(y) } plus(o) { return A.make(this.y + o.y) } }
        class B extends A { constructor(y) { super(y * 2) } get both() { return super.both + 100 } }
        const even = n => n === 0 ? true : odd(n - 1), odd = n => n === 0 ? false : even(n - 1);
        const curry = a => b => c => d => a + b + c + d;
        const c = counter(); c.up(2); c.up(3);
        return [fib(15), none(), few(1), few(1, 2, 3, 4, 5), many(1, 2, 3, 4, 5, 6), many(1, 2), rest(), rest(1, 2, 3, 4, 5, 6, 7), given(1),
            given(1, 2, 3), own(), own(1, [2]), locals(1), eight(3), c.read(), shadow(1), that.inner(), A.make(2).plus(A.make(5)).both, new B(3).both,
            B.make(4) instanceof B, even(301), curry(1)(2)(3)(4), [3, 1, 2].sort((a, b) => b - a), [1, 2].map(few),
            few.call(null, 1), few.apply(null, [4, 5]), few.bind(null, 9)(8), (() => { try { return 1 } finally { none() } })(),
            [...'letters'].reduce((sum, letter) => sum + letter.charCodeAt(0), 0), JSON.stringify({ toJSON: () => few(7) })]
    }";
    assert_same(code).await;
}

#[tokio::test]
async fn what_is_thrown_anywhere_below_arrives_where_it_is_caught() {
    let code = "() => {
        const log = [];
        const boom = n => { const kept = { n }; if (n === 0) throw new Error('at the bottom'); boom(n - 1); log.push('never') };
        const guard = n => { try { boom(n) } catch (error) { log.push(error.message, n); return 'caught' } finally { log.push('finally') } };
        const early = a => { const x = y + a; const y = 1; return x };
        const missing = o => o.a.b.c;
        const notAFunction = o => o.nothing();
        const between = f => { let r = 'none'; try { r = f() } catch (error) { r = error.name + ': ' + error.message } return r };
        const thrower = { get x() { throw new TypeError('getter') }, toString() { throw new RangeError('text') } };
        const generator = function* (n) { for (let i = 0; i < n; i++) yield between(() => i < 2 ? i : missing({})) };
        return [guard(0), guard(5), between(() => early(1)), between(() => missing({})), between(() => missing(null)), between(() => notAFunction({})),
            between(() => thrower.x), between(() => `${thrower}`), between(() => boom(3)), [...generator(4)],
            between(() => [3, 1, 2].sort(() => { throw new Error('compare') })), between(() => { throw 7 }), log]
    }";
    assert_same(code).await;
}

#[tokio::test]
async fn objects_die_when_their_last_reference_does_and_not_before() {
    let code = "() => {
        const dead = ref => ref.deref() === undefined;
        const fresh = () => { const o = { big: [1] }; return new WeakRef(o) };
        const pass = o => o;
        const drop = o => { o = null; return o };
        const refs = [];
        let o = { name: 1 }; refs.push(new WeakRef(o)); o = { name: 2 };
        const ring = {}; ring.self = ring; refs.push(new WeakRef(ring)); ring.self = null;
        const list = []; list[0] = list; list[0] = 5; list.push(list); list[1] = 1;
        let held = { v: {} }; refs.push(new WeakRef(held.v)); held.v = held; held.v = null; held = null;
        let twice = {}; const both = [twice, twice]; refs.push(new WeakRef(twice)); twice = 0; both[0] = 0; refs.push(new WeakRef(both));
        for (let i = 0; i < 3; i++) { const x = { i }; refs.push(new WeakRef(x)) }
        const w = (a, b) => { const r = new WeakRef(a); a = b; return r }; refs.push(w({}, {}));
        const nested = () => { const a = {}, b = a, c = b; return [new WeakRef(a), pass(pass(c)) === a] };
        const [inner, same] = nested();
        return [dead(fresh()), refs.map(dead), list, drop({}), dead(inner), same, both[1] !== 0, pass({ x: 1 }).x, [[{ y: 2 }]][0][0].y, 'abc'.length, ['a', 'b'].length]
    }";
    assert_same(code).await;
}

#[tokio::test]
async fn properties_are_found_where_they_are() {
    let code = "() => {
        const base = { inherited: 1, hidden: 2, get computed() { return this.own * 2 } };
        const o = Object.create(base); o.own = 5; o.hidden = 3;
        const wide = {}; for (let i = 0; i < 60; i++) wide['key' + i] = i;
        const grand = Object.create(o);
        const frozen = Object.freeze({ a: 1 });
        const proxy = new Proxy({}, { get: (_, name) => name });
        const sparse = [1, , 3]; sparse[5] = 6;
        const bytes = new Uint8Array([1, 2, 300]);
        const attempt = f => { try { return f() } catch (error) { return error.name } };
        const read = (x, i) => x[i];
        const write = (x, i, v) => { x[i] = v; return x };
        function F() {} F.prototype.m = function () { return 'm' };
        const results = [o.inherited, o.hidden, o.computed, grand.own, grand.computed, grand.none === undefined, wide.key0, wide.key59, wide.none === undefined,
            attempt(() => { frozen.a = 2 }), attempt(() => { frozen.b = 2 }), proxy.anything, sparse.length, sparse[1] === undefined, read(sparse, 5), read(sparse, 6) === undefined,
            read(sparse, -1) === undefined, read('text', 1), read({ a: 1 }, 'a'), bytes[2], read(bytes, 3) === undefined, [...write(bytes, 0, 257)],
            write([1, 2], 1, 9), write([1, 2], 3, 9), write({}, 'x', 1), attempt(() => write(Object.freeze([1]), 0, 2)), new F().m(), [].push.name, [1, 2].at(-1),
            attempt(() => write(null, 0, 0)), (() => { const a = [1, 2, 3]; a.length = 1; a[1] = 7; return a })(), 'x'.length, [].length, (x => x.length)({ length: 'l' }) ];
        const { 0: first, 1: second, 9: ninth, length } = [4, 5]; const { 0: a, 1: b } = { 0: 'a', 1: 'b' }; const { 0: letter } = 'text';
        results.push(first, second, ninth === undefined, length, a, b, letter);
        delete o.own; results.push(o.own === undefined, grand.computed !== grand.computed);
        wide.key59 = 'changed'; results.push(wide.key59);
        return results
    }";
    assert_same(code).await;
}

#[tokio::test]
async fn async_functions_settle_in_the_order_and_the_way_they_do_outside() {
    let code = r#"async () => {
        const log = [];
        const note = (name) => (value) => log.push(`${name} ${value?.message ?? value}`);
        const follow = (name, promise) => promise.then(note(name + ' ok'), note(name + ' no'));
        const thenable = (then) => ({ get then() { log.push('get then'); return then } });
        follow('value', (async () => 1)());
        follow('nothing', (async () => {})());
        follow('promise', (async () => Promise.resolve(2))());
        follow('rejected', (async () => Promise.reject(new Error('three')))());
        follow('thrown', (async () => { throw new Error('four') })());
        follow('thrown later', (async () => { await null; throw 5 })());
        follow('thenable', (async () => thenable((ok) => ok(6)))());
        follow('bad thenable', (async () => thenable(() => { throw new Error('seven') }))());
        follow('twice', (async () => thenable((ok, no) => { ok(8); no(9); ok(10) }))());
        follow('no function', (async () => thenable('then'))().then((it) => typeof it));
        follow('bad getter', (async () => ({ get then() { throw new Error('eleven') } }))());
        const own = (async () => { await null; return own })();
        follow('itself', own);
        follow('awaits', (async () => (await thenable((ok) => ok(12))) + (await Promise.resolve(1)))());
        follow('caught', (async () => { try { await Promise.reject(14) } catch (it) { return it + 1 } finally { log.push('finally') } })());
        follow('chain', [1, 2, 3].reduce(async (sum, n) => (await sum) + n, 0));
        follow('generator', (async () => { let all = ''; for await (const n of (async function* () { yield 1; yield Promise.resolve(2) })()) all += n; return all })());
        follow('all', Promise.all([1, (async () => 2)(), Promise.resolve(3)]));
        for (let i = 0; i < 12; i++) await (async () => log.push('tick ' + i))();
        return log;
    }"#;
    let outside = {
        let runtime = rquickjs::Runtime::new().unwrap();
        let context = rquickjs::Context::full(&runtime).unwrap();
        context.with(|ctx| {
            let code = format!("({code})().then(JSON.stringify)");
            let promise: rquickjs::Promise = ctx.eval(code).unwrap();
            promise.finish::<String>().unwrap()
        })
    };
    let outside: Value = serde_json::from_str(&outside).unwrap();
    // The last to settle has.
    assert!(
        outside
            .as_array()
            .unwrap()
            .contains(&json!("generator ok 12")),
        "{outside}"
    );
    assert_eq!(
        execute(ExecuteRequest::new(code)).await.outcome,
        Ok(outside)
    );
}

#[tokio::test]
async fn waiting_in_the_middle_of_calls_keeps_their_variables() {
    let code = "async () => {
        const tick = () => new Promise(resolve => setTimeout(resolve, 1));
        const sum = async (n, kept) => n === 0 ? kept : (await tick(), n + await sum(n - 1, kept + 1));
        const each = async function* (n) { for (let i = 0; i < n; i++) { await tick(); yield i * i } };
        let all = [];
        for await (const square of each(4)) all.push(square);
        const plain = x => { let a = x + 1; a += x; return a };
        return [await sum(5, 100), all, await Promise.all([1, 2, 3].map(async n => plain(await plain(n))))]
    }";
    let outcome = execute(ExecuteRequest::new(code)).await.outcome;
    assert_eq!(outcome, Ok(json!([120, [0, 1, 4, 9], [7, 11, 15]])));
}

#[tokio::test]
async fn endless_recursion_is_a_range_error_in_every_form_of_call() {
    let code = "() => {
        const forms = {
            direct: () => { const f = n => f(n + 1) + 1; f(0) },
            mutual: () => { const f = n => g(n) + 1, g = n => f(n) + 1; f(0) },
            method: () => { const o = { f() { return this.f() + 1 } }; o.f() },
            missing: () => { const f = (a, b, c) => f() + 1; f() },
            captured: () => { const f = n => { const g = () => n; return f(n + 1) + g() }; f(0) },
            callback: () => { const f = n => [n].map(f)[0] + 1; f(0) },
            constructor: () => { class A { constructor() { this.a = new A() } } new A() },
            getter: () => { const o = { get x() { return o.x + 1 } }; o.x },
            guarded: () => { const f = n => { try { return f(n + 1) } finally { n++ } }; f(0) },
        };
        return Object.entries(forms).map(([name, f]) => { try { f(); return name } catch (error) { return name + ' ' + (error instanceof RangeError) } })
    }";
    assert_same(code).await;
    let limits = Limits::default().stack_bytes(1 << 20);
    let outcome = execute(ExecuteRequest::new(code).limits(limits))
        .await
        .outcome;
    assert_eq!(outcome, Ok(expected(code)));
}

#[tokio::test]
async fn limits_stop_each_form_of_endless_loop() {
    for code in [
        "for (;;);",
        "let n = 0; while (true) n = (n + 1) % 7;",
        "const f = n => n; for (;;) f(1)",
        "const f = n => n < 0 ? 0 : f(n - 1) + f(n - 2); f(80)",
        "const o = { n: 0, up() { this.n++ } }; for (;;) o.up()",
        "const f = (a, b) => { try { return f(b, a) } catch { return f(a, b) } }; for (;;) f(1, 2)",
        "const a = [1]; for (;;) a[0] = a[0] ^ 1",
    ] {
        let limits = Limits::default().fuel(20_000_000);
        let (kind, message) = error_under(limits, code).await;
        assert_eq!(kind, ExecuteErrorKind::Fuel, "{code}: {message}");
        let limits = Limits::default().guest_time(std::time::Duration::from_millis(50));
        let (kind, message) = error_under(limits, code).await;
        assert_eq!(kind, ExecuteErrorKind::Timeout, "{code}: {message}");
    }
}
