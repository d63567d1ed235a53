//! The encodings of old files, by the tables of `encoding_rs`.

use std::cell::RefCell;

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::native::{MAX_NAME_BYTES, with_bytes};
use crate::value::{Ctx, EXCEPTION, JSContext, JSValue, NULL, Native, Thrown, arguments, native, qjs};

/// The functions by name.
pub(super) const FUNCTIONS: &[(&str, Native)] = &[("encodingOf", encoding_of), ("decoder", decoder)];

struct Open {
    decoder: Decoder,
    is_fatal: bool,
}

thread_local! {
    static OPEN: RefCell<Vec<Open>> = const { RefCell::new(Vec::new()) };
}

// `encodingOf(label)`: the name of the encoding, or null.
native!(encoding_of, |ctx, args| {
    let [label, ..] = args else { return NULL };
    let Ok(label) = ctx.text(*label, MAX_NAME_BYTES) else { return EXCEPTION };
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) => ctx.string(&encoding.name().to_ascii_lowercase()).release(),
        None => NULL,
    }
});

// `decoder(name, fatal)`: a function of bytes and whether they are the last, that gives
// text, or null for bytes that are wrong.
native!(decoder, |ctx, args| {
    let [name, fatal, ..] = args else { return NULL };
    let Ok(name) = ctx.text(*name, MAX_NAME_BYTES) else { return EXCEPTION };
    let Some(encoding) = Encoding::for_label(name.as_bytes()) else { return NULL };
    let open = Open {
        decoder: encoding.new_decoder_without_bom_handling(),
        // SAFETY: the value is live.
        is_fatal: unsafe { qjs::JS_ToBool(ctx.0, *fatal) } == 1,
    };
    let number = OPEN.with_borrow_mut(|all| {
        all.push(open);
        all.len() as i32 - 1
    });
    ctx.function(c"decode", decode, Some(qjs::JS_NewFloat64(f64::from(number)))).release()
});

native!(decode, |ctx, args, number| {
    let [value, last, ..] = args else { return NULL };
    let mut index = 0;
    // SAFETY: the values are live, the first a number of ours.
    let last = unsafe {
        qjs::JS_ToInt32(ctx.0, &mut index, number);
        qjs::JS_ToBool(ctx.0, *last) == 1
    };
    let text = with_bytes(ctx, *value, |bytes| {
        OPEN.with_borrow_mut(|all| {
            let open = usize::try_from(index).ok().and_then(|index| all.get_mut(index))?;
            let text = open.decode(bytes, last);
            if last || text.is_none() {
                open.decoder = open.decoder.encoding().new_decoder_without_bom_handling();
            }
            text
        })
    });
    match text {
        Ok(Some(text)) => ctx.string(&text).release(),
        Ok(None) => NULL,
        Err(Thrown) => EXCEPTION,
    }
});

impl Open {
    fn decode(&mut self, bytes: &[u8], last: bool) -> Option<String> {
        let room = self.decoder.max_utf8_buffer_length(bytes.len())?;
        let mut text = String::with_capacity(room);
        if !self.is_fatal {
            let _ = self.decoder.decode_to_string(bytes, &mut text, last);
            return Some(text);
        }
        let (result, _) = self
            .decoder
            .decode_to_string_without_replacement(bytes, &mut text, last);
        (result == DecoderResult::InputEmpty).then_some(text)
    }
}
