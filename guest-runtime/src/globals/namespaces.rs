//! The namespaces: plain objects whose own properties are tools.
//!
//! What is not a tool is found on a prototype that answers for it: a name that
//! looks like a tool gives a function whose call the host refuses by name, so
//! that the model learns what it mistyped; `then`, `toJSON`, `__proto__` and
//! symbols are never tools, so that awaiting or printing a namespace is harmless.
//!
//! The namespace `fetch` is no global: the global function of that name calls it.

use std::cell::Cell;
use std::ffi::CString;

use super::{environment, must, prelude, prelude_source};
use crate::call;
use crate::value::{Ctx, JSContext, JSValue, NULL, Owned, UNDEFINED, arguments, qjs};

thread_local! {
    /// `prototypeOf(number, name)` of the prelude.
    static PROTOTYPE_OF: Cell<JSValue> = const { Cell::new(UNDEFINED) };
}

/// Defines the global `name` with its tools.
pub(crate) fn define(ctx: Ctx, name: &str, tools: &[String]) {
    let number = call::add_namespace(name);
    if name == call::FETCH {
        // SAFETY: the context is alive.
        let object = unsafe { qjs::JS_NewObjectProto(ctx.0, NULL) };
        let Ok(object) = ctx.own(object) else { return };
        add_tools(ctx, &object, number, tools);
        return environment::give(ctx, name, object);
    }
    let label = ctx.string(name);
    let index = qjs::JS_NewFloat64(f64::from(number));
    let args = [index, label.raw()];
    let Ok(prototype) = ctx.call(PROTOTYPE_OF.get(), &args) else {
        return;
    };
    // SAFETY: the prototype is live.
    let object = unsafe { qjs::JS_NewObjectProto(ctx.0, prototype.raw()) };
    let Ok(object) = ctx.own(object) else { return };
    add_tools(ctx, &object, number, tools);
    let flags = qjs::JS_PROP_WRITABLE | qjs::JS_PROP_CONFIGURABLE;
    ctx.define(ctx.global().raw(), name, object, flags);
}

fn add_tools(ctx: Ctx, object: &Owned, number: i32, tools: &[String]) {
    for tool in tools {
        let function = tool_function(ctx, number, tool);
        ctx.define(object.raw(), tool, function, qjs::JS_PROP_C_W_E);
    }
}

fn tool_function(ctx: Ctx, namespace: i32, tool: &str) -> Owned {
    let name = CString::new(tool).unwrap_or_default();
    let data = ctx.string(tool);
    ctx.function_with(&name, call::tool, namespace, Some(data.raw()))
}

/// `unknownTool(number, name)`: a function that calls a tool that does not exist.
unsafe extern "C" fn unknown_tool(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments.
    let (ctx, args) = unsafe { (Ctx(ctx), arguments(argc, argv)) };
    let [number, name, ..] = args else {
        return UNDEFINED;
    };
    let mut namespace = 0;
    // SAFETY: the prelude passes the number that it was given.
    unsafe { qjs::JS_ToInt32(ctx.0, &mut namespace, *number) };
    match ctx.text(*name, 1000) {
        Ok(name) => tool_function(ctx, namespace, &name).release(),
        Err(_) => crate::value::EXCEPTION,
    }
}

pub(super) fn install(ctx: Ctx) {
    let source = prelude_source!("../environment/namespace.js");
    let make = must(
        ctx,
        prelude(ctx, c"codecell:namespace", source),
        "namespace.js",
    );
    let unknown = ctx.function(c"unknownTool", unknown_tool, None);
    let prototype_of = must(ctx, ctx.call(make.raw(), &[unknown.raw()]), "namespace.js");
    PROTOTYPE_OF.set(prototype_of.release());
}
