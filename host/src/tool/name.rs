//! Names as JavaScript can write them.

use crate::globals::is_global;

/// The reserved words of ECMAScript 3 to 2015, the values that look like names,
/// and the words that strict mode keeps.
const RESERVED: &[&str] = &[
    "abstract",
    "arguments",
    "await",
    "boolean",
    "break",
    "byte",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "final",
    "finally",
    "float",
    "for",
    "function",
    "goto",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "int",
    "interface",
    "let",
    "long",
    "native",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "static",
    "super",
    "switch",
    "synchronized",
    "this",
    "throw",
    "throws",
    "transient",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "volatile",
    "while",
    "with",
    "yield",
];

/// Makes a tool's name one that a program can write after a dot.
///
/// `-`, `.` and each white-space character become `_`; other characters outside
/// `[A-Za-z0-9_$]` go; a digit in front gets a `_` before it and a reserved word
/// one behind; what is left of nothing is `_`.
///
/// # Examples
///
/// ```
/// use codecell::sanitize_tool_name;
///
/// assert_eq!(sanitize_tool_name("github.list-issues"), "github_list_issues");
/// assert_eq!(sanitize_tool_name("2fa"), "_2fa");
/// assert_eq!(sanitize_tool_name("delete"), "delete_");
/// ```
#[must_use]
pub fn sanitize_tool_name(name: &str) -> String {
    let mut identifier = String::with_capacity(name.len() + 1);
    for character in name.chars() {
        match character {
            '-' | '.' => identifier.push('_'),
            // JavaScript's `\s`: Unicode white space and the byte order mark,
            // without the next-line character.
            _ if (character.is_whitespace() && character != '\u{85}')
                || character == '\u{FEFF}' =>
            {
                identifier.push('_');
            }
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '$' => identifier.push(character),
            _ => {}
        }
    }
    if identifier.is_empty() {
        identifier.push('_');
    }
    if identifier.starts_with(|first: char| first.is_ascii_digit()) {
        identifier.insert(0, '_');
    }
    if is_reserved(&identifier) {
        identifier.push('_');
    }
    identifier
}

/// Whether the word means something to JavaScript.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// `^[a-zA-Z_$][a-zA-Z0-9_$]*$`.
pub(crate) fn is_identifier(name: &str) -> bool {
    let ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    !name.is_empty() && name.chars().all(ok) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// What a namespace may not be called besides, so that programs for the system that
/// this one follows mean the same here.
const RESERVED_NAMESPACES: &[&str] = &[
    "CodeExecutor",
    "WorkerEntrypoint",
    "__CODEMODE_BINARY_TAG",
    "__base64ToBytes",
    "__bytesToBase64",
    "__connectors",
    "__decodeCodemodeValue",
    "__dispatchers",
    "__encodeCodemodeValue",
    "__logs",
    "__parseForCodemode",
    "__proto__",
    "__stringifyForCodemode",
    "constructor",
];

/// Whether a namespace of this name would break the program's own world.
pub(crate) fn is_reserved_namespace(name: &str) -> bool {
    is_reserved(name) || is_global(name) || RESERVED_NAMESPACES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_so_that_binary_search_finds_every_word() {
        assert!(RESERVED.is_sorted());
        assert!(RESERVED_NAMESPACES.is_sorted());
    }
}
