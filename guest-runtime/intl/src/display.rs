//! What languages, regions, currencies and the like are called.

use crate::data::{self, Locale};
use crate::options::Options;

/// The name of a code, or nothing.
pub(crate) fn name(options: &Options<'_>, code: &str) -> Option<String> {
    let locale = Locale::of(options.get("locale"));
    let style = options.get("style");
    let short = style != "long";
    let of = |kind: &str, code: &str| {
        let text = locale.text(&format!("{kind}/{code}"))?;
        data::field(text, 1).filter(|_| short).or_else(|| data::field(text, 0))
    };
    match options.get("type") {
        "region" => of("t", code).map(str::to_owned),
        "script" => of("s", code).map(str::to_owned),
        // V8 gives the long name whatever the style is.
        "currency" => locale.field(&format!("cn/{code}"), 0).map(str::to_owned),
        "calendar" => {
            let code = match code {
                "gregory" => "gregorian",
                "ethioaa" => "ethiopic-amete-alem",
                "islamicc" => "islamic-civil",
                other => other,
            };
            locale.text(&format!("ca/{code}")).map(str::to_owned)
        }
        "dateTimeField" => {
            let field = match code {
                "dayPeriod" => "dayperiod",
                "weekOfYear" => "week",
                "timeZoneName" => "zone",
                other => other,
            };
            let suffix = match style {
                "short" => "-short",
                "narrow" => "-narrow",
                _ => "",
            };
            locale.text(&format!("f/{field}{suffix}")).map(str::to_owned)
        }
        _ => language(locale, code, short, options.get("languageDisplay") == "standard"),
    }
}

/// The name of a tag: its language, and the rest in parentheses.
fn language(locale: Locale, tag: &str, short: bool, standard: bool) -> Option<String> {
    let of = |kind: &str, code: &str| {
        let text = locale.text(&format!("{kind}/{code}"))?;
        data::field(text, 1).filter(|_| short).or_else(|| data::field(text, 0))
    };
    let parts: Vec<&str> = tag.split('-').collect();
    let script = parts.get(1).filter(|part| part.len() == 4 && !part.starts_with(|first: char| first.is_ascii_digit()));
    let region_at = 1 + usize::from(script.is_some());
    let region = parts.get(region_at).filter(|part| part.len() == 2 || (part.len() == 3 && part.starts_with(|first: char| first.is_ascii_digit())));
    let (mut script, mut region) = (script.copied(), region.copied());
    let mut name = None;
    if !standard {
        // The longest tag that has a name of its own.
        let language = parts[0];
        let tries = [
            (script.zip(region).map(|(script, region)| format!("{language}-{script}-{region}")), true, true),
            (script.filter(|_| region.is_none()).map(|script| format!("{language}-{script}")), true, false),
            (region.filter(|_| script.is_none()).map(|region| format!("{language}-{region}")), false, true),
        ];
        for (tag, with_script, with_region) in tries {
            if let Some(found) = tag.and_then(|tag| of("l", &tag)) {
                name = Some(found);
                script = script.filter(|_| !with_script);
                region = region.filter(|_| !with_region);
                break;
            }
        }
    }
    let name = name.or_else(|| of("l", parts[0]));
    let rest: Vec<String> = [script.map(|code| ("s", code)), region.map(|code| ("t", code))]
        .into_iter()
        .flatten()
        .map(|(kind, code)| of(kind, code).unwrap_or(code).to_owned())
        .collect();
    if name.is_none() && rest.is_empty() {
        return None;
    }
    let name = name.unwrap_or(parts[0]);
    if rest.is_empty() {
        return Some(name.to_owned());
    }
    let pattern = locale.field("lp", 0).unwrap_or("{0} ({1})");
    let separator = locale.field("lp", 1).unwrap_or("{0}, {1}");
    let rest = rest.into_iter().reduce(|all, one| separator.replace("{0}", &all).replace("{1}", &one)).unwrap_or_default();
    // A name in parentheses would stand in others.
    let rest = rest.replace('(', "[").replace(')', "]").replace('（', "［").replace('）', "］");
    let name = name.replace('(', "[").replace(')', "]").replace('（', "［").replace('）', "］");
    Some(pattern.replace("{0}", &name).replace("{1}", &rest))
}
