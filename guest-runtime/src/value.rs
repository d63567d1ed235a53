//! The few things that every module does to a QuickJS value.
//!
//! QuickJS's C interface counts references by hand. [`Owned`] is a reference
//! that frees itself; a bare [`JSValue`] is borrowed.

use std::ffi::CStr;
use std::ptr;
use std::slice;

pub(crate) use javy::quickjs::qjs::{self, JSContext, JSValue};

pub(crate) const UNDEFINED: JSValue = qjs::JS_UNDEFINED;
pub(crate) const NULL: JSValue = qjs::JS_NULL;
pub(crate) const EXCEPTION: JSValue = qjs::JS_EXCEPTION;

/// JavaScript has thrown; the exception waits in the context.
#[derive(Debug)]
pub(crate) struct Thrown;

/// The context of this cell. There is one, made in [`crate::cell::initialize`].
#[derive(Clone, Copy)]
pub(crate) struct Ctx(pub(crate) *mut JSContext);

/// A counted reference to a value.
pub(crate) struct Owned {
    ctx: Ctx,
    raw: JSValue,
}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: `raw` is a reference that this value owns.
        unsafe { qjs::JS_FreeValue(self.ctx.0, self.raw) }
    }
}

impl Owned {
    /// The value, borrowed.
    pub(crate) fn raw(&self) -> JSValue {
        self.raw
    }

    /// Gives the reference away, to QuickJS or to a table of ours.
    pub(crate) fn release(self) -> JSValue {
        let raw = self.raw;
        std::mem::forget(self);
        raw
    }
}

/// Which of JavaScript's types a value has, as far as anyone here asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Undefined,
    Null,
    Bool,
    Int,
    Float,
    BigInt,
    String,
    Symbol,
    Object,
}

pub(crate) fn kind(raw: JSValue) -> Kind {
    // SAFETY: reading the tag of a value has no precondition.
    let tag = unsafe { qjs::JS_VALUE_GET_NORM_TAG(raw) };
    match tag {
        qjs::JS_TAG_NULL => Kind::Null,
        qjs::JS_TAG_BOOL => Kind::Bool,
        qjs::JS_TAG_INT => Kind::Int,
        qjs::JS_TAG_FLOAT64 => Kind::Float,
        qjs::JS_TAG_BIG_INT | qjs::JS_TAG_SHORT_BIG_INT => Kind::BigInt,
        qjs::JS_TAG_STRING | qjs::JS_TAG_STRING_ROPE => Kind::String,
        qjs::JS_TAG_SYMBOL => Kind::Symbol,
        qjs::JS_TAG_OBJECT => Kind::Object,
        _ => Kind::Undefined,
    }
}

/// The identity of an object, to compare and nothing else.
pub(crate) fn identity(raw: JSValue) -> usize {
    // SAFETY: only called with objects; the pointer is not followed.
    unsafe { qjs::JS_VALUE_GET_PTR(raw) as usize }
}

impl Ctx {
    /// Takes over a reference that QuickJS returned; `Err` if it threw.
    pub(crate) fn own(self, raw: JSValue) -> Result<Owned, Thrown> {
        // SAFETY: reading the tag of a value has no precondition.
        if unsafe { qjs::JS_VALUE_GET_NORM_TAG(raw) } == qjs::JS_TAG_EXCEPTION {
            return Err(Thrown);
        }
        Ok(Owned { ctx: self, raw })
    }

    /// One more reference to a borrowed value.
    pub(crate) fn dup(self, raw: JSValue) -> Owned {
        // SAFETY: the context is alive for the whole life of the instance.
        let raw = unsafe { qjs::JS_DupValue(self.0, raw) };
        Owned { ctx: self, raw }
    }

    /// Takes the exception that waits.
    pub(crate) fn catch(self) -> Owned {
        // SAFETY: the context is alive.
        let raw = unsafe { qjs::JS_GetException(self.0) };
        Owned { ctx: self, raw }
    }

    pub(crate) fn string(self, text: &str) -> Owned {
        // SAFETY: pointer and length are those of a live slice.
        let raw = unsafe { qjs::JS_NewStringLen(self.0, text.as_ptr().cast(), text.len() as _) };
        Owned { ctx: self, raw }
    }

    pub(crate) fn get(self, object: JSValue, name: &CStr) -> Result<Owned, Thrown> {
        // SAFETY: `name` ends in a NUL; `object` is a live value.
        self.own(unsafe { qjs::JS_GetPropertyStr(self.0, object, name.as_ptr()) })
    }

    /// Defines an own data property, whatever setters the prototypes have.
    pub(crate) fn define(self, object: JSValue, name: &str, value: Owned, flags: u32) {
        // SAFETY: pointers are live; QuickJS takes the value over.
        unsafe {
            let atom = qjs::JS_NewAtomLen(self.0, name.as_ptr().cast(), name.len() as _);
            qjs::JS_DefinePropertyValue(self.0, object, atom, value.release(), flags as i32);
            qjs::JS_FreeAtom(self.0, atom);
        }
    }

    pub(crate) fn global(self) -> Owned {
        // SAFETY: the context is alive.
        let raw = unsafe { qjs::JS_GetGlobalObject(self.0) };
        Owned { ctx: self, raw }
    }

