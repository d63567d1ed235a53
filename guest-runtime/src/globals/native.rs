//! What the environment's JavaScript asks of Rust: addresses, coders, random bytes.
//! All of it is pure; nothing here reaches out of the cell.

use std::cell::RefCell;
use std::io;

use flate2::Compression;
use flate2::write::{
    DeflateDecoder, DeflateEncoder, GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder,
};
use url::{Url, quirks};

use super::{classes, math};
use crate::call;
use crate::clock;
use crate::value::{
    Ctx, JSContext, JSValue, Kind, NULL, Native, Owned, Thrown, UNDEFINED, arguments, kind, lossy,
    native, qjs,
};

/// Bytes of a text that names something.
pub(super) const MAX_NAME_BYTES: usize = 100;
/// Bytes of an address.
const MAX_URL_BYTES: usize = 1 << 20;

/// The functions by name.
pub(super) const FUNCTIONS: &[(&str, Native)] = &[
    ("codec", codec),
    #[cfg(feature = "intl")]
    ("intl", intl),
    ("latin1Decode", latin1_decode),
    ("namespaces", namespaces),
    ("now", now),
    ("parseUrl", parse_url),
    ("randomBytes", random_bytes),
    ("setUrl", set_url),
    ("startedAt", started_at),
    #[cfg(feature = "temporal")]
    ("temporal", temporal),
    ("utf8Decode", utf8_decode),
    ("utf8Encode", utf8_encode),
];

/// The value, or the exception that waits.
pub(super) fn returned(result: Result<Owned, Thrown>) -> JSValue {
    result.map_or(crate::value::EXCEPTION, Owned::release)
}

pub(super) fn bytes(ctx: Ctx, bytes: &[u8]) -> Result<Owned, Thrown> {
    // SAFETY: QuickJS copies the bytes.
    ctx.own(unsafe { qjs::JS_NewUint8ArrayCopy(ctx.0, bytes.as_ptr(), bytes.len() as _) })
}

pub(super) fn with_bytes<T>(ctx: Ctx, raw: JSValue, read: impl FnOnce(&[u8]) -> T) -> Result<T, Thrown> {
    classes::with_bytes(ctx, raw, classes::of(raw), read)
}

native!(random_bytes, |ctx, args| {
    let mut count = 0;
    // SAFETY: the value is live.
    unsafe { qjs::JS_ToInt64(ctx.0, &mut count, args.first().copied().unwrap_or(UNDEFINED)) };
    let mut random = vec![0; usize::try_from(count).unwrap_or_default()];
    math::fill(&mut random);
    returned(bytes(ctx, &random))
});

// Milliseconds of the run.
native!(now, |_ctx, _args| {
    let passed = clock::now_ms().saturating_sub(clock::started_ms());
    qjs::JS_NewFloat64(passed as f64)
});

// Milliseconds since the epoch.
native!(started_at, |_ctx, _args| {
    qjs::JS_NewFloat64(clock::started_ms() as f64)
});

native!(namespaces, |ctx, _args| {
    // SAFETY: the context is alive; the array takes its items over.
    let list = unsafe { qjs::JS_NewArray(ctx.0) };
    for (index, name) in call::namespaces().iter().enumerate() {
        let name = ctx.string(name).release();
        // SAFETY: as above.
        unsafe { qjs::JS_DefinePropertyValueUint32(ctx.0, list, index as u32, name, qjs::JS_PROP_C_W_E as i32) };
    }
    list
});

native!(utf8_encode, |ctx, args| {
    let [text, ..] = args else { return UNDEFINED };
    let encoded = ctx.with_text(*text, |text| bytes(ctx, lossy(text).as_bytes()));
    returned(encoded.and_then(|encoded| encoded))
});

native!(utf8_decode, |ctx, args| {
    let [value, ..] = args else { return UNDEFINED };
    let text = with_bytes(ctx, *value, |bytes| ctx.string(&String::from_utf8_lossy(bytes)));
    returned(text)
});

