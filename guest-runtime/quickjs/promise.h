/* Promises that only QuickJS and the host settle.
 *
 * JavaScript settles a promise through two functions, which are objects with two
 * properties each. Nobody ever sees those of a call to a tool, or of an async function, so
 * neither gets any.
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

/* Fulfils it or rejects it with data of the host's, which is never asked for a `then`: a
 * program may have put one on `Object.prototype`. */
void codecell_settle_promise(JSContext *ctx, JSValueConst promise, JSValueConst value,
                             bool is_reject)
{
    fulfill_or_reject_promise(ctx, promise, value, is_reject);
}

/* What a resolving function does when it is called the first time (ECMA-262 27.2.1.3.1
 * and 27.2.1.3.2). */
static JSValue promise_end(JSContext *ctx, JSValueConst promise, JSValueConst value,
                           bool is_reject)
{
    JSValue then;

    if (is_reject || !JS_IsObject(value)) {
        fulfill_or_reject_promise(ctx, promise, value, is_reject);
        return JS_UNDEFINED;
    }
    if (js_same_value(ctx, value, promise)) {
        JS_ThrowTypeError(ctx, "promise self resolution");
        then = JS_EXCEPTION;
    } else {
        then = JS_GetProperty(ctx, value, JS_ATOM_then);
    }
    if (JS_IsException(then)) {
        JSValue error = JS_GetException(ctx);
        fulfill_or_reject_promise(ctx, promise, error, true);
        JS_FreeValue(ctx, error);
    } else if (JS_IsFunction(ctx, then)) {
        JSValueConst args[3] = { promise, value, then };
        JS_EnqueueJob(ctx, js_promise_resolve_thenable_job, 3, args);
    } else {
        fulfill_or_reject_promise(ctx, promise, value, false);
    }
    JS_FreeValue(ctx, then);
    return JS_UNDEFINED;
}

