/* The hot loop: a second, small interpreter for the opcodes that programs spend
 * their time in.
 *
 * QuickJS interprets in one function of 250 opcodes. Cranelift keeps nothing in
 * registers across it: some hundred calls in it clobber them all, so the program
 * counter and the stack pointer go through memory with every opcode. `hot_run`
 * makes no call and has one loop, so both stay in registers.
 *
 * An opcode here does its whole work or none: before it changes anything it knows
 * that nothing will throw, call, allocate or free. Otherwise the loop ends in front
 * of that opcode and QuickJS's own code does it. What an opcode means is therefore
 * QuickJS's alone, and a case may be left out here at any time. A return may have
 * ended some values of its frame before it finds one that has to be freed; those are
 * undefined then, and `hot_call` ends the rest.
 *
 * This file is included into quickjs.c in front of its interpreter, see
 * xtask/src/quickjs.rs. */

/* Why the loop has ended. */
typedef enum {
    /* At an opcode that is not for it. */
    HOT_LEFT,
    /* At a call. */
    HOT_CALLS,
    /* At a return. */
    HOT_RETURNS,
} HotEnd;

/* One call of a bytecode function, as far as the loop needs to know it. */
typedef struct HotFrame {
    JSValue *arg_buf;
    JSValue *var_buf;
    JSVarRef **var_refs;
    JSValue *cpool;
    JSContext *ctx;
    JSStackFrame *sf;
    JSValueConst this_obj;
    /* Where and why the loop has left it. */
    uint8_t *pc;
    JSValue *sp;
    HotEnd end;
    /* The length of the call where it is, the number of its arguments and of the values
     * below them that end with it; of a return, the number of values that end. */
    int size;
    int argc;
    int below;
    /* What is returned, or `this` of what is called. */
    JSValue value;
    /* The frame that the loop itself has begun this one from. */
    struct HotFrame *caller;
    /* The lowest address of this frame and its values; NULL where the loop is to begin
     * no other frame. */
    char *bottom;
} HotFrame;

/* A call that can be handed to `js_call_whole`. */
typedef struct HotCall {
    HotFrame frame; /* must come first */
    JSStackFrame sf;
    JSValue *local_buf;
    JSValueConst new_target;
    JSValueConst *argv;
    int argc;
    bool thrown;
} HotCall;

/* Local variables of a function whose frame the loop makes itself, at most. */
#define HOT_VARS 8
/* Arguments of a call whose frame it also ends. */
#define HOT_ARGS 4

/* Loops of a few rounds, which clang would unroll. */
#define HOT_ROLLED _Pragma("clang loop unroll(disable) vectorize(disable)")

/* Two addresses or numbers in one. */
#define HOT_PAIR(high, low) ((uint64_t)(uintptr_t)(high) << 32 | (uint32_t)(uintptr_t)(low))
#define HOT_HIGH(pair) ((uintptr_t)((pair) >> 32))
#define HOT_LOW(pair) ((uintptr_t)(uint32_t)(pair))

#define HOT_INLINE inline __attribute__((always_inline))

static inline void hot_enter(HotFrame *f, JSContext *ctx, JSStackFrame *sf, JSFunctionBytecode *b,
                             JSVarRef **var_refs, JSValueConst this_obj)
{
    f->arg_buf = sf->arg_buf;
    f->var_buf = sf->var_buf;
    f->var_refs = var_refs;
    f->cpool = b->cpool;
    f->ctx = ctx;
    f->sf = sf;
    f->this_obj = this_obj;
    f->caller = NULL;
    f->bottom = NULL;
}

/* Whether a value can be dropped without freeing anything. */
static HOT_INLINE bool hot_droppable(JSValueConst v)
{
    return !JS_VALUE_HAS_REF_COUNT(v) ||
        ((JSRefCountHeader *)JS_VALUE_GET_PTR(v))->ref_count > 1;
}

/* Drops what is droppable. */
static HOT_INLINE void hot_drop(JSValueConst v)
{
    if (JS_VALUE_HAS_REF_COUNT(v))
        ((JSRefCountHeader *)JS_VALUE_GET_PTR(v))->ref_count--;
}

static HOT_INLINE bool hot_number(JSValueConst v, double *d)
{
    int tag = JS_VALUE_GET_TAG(v);
    if (tag == JS_TAG_INT) {
        *d = JS_VALUE_GET_INT(v);
        return true;
    }
    *d = JS_VALUE_GET_FLOAT64(v);
    return JS_TAG_IS_FLOAT64(tag);
}

typedef enum { HOT_FOUND, HOT_ABSENT, HOT_UNKNOWN } HotLookup;

/* An object's own property, if it is near the front of its hash chain. */
static HOT_INLINE HotLookup hot_own(JSObject *p, JSAtom atom, uint32_t *index)
{
    JSShape *shape = p->shape;
    uint32_t at = prop_hash_end(shape)[-(intptr_t)(atom & shape->prop_hash_mask) - 1];
    if (!at)
        return HOT_ABSENT;
    if (unlikely(shape->prop[at - 1].atom != atom)) {
        at = shape->prop[at - 1].hash_next;
        if (!at)
            return HOT_ABSENT;
        if (shape->prop[at - 1].atom != atom) {
            at = shape->prop[at - 1].hash_next;
            if (!at)
                return HOT_ABSENT;
            if (shape->prop[at - 1].atom != atom)
                return HOT_UNKNOWN;
        }
    }
    *index = at - 1;
    return HOT_FOUND;
}

