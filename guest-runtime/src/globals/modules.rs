//! `import`: the modules that came with the program, and no others.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

use crate::value::{Ctx, JSContext, JSValue, qjs};

thread_local! {
    static SOURCES: RefCell<BTreeMap<String, CString>> = const { RefCell::new(BTreeMap::new()) };
}

/// Makes a module importable.
pub(crate) fn add(name: String, source: String) {
    // QuickJS reads up to a NUL, which is no part of any module.
    let source = CString::new(source.replace('\0', "\u{FFFD}")).unwrap_or_default();
    SOURCES.with_borrow_mut(|sources| sources.insert(name, source));
}

unsafe extern "C" fn load(
    ctx: *mut JSContext,
    name: *const c_char,
    _opaque: *mut c_void,
    _attributes: JSValue,
) -> *mut qjs::JSModuleDef {
    // SAFETY: QuickJS passes a string with a NUL.
    let name = unsafe { CStr::from_ptr(name) };
    let source = SOURCES.with_borrow(|sources| {
        name.to_str()
            .ok()
            .and_then(|name| sources.get(name).cloned())
    });
    let Some(source) = source else {
        not_found(Ctx(ctx), &name.to_string_lossy());
        return ptr::null_mut();
    };
    let flags = qjs::JS_EVAL_TYPE_MODULE | qjs::JS_EVAL_FLAG_COMPILE_ONLY;
    // SAFETY: source and name end in a NUL; a compiled module is held by the
    // context, so the reference that came with the value may go.
    unsafe {
        let module = qjs::JS_Eval(
            ctx,
            source.as_ptr(),
            source.as_bytes().len() as _,
            name.as_ptr(),
            flags as i32,
        );
        match Ctx(ctx).own(module) {
            Ok(module) => qjs::JS_VALUE_GET_PTR(module.raw()).cast(),
            Err(_) => ptr::null_mut(),
        }
    }
}

fn not_found(ctx: Ctx, name: &str) {
    let known = SOURCES.with_borrow(|sources| {
        sources
            .keys()
            .map(|name| format!("\"{name}\""))
            .collect::<Vec<_>>()
            .join(", ")
    });
    let known = match known.as_str() {
        "" => "this program has no modules to import".to_owned(),
        names => format!("this program may import {names}"),
    };
    ctx.throw_type_error(&format!("Cannot find module \"{name}\": {known}"));
}

pub(super) fn install(ctx: Ctx) {
    // SAFETY: the runtime is alive; the loader needs no opaque pointer.
    unsafe {
        let runtime = qjs::JS_GetRuntime(ctx.0);
        qjs::JS_SetModuleLoaderFunc2(runtime, None, Some(load), None, ptr::null_mut());
    }
}
