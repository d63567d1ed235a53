//! Puts the guest's own interpreter loop into QuickJS.
//!
//! QuickJS comes as C inside the crate `rquickjs-sys`. Nothing of it is kept here: the
//! crate's sources are copied at each build, changed in the few places below, and
//! cargo is told to take the copy. A place that is not found, or found twice, fails
//! the build, so a new version of QuickJS cannot silently go without.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{run, sources};

const CRATE: &str = "rquickjs-sys";
/// What is put into quickjs.c: the name that stands for it in an edit, and the file, which
/// says what it is for.
const OWN: &[(&str, &str)] = &[
    ("@LOOP@", "quickjs/hot.h"),
    ("@PROMISE@", "quickjs/promise.h"),
];

/// The name under which the module exports it, for the check below.
#[cfg(feature = "guest")]
const LOOP_EXPORT: &str = "codecell_hot_run";

/// A place in quickjs.c and what stands there instead.
struct Edit {
    place: &'static str,
    instead: &'static str,
}

const EDITS: &[Edit] = &[
    // The loop stands in front of the interpreter, which gets a name of its own.
    Edit {
        place: "/* argv[] is modified if (flags & JS_CALL_FLAG_COPY_ARGV) = 0. */\n\
                static JSValue JS_CallInternal(JSContext *caller_ctx, JSValueConst func_obj,\n",
        instead: "@LOOP@\n\
                  static JSValue js_call_whole(JSContext *caller_ctx, JSValueConst func_obj,\n",
    },
    Edit {
        place: "    JSVarRef **var_refs;\n    size_t alloca_size;\n\n\
                #ifdef ENABLE_DUMPS // JS_DUMP_BYTECODE_STEP\n",
        instead: "    JSVarRef **var_refs;\n    size_t alloca_size;\n    HotFrame hot;\n\n\
                  #ifdef ENABLE_DUMPS // JS_DUMP_BYTECODE_STEP\n",
    },
    // Before each opcode of the interpreter the loop does what it can.
    Edit {
        place: "#define SWITCH(pc)      DUMP_BYTECODE_OR_DONT(pc) switch (opcode = *pc++)\n",
        instead: "#define SWITCH(pc)      hot_run(&hot, pc, sp); pc = hot.pc; sp = hot.sp; \
                  switch (opcode = *pc++)\n",
    },
    Edit {
        place: " restart:\n    for(;;) {\n        int call_argc;\n",
        instead: " restart:\n    hot_enter(&hot, ctx, sf, b, var_refs, this_obj);\n    \
                  for(;;) {\n        int call_argc;\n",
    },
    // A call that the loop has begun is gone on with where it is. No interrupt handler
    // is ever installed: the host stops a cell from outside.
    Edit {
        place: "    if (js_poll_interrupts(caller_ctx))\n        return JS_EXCEPTION;\n    \
                if (unlikely(JS_VALUE_GET_TAG(func_obj) != JS_TAG_OBJECT)) {\n        \
                if (flags & JS_CALL_FLAG_GENERATOR) {\n",
        instead: "    if (flags & JS_CALL_FLAG_HOT) {\n        \
                  HotCall *call = JS_VALUE_GET_PTR(func_obj);\n        \
                  func_obj = call->sf.cur_func;\n        \
                  this_obj = call->frame.this_obj;\n        \
                  new_target = call->new_target;\n        \
                  argc = call->argc;\n        \
                  argv = call->argv;\n        \
                  p = JS_VALUE_GET_OBJ(func_obj);\n        \
                  b = p->u.func.function_bytecode;\n        \
                  ctx = b->realm;\n        \
                  var_refs = p->u.func.var_refs;\n        \
                  sf = &call->sf;\n        \
                  local_buf = call->local_buf;\n        \
                  arg_buf = sf->arg_buf;\n        \
                  var_buf = sf->var_buf;\n        \
                  stack_buf = var_buf + b->var_count;\n        \
                  sp = call->frame.sp;\n        \
                  pc = call->frame.pc;\n        \
                  if (call->thrown)\n            goto exception;\n        \
                  goto restart;\n    }\n    \
                  if (unlikely(JS_VALUE_GET_TAG(func_obj) != JS_TAG_OBJECT)) {\n        \
                  if (flags & JS_CALL_FLAG_GENERATOR) {\n",
    },
    // An async function settles its promise itself, and continues through one object
    // instead of one for each of the two ways in which what it awaits can end.
    Edit {
        place: "static int js_async_function_resolve_create(JSContext *ctx,\n",
        instead: "JSValue codecell_new_promise(JSContext *ctx);\n\
                  static JSValue promise_end(JSContext *ctx, JSValueConst promise,\n    \
                  JSValueConst value, bool is_reject);\n\n\
                  static int js_async_function_resolve_create(JSContext *ctx,\n",
    },
    Edit {
        place: "    promise = JS_NewPromiseCapability(ctx, s->resolving_funcs);\n    \
                if (JS_IsException(promise))\n        goto fail;\n\n    \
                if (async_func_init(ctx, &s->func_state, func_obj, this_obj, argc, argv)) {\n    \
                fail:\n",
        instead: "    promise = codecell_new_promise(ctx);\n    \
                  if (JS_IsException(promise))\n        goto fail;\n    \
                  s->resolving_funcs[0] = js_dup(promise);\n\n    \
                  if (async_func_init(ctx, &s->func_state, func_obj, this_obj, argc, argv)) {\n    \
                  fail:\n",
    },
    Edit {
        place: "            ret2 = JS_Call(ctx, s->resolving_funcs[1], JS_UNDEFINED,\n                           \
                1, vc(&error));\n",
        instead: "            ret2 = promise_end(ctx, s->resolving_funcs[0], error, true);\n",
    },
    Edit {
        place: "            ret2 = JS_Call(ctx, s->resolving_funcs[0], JS_UNDEFINED,\n                           \
                1, vc(&value));\n",
        instead: "            ret2 = promise_end(ctx, s->resolving_funcs[0], value, false);\n",
    },
    Edit {
        place: "    int i;\n    JSObject *p;\n\n    for(i = 0; i < 2; i++) {\n        \
                resolving_funcs[i] =\n            \
                JS_NewObjectProtoClass(ctx, ctx->function_proto,\n                                   \
                JS_CLASS_ASYNC_FUNCTION_RESOLVE + i);\n        \
                if (JS_IsException(resolving_funcs[i])) {\n            \
                if (i == 1)\n                JS_FreeValue(ctx, resolving_funcs[0]);\n            \
                return -1;\n        }\n        \
                p = JS_VALUE_GET_OBJ(resolving_funcs[i]);\n        \
                s->header.ref_count++;\n        p->u.async_function_data = s;\n    }\n",
        instead: "    JSObject *p;\n\n    \
                  resolving_funcs[0] = JS_NewObjectProtoClass(ctx, ctx->function_proto,\n                                                \
                  JS_CLASS_ASYNC_FUNCTION_RESOLVE);\n    \
                  if (JS_IsException(resolving_funcs[0]))\n        return -1;\n    \
                  p = JS_VALUE_GET_OBJ(resolving_funcs[0]);\n    \
                  s->header.ref_count++;\n    p->u.async_function_data = s;\n    \
                  resolving_funcs[1] = js_dup(resolving_funcs[0]);\n",
    },
    Edit {
        place: "    bool is_reject = p->class_id - JS_CLASS_ASYNC_FUNCTION_RESOLVE;\n",
        instead: "    bool is_reject = JS_VALUE_GET_BOOL(this_obj);\n",
    },
    Edit {
        place: "        res = JS_Call(ctx, handler, JS_UNDEFINED, 1, &arg);\n    }\n    \
                is_reject = JS_IsException(res);\n",
        instead: "        JSValueConst this_obj = JS_UNDEFINED;\n        \
                  if (JS_VALUE_GET_OBJ(handler)->class_id == JS_CLASS_ASYNC_FUNCTION_RESOLVE)\n            \
                  this_obj = js_bool(is_reject);\n        \
                  res = JS_Call(ctx, handler, this_obj, 1, &arg);\n    }\n    \
                  is_reject = JS_IsException(res);\n",
    },
    Edit {
        place: "JSValue JS_NewPromiseCapability(JSContext *ctx, JSValue *resolving_funcs)\n{\n",
        instead: "@PROMISE@\
                  JSValue JS_NewPromiseCapability(JSContext *ctx, JSValue *resolving_funcs)\n{\n",
    },
    // Memory is the C library's, without a detour over pointers to functions. What it can
    // tell of a block's size is nothing here, and was added as that.
    Edit {
        place: "    ptr = rt->mf.js_calloc(s->opaque, count, size);\n    \
                if (!ptr)\n        return NULL;\n\n    s->malloc_count++;\n    \
                s->malloc_size += rt->mf.js_malloc_usable_size(ptr) + MALLOC_OVERHEAD;\n",
        instead: "    ptr = calloc(count, size);\n    \
                  if (!ptr)\n        return NULL;\n\n    s->malloc_count++;\n    \
                  s->malloc_size += MALLOC_OVERHEAD;\n",
    },
    Edit {
        place: "    ptr = rt->mf.js_malloc(s->opaque, size);\n    \
                if (!ptr)\n        return NULL;\n\n    s->malloc_count++;\n    \
                s->malloc_size += rt->mf.js_malloc_usable_size(ptr) + MALLOC_OVERHEAD;\n",
        instead: "    ptr = malloc(size);\n    \
                  if (!ptr)\n        return NULL;\n\n    s->malloc_count++;\n    \
                  s->malloc_size += MALLOC_OVERHEAD;\n",
    },
    Edit {
        place: "    size_t free_size = rt->mf.js_malloc_usable_size(ptr) + MALLOC_OVERHEAD;\n",
        instead: "    size_t free_size = MALLOC_OVERHEAD;\n",
    },
    Edit {
        place: "    s->malloc_size -= free_size;\n    rt->mf.js_free(s->opaque, ptr);\n",
        instead: "    s->malloc_size -= free_size;\n    free(ptr);\n",
    },
    Edit {
        place: "    ptr = rt->mf.js_realloc(s->opaque, ptr, size);\n",
        instead: "    ptr = realloc(ptr, size);\n",
    },
];