/* Whether a name is looked up in the object's shape alone. Elements of arrays are not
 * there; `const { 0: first } = list` names one as a property. */
static HOT_INLINE bool hot_plain(JSObject *p, JSAtom atom)
{
    return !p->is_exotic || (p->class_id == JS_CLASS_ARRAY && !__JS_AtomIsTaggedInt(atom));
}

/* The plain property of an object or of its prototype. */
static HOT_INLINE bool hot_field(JSValueConst obj, JSAtom atom, JSValue *val)
{
    JSObject *p;
    uint32_t at;
    HotLookup lookup;

    if (unlikely(JS_VALUE_GET_TAG(obj) != JS_TAG_OBJECT))
        return false;
    p = JS_VALUE_GET_OBJ(obj);
    lookup = hot_own(p, atom, &at);
    if (lookup == HOT_ABSENT && hot_plain(p, atom)) {
        p = p->shape->proto;
        if (!p) {
            *val = JS_UNDEFINED;
            return true;
        }
        lookup = hot_own(p, atom, &at);
    }
    if (unlikely(lookup != HOT_FOUND) || unlikely(p->shape->prop[at].flags & JS_PROP_TMASK))
        return false;
    *val = p->prop[at].u.value;
    return true;
}

/* The frame that the loop is in. Few opcodes need it, so it is kept in memory:
 * `volatile` tells clang not to carry it around the loop. */
static HotFrame *volatile hot_frame;

/* Runs opcodes up to one that is not for this loop, and returns the frame where that
 * is. A call to a function of the usual kind gets its frame here, below that of the
 * caller; there the stack is free, since nothing is called and this function has
 * nothing on it (the build looks). Whoever goes on with such a frame has to keep its
 * memory first.
 *
 * Program counter and stack pointer are the halves of one number: what is live
 * around the loop is then little enough for the registers that a call preserves,
 * and there is a call on every way around it, when an epoch ends. Both move with
 * one addition. */
__attribute__((export_name("codecell_hot_run")))
no_inline HotFrame *hot_run(HotFrame *from, uint8_t *from_pc, JSValue *from_sp)
{
    uint64_t at = HOT_PAIR(from_pc, from_sp);
    HotEnd end = HOT_LEFT;
    uint8_t *pc;
    JSValue *sp;
    JSValue v, w;
    bool truth;
    double d, e;
    int32_t i, j;

/* Goes on `size` bytes further, with `grown` more values on the stack. */
#define GO(size, grown) do { \
        at += ((uint64_t)(size) << 32) + (int64_t)(grown) * (int64_t)sizeof(JSValue); \
        goto next; } while (0)
#define PUSH(value, size) do { sp[0] = (value); GO(size, 1); } while (0)
#define GET(place, size) do { v = (place); PUSH(js_dup(v), size); } while (0)
#define PUT(place, size) do { JSValue *to = &(place); v = *to; \
        if (unlikely(!hot_droppable(v))) goto leave; \
        *to = sp[-1]; hot_drop(v); GO(size, -1); } while (0)
#define SET(place, size) do { JSValue *to = &(place); v = *to; \
        if (unlikely(!hot_droppable(v))) goto leave; \
        w = sp[-1]; *to = js_dup(w); hot_drop(v); GO(size, 0); } while (0)
#define GET_CHECKED(place, size) do { v = (place); \
        if (unlikely(JS_IsUninitialized(v))) goto leave; \
        PUSH(js_dup(v), size); } while (0)
#define PUT_CHECKED(place, size) do { JSValue *to = &(place); v = *to; \
        if (unlikely(JS_IsUninitialized(v)) || unlikely(!hot_droppable(v))) goto leave; \
        *to = sp[-1]; hot_drop(v); GO(size, -1); } while (0)
#define ARITHMETIC(integer, number) do { v = sp[-2]; w = sp[-1]; \
        if (likely(JS_VALUE_IS_BOTH_INT(v, w))) { \
            i = JS_VALUE_GET_INT(v); j = JS_VALUE_GET_INT(w); v = (integer); \
        } else if (hot_number(v, &d) && hot_number(w, &e)) { \
            v = js_float64(number); \
        } else goto leave; \
        sp[-2] = v; GO(1, -1); } while (0)
#define LOGIC(result) do { v = sp[-2]; w = sp[-1]; \
        if (unlikely(!JS_VALUE_IS_BOTH_INT(v, w))) goto leave; \
        i = JS_VALUE_GET_INT(v); j = JS_VALUE_GET_INT(w); \
        sp[-2] = (result); GO(1, -1); } while (0)
#define COMPARE(operator) do { v = sp[-2]; w = sp[-1]; \
        if (likely(JS_VALUE_IS_BOTH_INT(v, w))) \
            truth = JS_VALUE_GET_INT(v) operator JS_VALUE_GET_INT(w); \
        else if (hot_number(v, &d) && hot_number(w, &e)) truth = d operator e; \
        else goto leave; \
        goto compared; } while (0)
