//! Variables in the texts of a configuration.

/// Where the values of variables come from.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The text with every `${NAME}` and `${NAME:-text}` replaced; what they were replaced
/// by is added to `secrets`. A value is taken as it is: no variable in it is replaced.
pub(super) fn expand(
    text: &str,
    lookup: Lookup<'_>,
    secrets: &mut Vec<String>,
) -> Result<String, String> {
    let mut expanded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        expanded.push_str(before);
        let (inside, after) = after.split_once('}').ok_or("a \"${\" in it has no \"}\"")?;
        let (name, default) = match inside.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inside, None),
        };
        if !is_name(name) {
            return Err(format!("\"{name}\" is no name of a variable"));
        }
        match (lookup(name), default) {
            (Some(value), _) if !value.is_empty() || default.is_none() => {
                expanded.push_str(&value);
                secrets.push(value);
            }
            (_, Some(default)) => expanded.push_str(default),
            (_, None) => {
                return Err(format!(
                    "the variable {name} is not set; set it, or write ${{{name}:-text}} for a \
                     text to use instead"
                ));
            }
        }
        rest = after;
    }
    expanded.push_str(rest);
    Ok(expanded)
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.chars().all(is_part) && !name.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Result<String, String> {
        let lookup = |name: &str| match name {
            "A" => Some("${B}".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        expand(text, &lookup, &mut Vec::new())
    }

    #[test]
    fn variables_are_replaced_once() {
        assert_eq!(expanded("x${A}y$A}{"), Ok("x${B}y$A}{".to_owned()));
    }

    #[test]
    fn a_default_stands_for_what_is_not_set_or_empty() {
        assert_eq!(expanded("${A:-d}"), Ok("${B}".to_owned()));
        assert_eq!(
            expanded("${EMPTY:-d}|${NONE:-}|${EMPTY}"),
            Ok("d||".to_owned())
        );
    }

    #[test]
    fn what_cannot_be_replaced_is_told() {
        assert_eq!(
            expanded("${NONE}"),
            Err(
                "the variable NONE is not set; set it, or write ${NONE:-text} for a text to use \
                 instead"
                    .to_owned()
            )
        );
        assert_eq!(
            expanded("${NONE"),
            Err("a \"${\" in it has no \"}\"".to_owned())
        );
        assert_eq!(
            expanded("${1}"),
            Err("\"1\" is no name of a variable".to_owned())
        );
    }
}
