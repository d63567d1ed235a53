//! The JavaScript environment: what programs expect of the web and of Node.
//!
//! Its files are evaluated once, when the image is made, in the order below; each is a
//! function that gets the record `env` and adds to it. What they need of Rust is in
//! [`super::native`] and [`super::console`].

use std::cell::Cell;
use std::ffi::CStr;

use super::{crypto, encodings, must, native, prelude, prelude_source};
use crate::value::{Ctx, JSValue, Kind, Owned, Thrown, UNDEFINED, kind, qjs};

/// The files, in order, each with the name that its frames have.
const FILES: &[(&CStr, &CStr)] = &[
    (c"codecell:inspect", prelude_source!("../environment/inspect.js")),
    (c"codecell:dom-exception", prelude_source!("../environment/dom-exception.js")),
    (c"codecell:events", prelude_source!("../environment/events.js")),
    (c"codecell:abort", prelude_source!("../environment/abort.js")),
    (c"codecell:structured-clone", prelude_source!("../environment/structured-clone.js")),
    (c"codecell:messages", prelude_source!("../environment/messages.js")),
    (c"codecell:bytes", prelude_source!("../environment/bytes.js")),
    (c"codecell:encoding", prelude_source!("../environment/encoding.js")),
    (c"codecell:url", prelude_source!("../environment/url.js")),
    (c"codecell:url-pattern/pattern", prelude_source!("../environment/url-pattern/pattern.js")),
    (c"codecell:url-pattern/components", prelude_source!("../environment/url-pattern/components.js")),
    (c"codecell:url-pattern/class", prelude_source!("../environment/url-pattern/class.js")),
    (c"codecell:buffer", prelude_source!("../environment/buffer.js")),
    (c"codecell:byte-streams", prelude_source!("../environment/byte-streams.js")),
    (c"codecell:streams", prelude_source!("../environment/streams.js")),
    (c"codecell:blob", prelude_source!("../environment/blob.js")),
    (c"codecell:file-reader", prelude_source!("../environment/file-reader.js")),
    (c"codecell:fetch", prelude_source!("../environment/fetch.js")),
    (c"codecell:intl/ground", prelude_source!("../environment/intl/ground.js")),
    (c"codecell:intl/names", prelude_source!("../environment/intl/names.js")),
    (c"codecell:intl/number", prelude_source!("../environment/intl/number.js")),
    (c"codecell:intl/date", prelude_source!("../environment/intl/date.js")),
    (c"codecell:intl/text", prelude_source!("../environment/intl/text.js")),
    (c"codecell:intl/relative", prelude_source!("../environment/intl/relative.js")),
    (c"codecell:temporal/ground", prelude_source!("../environment/temporal/ground.js")),
    (c"codecell:temporal/fields", prelude_source!("../environment/temporal/fields.js")),
    (c"codecell:temporal/duration", prelude_source!("../environment/temporal/duration.js")),
    (c"codecell:temporal/time", prelude_source!("../environment/temporal/time.js")),
    (c"codecell:temporal/date", prelude_source!("../environment/temporal/date.js")),
    (c"codecell:temporal/month", prelude_source!("../environment/temporal/month.js")),
    (c"codecell:temporal/zoned", prelude_source!("../environment/temporal/zoned.js")),
    (c"codecell:temporal/now", prelude_source!("../environment/temporal/now.js")),
    (c"codecell:globals", prelude_source!("../environment/globals.js")),
    (c"codecell:console", prelude_source!("../environment/console.js")),
    (c"codecell:node/path", prelude_source!("../environment/node/path.js")),
    (c"codecell:node/util", prelude_source!("../environment/node/util.js")),
    (c"codecell:node/events", prelude_source!("../environment/node/events.js")),
    (c"codecell:node/text", prelude_source!("../environment/node/text.js")),
    (c"codecell:node/assert", prelude_source!("../environment/node/assert.js")),
    (c"codecell:node/process", prelude_source!("../environment/node/process.js")),
    (c"codecell:crypto/keys", prelude_source!("../environment/crypto/keys.js")),
    (c"codecell:crypto/secret", prelude_source!("../environment/crypto/secret.js")),
    (c"codecell:crypto/pairs", prelude_source!("../environment/crypto/pairs.js")),
    (c"codecell:crypto/subtle", prelude_source!("../environment/crypto/subtle.js")),
    (c"codecell:node/crypto", prelude_source!("../environment/node/crypto.js")),
    (c"codecell:node/require", prelude_source!("../environment/node/require.js")),
];

thread_local! {
    /// `env.inspect`, `env.load` and `env.missingModule`.
    static USED: Cell<[JSValue; 3]> = const { Cell::new([UNDEFINED; 3]) };
    /// The record `native`.
    static NATIVE: Cell<JSValue> = const { Cell::new(UNDEFINED) };
}

/// A value as `console.log` shows it.
pub(crate) fn inspect(ctx: Ctx, raw: JSValue) -> Result<Owned, Thrown> {
    ctx.call(USED.get()[0], &[raw])
}

/// The module of this environment with this name: an object with its exports.
pub(crate) fn load(ctx: Ctx, name: &str) -> Option<Owned> {
    let found = ctx.call(USED.get()[1], &[ctx.string(name).raw()]).ok()?;
    (kind(found.raw()) == Kind::Object).then_some(found)
}

/// What is thrown for a module that does not exist.
pub(crate) fn missing_module(ctx: Ctx, name: &str) -> Result<Owned, Thrown> {
    ctx.call(USED.get()[2], &[ctx.string(name).raw()])
}

/// Gives the files something that only some runs have.
pub(crate) fn give(ctx: Ctx, name: &str, value: Owned) {
    ctx.define(NATIVE.get(), name, value, qjs::JS_PROP_C_W_E);
}

/// Runs all files, given the functions that the console needs.
pub(super) fn install(ctx: Ctx, host: &Owned) {
    for (name, function) in native::FUNCTIONS.iter().chain(encodings::FUNCTIONS).chain(crypto::FUNCTIONS) {
        let label = std::ffi::CString::new(*name).unwrap_or_default();
        ctx.define(host.raw(), name, ctx.function(&label, *function, None), qjs::JS_PROP_C_W_E);
    }
    for name in [c"setTimeout", c"clearTimeout", c"setInterval", c"clearInterval"] {
        let function = must(ctx, ctx.get(ctx.global().raw(), name), "timers");
        ctx.define(host.raw(), name.to_str().unwrap_or_default(), function, qjs::JS_PROP_C_W_E);
    }
    let source = prelude_source!("../environment/primordials.js");
    let make = must(ctx, prelude(ctx, c"codecell:primordials", source), "primordials.js");
    let args = [host.raw(), ctx.global().raw()];
    let env = must(ctx, ctx.call(make.raw(), &args), "primordials.js");
    for (name, source) in FILES {
        let label = name.to_str().unwrap_or_default();
        let define = must(ctx, prelude(ctx, name, source), label);
        must(ctx, ctx.call(define.raw(), &[env.raw()]), label);
    }
    NATIVE.set(ctx.dup(host.raw()).release());
    let used = [c"inspect", c"load", c"missingModule"];
    USED.set(used.map(|name| must(ctx, ctx.get(env.raw(), name), "env").release()));
}
