//! A JavaScript value as JSON text, by the rules of `JSON.stringify`.
//!
//! Written natively, so that no program can replace a part of it, each property
//! is read once, the text stops growing at its limit, and what JSON cannot say is
//! refused with the path to it. Two things go beyond ECMA-262 `SerializeJSONProperty`:
//! bytes are tagged (see `types.json` in the WIT), and promises are refused,
//! because `{}` in their place only hides a missing `await`.

use std::ptr;
use std::slice;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::globals::classes::{self, Class};
use crate::value::{Ctx, JSValue, Kind, Owned, Thrown, identity, kind, lossy, qjs};

/// Levels of nesting that may cross the boundary.
const MAX_DEPTH: usize = 500;

/// Why a value has no JSON text.
pub(crate) enum Refusal {
    /// A getter, a `toJSON` or a proxy threw; the exception waits.
    Thrown,
    /// The text is longer than its limit.
    TooLarge,
    /// JSON cannot say it.
    Unserializable(String),
}

impl From<Thrown> for Refusal {
    fn from(_: Thrown) -> Self {
        Self::Thrown
    }
}

type Encoded = Result<(), Refusal>;

/// One value; `None` for those that `JSON.stringify` leaves out.
pub(crate) fn value(ctx: Ctx, raw: JSValue, limit: usize) -> Result<Option<String>, Refusal> {
    let mut encoder = Encoder::new(ctx, limit);
    let present = encoder.property(ctx.dup(raw), &Key::Root)?;
    Ok(present.then(|| encoder.finish()))
}

/// A list of values as an array, in which what has no text is `null`.
pub(crate) fn list(ctx: Ctx, values: &[JSValue], limit: usize) -> Result<String, Refusal> {
    let mut encoder = Encoder::new(ctx, limit);
    encoder.text.push(b'[');
    for (index, raw) in values.iter().enumerate() {
        if index > 0 {
            encoder.text.push(b',');
        }
        if !encoder.property(ctx.dup(*raw), &Key::Argument(index))? {
            encoder.text.extend_from_slice(b"null");
        }
    }
    encoder.text.push(b']');
    encoder.check()?;
    Ok(encoder.finish())
}

/// Where a value hangs on its holder.
enum Key<'a> {
    Root,
    Argument(usize),
    Index(i64),
    Name(&'a [u8]),
}

struct Encoder {
    ctx: Ctx,
    text: Vec<u8>,
    limit: usize,
    /// The objects around the current value, outermost first.
    open: Vec<usize>,
    /// The way to the current value, as far as it is more than a root.
    path: Vec<String>,
}

impl Encoder {
    fn new(ctx: Ctx, limit: usize) -> Self {
        Self {
            ctx,
            text: Vec::with_capacity(64),
            limit,
            open: Vec::new(),
            path: Vec::new(),
        }
    }

    fn finish(self) -> String {
        // The encoder writes ASCII, and text that `string` has made UTF-8.
        String::from_utf8(self.text).unwrap_or_default()
    }

    fn check(&self) -> Encoded {
        if self.text.len() > self.limit {
            return Err(Refusal::TooLarge);
        }
        Ok(())
    }

    /// `SerializeJSONProperty`; `false` when there is nothing to write.
    fn property(&mut self, mut value: Owned, key: &Key<'_>) -> Result<bool, Refusal> {
        let mut what = kind(value.raw());
        if matches!(what, Kind::Object | Kind::BigInt) {
            let to_json = self.ctx.get(value.raw(), c"toJSON")?;
            if self.ctx.is_function(to_json.raw()) {
                value = self.call_to_json(&to_json, &value, key)?;
                what = kind(value.raw());
            }
        }
        match what {
            Kind::Undefined | Kind::Symbol => return Ok(false),
            Kind::Null => self.text.extend_from_slice(b"null"),
            // SAFETY: the tag was read just now.
            Kind::Bool => match unsafe { qjs::JS_VALUE_GET_BOOL(value.raw()) } {
                true => self.text.extend_from_slice(b"true"),
                false => self.text.extend_from_slice(b"false"),
            },
            Kind::Int | Kind::Float => self.number(value.raw())?,
            Kind::String => self.string(value.raw())?,
            Kind::BigInt => {
                return Err(self.refuse(key, "Do not know how to serialize a BigInt", ""));
            }
            Kind::Object => return self.object(&value, key),
        }
        self.check()?;
        Ok(true)
    }