/* Between values that are neither references nor numbers, equality of type and
 * value is equality of the bits. */
#define EQUAL(operator, strict) do { v = sp[-2]; w = sp[-1]; \
        if (likely(JS_VALUE_IS_BOTH_INT(v, w))) \
            truth = JS_VALUE_GET_INT(v) operator JS_VALUE_GET_INT(w); \
        else if (hot_number(v, &d) && hot_number(w, &e)) truth = d operator e; \
        else if (((strict) || JS_VALUE_GET_TAG(v) == JS_VALUE_GET_TAG(w)) && \
                 (unsigned)JS_VALUE_GET_TAG(v) <= JS_TAG_UNDEFINED && \
                 (unsigned)JS_VALUE_GET_TAG(w) <= JS_TAG_UNDEFINED) \
            truth = v operator w; \
        else goto leave; \
        goto compared; } while (0)
#define BRANCH(when, offset, size) do { \
        v = sp[-1]; \
        if (unlikely((unsigned)JS_VALUE_GET_TAG(v) > JS_TAG_UNDEFINED)) goto leave; \
        if ((JS_VALUE_GET_INT(v) != 0) == (when)) GO(1 + (offset), -1); \
        GO(size, -1); } while (0)
#define IS(test) do { v = sp[-1]; \
        if (unlikely(!hot_droppable(v))) goto leave; \
        hot_drop(v); i = JS_VALUE_GET_TAG(v); \
        sp[-1] = js_bool(test); GO(1, 0); } while (0)
/* One more or one less than an integer that has one. */
#define STEP(from, edge, by) do { v = (from); \
        if (unlikely(JS_VALUE_GET_TAG(v) != JS_TAG_INT || JS_VALUE_GET_INT(v) == (edge))) \
            goto leave; \
        v = js_int32(JS_VALUE_GET_INT(v) + (by)); } while (0)