/// A copy of the crate below `guest`, with the edits; what cargo is to take instead.
pub(crate) fn prepare(guest: &Path, cargo: &Path) -> Result<PathBuf> {
    let from = folder_of_crate(guest, cargo)?;
    let code = from.join("quickjs/quickjs.c");
    let code =
        fs::read_to_string(&code).with_context(|| format!("cannot read {}", code.display()))?;
    let code = edited(&code, guest)?;
    // Cargo builds a crate again when its folder is another one.
    let digest = sources::digest_of(code.as_bytes());
    let copy = guest
        .join("target")
        .join(format!("{CRATE}-{}", &digest[..16]));
    if !copy.exists() {
        let unfinished = copy.with_extension("unfinished");
        let _ = fs::remove_dir_all(&unfinished);
        fs::create_dir_all(guest.join("target"))?;
        run(Command::new("cp").arg("-r").arg(&from).arg(&unfinished))?;
        fs::write(unfinished.join("quickjs/quickjs.c"), code)?;
        fs::rename(&unfinished, &copy)?;
    }
    Ok(copy)
}

fn edited(code: &str, guest: &Path) -> Result<String> {
    let mut code = code.to_owned();
    for Edit { place, instead } in EDITS {
        let found = code.matches(place).count();
        ensure!(
            found == 1,
            "found {found} times in quickjs.c, not once:\n{place}"
        );
        code = code.replace(place, instead);
    }
    for (name, file) in OWN {
        let file = guest.join(file);
        let own = fs::read_to_string(&file);
        let own = own.with_context(|| format!("cannot read {}", file.display()))?;
        code = code.replace(name, &own);
    }
    Ok(code)
}

