//! Order, borders and case of texts.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::rc::Rc;

use icu_casemap::CaseMapper;
use icu_collator::options::{AlternateHandling, CaseLevel, CollatorOptions, MaxVariable, Strength};
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale::Locale;
use icu_segmenter::options::{SentenceBreakInvariantOptions, WordBreakInvariantOptions};
use icu_segmenter::{GraphemeClusterSegmenter, SentenceSegmenter, WordSegmenter};

use crate::options::Options;

thread_local! {
    static COLLATORS: RefCell<HashMap<String, Rc<CollatorBorrowed<'static>>>> = RefCell::default();
}

fn collator(text: &str) -> Option<Rc<CollatorBorrowed<'static>>> {
    COLLATORS.with_borrow_mut(|kept| {
        if let Some(found) = kept.get(text) {
            return Some(Rc::clone(found));
        }
        if kept.len() >= crate::KEPT {
            kept.clear();
        }
        let given = Options::parse(text);
        let locale: Locale = given.get("locale").parse().ok()?;
        let mut options = CollatorOptions::default();
        (options.strength, options.case_level) = match given.get("sensitivity") {
            "base" => (Some(Strength::Primary), Some(CaseLevel::Off)),
            "accent" => (Some(Strength::Secondary), Some(CaseLevel::Off)),
            "case" => (Some(Strength::Primary), Some(CaseLevel::On)),
            _ => (Some(Strength::Tertiary), None),
        };
        if given.get("punctuation") == "true" {
            options.alternate_handling = Some(AlternateHandling::Shifted);
            options.max_variable = Some(MaxVariable::Punctuation);
        }
        let made = Rc::new(Collator::try_new((&locale).into(), options).ok()?);
        kept.insert(text.to_owned(), Rc::clone(&made));
        Some(made)
    })
}

/// -1, 0 or 1, as the first text comes before the second, with it or after it.
pub(crate) fn compare(options: &str, left: &str, right: &str) -> Option<String> {
    let order = match collator(options)?.compare(left, right) {
        Ordering::Less => "-1",
        Ordering::Equal => "0",
        Ordering::Greater => "1",
    };
    Some(order.to_owned())
}

pub(crate) fn change_case(tag: &str, upper: bool, text: &str) -> Option<String> {
    let locale: Locale = tag.parse().ok()?;
    let mapper = CaseMapper::new();
    let changed = if upper {
        mapper.uppercase_to_string(text, &locale.id)
    } else {
        mapper.lowercase_to_string(text, &locale.id)
    };
    Some(changed.into_owned())
}

/// Where the pieces of a text end, in UTF-16 units; `+` marks what is like a word.
pub(crate) fn borders(granularity: &str, text: &str) -> String {
    let ends: Vec<(usize, bool)> = match granularity {
        "word" => WordSegmenter::new_auto(WordBreakInvariantOptions::default())
            .segment_str(text)
            .scan(0, |from, at| {
                let piece = text.get(*from..at).unwrap_or_default();
                *from = at;
                Some((at, piece.contains(char::is_alphanumeric)))
            })
            .collect(),
        "sentence" => SentenceSegmenter::new(SentenceBreakInvariantOptions::default())
            .segment_str(text)
            .map(|at| (at, false))
            .collect(),
        _ => GraphemeClusterSegmenter::new().segment_str(text).map(|at| (at, false)).collect(),
    };
    let (mut list, mut units, mut last) = (String::new(), 0, 0);
    for (at, word) in ends {
        units += text.get(last..at).unwrap_or_default().encode_utf16().count();
        last = at;
        if at > 0 {
            list.push_str(&units.to_string());
            list.push_str(if word { "+ " } else { " " });
        }
    }
    list
}