    fn call_to_json(
        &self,
        to_json: &Owned,
        value: &Owned,
        key: &Key<'_>,
    ) -> Result<Owned, Refusal> {
        let name = match key {
            Key::Root => self.ctx.string(""),
            Key::Argument(index) => self.ctx.string(&index.to_string()),
            Key::Index(index) => self.ctx.string(&index.to_string()),
            Key::Name(name) => self.ctx.string(&lossy(name)),
        };
        let mut args = [name.raw()];
        // SAFETY: all values are live; QuickJS borrows them.
        let raw =
            unsafe { qjs::JS_Call(self.ctx.0, to_json.raw(), value.raw(), 1, args.as_mut_ptr()) };
        Ok(self.ctx.own(raw)?)
    }

    fn number(&mut self, raw: JSValue) -> Encoded {
        if kind(raw) == Kind::Int {
            // SAFETY: the tag was read just now.
            let number = unsafe { qjs::JS_VALUE_GET_INT(raw) };
            self.integer(number);
            return Ok(());
        }
        // SAFETY: the tag was read just now.
        let number = unsafe { qjs::JS_VALUE_GET_FLOAT64(raw) };
        if !number.is_finite() {
            self.text.extend_from_slice(b"null");
        } else if number.fract() == 0.0 && number.abs() < 2e9 {
            self.integer(number as i32);
        } else {
            let text = &mut self.text;
            self.ctx
                .with_text(raw, |digits| text.extend_from_slice(digits))?;
        }
        Ok(())
    }