/* Ends a value of a frame that ends; the frame is as good without it. */
#define END(place) do { JSValue *ended = (place); v = *ended; \
        if (unlikely(!hot_droppable(v))) { end = HOT_RETURNS; goto leave; } \
        hot_drop(v); *ended = JS_UNDEFINED; } while (0)

    hot_frame = from;
    for (;;) {
    next:
        pc = (uint8_t *)HOT_HIGH(at);
        sp = (JSValue *)HOT_LOW(at);
        switch (*pc) {
        case OP_push_i32: PUSH(js_int32(get_u32(pc + 1)), 5);
        case OP_push_i16: PUSH(js_int32((int16_t)get_u16(pc + 1)), 3);
        case OP_push_i8: PUSH(js_int32((int8_t)pc[1]), 2);
        case OP_push_minus1:
        case OP_push_0:
        case OP_push_1:
        case OP_push_2:
        case OP_push_3:
        case OP_push_4:
        case OP_push_5:
        case OP_push_6:
        case OP_push_7: PUSH(js_int32((int)*pc - OP_push_0), 1);
        case OP_push_const: GET(hot_frame->cpool[get_u32(pc + 1)], 5);
        case OP_push_const8: GET(hot_frame->cpool[pc[1]], 2);
        case OP_undefined: PUSH(JS_UNDEFINED, 1);
        case OP_null: PUSH(JS_NULL, 1);
        case OP_push_false: PUSH(JS_FALSE, 1);
        case OP_push_true: PUSH(JS_TRUE, 1);
        case OP_push_this:
            if (unlikely(JS_VALUE_GET_TAG(hot_frame->this_obj) != JS_TAG_OBJECT))
                goto leave;
            GET(hot_frame->this_obj, 1);

        case OP_drop:
            if (unlikely(!hot_droppable(sp[-1])))
                goto leave;
            hot_drop(sp[-1]);
            GO(1, -1);
        case OP_nip:
            if (unlikely(!hot_droppable(sp[-2])))
                goto leave;
            hot_drop(sp[-2]);
            sp[-2] = sp[-1];
            GO(1, -1);
        case OP_dup: GET(sp[-1], 1);
        case OP_dup1:
            v = sp[-2];
            sp[0] = sp[-1];
            sp[-1] = js_dup(v);
            GO(1, 1);
        case OP_dup2:
            v = sp[-2];
            w = sp[-1];
            sp[0] = js_dup(v);
            sp[1] = js_dup(w);
            GO(1, 2);
        case OP_insert2:
            v = sp[-1];
            sp[0] = v;
            sp[-1] = sp[-2];
            sp[-2] = js_dup(v);
            GO(1, 1);
        case OP_insert3:
            v = sp[-1];
            sp[0] = v;
            sp[-1] = sp[-2];
            sp[-2] = sp[-3];
            sp[-3] = js_dup(v);
            GO(1, 1);
        case OP_perm3:
            v = sp[-2];
            sp[-2] = sp[-3];
            sp[-3] = v;
            GO(1, 0);
        case OP_rot3l:
            v = sp[-3];
            sp[-3] = sp[-2];
            sp[-2] = sp[-1];
            sp[-1] = v;
            GO(1, 0);
        case OP_rot3r:
            v = sp[-1];
            sp[-1] = sp[-2];
            sp[-2] = sp[-3];
            sp[-3] = v;
            GO(1, 0);
        case OP_swap:
            v = sp[-2];
            sp[-2] = sp[-1];
            sp[-1] = v;
            GO(1, 0);

        case OP_get_loc: GET(hot_frame->var_buf[get_u16(pc + 1)], 3);
        case OP_get_loc8: GET(hot_frame->var_buf[pc[1]], 2);
        case OP_get_loc0: GET(hot_frame->var_buf[0], 1);
        case OP_get_loc1: GET(hot_frame->var_buf[1], 1);
        case OP_get_loc2: GET(hot_frame->var_buf[2], 1);
        case OP_get_loc3: GET(hot_frame->var_buf[3], 1);
        case OP_get_loc0_loc1:
            v = hot_frame->var_buf[0];
            w = hot_frame->var_buf[1];
            sp[0] = js_dup(v);
            sp[1] = js_dup(w);
            GO(1, 2);
        case OP_put_loc: PUT(hot_frame->var_buf[get_u16(pc + 1)], 3);
        case OP_put_loc8: PUT(hot_frame->var_buf[pc[1]], 2);
        case OP_put_loc0: PUT(hot_frame->var_buf[0], 1);
        case OP_put_loc1: PUT(hot_frame->var_buf[1], 1);
        case OP_put_loc2: PUT(hot_frame->var_buf[2], 1);
        case OP_put_loc3: PUT(hot_frame->var_buf[3], 1);
        case OP_set_loc: SET(hot_frame->var_buf[get_u16(pc + 1)], 3);
        case OP_set_loc8: SET(hot_frame->var_buf[pc[1]], 2);
        case OP_set_loc0: SET(hot_frame->var_buf[0], 1);
        case OP_set_loc1: SET(hot_frame->var_buf[1], 1);
        case OP_set_loc2: SET(hot_frame->var_buf[2], 1);
        case OP_set_loc3: SET(hot_frame->var_buf[3], 1);
        case OP_get_arg: GET(hot_frame->arg_buf[get_u16(pc + 1)], 3);
        case OP_get_arg0: GET(hot_frame->arg_buf[0], 1);
        case OP_get_arg1: GET(hot_frame->arg_buf[1], 1);
        case OP_get_arg2: GET(hot_frame->arg_buf[2], 1);
        case OP_get_arg3: GET(hot_frame->arg_buf[3], 1);
        case OP_put_arg0: PUT(hot_frame->arg_buf[0], 1);
        case OP_put_arg1: PUT(hot_frame->arg_buf[1], 1);
        case OP_put_arg2: PUT(hot_frame->arg_buf[2], 1);
        case OP_get_var_ref: GET(*hot_frame->var_refs[get_u16(pc + 1)]->pvalue, 3);
        case OP_get_var_ref0: GET(*hot_frame->var_refs[0]->pvalue, 1);
        case OP_get_var_ref1: GET(*hot_frame->var_refs[1]->pvalue, 1);
        case OP_get_var_ref2: GET(*hot_frame->var_refs[2]->pvalue, 1);
        case OP_get_var_ref3: GET(*hot_frame->var_refs[3]->pvalue, 1);
        case OP_put_var_ref: PUT(*hot_frame->var_refs[get_u16(pc + 1)]->pvalue, 3);
        case OP_put_var_ref0: PUT(*hot_frame->var_refs[0]->pvalue, 1);
        case OP_put_var_ref1: PUT(*hot_frame->var_refs[1]->pvalue, 1);
        case OP_put_var_ref2: PUT(*hot_frame->var_refs[2]->pvalue, 1);
        case OP_put_var_ref3: PUT(*hot_frame->var_refs[3]->pvalue, 1);
        case OP_set_var_ref: SET(*hot_frame->var_refs[get_u16(pc + 1)]->pvalue, 3);
        case OP_set_var_ref0: SET(*hot_frame->var_refs[0]->pvalue, 1);
        case OP_set_var_ref1: SET(*hot_frame->var_refs[1]->pvalue, 1);
        case OP_set_var_ref2: SET(*hot_frame->var_refs[2]->pvalue, 1);
        case OP_set_var_ref3: SET(*hot_frame->var_refs[3]->pvalue, 1);
        case OP_get_var_ref_check: GET_CHECKED(*hot_frame->var_refs[get_u16(pc + 1)]->pvalue, 3);
        case OP_put_var_ref_check: PUT_CHECKED(*hot_frame->var_refs[get_u16(pc + 1)]->pvalue, 3);
        case OP_get_loc_check: GET_CHECKED(hot_frame->var_buf[get_u16(pc + 1)], 3);
        case OP_put_loc_check: PUT_CHECKED(hot_frame->var_buf[get_u16(pc + 1)], 3);
        case OP_set_loc_uninitialized: {
            JSValue *to = &hot_frame->var_buf[get_u16(pc + 1)];
            v = *to;
            if (unlikely(!hot_droppable(v)))
                goto leave;
            *to = JS_UNINITIALIZED;
            hot_drop(v);
            GO(3, 0);
        }

        case OP_goto: GO(1 + (int32_t)get_u32(pc + 1), 0);
        case OP_goto16: GO(1 + (int16_t)get_u16(pc + 1), 0);
        case OP_goto8: GO(1 + (int8_t)pc[1], 0);
        case OP_if_true: BRANCH(true, (int32_t)get_u32(pc + 1), 5);
        case OP_if_false: BRANCH(false, (int32_t)get_u32(pc + 1), 5);
        case OP_if_true8: BRANCH(true, (int8_t)pc[1], 2);
        case OP_if_false8: BRANCH(false, (int8_t)pc[1], 2);

        case OP_lt: COMPARE(<);
        case OP_lte: COMPARE(<=);
        case OP_gt: COMPARE(>);
        case OP_gte: COMPARE(>=);
        case OP_eq: EQUAL(==, false);
        case OP_neq: EQUAL(!=, false);
        case OP_strict_eq: EQUAL(==, true);
        case OP_strict_neq: EQUAL(!=, true);
        compared:
            /* What follows is a branch nearly always, and needs no boolean. */
            if (likely(pc[1] == OP_if_false8)) {
                i = truth ? 3 : 2 + (int8_t)pc[2];
                GO(i, -2);
            }
            sp[-2] = js_bool(truth);
            GO(1, -1);
        case OP_lnot:
            v = sp[-1];
            if (unlikely((unsigned)JS_VALUE_GET_TAG(v) > JS_TAG_UNDEFINED))
                goto leave;
            sp[-1] = js_bool(JS_VALUE_GET_INT(v) == 0);
            GO(1, 0);
        case OP_is_undefined_or_null: IS(i == JS_TAG_UNDEFINED || i == JS_TAG_NULL);
        case OP_is_undefined: IS(i == JS_TAG_UNDEFINED);
        case OP_is_null: IS(i == JS_TAG_NULL);

        case OP_add: ARITHMETIC(js_int64((int64_t)i + j), d + e);
        case OP_sub: ARITHMETIC(js_int64((int64_t)i - j), d - e);
        /* 0 times a negative number is -0, which is no integer. */
        case OP_mul:
            ARITHMETIC((int64_t)i * j == 0 && (i | j) < 0 ?
                       js_float64(-0.0) : js_int64((int64_t)i * j), d * e);
        case OP_div: ARITHMETIC(js_number((double)i / (double)j), d / e);
        case OP_mod: {
            int64_t k, l;
            v = sp[-2];
            w = sp[-1];
            if (likely(JS_VALUE_IS_BOTH_INT(v, w))) {
                i = JS_VALUE_GET_INT(v);
                j = JS_VALUE_GET_INT(w);
                if (unlikely(i < 0 || j <= 0))
                    goto leave;
                sp[-2] = js_int32(i % j);
                GO(1, -1);
            }
            /* Of whole numbers that are larger; the C library goes bit by bit. */
            if (!hot_number(v, &d) || !hot_number(w, &e))
                goto leave;
            if (!(d > 0 && d < 0x1p53 && e > 0 && e < 0x1p53))
                goto leave;
            k = (int64_t)d;
            l = (int64_t)e;
            if ((double)k != d || (double)l != e)
                goto leave;
            sp[-2] = js_int64(k % l);
            GO(1, -1);
        }
        case OP_and: LOGIC(js_int32(i & j));
        case OP_or: LOGIC(js_int32(i | j));
        case OP_xor: LOGIC(js_int32(i ^ j));
        case OP_shl: LOGIC(js_int32((uint32_t)i << (j & 31)));
        case OP_sar: LOGIC(js_int32(i >> (j & 31)));
        case OP_shr: LOGIC(js_uint32((uint32_t)i >> (j & 31)));
        case OP_not:
            v = sp[-1];
            if (unlikely(JS_VALUE_GET_TAG(v) != JS_TAG_INT))
                goto leave;
            sp[-1] = js_int32(~JS_VALUE_GET_INT(v));
            GO(1, 0);
        case OP_inc: STEP(sp[-1], INT32_MAX, 1); sp[-1] = v; GO(1, 0);
        case OP_dec: STEP(sp[-1], INT32_MIN, -1); sp[-1] = v; GO(1, 0);
        case OP_post_inc: STEP(sp[-1], INT32_MAX, 1); sp[0] = v; GO(1, 1);
        case OP_post_dec: STEP(sp[-1], INT32_MIN, -1); sp[0] = v; GO(1, 1);
        case OP_inc_loc:
            STEP(hot_frame->var_buf[pc[1]], INT32_MAX, 1);
            hot_frame->var_buf[pc[1]] = v;
            GO(2, 0);
        case OP_dec_loc:
            STEP(hot_frame->var_buf[pc[1]], INT32_MIN, -1);
            hot_frame->var_buf[pc[1]] = v;
            GO(2, 0);
        case OP_add_loc:
            v = hot_frame->var_buf[pc[1]];
            w = sp[-1];
            if (likely(JS_VALUE_IS_BOTH_INT(v, w)))
                v = js_int64((int64_t)JS_VALUE_GET_INT(v) + JS_VALUE_GET_INT(w));
            else if (hot_number(v, &d) && hot_number(w, &e))
                v = js_float64(d + e);
            else
                goto leave;
            hot_frame->var_buf[pc[1]] = v;
            GO(2, -1);

        case OP_get_field:
            w = sp[-1];
            if (unlikely(!hot_droppable(w)) || !hot_field(w, get_u32(pc + 1), &v))
                goto leave;
            sp[-1] = js_dup(v);
            hot_drop(w);
            GO(5, 0);
        case OP_get_field2:
            if (!hot_field(sp[-1], get_u32(pc + 1), &v))
                goto leave;
            PUSH(js_dup(v), 5);
        case OP_get_length:
            w = sp[-1];
            if (unlikely(!hot_droppable(w)))
                goto leave;
            if (JS_VALUE_GET_TAG(w) == JS_TAG_STRING)
                v = js_int32(JS_VALUE_GET_STRING(w)->len);
            else if (!hot_field(w, JS_ATOM_length, &v))
                goto leave;
            sp[-1] = js_dup(v);
            hot_drop(w);
            GO(1, 0);
        case OP_put_field: {
            JSObject *p;
            uint32_t index;
            w = sp[-2];
            if (unlikely(JS_VALUE_GET_TAG(w) != JS_TAG_OBJECT) || unlikely(!hot_droppable(w)))
                goto leave;
            p = JS_VALUE_GET_OBJ(w);
            if (unlikely(hot_own(p, get_u32(pc + 1), &index) != HOT_FOUND))
                goto leave;
            if (unlikely((p->shape->prop[index].flags &
                          (JS_PROP_TMASK | JS_PROP_WRITABLE | JS_PROP_LENGTH)) != JS_PROP_WRITABLE))
                goto leave;
            v = p->prop[index].u.value;
            /* Two references to one object would need a count of three. */
            if (unlikely(!hot_droppable(v)) || unlikely(v == w))
                goto leave;
            p->prop[index].u.value = sp[-1];
            hot_drop(v);
            hot_drop(w);
            GO(5, -2);
        }
        case OP_get_array_el: {
            JSObject *p;
            uint32_t index;
            v = sp[-2];
            w = sp[-1];
            if (unlikely(JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT) ||
                unlikely(JS_VALUE_GET_TAG(w) != JS_TAG_INT) || unlikely(!hot_droppable(v)))
                goto leave;
            p = JS_VALUE_GET_OBJ(v);
            index = JS_VALUE_GET_INT(w);
            if (likely(p->class_id == JS_CLASS_ARRAY)) {
                if (unlikely(index >= p->u.array.count))
                    goto leave;
                w = p->u.array.u.values[index];
                sp[-2] = js_dup(w);
            } else if (p->class_id == JS_CLASS_UINT8_ARRAY) {
                if (unlikely(index >= p->u.array.count))
                    goto leave;
                sp[-2] = js_int32(p->u.array.u.uint8_ptr[index]);
            } else
                goto leave;
            hot_drop(v);
            GO(1, -1);
        }
        case OP_put_array_el: {
            JSObject *p;
            uint32_t index;
            v = sp[-3];
            w = sp[-2];
            if (unlikely(JS_VALUE_GET_TAG(v) != JS_TAG_OBJECT) ||
                unlikely(JS_VALUE_GET_TAG(w) != JS_TAG_INT) || unlikely(!hot_droppable(v)))
                goto leave;
            p = JS_VALUE_GET_OBJ(v);
            index = JS_VALUE_GET_INT(w);
            if (unlikely(p->class_id != JS_CLASS_ARRAY || index >= p->u.array.count))
                goto leave;
            w = p->u.array.u.values[index];
            if (unlikely(!hot_droppable(w)) || unlikely(v == w))
                goto leave;
            p->u.array.u.values[index] = sp[-1];
            hot_drop(w);
            hot_drop(v);
            GO(1, -3);
        }
        case OP_call0:
        case OP_call1:
        case OP_call2:
        case OP_call3:
            i = *pc - OP_call0;
            hot_frame->below = 1;
            hot_frame->size = 1;
            v = JS_UNDEFINED;
            goto call;
        case OP_call:
            i = get_u16(pc + 1);
            hot_frame->below = 1;
            hot_frame->size = 3;
            v = JS_UNDEFINED;
            goto call;
        case OP_call_method:
            i = get_u16(pc + 1);
            hot_frame->below = 2;
            hot_frame->size = 3;
            v = sp[-i - 2];
        call: {
            JSObject *p;
            JSFunctionBytecode *b;
            HotCall *call;
            JSRuntime *rt;
            hot_frame->argc = i;
            hot_frame->value = v;
            w = sp[-i - 1];
            if (unlikely(JS_VALUE_GET_TAG(w) != JS_TAG_OBJECT) || unlikely(!hot_frame->bottom))
                goto leave_call;
            p = JS_VALUE_GET_OBJ(w);
            if (p->class_id != JS_CLASS_BYTECODE_FUNCTION)
                goto leave_call;
            b = p->u.func.function_bytecode;
            /* What is rare is left to `hot_call`: arguments that are missing, variables
             * that closures share, a stack that is used up. */
            if (i < b->arg_count || i > HOT_ARGS || b->var_count > HOT_VARS || b->var_ref_count)
                goto leave_call;
            call = (HotCall *)(((uintptr_t)hot_frame->bottom - sizeof(*call) -
                                (b->var_count + b->stack_size) * sizeof(JSValue)) & ~(uintptr_t)15);
            rt = hot_frame->ctx->rt;
            if (unlikely((uintptr_t)call < rt->stack_limit))
                goto leave_call;
            hot_frame->pc = pc;
            hot_frame->sp = sp;
            hot_frame->sf->cur_pc = pc + hot_frame->size;
            call->new_target = JS_UNDEFINED;
            call->argc = i;
            call->argv = vc(sp - i);
            call->sf.arg_buf = sp - i;
            call->sf.arg_count = i;
            call->local_buf = sp = (JSValue *)(call + 1);
            call->sf.var_buf = sp;
            switch (b->var_count) {
            case 8: sp[7] = JS_UNDEFINED; /* fall through */
            case 7: sp[6] = JS_UNDEFINED; /* fall through */
            case 6: sp[5] = JS_UNDEFINED; /* fall through */
            case 5: sp[4] = JS_UNDEFINED; /* fall through */
            case 4: sp[3] = JS_UNDEFINED; /* fall through */
            case 3: sp[2] = JS_UNDEFINED; /* fall through */
            case 2: sp[1] = JS_UNDEFINED; /* fall through */
            case 1: sp[0] = JS_UNDEFINED; /* fall through */
            }
            sp += b->var_count;
            call->sf.var_refs = NULL;
            call->sf.var_ref_count = 0;
            call->sf.is_strict_mode = b->is_strict_mode;
            call->sf.cur_func = unsafe_unconst(w);
            call->sf.cur_pc = NULL;
            call->sf.prev_frame = hot_frame->sf;
            rt->current_stack_frame = &call->sf;
            hot_enter(&call->frame, b->realm, &call->sf, b, p->u.func.var_refs, v);
            call->frame.caller = hot_frame;
            call->frame.bottom = (char *)call;
            hot_frame = &call->frame;
            at = HOT_PAIR(b->byte_code_buf, sp);
            goto next;
        }
        leave_call:
            end = HOT_CALLS;
            goto leave;
        case OP_return:
            hot_frame->value = sp[-1];
            i = 1;
            goto returns;
        case OP_return_undef:
            hot_frame->value = JS_UNDEFINED;
            i = 0;
        returns: {
            HotFrame *caller = hot_frame->caller;
            hot_frame->below = i;
            if (!caller) {
                end = HOT_RETURNS;
                goto leave;
            }
            /* From the top down: variables, then the values of the call. */
            i = sp - i - hot_frame->var_buf;
            if (unlikely(i > HOT_VARS)) {
                end = HOT_RETURNS;
                goto leave;
            }
            switch (i) {
            case 8: END(&hot_frame->var_buf[7]); /* fall through */
            case 7: END(&hot_frame->var_buf[6]); /* fall through */
            case 6: END(&hot_frame->var_buf[5]); /* fall through */
            case 5: END(&hot_frame->var_buf[4]); /* fall through */
            case 4: END(&hot_frame->var_buf[3]); /* fall through */
            case 3: END(&hot_frame->var_buf[2]); /* fall through */
            case 2: END(&hot_frame->var_buf[1]); /* fall through */
            case 1: END(&hot_frame->var_buf[0]); /* fall through */
            }
            sp = caller->sp;
            i = caller->argc + caller->below;
            switch (i) {
            case 6: END(&sp[-6]); /* fall through */
            case 5: END(&sp[-5]); /* fall through */
            case 4: END(&sp[-4]); /* fall through */
            case 3: END(&sp[-3]); /* fall through */
            case 2: END(&sp[-2]); /* fall through */
            case 1: END(&sp[-1]); /* fall through */
            }
            sp -= i;
            sp[0] = hot_frame->value;
            hot_frame->ctx->rt->current_stack_frame = caller->sf;
            at = HOT_PAIR(caller->pc + caller->size, sp + 1);
            hot_frame = caller;
            goto next;
        }
        case OP_invalid:
        default:
            goto leave;
        }
    }
