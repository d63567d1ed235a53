//! Identifiers of locales.

use icu_locale::{LocaleCanonicalizer, LocaleExpander};

thread_local! {
    static EXPANDER: LocaleExpander = const { LocaleExpander::new_extended() };
    static CANONICALIZER: LocaleCanonicalizer = LocaleCanonicalizer::new_extended();
}

/// Language and region of a tag, the latter the likely one if it names none.
pub(crate) fn language_and_region(tag: &str) -> (String, String) {
    let Ok(mut locale) = tag.split("-u-").next().unwrap_or(tag).parse::<icu_locale::Locale>() else {
        return ("en".to_owned(), "001".to_owned());
    };
    if locale.id.region.is_none() {
        EXPANDER.with(|expander| expander.maximize(&mut locale.id));
    }
    let region = locale.id.region.map_or_else(|| "001".to_owned(), |region| region.to_string());
    (locale.id.language.to_string(), region)
}

/// The tag as it is to be written.
pub(crate) fn canonical(tag: &str) -> Option<String> {
    let mut locale: icu_locale::Locale = tag.parse().ok()?;
    CANONICALIZER.with(|canonicalizer| canonicalizer.canonicalize(&mut locale));
    Some(locale.to_string())
}

/// The tag with the likely script and region, or without them.
pub(crate) fn likely(tag: &str, more: bool) -> Option<String> {
    let mut locale: icu_locale::Locale = tag.parse().ok()?;
    EXPANDER.with(|expander| {
        if more { expander.maximize(&mut locale.id) } else { expander.minimize(&mut locale.id) }
    });
    Some(locale.to_string())
}
