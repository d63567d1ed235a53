//! The internal class of an object, which no program can fake or hide.
//!
//! QuickJS numbers its classes in a private header; the numbers are learnt from
//! one object of each class when the image is made.

use std::cell::Cell;
use std::cell::RefCell;
use std::slice;

use super::must;
use crate::value::{Ctx, JSValue, Kind, Owned, Thrown, arguments, kind, qjs};
use crate::value::{JSContext, UNDEFINED};

/// The classes that anyone here tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Object,
    Array,
    Error,
    Number,
    String,
    Boolean,
    Symbol,
    BigInt,
    Date,
    RegExp,
    Map,
    Set,
    WeakMap,
    WeakSet,
    WeakRef,
    Promise,
    ArrayBuffer,
    DataView,
    Generator,
    AsyncGenerator,
    Arguments,
    TypedArray,
    Function,
    MapIterator,
    SetIterator,
    Proxy,
    Other,
}

/// Each class with an expression that gives an object of it.
const SAMPLES: &[(Class, &str)] = &[
    (Class::Object, "({})"),
    (Class::Array, "[]"),
    (Class::Error, "new Error()"),
    (Class::Number, "Object(1)"),
    (Class::String, "Object('')"),
    (Class::Boolean, "Object(true)"),
    (Class::Symbol, "Object(Symbol())"),
    (Class::BigInt, "Object(1n)"),
    (Class::Date, "new Date(0)"),
    (Class::RegExp, "/x/"),
    (Class::Map, "new Map()"),
    (Class::Set, "new Set()"),
    (Class::WeakMap, "new WeakMap()"),
    (Class::WeakSet, "new WeakSet()"),
    (Class::WeakRef, "new WeakRef({})"),
    (Class::Promise, "Promise.resolve()"),
    (Class::ArrayBuffer, "new ArrayBuffer(1)"),
    (Class::DataView, "new DataView(new ArrayBuffer(1))"),
    (Class::Generator, "(function* () {})()"),
    (Class::AsyncGenerator, "(async function* () {})()"),
    (Class::Arguments, "(function () { return arguments })()"),
    (Class::MapIterator, "new Map().entries()"),
    (Class::SetIterator, "new Set().values()"),
];

/// More than QuickJS has classes.
const CLASSES: usize = 256;

thread_local! {
    static BY_ID: RefCell<[Class; CLASSES]> = const { RefCell::new([Class::Other; CLASSES]) };
    /// `buffer`, `byteOffset` and `byteLength` of `DataView.prototype`, and
    /// `Boolean.prototype.valueOf`, as they were before any program.
    static GETTERS: Cell<[JSValue; 4]> = const { Cell::new([UNDEFINED; 4]) };
}

pub(super) fn install(ctx: Ctx) {
    for (class, source) in SAMPLES {
        let sample = must(ctx, evaluate(ctx, source), source);
        // SAFETY: the sample is a live object.
        let id = unsafe { qjs::JS_GetClassID(sample.raw()) } as usize;
        BY_ID.with_borrow_mut(|table| table[id] = *class);
    }
    let mut getters = [UNDEFINED; 4];
    for (slot, name) in ["buffer", "byteOffset", "byteLength"].iter().enumerate() {
        let source = format!("Object.getOwnPropertyDescriptor(DataView.prototype, '{name}').get");
        getters[slot] = must(ctx, evaluate(ctx, &source), name).release();
    }
    getters[3] = must(ctx, evaluate(ctx, "Boolean.prototype.valueOf"), "valueOf").release();
    GETTERS.set(getters);
}

fn evaluate(ctx: Ctx, source: &str) -> Result<Owned, Thrown> {
    let source = std::ffi::CString::new(source).unwrap_or_default();
    super::prelude(ctx, c"codecell:classes", &source)
}

/// The class of an object.
pub(crate) fn of(raw: JSValue) -> Class {
    if kind(raw) != Kind::Object {
        return Class::Other;
    }
    // SAFETY: the value is a live object.
    unsafe {
        if qjs::JS_IsProxy(raw) {
            return Class::Proxy;
        }
        if qjs::JS_GetTypedArrayType(raw) >= 0 {
            return Class::TypedArray;
        }
    }
    // SAFETY: as above.
    let id = unsafe { qjs::JS_GetClassID(raw) } as usize;
    BY_ID.with_borrow(|table| table.get(id).copied().unwrap_or(Class::Other))
}

/// The name of the class, for `console`.
pub(super) unsafe extern "C" fn class_of(
    ctx: *mut JSContext,
    _this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    _magic: i32,
    _data: *mut JSValue,
) -> JSValue {
    // SAFETY: these are QuickJS's own arguments.
    let (ctx, args) = unsafe { (Ctx(ctx), arguments(argc, argv)) };
    let raw = args.first().copied().unwrap_or(UNDEFINED);
    let class = match of(raw) {
        Class::Other if ctx.is_function(raw) => Class::Function,
        class => class,
    };
    ctx.string(&format!("{class:?}")).release()
}

/// What a `Boolean` object holds.
pub(crate) fn boolean_value(ctx: Ctx, raw: JSValue) -> Result<bool, Thrown> {
    let value = call_getter(ctx, 3, raw)?;
    // SAFETY: the value is live.
    Ok(unsafe { qjs::JS_ToBool(ctx.0, value.raw()) } == 1)
}

fn call_getter(ctx: Ctx, slot: usize, this: JSValue) -> Result<Owned, Thrown> {
    let getter = GETTERS.get()[slot];
    // SAFETY: the getter is held for ever; `this` is live.
    ctx.own(unsafe { qjs::JS_Call(ctx.0, getter, this, 0, std::ptr::null_mut()) })
}

/// Runs `read` over the bytes that a buffer or view shows.
pub(crate) fn with_bytes<T>(
    ctx: Ctx,
    raw: JSValue,
    class: Class,
    read: impl FnOnce(&[u8]) -> T,
) -> Result<T, Thrown> {
    let (mut offset, mut length, mut element) = (0, 0, 0);
    let buffer = match class {
        Class::TypedArray => {
            // SAFETY: the value is a typed array; the out pointers are live.
            ctx.own(unsafe {
                qjs::JS_GetTypedArrayBuffer(ctx.0, raw, &mut offset, &mut length, &mut element)
            })?
        }
        Class::DataView => {
            let number = |slot| -> Result<u32, Thrown> {
                let value = call_getter(ctx, slot, raw)?;
                let mut number = 0;
                // SAFETY: the value is live; the getter returns a number.
                unsafe { qjs::JS_ToInt64(ctx.0, &mut number, value.raw()) };
                Ok(number as u32)
            };
            (offset, length) = (number(1)? as _, number(2)? as _);
            call_getter(ctx, 0, raw)?
        }
        _ => ctx.dup(raw),
    };
    let mut size = 0;
    // SAFETY: the pointer is used before any code can detach the buffer.
    let bytes = unsafe {
        let start = qjs::JS_GetArrayBuffer(ctx.0, &mut size, buffer.raw());
        if start.is_null() {
            &[][..]
        } else {
            slice::from_raw_parts(start, size as usize)
        }
    };
    let end = if class == Class::ArrayBuffer {
        size
    } else {
        offset + length
    };
    Ok(read(
        bytes.get(offset as usize..end as usize).unwrap_or_default(),
    ))
}