    pub(crate) fn call(self, function: JSValue, args: &[JSValue]) -> Result<Owned, Thrown> {
        // SAFETY: arguments are live values; QuickJS borrows them.
        self.own(unsafe {
            qjs::JS_Call(
                self.0,
                function,
                UNDEFINED,
                args.len() as _,
                args.as_ptr().cast_mut(),
            )
        })
    }

    pub(crate) fn is_function(self, raw: JSValue) -> bool {
        // SAFETY: the value is live.
        unsafe { qjs::JS_IsFunction(self.0, raw) }
    }

    /// Runs `read` over the text of a string value, as UTF-8 in which lone
    /// surrogates are three bytes (WTF-8), without a copy where QuickJS can.
    ///
    /// For a value that is no string, JavaScript's `String(value)` runs first.
    pub(crate) fn with_text<T>(
        self,
        raw: JSValue,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, Thrown> {
        let mut len = 0;
        // SAFETY: the text stays valid until it is freed below.
        unsafe {
            let text = qjs::JS_ToCStringLen2(self.0, &mut len, raw, false);
            if text.is_null() {
                return Err(Thrown);
            }
            let result = read(slice::from_raw_parts(text.cast::<u8>(), len as usize));
            qjs::JS_FreeCString(self.0, text);
            Ok(result)
        }
    }

    /// The text of a value, at most `max` bytes of it.
    pub(crate) fn text(self, raw: JSValue, max: usize) -> Result<String, Thrown> {
        self.with_text(raw, |bytes| lossy(&bytes[..bytes.len().min(max)]))
    }

    /// A native function that JavaScript can call.
    pub(crate) fn function(self, name: &CStr, function: Native, data: Option<JSValue>) -> Owned {
        self.function_with(name, function, 0, data)
    }

    /// The same with a number that the function receives at every call.
    pub(crate) fn function_with(
        self,
        name: &CStr,
        function: Native,
        magic: i32,
        data: Option<JSValue>,
    ) -> Owned {
        let mut data = data.unwrap_or(UNDEFINED);
        // SAFETY: QuickJS copies the name and takes references of its own.
        let raw = unsafe {
            qjs::JS_NewCFunctionData2(
                self.0,
                Some(function),
                name.as_ptr(),
                0,
                magic,
                1,
                ptr::addr_of_mut!(data),
            )
        };
        Owned { ctx: self, raw }
    }

    /// Throws an error of the class that the constructor names.
    pub(crate) fn throw_type_error(self, message: &str) -> JSValue {
        let message = message.replace('\0', " ");
        let text = std::ffi::CString::new(message).unwrap_or_default();
        // SAFETY: both strings end in a NUL.
        unsafe { qjs::JS_ThrowTypeError(self.0, c"%s".as_ptr(), text.as_ptr()) }
    }

    #[cfg(feature = "temporal")]
    pub(crate) fn throw_range_error(self, message: &str) -> JSValue {
        let message = message.replace('\0', " ");
        let text = std::ffi::CString::new(message).unwrap_or_default();
        // SAFETY: both strings end in a NUL.
        unsafe { qjs::JS_ThrowRangeError(self.0, c"%s".as_ptr(), text.as_ptr()) }
    }
}

/// The C signature of a native function.
pub(crate) type Native = unsafe extern "C" fn(
    ctx: *mut JSContext,
    this: JSValue,
    argc: i32,
    argv: *mut JSValue,
    magic: i32,
    data: *mut JSValue,
) -> JSValue;

/// Defines a native function: its body gets the context, the arguments and, if asked for,
/// the value that the function was made with.
macro_rules! native {
    ($(#[$attribute:meta])* $name:ident, |$ctx:ident, $args:ident| $body:block) => {
        native!($(#[$attribute])* $name, |$ctx, $args, _data| $body);
    };
    ($(#[$attribute:meta])* $name:ident, |$ctx:ident, $args:ident, $data:ident| $body:block) => {
        $(#[$attribute])*
        unsafe extern "C" fn $name(
            ctx: *mut JSContext,
            _this: JSValue,
            argc: i32,
            argv: *mut JSValue,
            _magic: i32,
            data: *mut JSValue,
        ) -> JSValue {
            // SAFETY: these are QuickJS's own arguments, and the one value of the function.
            let ($ctx, $args, $data) = unsafe { (Ctx(ctx), arguments(argc, argv), *data) };
            $body
        }
    };
}
pub(crate) use native;

/// The arguments of a native call.
///
/// # Safety
///
/// `argc` and `argv` must be those that QuickJS passed.
pub(crate) unsafe fn arguments<'a>(argc: i32, argv: *mut JSValue) -> &'a [JSValue] {
    if argc <= 0 {
        return &[];
    }
    // SAFETY: QuickJS passes `argc` live values at `argv`.
    unsafe { slice::from_raw_parts(argv, argc as usize) }
}

/// UTF-8 out of WTF-8: each lone surrogate becomes U+FFFD, once.
pub(crate) fn lossy(mut bytes: &[u8]) -> String {
    let mut text = String::new();
    loop {
        match std::str::from_utf8(bytes) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => {
                let (valid, rest) = bytes.split_at(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(valid));
                text.push('\u{FFFD}');
                let surrogate = matches!(rest, [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..]);
                let skip = if surrogate {
                    3
                } else {
                    error.error_len().unwrap_or(rest.len())
                };
                bytes = &rest[skip..];
            }
        }
    }
}