    /// Without the standard library's formatting: its tables would be the only thing that
    /// most runs read of two stretches of the memory.
    fn integer(&mut self, number: i32) {
        let mut digits = [0; 10];
        let mut at = digits.len();
        let mut rest = number.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            self.text.push(b'-');
        }
        self.text.extend_from_slice(&digits[at..]);
    }

    fn string(&mut self, raw: JSValue) -> Encoded {
        let text = &mut self.text;
        let room = self.limit.saturating_sub(text.len());
        let fits = self.ctx.with_text(raw, |bytes| {
            if bytes.len() > room {
                return false;
            }
            quote(text, bytes);
            true
        })?;
        if fits { Ok(()) } else { Err(Refusal::TooLarge) }
    }

    fn object(&mut self, value: &Owned, key: &Key<'_>) -> Result<bool, Refusal> {
        let raw = value.raw();
        let class = classes::of(raw);
        match class {
            Class::Number => {
                // ToNumber may run the object's own valueOf, as the standard says.
                let mut number = 0.0;
                // SAFETY: the value is live.
                if unsafe { qjs::JS_ToFloat64(self.ctx.0, &mut number, raw) } < 0 {
                    return Err(Refusal::Thrown);
                }
                self.number(qjs::JS_NewFloat64(number))?;
            }
            Class::String => self.string(raw)?,
            Class::Boolean => {
                let flag = classes::boolean_value(self.ctx, raw)?;
                self.text
                    .extend_from_slice(if flag { b"true" } else { b"false" });
            }
            Class::BigInt => {
                return Err(self.refuse(key, "Do not know how to serialize a BigInt", ""));
            }
            Class::Promise => {
                let advice = "; await it first";
                return Err(self.refuse(
                    key,
                    "A Promise has no value yet and cannot be serialized",
                    advice,
                ));
            }
            Class::ArrayBuffer | Class::TypedArray | Class::DataView => {
                self.bytes(raw, class)?;
            }
            _ if self.ctx.is_function(raw) => return Ok(false),
            _ => self.container(raw, key)?,
        }
        self.check()?;
        Ok(true)
    }

    fn bytes(&mut self, raw: JSValue, class: Class) -> Encoded {
        let tag: &[u8] = match class {
            Class::ArrayBuffer => b"{\"$arrayBuffer\":\"",
            _ => b"{\"$bytes\":\"",
        };
        self.text.extend_from_slice(tag);
        let (limit, text) = (self.limit, &mut self.text);
        let fits = classes::with_bytes(self.ctx, raw, class, |bytes| {
            if bytes.len() / 3 * 4 + text.len() > limit {
                return false;
            }
            text.extend_from_slice(STANDARD.encode(bytes).as_bytes());
            true
        })?;
        self.text.extend_from_slice(b"\"}");
        if fits { Ok(()) } else { Err(Refusal::TooLarge) }
    }

    fn container(&mut self, raw: JSValue, key: &Key<'_>) -> Encoded {
        let id = identity(raw);
        if self.open.contains(&id) {
            return Err(self.refuse(
                key,
                "Converting circular structure to JSON",
                ": the value is inside itself",
            ));
        }
        if self.open.len() >= MAX_DEPTH {
            let advice = format!(": nested more than {MAX_DEPTH} levels deep");
            return Err(self.refuse(key, "The value cannot be serialized", &advice));
        }
        self.open.push(id);
        let named = self.enter(key);
        let result = match is_array(self.ctx, raw)? {
            true => self.array(raw),
            false => self.record(raw),
        };
        if named {
            self.path.pop();
        }
        self.open.pop();
        result
    }

    fn array(&mut self, raw: JSValue) -> Encoded {
        let mut len = 0;
        // SAFETY: the value is live.
        if unsafe { qjs::JS_GetLength(self.ctx.0, raw, &mut len) } < 0 {
            return Err(Refusal::Thrown);
        }
        self.text.push(b'[');
        for index in 0..len {
            if index > 0 {
                self.text.push(b',');
            }
            // SAFETY: the value is live.
            let item = unsafe { qjs::JS_GetPropertyInt64(self.ctx.0, raw, index) };
            let item = self.ctx.own(item)?;
            if !self.property(item, &Key::Index(index))? {
                self.text.extend_from_slice(b"null");
                self.check()?;
            }
        }
        self.text.push(b']');
        self.check()
    }

    fn record(&mut self, raw: JSValue) -> Encoded {
        let names = Names::of(self.ctx, raw)?;
        let lone = names.as_slice().len() == 1;
        self.text.push(b'{');
        let mut first = true;
        for name in names.as_slice() {
            // SAFETY: the atom lives as long as `names`.
            let item = unsafe { qjs::JS_GetProperty(self.ctx.0, raw, name.atom) };
            let item = self.ctx.own(item)?;
            first &= !self.member(name.atom, item, first, lone)?;
        }
        self.text.push(b'}');
        self.check()
    }

    /// `"name":value`, with what must stand before; `false` if there is none.
    fn member(
        &mut self,
        atom: qjs::JSAtom,
        item: Owned,
        first: bool,
        lone: bool,
    ) -> Result<bool, Refusal> {
        let before = self.text.len();
        if !first {
            self.text.push(b',');
        }
        let mut len = 0;
        // SAFETY: the atom is live, and so is its text until it is freed.
        let (name, text) = unsafe {
            let text = qjs::JS_AtomToCStringLen(self.ctx.0, &mut len, atom);
            if text.is_null() {
                return Err(Refusal::Thrown);
            }
            (slice::from_raw_parts(text.cast::<u8>(), len as usize), text)
        };
        let start = self.text.len();
        quote(&mut self.text, name);
        if lone && is_tag(name) {
            self.text.insert(start + 1, b'$');
        }
        self.text.push(b':');
        let present = self.property(item, &Key::Name(name));
        // SAFETY: the text came from the call above and `name` is not used again.
        unsafe { qjs::JS_FreeCString(self.ctx.0, text) };
        if !matches!(present, Ok(true)) {
            self.text.truncate(before);
        }
        present
    }

    /// Appends a key to the path; `false` for the root, which is no part of it.
    fn enter(&mut self, key: &Key<'_>) -> bool {
        let Some(step) = step(key) else { return false };
        self.path.push(step);
        true
    }

    fn refuse(&self, key: &Key<'_>, problem: &str, advice: &str) -> Refusal {
        let mut path = self.path.concat();
        path.extend(step(key));
        // A bare argument or result needs no path to be found.
        let nested = !self.path.is_empty() || matches!(key, Key::Index(_) | Key::Name(_));
        Refusal::Unserializable(match nested {
            true => format!("{problem} (at {}){advice}", path.trim_start_matches('.')),
            false => format!("{problem}{advice}"),
        })
    }
}

