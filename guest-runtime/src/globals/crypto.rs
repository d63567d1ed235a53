//! What `crypto.subtle` and `node:crypto` ask of Rust; null where there is no answer.

use super::native::{MAX_NAME_BYTES, bytes, returned, with_bytes};
use crate::{ciphers, curves};
use crate::value::{
    Ctx, EXCEPTION, JSContext, JSValue, Kind, NULL, Native, Thrown, arguments, kind, native, qjs,
};

/// The functions by name.
pub(super) const FUNCTIONS: &[(&str, Native)] =
    &[("aes", aes), ("curve", curve), ("hash", hash), ("hkdf", hkdf), ("pbkdf2", pbkdf2)];

/// The arguments of a call.
struct Given<'a>(Ctx, &'a [JSValue]);

impl Given<'_> {
    fn text(&self, index: usize) -> Result<String, Thrown> {
        self.0.text(self.1.get(index).copied().unwrap_or(NULL), MAX_NAME_BYTES)
    }

    fn bytes(&self, index: usize) -> Result<Option<Vec<u8>>, Thrown> {
        let value = self.1.get(index).copied().filter(|value| kind(*value) == Kind::Object);
        value.map(|value| with_bytes(self.0, value, <[u8]>::to_vec)).transpose()
    }

    /// The bytes, or none where there are none.
    fn part(&self, index: usize) -> Result<Vec<u8>, Thrown> {
        self.bytes(index).map(Option::unwrap_or_default)
    }

    fn number(&self, index: usize) -> u32 {
        let mut number = 0;
        // SAFETY: the value is live.
        unsafe { qjs::JS_ToInt64(self.0.0, &mut number, self.1.get(index).copied().unwrap_or(NULL)) };
        u32::try_from(number).unwrap_or_default()
    }

    fn answer(&self, computed: Result<Option<Vec<u8>>, Thrown>) -> JSValue {
        match computed {
            Ok(Some(computed)) => returned(bytes(self.0, &computed)),
            Ok(None) => NULL,
            Err(Thrown) => EXCEPTION,
        }
    }
}

// `hash(name, bytes, key)`: a digest, or an HMAC where there is a key.
native!(hash, |ctx, args| {
    let given = Given(ctx, args);
    given.answer((|| {
        let (name, key) = (given.text(0)?, given.bytes(2)?);
        let Some(value) = args.get(1) else { return Ok(None) };
        with_bytes(ctx, *value, |bytes| ciphers::hash(&name, bytes, key.as_deref()))
    })())
});

// `aes(operation, key, iv, bytes, size, extra)`.
native!(aes, |ctx, args| {
    let given = Given(ctx, args);
    given.answer((|| {
        let (operation, key, iv, extra) = (given.text(0)?, given.part(1)?, given.part(2)?, given.part(5)?);
        let (bytes, size) = (given.part(3)?, given.number(4) as usize);
        Ok(ciphers::aes(&operation, &key, &iv, &bytes, size, &extra))
    })())
});

// `hkdf(hash, secret, salt, info, length)`.
native!(hkdf, |ctx, args| {
    let given = Given(ctx, args);
    given.answer((|| {
        let (name, secret, salt, info) = (given.text(0)?, given.part(1)?, given.part(2)?, given.part(3)?);
        Ok(ciphers::hkdf(&name, &secret, &salt, &info, given.number(4) as usize))
    })())
});

// `pbkdf2(hash, secret, salt, rounds, length)`.
native!(pbkdf2, |ctx, args| {
    let given = Given(ctx, args);
    given.answer((|| {
        let (name, secret, salt) = (given.text(0)?, given.part(1)?, given.part(2)?);
        Ok(ciphers::pbkdf2(&name, &secret, &salt, given.number(3), given.number(4) as usize))
    })())
});

// `curve(curve, operation, first, second, third)`.
native!(curve, |ctx, args| {
    let given = Given(ctx, args);
    given.answer((|| {
        let (curve, operation) = (given.text(0)?, given.text(1)?);
        let (first, second, third) = (given.part(2)?, given.part(3)?, given.part(4)?);
        Ok(curves::call(&curve, &operation, [&first, &second, &third]))
    })())
});
