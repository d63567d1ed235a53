//! JSON text as a JavaScript value, bytes included.

use std::slice;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::encode::is_tag;
use crate::value::{Ctx, JSValue, Kind, Owned, Thrown, UNDEFINED, kind, qjs};

/// Parses what the host sent; `Err` if it is not JSON, which is the host's fault.
pub(crate) fn value(ctx: Ctx, text: String) -> Result<Owned, Thrown> {
    // A text that names no tag holds none, and needs no walk.
    let tagged = memmem(text.as_bytes(), b"bytes\"") || memmem(text.as_bytes(), b"arrayBuffer\"");
    let len = text.len();
    let mut buffer = text.into_bytes();
    buffer.push(0); // QuickJS wants a NUL behind the text.
    // SAFETY: the buffer holds `len` bytes and a NUL.
    let parsed =
        unsafe { qjs::JS_ParseJSON(ctx.0, buffer.as_ptr().cast(), len as _, c"<json>".as_ptr()) };
    let parsed = ctx.own(parsed)?;
    if tagged {
        untag(ctx, parsed)
    } else {
        Ok(parsed)
    }
}

fn memmem(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

/// Turns tagged objects into bytes and takes the extra `$` off escaped keys.
fn untag(ctx: Ctx, value: Owned) -> Result<Owned, Thrown> {
    if kind(value.raw()) != Kind::Object {
        return Ok(value);
    }
    let mut table = std::ptr::null_mut();
    let mut len = 0;
    // SAFETY: the value was parsed from JSON: it is plain, and runs no code.
    let names = unsafe {
        let flags = qjs::JS_GPN_STRING_MASK | qjs::JS_GPN_ENUM_ONLY;
        if qjs::JS_GetOwnPropertyNames(ctx.0, &mut table, &mut len, value.raw(), flags as _) < 0 {
            return Err(Thrown);
        }
        if table.is_null() {
            &[][..]
        } else {
            slice::from_raw_parts(table, len as usize)
        }
    };
    // SAFETY: as above.
    let is_array = unsafe { qjs::JS_IsArray(value.raw()) };
    let mut result = None;
    if names.len() == 1 && !is_array {
        result = tagged_object(ctx, &value, names[0].atom)?;
    }
    if result.is_none() {
        for name in names {
            // SAFETY: the atom lives until the table is freed.
            let item = ctx.own(unsafe { qjs::JS_GetProperty(ctx.0, value.raw(), name.atom) })?;
            if kind(item.raw()) == Kind::Object {
                let item = untag(ctx, item)?;
                define(ctx, value.raw(), name.atom, item);
            }
        }
    }
    if !table.is_null() {
        // SAFETY: the table came from QuickJS and is freed once.
        unsafe { qjs::JS_FreePropertyEnum(ctx.0, table, len) };
    }
    Ok(result.unwrap_or(value))
}

fn define(ctx: Ctx, object: JSValue, atom: qjs::JSAtom, value: Owned) {
    // SAFETY: object and atom are live; QuickJS takes the value over.
    unsafe {
        qjs::JS_DefinePropertyValue(
            ctx.0,
            object,
            atom,
            value.release(),
            qjs::JS_PROP_C_W_E as i32,
        );
    }
}

/// What an object with one key stands for, if its key is a tag.
fn tagged_object(ctx: Ctx, object: &Owned, atom: qjs::JSAtom) -> Result<Option<Owned>, Thrown> {
    // SAFETY: the atom is live.
    let name = ctx.own(unsafe { qjs::JS_AtomToString(ctx.0, atom) })?;
    let name = ctx.text(name.raw(), usize::MAX)?;
    if !is_tag(name.as_bytes()) {
        return Ok(None);
    }
    // SAFETY: the atom is live.
    let item = ctx.own(unsafe { qjs::JS_GetProperty(ctx.0, object.raw(), atom) })?;
    if name.starts_with("$$") {
        let plain = ctx.own(new_object(ctx))?;
        ctx.define(
            plain.raw(),
            &name[1..],
            untag(ctx, item)?,
            qjs::JS_PROP_C_W_E,
        );
        return Ok(Some(plain));
    }
    if kind(item.raw()) != Kind::String {
        return Ok(None);
    }
    let Ok(bytes) = ctx.with_text(item.raw(), |text| STANDARD.decode(text))? else {
        return Ok(None);
    };
    // SAFETY: QuickJS copies the bytes.
    let buffer =
        ctx.own(unsafe { qjs::JS_NewArrayBufferCopy(ctx.0, bytes.as_ptr(), bytes.len() as _) })?;
    if name == "$arrayBuffer" {
        return Ok(Some(buffer));
    }
    // QuickJS reads offset and length whatever their number is said to be.
    let mut args = [buffer.raw(), UNDEFINED, UNDEFINED];
    // SAFETY: the arguments are live; QuickJS borrows them.
    let view = unsafe {
        qjs::JS_NewTypedArray(
            ctx.0,
            3,
            args.as_mut_ptr(),
            qjs::JSTypedArrayEnum_JS_TYPED_ARRAY_UINT8,
        )
    };
    Ok(Some(ctx.own(view)?))
}

fn new_object(ctx: Ctx) -> JSValue {
    // SAFETY: the context is alive.
    unsafe { qjs::JS_NewObject(ctx.0) }
}