native!(latin1_decode, |ctx, args| {
    let [value, ..] = args else { return UNDEFINED };
    let text = with_bytes(ctx, *value, |bytes| {
        ctx.string(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
    });
    returned(text)
});

// `intl(operation, ...texts)`: a text, or null where there is no answer.
#[cfg(feature = "intl")]
native!(intl, |ctx, args| {
    let texts: Result<Vec<String>, Thrown> = args.iter().map(|arg| ctx.with_text(*arg, lossy)).collect();
    let Ok(texts) = texts else { return crate::value::EXCEPTION };
    let [operation, arguments @ ..] = texts.as_slice() else { return NULL };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    codecell_intl::call(operation, &arguments).map_or(NULL, |text| ctx.string(&text).release())
});

// `temporal(operation, ...texts)`: a text, or what is thrown.
#[cfg(feature = "temporal")]
native!(temporal, |ctx, args| {
    let texts: Result<Vec<String>, Thrown> = args.iter().map(|arg| ctx.with_text(*arg, lossy)).collect();
    let Ok(texts) = texts else { return crate::value::EXCEPTION };
    let [operation, arguments @ ..] = texts.as_slice() else { return UNDEFINED };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match codecell_temporal::call(operation, &arguments) {
        Ok(text) => ctx.string(&text).release(),
        Err(failure) if failure.is_type_error => ctx.throw_type_error(&failure.message),
        Err(failure) => ctx.throw_range_error(&failure.message),
    }
});

native!(parse_url, |ctx, args| {
    let [input, base @ ..] = args else { return NULL };
    let text = |value: JSValue| ctx.text(value, MAX_URL_BYTES);
    let base = base.first().copied().filter(|base| kind(*base) != Kind::Undefined);
    let (input, base) = match (text(*input), base.map(text).transpose()) {
        (Ok(input), Ok(base)) => (input, base),
        _ => return crate::value::EXCEPTION,
    };
    let base = match base.as_deref().map(Url::parse) {
        Some(Err(_)) => return NULL,
        Some(Ok(base)) => Some(base),
        None => None,
    };
    match Url::options().base_url(base.as_ref()).parse(&input) {
        Ok(url) => parts(ctx, &url),
        Err(_) => NULL,
    }
});

native!(set_url, |ctx, args| {
    let [href, part, value, ..] = args else { return NULL };
    let (href, part, value) = match (
        ctx.text(*href, MAX_URL_BYTES),
        ctx.text(*part, MAX_NAME_BYTES),
        ctx.text(*value, MAX_URL_BYTES),
    ) {
        (Ok(href), Ok(part), Ok(value)) => (href, part, value),
        _ => return crate::value::EXCEPTION,
    };
    let Ok(mut url) = Url::parse(&href) else { return NULL };
    // A setter that refuses a value leaves the address as it was.
    let _ = match part.as_str() {
        "href" => quirks::set_href(&mut url, &value).map_err(|_| ()),
        "protocol" => quirks::set_protocol(&mut url, &value),
        "username" => quirks::set_username(&mut url, &value),
        "password" => quirks::set_password(&mut url, &value),
        "host" => quirks::set_host(&mut url, &value),
        "hostname" => quirks::set_hostname(&mut url, &value),
        "port" => quirks::set_port(&mut url, &value),
        "pathname" => {
            quirks::set_pathname(&mut url, &value);
            Ok(())
        }
        "search" => {
            quirks::set_search(&mut url, &value);
            Ok(())
        }
        "hash" => {
            quirks::set_hash(&mut url, &value);
            Ok(())
        }
        _ => Err(()),
    };
    parts(ctx, &url)
});

/// The parts of an address as the URL standard's getters give them.
fn parts(ctx: Ctx, url: &Url) -> JSValue {
    // SAFETY: the context is alive.
    let object = ctx.own(unsafe { qjs::JS_NewObjectProto(ctx.0, NULL) });
    let Ok(object) = object else { return crate::value::EXCEPTION };
    let origin = quirks::origin(url);
    for (name, value) in [
        ("href", quirks::href(url)),
        ("protocol", quirks::protocol(url)),
        ("username", quirks::username(url)),
        ("password", quirks::password(url)),
        ("host", quirks::host(url)),
        ("hostname", quirks::hostname(url)),
        ("port", quirks::port(url)),
        ("pathname", quirks::pathname(url)),
        ("search", quirks::search(url)),
        ("hash", quirks::hash(url)),
        ("origin", origin.as_str()),
    ] {
        ctx.define(object.raw(), name, ctx.string(value), qjs::JS_PROP_C_W_E);
    }
    object.release()
}

/// A stream of bytes that is compressed, or inflated, into a buffer.
trait Coder: io::Write {
    fn end(&mut self) -> io::Result<()>;
    fn take(&mut self) -> Vec<u8>;
}

macro_rules! coders {
    ($($coder:ident),*) => {
        $(impl Coder for $coder<Vec<u8>> {
            fn end(&mut self) -> io::Result<()> {
                self.try_finish()
            }
            fn take(&mut self) -> Vec<u8> {
                std::mem::take(self.get_mut())
            }
        })*
    };
}
coders!(DeflateDecoder, DeflateEncoder, GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder);

thread_local! {
    /// By number; those that have ended are gone.
    static CODERS: RefCell<Vec<Option<Box<dyn Coder>>>> = const { RefCell::new(Vec::new()) };
}

// `codec(format, inflate)`: an object with `push(bytes)` and `finish()`.
native!(codec, |ctx, args| {
    let [format, inflate, ..] = args else { return UNDEFINED };
    let Ok(format) = ctx.text(*format, MAX_NAME_BYTES) else { return crate::value::EXCEPTION };
    // SAFETY: the value is live.
    let inflate = unsafe { qjs::JS_ToBool(ctx.0, *inflate) } == 1;
    let level = Compression::default();
    let coder: Box<dyn Coder> = match (format.as_str(), inflate) {
        ("gzip", false) => Box::new(GzEncoder::new(Vec::new(), level)),
        ("gzip", true) => Box::new(GzDecoder::new(Vec::new())),
        ("deflate", false) => Box::new(ZlibEncoder::new(Vec::new(), level)),
        ("deflate", true) => Box::new(ZlibDecoder::new(Vec::new())),
        (_, false) => Box::new(DeflateEncoder::new(Vec::new(), level)),
        (_, true) => Box::new(DeflateDecoder::new(Vec::new())),
    };
    let number = CODERS.with_borrow_mut(|coders| {
        coders.push(Some(coder));
        coders.len() as i32 - 1
    });
    // SAFETY: the context is alive.
    let object = ctx.own(unsafe { qjs::JS_NewObjectProto(ctx.0, NULL) });
    let Ok(object) = object else { return crate::value::EXCEPTION };
    let number = qjs::JS_NewFloat64(f64::from(number));
    for (name, function) in [(c"push", push as Native), (c"finish", finish)] {
        let function = ctx.function(name, function, Some(number));
        let name = name.to_str().unwrap_or_default();
        ctx.define(object.raw(), name, function, qjs::JS_PROP_C_W_E);
    }
    object.release()
});

native!(push, |ctx, args, number| {
    let [value, ..] = args else { return UNDEFINED };
    let pushed = with_bytes(ctx, *value, |bytes| {
        code(ctx, number, |coder| coder.write_all(bytes).map(|()| coder.take()))
    });
    pushed.unwrap_or(crate::value::EXCEPTION)
});

native!(finish, |ctx, _args, number| {
    let finished = code(ctx, number, |coder| coder.end().map(|()| coder.take()));
    let index = index(ctx, number);
    CODERS.with_borrow_mut(|coders| {
        if let Some(coder) = coders.get_mut(index) {
            *coder = None;
        }
    });
    finished
});

fn index(ctx: Ctx, number: JSValue) -> usize {
    let mut index = 0;
    // SAFETY: the value is a number of ours.
    unsafe { qjs::JS_ToInt32(ctx.0, &mut index, number) };
    usize::try_from(index).unwrap_or(usize::MAX)
}

fn code(
    ctx: Ctx,
    number: JSValue,
    run: impl FnOnce(&mut dyn Coder) -> io::Result<Vec<u8>>,
) -> JSValue {
    let index = index(ctx, number);
    let coded = CODERS.with_borrow_mut(|coders| {
        let coder = coders.get_mut(index).and_then(Option::as_mut)?;
        Some(run(coder.as_mut()))
    });
    match coded {
        Some(Ok(coded)) => returned(bytes(ctx, &coded)),
        Some(Err(error)) => ctx.throw_type_error(&format!("The stream is not valid: {error}")),
        None => NULL,
    }
}
