//! Reads a parameter object.

use serde_json::Value;

use super::error::Problem;
use super::escape::Escape;
use super::media::{self, Media};
use super::reference::Node;
use super::style::{Format, Style};

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Path,
    Query,
    Header,
    Cookie,
}

impl Place {
    fn from_word(word: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::Header, Self::Cookie]
            .into_iter()
            .find(|place| place.word() == word)
    }

    /// The word in the document.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    fn default_style(self) -> Style {
        match self {
            Self::Path | Self::Header => Style::Simple,
            Self::Query | Self::Cookie => Style::Form,
        }
    }

    fn style(self, word: &str) -> Option<Style> {
        match (self, word) {
            (Self::Path | Self::Header, "simple") => Some(Style::Simple),
            (Self::Path, "label") => Some(Style::Label),
            (Self::Path, "matrix") => Some(Style::Matrix),
            (Self::Query | Self::Cookie, "form") => Some(Style::Form),
            (Self::Query, "spaceDelimited") => Some(Style::SpaceDelimited),
            (Self::Query, "pipeDelimited") => Some(Style::PipeDelimited),
            (Self::Query, "deepObject") => Some(Style::DeepObject),
            _ => None,
        }
    }
}

/// How the value of a parameter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Writing {
    pub(super) format: Format,
    /// Whether the value becomes JSON text first.
    pub(super) as_json: bool,
}

/// One parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parameter {
    /// What the argument is called; set when all parameters are known.
    pub(super) argument: String,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) required: bool,
    pub(super) writing: Writing,
    /// The pointer to the parameter object, if the document has one.
    pub(super) at: Option<String>,
    /// The pointer to its schema.
    pub(super) schema: Option<String>,
}

impl Parameter {
    /// Reads a parameter object whose reference has been followed. Of a wrong
    /// `style` nothing is left but a word to `problems`.
    pub(super) fn read(node: &Node<'_>, problems: &mut Vec<Problem>) -> Result<Self, Problem> {
        let member = |key: &str| node.value.get(key).and_then(Value::as_str);
        let complaint = |message: &str| Problem::new(format!("#{}", node.pointer), message);
        let name = member("name").ok_or_else(|| complaint("a parameter needs a `name`"))?;
        let place = member("in")
            .and_then(Place::from_word)
            .ok_or_else(|| complaint("a parameter needs an `in`: path, query, header or cookie"))?;
        let style = member("style").and_then(|word| {
            let style = place.style(word);
            if style.is_none() {
                problems.push(complaint(&format!(
                    "style `{word}` does not fit a parameter in {}; the default is used",
                    place.word()
                )));
            }
            style
        });
        let content = node.get("content").as_ref().and_then(media::preferred);
        let schema = content
            .as_ref()
            .map_or(node, |entry| &entry.node)
            .get("schema");
        let is = |key: &str| node.value.get(key) == Some(&Value::Bool(true));
        Ok(Self {
            argument: String::new(),
            name: name.to_owned(),
            place,
            required: place == Place::Path || is("required"),
            writing: Writing {
                format: format(node.value, place, style),
                as_json: content.is_some_and(|entry| entry.media == Media::Json),
            },
            at: Some(node.pointer.clone()),
            schema: schema.map(|schema| schema.pointer),
        })
    }

    /// A variable of the path that no parameter object describes.
    pub(super) fn undeclared(name: &str) -> Self {
        Self {
            argument: String::new(),
            name: name.to_owned(),
            place: Place::Path,
            required: true,
            writing: Writing {
                format: format(&Value::Null, Place::Path, None),
                as_json: false,
            },
            at: None,
            schema: None,
        }
    }
}

/// The members `explode` and `allowReserved`, which an encoding object has too.
pub(super) fn format(object: &Value, place: Place, style: Option<Style>) -> Format {
    let flag = |key: &str| object.get(key).and_then(Value::as_bool);
    let style = style.unwrap_or(place.default_style());
    Format {
        style,
        explode: flag("explode").unwrap_or(style == Style::Form),
        escape: match place {
            Place::Header => Escape::Nothing,
            Place::Query if flag("allowReserved") == Some(true) => Escape::Reserved,
            _ => Escape::Data,
        },
    }
}

/// How a property of a form is written, by its encoding object.
pub(super) fn form_format(encoding: &Value) -> Format {
    let style = encoding.get("style").and_then(Value::as_str);
    format(
        encoding,
        Place::Query,
        style.and_then(|word| Place::Query.style(word)),
    )
}
