//! Patterns of dates, such as `EEEE, d. MMMM y 'um' HH:mm`.

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Literal(String),
    /// A letter, so many times.
    Field(char, usize),
}

pub(crate) fn parse(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    let literal = |items: &mut Vec<Item>, letter: char| match items.last_mut() {
        Some(Item::Literal(text)) => text.push(letter),
        _ => items.push(Item::Literal(letter.to_string())),
    };
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            if letters.peek() == Some(&'\'') {
                letters.next();
                literal(&mut items, '\'');
            } else {
                quoted = !quoted;
            }
        } else if quoted || !letter.is_ascii_alphabetic() {
            literal(&mut items, letter);
        } else {
            let mut count = 1;
            while letters.peek() == Some(&letter) {
                letters.next();
                count += 1;
            }
            items.push(Item::Field(letter, count));
        }
    }
    items
}

pub(crate) fn write(items: &[Item]) -> String {
    let mut text = String::new();
    for item in items {
        match item {
            Item::Field(letter, count) => text.extend(std::iter::repeat_n(*letter, *count)),
            Item::Literal(literal) if literal.contains(|letter: char| letter.is_ascii_alphabetic() || letter == '\'') => {
                text.push('\'');
                text.push_str(&literal.replace('\'', "''"));
                text.push('\'');
            }
            Item::Literal(literal) => text.push_str(literal),
        }
    }
    text
}

/// The number that the field of a letter has in ICU's order of fields.
pub(crate) fn field(letter: char) -> Option<usize> {
    Some(match letter {
        'G' => 0,
        'y' | 'Y' | 'u' | 'U' | 'r' => 1,
        'Q' | 'q' => 2,
        'M' | 'L' => 3,
        'w' => 4,
        'W' => 5,
        'E' | 'e' | 'c' => 6,
        'D' => 7,
        'F' => 8,
        'd' => 9,
        'a' | 'b' | 'B' => 10,
        'h' | 'H' | 'k' | 'K' => 11,
        'm' => 12,
        's' | 'A' => 13,
        'S' => 14,
        'z' | 'Z' | 'O' | 'v' | 'V' | 'X' | 'x' => 15,
        _ => return None,
    })
}

/// The fields of a pattern, each once.
pub(crate) fn skeleton(items: &[Item]) -> String {
    let mut fields: [Option<(char, usize)>; 16] = [None; 16];
    for item in items {
        if let Item::Field(letter, count) = item && let Some(index) = field(*letter) {
            fields[index] = Some((*letter, *count));
        }
    }
    fields.iter().flatten().flat_map(|(letter, count)| std::iter::repeat_n(*letter, *count)).collect()
}
