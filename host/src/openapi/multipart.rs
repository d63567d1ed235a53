//! Writes `multipart/form-data`.

use std::collections::HashSet;

/// One part of the body.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) content_type: String,
    /// Whether the part is a file, which then is called as the part is.
    pub(super) is_file: bool,
    pub(super) body: Vec<u8>,
}

/// The boundary and the body. The same parts give the same bytes: the boundary
/// is the first of a row that no part contains.
pub(super) fn write(parts: &[Part]) -> (String, Vec<u8>) {
    let boundary = boundary(parts);
    let mut body = Vec::new();
    for part in parts {
        let name = quoted(&part.name);
        let file = if part.is_file {
            format!("; filename={name}")
        } else {
            String::new()
        };
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name={name}{file}\r\n\
             Content-Type: {}\r\n\r\n",
            part.content_type
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(&part.body);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (boundary, body)
}

/// A program that knows the row can fill parts with it, so all numbers in use
/// are collected in one reading.
fn boundary(parts: &[Part]) -> String {
    const STEM: &[u8] = b"codecell-";
    const DIGITS: usize = 10;
    let number = |window: &[u8]| {
        let digits = window.strip_prefix(STEM)?;
        std::str::from_utf8(digits).ok()?.parse::<u64>().ok()
    };
    let windows = parts
        .iter()
        .flat_map(|part| part.body.windows(STEM.len() + DIGITS));
    let used: HashSet<u64> = windows.filter_map(number).collect();
    // One of these is free, because there is one more than are used.
    let free = (0..=used.len() as u64).find(|number| !used.contains(number));
    format!("codecell-{:010}", free.unwrap_or_default())
}

/// As browsers quote names in this header.
fn quoted(name: &str) -> String {
    let name = name
        .replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    format!("\"{name}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(name: &str, is_file: bool, body: &str) -> Part {
        Part {
            name: name.into(),
            content_type: "text/plain".into(),
            is_file,
            body: body.into(),
        }
    }

    #[test]
    fn parts_are_separated_and_names_cannot_end_their_header() {
        let (boundary, body) = write(&[part("a", false, "1"), part("b\"\r\nX: y", true, "")]);

        assert_eq!(boundary, "codecell-0000000000");
        assert_eq!(
            String::from_utf8(body).unwrap(),
            "--codecell-0000000000\r\nContent-Disposition: form-data; name=\"a\"\r\n\
             Content-Type: text/plain\r\n\r\n1\r\n\
             --codecell-0000000000\r\nContent-Disposition: form-data; name=\"b%22%0D%0AX: y\"; \
             filename=\"b%22%0D%0AX: y\"\r\nContent-Type: text/plain\r\n\r\n\r\n\
             --codecell-0000000000--\r\n"
        );
    }

    #[test]
    fn no_part_can_contain_the_boundary() {
        let cases = [
            ("codecell-0", "codecell-0000000000"),
            (
                "codecell-0000000000 codecell-0000000002",
                "codecell-0000000001",
            ),
            ("codecell-codecell-00000000000", "codecell-0000000001"),
        ];
        for (body, expected) in cases {
            assert_eq!(write(&[part("a", false, body)]).0, expected);
        }
    }
}
