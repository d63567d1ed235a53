//! What a test says of itself, in YAML in its first comment.

use anyhow::{Context as _, Result};
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct FrontMatter {
    #[serde(default)]
    pub(crate) flags: Vec<String>,
    #[serde(default)]
    pub(crate) features: Vec<String>,
    #[serde(default)]
    pub(crate) includes: Vec<String>,
    pub(crate) negative: Option<Negative>,
}

/// The error that the test must end with.
#[derive(Debug, Deserialize)]
pub(crate) struct Negative {
    #[serde(rename = "type")]
    pub(crate) class: String,
}

impl FrontMatter {
    pub(crate) fn read(source: &str) -> Result<Self> {
        let (_, rest) = source.split_once("/*---").context("no front matter")?;
        let (text, _) = rest
            .split_once("---*/")
            .context("front matter has no end")?;
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        serde_saphyr::from_str(&text).context("front matter is not YAML")
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|it| it == flag)
    }
}