fn step(key: &Key<'_>) -> Option<String> {
    match key {
        Key::Root => None,
        Key::Argument(index) => Some(format!("arguments[{index}]")),
        Key::Index(index) => Some(format!("[{index}]")),
        Key::Name(name) => Some(format!(".{}", lossy(&name[..name.len().min(80)]))),
    }
}

/// Whether a lone key would be read as a tag, with any number of `$` before it.
pub(crate) fn is_tag(name: &[u8]) -> bool {
    let bare = name.iter().position(|byte| *byte != b'$').unwrap_or(0);
    bare > 0 && matches!(&name[bare..], b"bytes" | b"arrayBuffer")
}

fn is_array(ctx: Ctx, raw: JSValue) -> Result<bool, Thrown> {
    // SAFETY: the values are live; a proxy's target is a reference of ours.
    unsafe {
        if !qjs::JS_IsProxy(raw) {
            return Ok(qjs::JS_IsArray(raw));
        }
        let target = ctx.own(qjs::JS_GetProxyTarget(ctx.0, raw))?;
        is_array(ctx, target.raw())
    }
}

/// The own enumerable string keys of an object, in order.
struct Names {
    ctx: Ctx,
    table: *mut qjs::JSPropertyEnum,
    len: u32,
}

impl Names {
    fn of(ctx: Ctx, raw: JSValue) -> Result<Self, Thrown> {
        let mut names = Self {
            ctx,
            table: ptr::null_mut(),
            len: 0,
        };
        let flags = qjs::JS_GPN_STRING_MASK | qjs::JS_GPN_ENUM_ONLY;
        // SAFETY: the out pointers are live.
        let status = unsafe {
            qjs::JS_GetOwnPropertyNames(ctx.0, &mut names.table, &mut names.len, raw, flags as _)
        };
        if status < 0 { Err(Thrown) } else { Ok(names) }
    }

    fn as_slice(&self) -> &[qjs::JSPropertyEnum] {
        if self.table.is_null() {
            return &[];
        }
        // SAFETY: QuickJS filled `len` entries.
        unsafe { slice::from_raw_parts(self.table, self.len as usize) }
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        if !self.table.is_null() {
            // SAFETY: the table came from QuickJS and is freed once.
            unsafe { qjs::JS_FreePropertyEnum(self.ctx.0, self.table, self.len) }
        }
    }
}

/// Writes WTF-8 as a JSON string (ECMA-262 `QuoteJSONString`), with U+FFFD in
/// place of lone surrogates.
fn quote(out: &mut Vec<u8>, bytes: &[u8]) {
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    let mut done = 0;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let surrogate = byte == 0xED && bytes.get(at + 1).is_some_and(|next| *next >= 0xA0);
        if byte >= 0x20 && byte != b'"' && byte != b'\\' && !surrogate {
            at += 1;
            continue;
        }
        out.extend_from_slice(&bytes[done..at]);
        at += if surrogate { 3 } else { 1 };
        done = at.min(bytes.len());
        match byte {
            0xED => out.extend_from_slice("\u{FFFD}".as_bytes()),
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0C => out.extend_from_slice(b"\\f"),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.push(HEX[usize::from(byte >> 4)]);
                out.push(HEX[usize::from(byte & 15)]);
            }
        }
    }
    out.extend_from_slice(&bytes[done..]);
    out.push(b'"');
}
