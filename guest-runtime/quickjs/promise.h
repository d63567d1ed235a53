/* Promises of the host's.
 *
 * JavaScript settles a promise through two functions of its own, two objects with two
 * properties each. For a call to a tool nobody but the host would hold them, so the host
 * settles the promise itself. What a tool answers is data: it is never asked for a `then`,
 * which a program could have put on `Object.prototype` (ECMA-262 27.2.1.3.2 would).
 */

/* A promise that is pending. */
JSValue codecell_new_promise(JSContext *ctx)
{
    JSValue promise = JS_NewObjectClass(ctx, JS_CLASS_PROMISE);
    JSPromiseData *s;

    if (JS_IsException(promise))
        return JS_EXCEPTION;
    s = js_mallocz(ctx, sizeof(*s));
    if (!s) {
        JS_FreeValue(ctx, promise);
        return JS_EXCEPTION;
    }
    s->promise_state = JS_PROMISE_PENDING;
    init_list_head(&s->promise_reactions[0]);
    init_list_head(&s->promise_reactions[1]);
    s->promise_result = JS_UNDEFINED;
    JS_SetOpaqueInternal(promise, s);
    return promise;
}

/* Fulfils it, or rejects it; what the program makes of that is left to its jobs. */
void codecell_settle_promise(JSContext *ctx, JSValueConst promise, JSValueConst value,
                             bool is_reject)
{
    fulfill_or_reject_promise(ctx, promise, value, is_reject);
}

