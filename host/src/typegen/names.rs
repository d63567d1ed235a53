//! Names of types: how they are formed, and that no two are equal.

use std::collections::HashMap;

/// Characters of a definition's own name that go into a type name.
const DEFINITION_CHARS: usize = 40;

/// Words that cannot name a type or a parameter.
const RESERVED: [&str; 58] = [
    "any",
    "arguments",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "never",
    "new",
    "null",
    "number",
    "object",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "unknown",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// The names given out so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    uses: HashMap<String, usize>,
}

impl Names {
    /// Takes `wanted`, or the first of `wanted2`, `wanted3`, … that is free.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        self.claim_with_endings(wanted, &[""]).0
    }

    /// Takes the pair of names that a tool's input and output have.
    pub(super) fn claim_pair(&mut self, stem: &str) -> (String, String) {
        let (_, number) = self.claim_with_endings(stem, &["Input", "Output"]);
        (
            format!("{stem}Input{number}"),
            format!("{stem}Output{number}"),
        )
    }

    /// Takes `stem` with each ending and one number, and returns the first
    /// name and the number (empty for the first of its kind).
    fn claim_with_endings(&mut self, stem: &str, endings: &[&str]) -> (String, String) {
        let first = endings.first().copied().unwrap_or_default();
        let mut count = self
            .uses
            .get(&format!("{stem}{first}"))
            .copied()
            .unwrap_or(0);
        loop {
            count += 1;
            let number = if count == 1 {
                String::new()
            } else {
                count.to_string()
            };
            let names: Vec<String> = endings
                .iter()
                .map(|ending| format!("{stem}{ending}{number}"))
                .collect();
            if names.iter().any(|name| self.uses.contains_key(name)) {
                continue;
            }
            for name in &names {
                self.uses.entry(name.clone()).or_insert(1);
            }
            self.uses.insert(format!("{stem}{first}"), count);
            return (names.into_iter().next().unwrap_or_default(), number);
        }
    }
}

/// Whether `text` can stand in TypeScript as a name without quotes.
pub(super) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$'))
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

/// A name that TypeScript accepts for a type or a parameter: `text` itself
/// where that is possible.
pub(super) fn identifier(text: &str) -> String {
    let mut name = clean(text);
    if RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// `text` without what cannot stand in an identifier.
pub(super) fn clean(text: &str) -> String {
    let mut name: String = text
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$'))
        .collect();
    if name.is_empty() || name.starts_with(|letter: char| letter.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// The stem of a tool's type names: `get_item` becomes `GetItem`.
///
/// Only an underscore before a lower-case letter goes away, so `foo_1bar`
/// becomes `Foo_1bar`.
pub(super) fn pascal_case(identifier: &str) -> String {
    let mut name = String::with_capacity(identifier.len());
    let mut letters = identifier.chars().peekable();
    while let Some(letter) = letters.next() {
        match letters.peek() {
            Some(next) if letter == '_' && next.is_ascii_lowercase() => {
                name.push(next.to_ascii_uppercase());
                letters.next();
            }
            _ if name.is_empty() => name.push(letter.to_ascii_uppercase()),
            _ => name.push(letter),
        }
    }
    name
}

/// The part of a type name that stands for a definition: the last step of its
/// reference, in Pascal case, shortened when it is long.
pub(super) fn definition_stem(reference: &str) -> String {
    let last = reference
        .rsplit(['/', '#'])
        .find(|step| !step.is_empty())
        .unwrap_or_default();
    let last = last.strip_suffix(".json").unwrap_or(last);
    let mut stem = String::new();
    let mut begins_word = true;
    for letter in last.chars().take(DEFINITION_CHARS) {
        if !letter.is_ascii_alphanumeric() {
            begins_word = true;
            continue;
        }
        stem.push(if begins_word {
            letter.to_ascii_uppercase()
        } else {
            letter
        });
        begins_word = false;
    }
    if stem.is_empty() {
        "Part".to_owned()
    } else {
        stem
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pascal_case_joins_words_at_lower_case_letters_only() {
        let cases = [
            ("create_issue", "CreateIssue"),
            ("_3d_render", "_3dRender"),
            ("_private", "Private"),
            ("$x", "$x"),
            ("a", "A"),
            ("foo_1bar", "Foo_1bar"),
            ("foo_Bar", "Foo_Bar"),
            ("foo__bar", "Foo_Bar"),
            ("_", "_"),
            ("class_", "Class_"),
            ("", ""),
        ];
        for (name, expected) in cases {
            assert_eq!(pascal_case(name), expected);
        }
    }

    #[test]
    fn pairs_share_their_number() {
        let mut names = Names::default();

        let pairs = [
            names.claim_pair("AB"),
            names.claim_pair("AB"),
            names.claim_pair("AB"),
        ];

        let expected = [
            ("ABInput", "ABOutput"),
            ("ABInput2", "ABOutput2"),
            ("ABInput3", "ABOutput3"),
        ]
        .map(|(input, output)| (input.to_owned(), output.to_owned()));
        assert_eq!(pairs, expected);
    }

    #[test]
    fn claimed_names_differ_even_when_a_number_is_asked_for() {
        let mut names = Names::default();

        let claimed = ["A", "A2", "A", "A", "A2"].map(|wanted| names.claim(wanted));

        assert_eq!(claimed, ["A", "A2", "A3", "A4", "A22"]);
    }

    #[test]
    fn identifiers_are_cleaned() {
        let cases = [
            ("a-b", "ab"),
            ("1", "_1"),
            ("", "_"),
            ("string", "string_"),
            ("Foo$", "Foo$"),
        ];
        for (text, expected) in cases {
            assert_eq!(identifier(text), expected);
        }
    }

    #[test]
    fn definition_stems_come_from_the_last_step() {
        let cases = [
            ("#/$defs/tree-node", "TreeNode"),
            ("#node", "Node"),
            ("other/leaf.json", "Leaf"),
            ("#/items/0", "0"),
            ("#/$defs/日本", "Part"),
            ("#", "Part"),
        ];
        for (reference, expected) in cases {
            assert_eq!(definition_stem(reference), expected);
        }
    }
}