leave:
    hot_frame->pc = (uint8_t *)HOT_HIGH(at);
    hot_frame->sp = (JSValue *)HOT_LOW(at);
    hot_frame->end = end;
    return hot_frame;

#undef END
#undef GO
#undef PUSH
#undef GET
#undef PUT
#undef SET
#undef GET_CHECKED
#undef PUT_CHECKED
#undef ARITHMETIC
#undef LOGIC
#undef COMPARE
#undef EQUAL
#undef BRANCH
#undef IS
#undef STEP
}

/* The callee is a `HotCall`, to be gone on with. */
#define JS_CALL_FLAG_HOT (1 << 15)

static JSValue js_call_whole(JSContext *caller_ctx, JSValueConst func_obj,
                             JSValueConst this_obj, JSValueConst new_target,
                             int argc, JSValueConst *argv, int flags);

/* Calls a bytecode function; two pairs, because the arguments beyond four go through
 * memory. A call that consists of opcodes of the loop never
 * needs QuickJS's large function and its large frame. */
static no_inline JSValue hot_call(uint64_t context_and_callee, JSValueConst this_obj,
                                  JSValueConst new_target, uint64_t argv_and_argc)
{
    JSContext *caller_ctx = (JSContext *)HOT_HIGH(context_and_callee);
    JSValueConst *argv = (JSValueConst *)HOT_HIGH(argv_and_argc);
    int argc = (int)HOT_LOW(argv_and_argc) >> 1;
    bool copies = argv_and_argc & 1;
    JSRuntime *rt = caller_ctx->rt;
    JSObject *p = (JSObject *)HOT_LOW(context_and_callee);
    JSFunctionBytecode *b = p->u.func.function_bytecode;
    JSValue *at, *end;
    HotCall call;
    HotFrame *f = &call.frame;
    char *lowest;
    int args, i;
    size_t size;

    /* Arguments that are missing get a place here, and then all do. */
    args = argc < b->arg_count || copies ? b->arg_count : 0;
    size = sizeof(JSValue) * (args + b->var_count + b->stack_size) +
        sizeof(JSVarRef *) * b->var_ref_count;
    if (js_check_stack_overflow(rt, size))
        return JS_ThrowStackOverflow(caller_ctx);
    call.new_target = new_target;
    call.argv = argv;
    call.argc = argc;
    call.local_buf = at = alloca(size);
    call.sf.arg_buf = (JSValue *)argv;
    call.sf.arg_count = argc;
    if (args) {
        call.sf.arg_buf = at;
        call.sf.arg_count = args;
        end = at + min_int(argc, args);
        HOT_ROLLED
        for (; at < end; at++, argv++)
            *at = js_dup(*argv);
        end = call.local_buf + args;
    } else {
        end = at;
    }
    call.sf.var_buf = end;
    end += b->var_count;
    HOT_ROLLED
    for (; at < end; at++)
        *at = JS_UNDEFINED;
    call.sf.var_refs = (JSVarRef **)(end + b->stack_size);
    call.sf.var_ref_count = b->var_ref_count;
    HOT_ROLLED
    for (i = 0; i < b->var_ref_count; i++)
        call.sf.var_refs[i] = NULL;
    call.sf.is_strict_mode = b->is_strict_mode;
    call.sf.cur_func = JS_MKPTR(JS_TAG_OBJECT, p);
    call.sf.cur_pc = NULL;
    call.sf.prev_frame = rt->current_stack_frame;
    rt->current_stack_frame = &call.sf;
    hot_enter(f, b->realm, &call.sf, b, p->u.func.var_refs, this_obj);
    f->bottom = lowest = (char *)call.local_buf;

    f = hot_run(f, b->byte_code_buf, end);
    for (;;) {
        JSValue ret;
        HotCall *of;
        if (f->bottom < lowest) {
            /* From here on the memory of the frames is in use. */
            lowest = alloca(lowest - f->bottom);
            __asm__ volatile("" : : "r"(lowest) : "memory");
        }
        of = (HotCall *)f;
        if (f->end == HOT_CALLS) {
            at = f->sp - f->argc;
            f->sf->cur_pc = f->pc + f->size;
            ret = JS_CallInternal(f->ctx, at[-1], f->value, JS_UNDEFINED, f->argc, vc(at), 0);
        } else {
            if (f->end == HOT_RETURNS) {
                rt = f->ctx->rt;
                if (unlikely(f->sf->var_ref_count != 0))
                    close_var_refs(rt, f->sf);
                end = f->sp - f->below;
                HOT_ROLLED
                for (at = of->local_buf; at < end; at++)
                    JS_FreeValueRT(rt, *at);
                rt->current_stack_frame = f->sf->prev_frame;
                ret = f->value;
            } else {
                of->thrown = false;
            whole:
                ret = js_call_whole(f->ctx, JS_MKPTR(JS_TAG_INT, of), JS_UNDEFINED,
                                    JS_UNDEFINED, 0, NULL, JS_CALL_FLAG_HOT);
            }
            f = f->caller;
            if (!f)
                return ret;
        }
        f->pc += f->size;
        if (unlikely(JS_IsException(ret))) {
            of = (HotCall *)f;
            of->thrown = true;
            goto whole;
        }
        end = f->sp;
        f->sp = at = end - f->argc - f->below;
        HOT_ROLLED
        for (; at < end; at++)
            JS_FreeValue(f->ctx, *at);
        at = f->sp;
        *at = ret;
        f = hot_run(f, f->pc, at + 1);
    }
}

static HOT_INLINE
JSValue JS_CallInternal(JSContext *caller_ctx, JSValueConst func_obj,
                        JSValueConst this_obj, JSValueConst new_target,
                        int argc, JSValueConst *argv, int flags)
{
    JSClassCall *call;
    JSObject *p;

    if (unlikely(JS_VALUE_GET_TAG(func_obj) != JS_TAG_OBJECT))
        return js_call_whole(caller_ctx, func_obj, this_obj, new_target, argc, argv, flags);
    p = JS_VALUE_GET_OBJ(func_obj);
    if (likely(p->class_id == JS_CLASS_BYTECODE_FUNCTION))
        return hot_call(HOT_PAIR(caller_ctx, p), this_obj, new_target,
                        HOT_PAIR(argv, argc << 1 | ((flags & JS_CALL_FLAG_COPY_ARGV) != 0)));
    call = caller_ctx->rt->class_array[p->class_id].call;
    if (unlikely(!call))
        return JS_ThrowTypeErrorNotAFunction(caller_ctx);
    return call(caller_ctx, func_obj, this_obj, argc, argv, flags);
}
