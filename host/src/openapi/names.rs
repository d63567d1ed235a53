//! The names of tools and of their arguments.

use std::collections::{HashMap, HashSet};

use super::parameter::Parameter;
use crate::sanitize_tool_name;

/// What the tool is called that sends any request. No operation has this name.
pub const REQUEST: &str = "request";

/// Names that an operation cannot have: the connector's own tools, and words
/// that would make their namespace something else than it is.
const RESERVED: [&str; 4] = [REQUEST, "spec", "then", "__proto__"];

/// Characters of a tool's name. A document would otherwise decide how much of
/// every listing one name fills.
const MAX_NAME_CHARS: usize = 128;

/// What the request body is called among the arguments.
pub(super) const BODY: &str = "body";

/// The name that an operation asks for: its `operationId`, or method and path
/// such as `get_repos_owner_repo`.
pub(super) fn operation(id: Option<&str>, method: &str, path: &str) -> String {
    let name = match id {
        Some(id) => sanitize_tool_name(id),
        None => {
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
            let words = path.split(|c| !is_word(c)).filter(|word| !word.is_empty());
            let name = words.fold(method.to_ascii_lowercase(), |name, word| name + "_" + word);
            sanitize_tool_name(&name)
        }
    };
    name.chars().take(MAX_NAME_CHARS).collect()
}

/// Makes the names of operations differ: the first keeps its name, the next
/// one gets `_2`, and so on. A name that is reserved counts as taken.
pub(super) fn unique_operations(names: &[String]) -> Vec<String> {
    unique(names, &RESERVED, |index| names[index].clone())
}

/// Names the arguments for `parameters`. Of two that share a name the second is
/// called `name_query`, after its place; so is one called `body` when the
/// operation has a body too. If even that name is taken, it is numbered.
pub(super) fn name_arguments(parameters: &mut [Parameter], has_body: bool) {
    let names: Vec<String> = parameters.iter().map(|p| p.name.clone()).collect();
    let reserved: &[&str] = if has_body { &[BODY] } else { &[] };
    let arguments = unique(&names, reserved, |index| {
        format!("{}_{}", names[index], parameters[index].place.word())
    });
    for (parameter, argument) in parameters.iter_mut().zip(arguments) {
        parameter.argument = argument;
    }
}

/// Keeps the first of each name; the others are called `stem(index)`, or that
/// with the first number that is free, from 2.
fn unique(names: &[String], reserved: &[&str], stem: impl Fn(usize) -> String) -> Vec<String> {
    let mut taken: HashSet<String> = reserved.iter().map(|&name| name.to_owned()).collect();
    let is_first: Vec<bool> = names
        .iter()
        .map(|name| taken.insert(name.clone()))
        .collect();
    // Where to go on counting, so that equal names take no quadratic time.
    let mut last: HashMap<String, usize> = HashMap::new();
    let mut free = |stem: String| {
        if taken.insert(stem.clone()) {
            return stem;
        }
        let number = last.entry(stem.clone()).or_insert(1);
        loop {
            *number += 1;
            let candidate = format!("{stem}_{number}");
            if taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    };
    let names = names.iter().zip(is_first).enumerate();
    names
        .map(|(index, (name, is_first))| {
            if is_first {
                name.clone()
            } else {
                free(stem(index))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_id_or_from_method_and_path() {
        let long = "x".repeat(1000);
        let cases = [
            (
                Some("repos/get-content"),
                "GET",
                "/",
                "reposget_content".to_owned(),
            ),
            (Some("2fa"), "GET", "/", "_2fa".to_owned()),
            (
                None,
                "GET",
                "/repos/{owner}/{repo}",
                "get_repos_owner_repo".to_owned(),
            ),
            (None, "POST", "/a-b/c.json", "post_a_b_c_json".to_owned()),
            (None, "DELETE", "/", "delete_".to_owned()),
            (None, "GET", "/日本", "get".to_owned()),
            (Some(&long), "GET", "/", "x".repeat(128)),
        ];
        for (id, method, path, expected) in cases {
            assert_eq!(operation(id, method, path), expected);
        }
    }

    #[test]
    fn no_name_is_lost_and_first_ones_keep_theirs() {
        let names = ["a", "a", "a_2", "request", "a"].map(str::to_owned);

        assert_eq!(
            unique_operations(&names),
            ["a", "a_3", "a_2", "request_2", "a_4"]
        );
    }

    #[test]
    fn a_hundred_thousand_equal_names_are_numbered_in_linear_time() {
        let names = vec!["same".to_owned(); 100_000];

        assert_eq!(unique_operations(&names).last().unwrap(), "same_100000");
    }
}
