//! `import`: the modules that came with the program, and those of the environment.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;

use super::environment;
use crate::value::{Ctx, JSContext, JSValue, Owned, Thrown, qjs};

thread_local! {
    static SOURCES: RefCell<BTreeMap<String, CString>> = const { RefCell::new(BTreeMap::new()) };
    /// Modules of the environment that were made and have no exports yet.
    static BUILT_IN: RefCell<Vec<(*mut qjs::JSModuleDef, Owned)>> = const { RefCell::new(Vec::new()) };
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
        let text = name.to_string_lossy();
        return match environment::load(Ctx(ctx), &text) {
            Some(exports) => built_in(Ctx(ctx), name, exports),
            None => {
                not_found(Ctx(ctx), &text);
                ptr::null_mut()
            }
        };
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

/// A module whose exports are the members of an object, and the object itself.
fn built_in(ctx: Ctx, name: &CStr, exports: Owned) -> *mut qjs::JSModuleDef {
    // SAFETY: the name ends in a NUL; the context holds the module.
    let module = unsafe { qjs::JS_NewCModule(ctx.0, name.as_ptr(), Some(set_exports)) };
    if module.is_null() {
        return module;
    }
    let _ = each_export(ctx, &exports, |name, _| {
        // SAFETY: as above; QuickJS copies the name.
        unsafe { qjs::JS_AddModuleExport(ctx.0, module, name.as_ptr()) };
    });
    BUILT_IN.with_borrow_mut(|all| all.push((module, exports)));
    module
}

unsafe extern "C" fn set_exports(ctx: *mut JSContext, module: *mut qjs::JSModuleDef) -> i32 {
    let ctx = Ctx(ctx);
    let place = BUILT_IN.with_borrow(|all| all.iter().position(|(known, _)| *known == module));
    let Some(place) = place else { return -1 };
    let (_, exports) = BUILT_IN.with_borrow_mut(|all| all.swap_remove(place));
    let set = each_export(ctx, &exports, |name, value| {
        // SAFETY: QuickJS takes the value over.
        unsafe { qjs::JS_SetModuleExport(ctx.0, module, name.as_ptr(), value.release()) };
    });
    if set.is_ok() { 0 } else { -1 }
}

/// Goes through the exports: `default`, and the own string keys of the object.
fn each_export(ctx: Ctx, exports: &Owned, mut visit: impl FnMut(&CStr, Owned)) -> Result<(), Thrown> {
    visit(c"default", ctx.dup(exports.raw()));
    let flags = qjs::JS_GPN_STRING_MASK as i32;
    let (mut names, mut count) = (ptr::null_mut(), 0);
    // SAFETY: the out pointers are live; the list is freed below.
    unsafe {
        if qjs::JS_GetOwnPropertyNames(ctx.0, &mut names, &mut count, exports.raw(), flags) < 0 {
            return Err(Thrown);
        }
        for index in 0..count as usize {
            let atom = (*names.add(index)).atom;
            let name = ctx.own(qjs::JS_AtomToString(ctx.0, atom))?;
            let value = ctx.own(qjs::JS_GetProperty(ctx.0, exports.raw(), atom))?;
            let name = CString::new(ctx.text(name.raw(), 1000)?).unwrap_or_default();
            if name.as_c_str() != c"default" {
                visit(&name, value);
            }
        }
        qjs::JS_FreePropertyEnum(ctx.0, names, count);
    }
    Ok(())
}

fn not_found(ctx: Ctx, name: &str) {
    let known = SOURCES.with_borrow(|sources| {
        let names = sources.keys().map(|name| format!("\"{name}\""));
        names.collect::<Vec<_>>().join(", ")
    });
    if known.is_empty()
        && let Ok(error) = environment::missing_module(ctx, name)
    {
        // SAFETY: QuickJS takes the error over.
        unsafe { qjs::JS_Throw(ctx.0, error.release()) };
        return;
    }
    ctx.throw_type_error(&format!(
        "Cannot find module \"{name}\": this program may import {known}"
    ));
}

pub(super) fn install(ctx: Ctx) {
    // SAFETY: the runtime is alive; the loader needs no opaque pointer.
    unsafe {
        let runtime = qjs::JS_GetRuntime(ctx.0);
        qjs::JS_SetModuleLoaderFunc2(runtime, None, Some(load), None, ptr::null_mut());
    }
}