/// Fails where the loop has something on the stack, which its own frames would overwrite.
#[cfg(feature = "guest")]
pub(crate) fn ensure_loop_has_no_frame(module: &[u8]) -> Result<()> {
    use wasmparser::Operator;
    let functions = crate::functions::Functions::read(module)?;
    for operator in functions.body(LOOP_EXPORT)?.get_operators_reader()? {
        let is_global = matches!(
            operator?,
            Operator::GlobalGet { .. } | Operator::GlobalSet { .. }
        );
        ensure!(!is_global, "{LOOP_EXPORT} moves the stack pointer");
    }
    Ok(())
}

/// Where cargo keeps the sources of the crate at the version of the lock file.
fn folder_of_crate(guest: &Path, cargo: &Path) -> Result<PathBuf> {
    let output = Command::new(cargo)
        .current_dir(guest)
        .env_remove("RUSTUP_TOOLCHAIN")
        .args(["metadata", "--locked", "--format-version", "1"])
        .output()
        .with_context(|| format!("cannot start {}", cargo.display()))?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .find(|package| package["name"] == CRATE)
        .and_then(|package| package["manifest_path"].as_str())
        .with_context(|| format!("the guest does not depend on {CRATE}"))?;
    let manifest = Path::new(manifest);
    Ok(manifest.parent().unwrap_or(manifest).to_path_buf())
}
