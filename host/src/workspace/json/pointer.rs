//! Paths into JSON values: `.key[0].nested`, `["any key"]`.

use serde_json::{Map, Value};

/// Items that a `set` past the end of an array may fill in with `null`.
const MAX_GAP: usize = 10_000;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Name(String),
    Index(usize),
}

/// The steps of a path; `.` and nothing are the whole value.
pub(crate) fn keys(path: &str) -> Result<Vec<Key>, String> {
    let invalid = || format!("Invalid JSON path: {path}");
    let mut rest = path.trim();
    let mut keys = Vec::new();
    rest = rest.strip_prefix('.').unwrap_or(rest);
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let quoted = inside.starts_with(['"', '\'']);
            let (key, after) = match quoted {
                true => quoted_key(inside).ok_or_else(invalid)?,
                false => {
                    let (index, after) = inside.split_once(']').ok_or_else(invalid)?;
                    let index = index.trim().parse().map_err(|_| invalid())?;
                    (Key::Index(index), after)
                }
            };
            keys.push(key);
            rest = after;
        } else {
            let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
            if end > 0 {
                keys.push(Key::Name(rest[..end].to_owned()));
            } else if rest.starts_with(']') {
                return Err(invalid());
            }
            rest = &rest[end..];
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    Ok(keys)
}

/// A key in quotes, whose escapes are those of JSON, up to the bracket that ends it.
fn quoted_key(inside: &str) -> Option<(Key, &str)> {
    let quote = inside.chars().next()?;
    let mut is_escaped = false;
    for (at, character) in inside.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            end if end == quote => {
                let after = inside[at + 1..].trim_start().strip_prefix(']')?;
                let text = format!("\"{}\"", inside[1..at].replace("\\'", "'"));
                let name = serde_json::from_str(&text).ok()?;
                return Some((Key::Name(name), after));
            }
            _ => {}
        }
    }
    None
}

/// What a path leads to; nothing where nothing is.
pub(crate) fn query(value: &Value, keys: &[Key]) -> Result<Option<Value>, String> {
    let mut current = Some(value);
    for (at, key) in keys.iter().enumerate() {
        current = match (key, current) {
            (Key::Index(index), Some(Value::Array(items))) => items.get(*index),
            (Key::Index(index), _) => {
                return Err(format!("JSON query expected array access at [{index}]"));
            }
            (Key::Name(name), Some(Value::Object(members))) => members.get(name),
            (Key::Name(name), Some(Value::Array(items))) if name == "length" => {
                let length = Value::from(items.len());
                return match at + 1 == keys.len() {
                    true => Ok(Some(length)),
                    false => query(&length, &keys[at + 1..]),
                };
            }
            (Key::Name(name), Some(Value::Array(items))) => name
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index)),
            (Key::Name(name), _) => {
                return Err(format!("JSON query expected object access at \"{name}\""));
            }
        };
    }
    Ok(current.cloned())
}

/// Sets what a path leads to, with the containers that are missing on the way.
pub(crate) fn set(root: &mut Value, keys: &[Key], value: Value) -> Result<(), String> {
    let Some((last, way)) = keys.split_last() else {
        return Err("JSON update path must not be empty".to_owned());
    };
    let mut current = root;
    for (key, next) in way.iter().zip(&keys[1..]) {
        let slot = slot(current, key)?;
        current = slot.get_or_insert_with(|| match next {
            Key::Index(_) => Value::Array(Vec::new()),
            Key::Name(_) => Value::Object(Map::new()),
        });
    }
    slot(current, last)?.put(value);
    Ok(())
}

/// A place in a container, which may be empty.
enum Slot<'a> {
    Name(&'a mut Map<String, Value>, &'a str),
    Index(&'a mut Vec<Value>, usize),
}

impl<'a> Slot<'a> {
    fn get_or_insert_with(self, make: impl FnOnce() -> Value) -> &'a mut Value {
        match self {
            Self::Name(members, name) => members.entry(name).or_insert_with(make),
            Self::Index(items, index) => {
                if index >= items.len() {
                    items.resize(index, Value::Null);
                    items.push(make());
                }
                &mut items[index]
            }
        }
    }

    fn put(self, value: Value) {
        *self.get_or_insert_with(|| Value::Null) = value;
    }
}

fn slot<'a>(container: &'a mut Value, key: &'a Key) -> Result<Slot<'a>, String> {
    match (key, container) {
        (Key::Name(name), Value::Object(members)) => Ok(Slot::Name(members, name)),
        (Key::Index(index), Value::Array(items)) if *index > items.len() + MAX_GAP => Err(format!(
            "JSON update at [{index}] is more than {MAX_GAP} past the end of an array of {}",
            items.len()
        )),
        (Key::Index(index), Value::Array(items)) => Ok(Slot::Index(items, *index)),
        (Key::Name(name), _) => Err(format!("JSON update expected object at \"{name}\"")),
        (Key::Index(index), _) => Err(format!("JSON update expected array at [{index}]")),
    }
}

/// Removes what a path leads to, if anything.
pub(crate) fn remove(root: &mut Value, keys: &[Key]) -> Result<(), String> {
    let Some((last, way)) = keys.split_last() else {
        return Err("JSON delete path must not be empty".to_owned());
    };
    let mut current = root;
    for key in way {
        let next = match (key, current) {
            (Key::Name(name), Value::Object(members)) => members.get_mut(name),
            (Key::Name(name), Value::Array(items)) => name
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get_mut(index)),
            (Key::Index(index), Value::Array(items)) => items.get_mut(*index),
            (Key::Index(index), Value::Object(members)) => members.get_mut(&index.to_string()),
            _ => None,
        };
        let Some(next) = next else {
            return Ok(());
        };
        current = next;
    }
    match (last, current) {
        (Key::Index(index), Value::Array(items)) if *index < items.len() => {
            items.remove(*index);
        }
        (Key::Name(name), Value::Object(members)) => {
            members.shift_remove(name);
        }
        _ => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn at(value: &Value, path: &str) -> Result<Option<Value>, String> {
        query(value, &keys(path)?)
    }

    #[test]
    fn paths_lead_into_values() {
        let value = json!({ "a": { "b": [1, { "c.d": 2 }] } });

        assert_eq!(at(&value, "."), Ok(Some(value.clone())));
        assert_eq!(at(&value, "a.b[0]"), Ok(Some(json!(1))));
        assert_eq!(at(&value, ".a.b[1][\"c.d\"]"), Ok(Some(json!(2))));
        assert_eq!(at(&value, ".a.b.length"), Ok(Some(json!(2))));
        assert_eq!(at(&value, ".a.x"), Ok(None));
        assert_eq!(
            at(&value, ".a[0]"),
            Err("JSON query expected array access at [0]".to_owned())
        );
        assert_eq!(
            at(&value, ".a.x.y"),
            Err("JSON query expected object access at \"y\"".to_owned())
        );
        assert_eq!(at(&value, ".a["), Err("Invalid JSON path: .a[".to_owned()));
    }

    #[test]
    fn an_update_makes_what_is_missing_and_bounds_gaps() {
        let mut value = json!({});

        set(&mut value, &keys(".a.list[2].x").unwrap(), json!(1)).unwrap();
        remove(&mut value, &keys(".a.list[0]").unwrap()).unwrap();
        let far = set(&mut value, &keys(".a.list[99999999]").unwrap(), json!(1));

        assert_eq!(value, json!({ "a": { "list": [null, { "x": 1 }] } }));
        assert_eq!(
            far,
            Err(
                "JSON update at [99999999] is more than 10000 past the end of an array of 2"
                    .to_owned()
            )
        );
    }
}
