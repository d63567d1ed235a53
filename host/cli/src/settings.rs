//! `codecell.toml`, and what options and it come to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use codecell::Limits;
use serde::Deserialize;

use crate::args::{Apis, Approval, Tools};

const FILE: &str = "codecell.toml";

/// The file as it is written. Paths in it are relative to it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    mcp: Option<PathBuf>,
    pins: Option<PathBuf>,
    workspace: Option<PathBuf>,
    #[serde(default)]
    read_only: bool,
    store: Option<PathBuf>,
    name: Option<String>,
    approve: Option<String>,
    #[serde(default)]
    limits: toml::Table,
}

/// What holds for a command.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The file that was found.
    pub(crate) file: Option<PathBuf>,
    pub(crate) mcp: Option<PathBuf>,
    pub(crate) pins: Option<PathBuf>,
    pub(crate) apis: Apis,
    pub(crate) workspace: Option<PathBuf>,
    pub(crate) read_only: bool,
    pub(crate) store: Option<PathBuf>,
    pub(crate) name: Option<String>,
    pub(crate) approve: Option<Approval>,
    pub(crate) limits: Limits,
}

impl Settings {
    /// Options first, then the file.
    pub(crate) fn new(tools: &Tools) -> Result<Self> {
        let Self {
            file,
            mcp,
            pins,
            apis: _,
            workspace,
            read_only,
            store,
            name,
            approve,
            limits,
        } = Self::found(&std::env::current_dir()?)?;
        Ok(Self {
            file,
            mcp: tools.mcp.clone().or(mcp),
            pins: tools.pins.clone().or(pins),
            apis: tools.apis.clone(),
            workspace: tools.workspace.clone().or(workspace),
            read_only: tools.read_only || read_only,
            store: tools.store.clone().or(store),
            name: tools.name.clone().or(name),
            approve,
            limits,
        })
    }

    fn found(folder: &Path) -> Result<Self> {
        let file = folder
            .ancestors()
            .map(|it| it.join(FILE))
            .find(|it| it.is_file());
        let Some(file) = file else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        Self::read(&text, &file).with_context(|| format!("in {}", file.display()))
    }

    fn read(text: &str, file: &Path) -> Result<Self> {
        let written: Written = toml::from_str(text)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut limits = Limits::default();
        for (name, value) in &written.limits {
            let value = match value {
                toml::Value::String(text) => text.clone(),
                toml::Value::Integer(number) => number.to_string(),
                other => bail!("{name} = {other:?}: expected a number or a text"),
            };
            limits = limited(limits, name, &value)?;
        }
        let approve = match written.approve.as_deref() {
            None => None,
            Some("ask") => Some(Approval::Ask),
            Some("never") => Some(Approval::Never),
            Some("always") => Some(Approval::Always),
            Some(other) => bail!("approve = {other:?}: expected \"ask\", \"never\" or \"always\""),
        };
        Ok(Self {
            file: Some(file.to_owned()),
            mcp: written.mcp.map(|it| folder.join(it)),
            pins: written.pins.map(|it| folder.join(it)),
            apis: Apis::default(),
            workspace: written.workspace.map(|it| folder.join(it)),
            read_only: written.read_only,
            store: written.store.map(|it| folder.join(it)),
            name: written.name,
            approve,
            limits,
        })
    }

    /// With limits as they are given on the command line.
    pub(crate) fn limited(&self, given: &[String]) -> Result<Limits> {
        given.iter().try_fold(self.limits.clone(), |limits, given| {
            let Some((name, value)) = given.split_once('=') else {
                bail!("--limit {given}: expected NAME=VALUE, as wall-time=10s");
            };
            limited(limits, name, value)
        })
    }
}

const NAMES: &str = "argument-bytes, calls, calls-in-flight, fuel, guest-time, log-bytes, \
                     memory-bytes, result-bytes, source-bytes, stack-bytes, tool-result-bytes, \
                     total-argument-bytes, wall-time";

fn limited(limits: Limits, name: &str, value: &str) -> Result<Limits> {
    let number = || number(name, value);
    Ok(match name {
        "argument-bytes" => limits.argument_bytes(number()?),
        "calls" => limits.calls(number()?),
        "calls-in-flight" => limits.calls_in_flight(number()?),
        "fuel" => limits.fuel(number()? as u64),
        "guest-time" => limits.guest_time(time(name, value)?),
        "log-bytes" => limits.log_bytes(number()?),
        "memory-bytes" => limits.memory_bytes(number()?),
        "result-bytes" => limits.result_bytes(number()?),
        "source-bytes" => limits.source_bytes(number()?),
        "stack-bytes" => limits.stack_bytes(number()?),
        "tool-result-bytes" => limits.tool_result_bytes(number()?),
        "total-argument-bytes" => limits.total_argument_bytes(number()?),
        "wall-time" => limits.wall_time(time(name, value)?),
        _ => bail!("there is no limit \"{name}\"; there are {NAMES}"),
    })
}

/// A number, with `_` between digits and `k`, `m`, `g` for powers of 1,024 behind them.
fn number(name: &str, value: &str) -> Result<usize> {
    let plain = value.replace('_', "").to_lowercase();
    let (digits, factor) = match plain.strip_suffix(['k', 'm', 'g']) {
        None => (plain.as_str(), 1),
        Some(digits) => match plain.as_bytes().last() {
            Some(b'k') => (digits, 1 << 10),
            Some(b'm') => (digits, 1 << 20),
            _ => (digits, 1 << 30),
        },
    };
    let number = digits.parse::<usize>().ok();
    number
        .and_then(|number| number.checked_mul(factor))
        .with_context(|| format!("{name}={value}: expected a number, as 1000 or 64m"))
}

fn time(name: &str, value: &str) -> Result<Duration> {
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
    let milliseconds = units.into_iter().find_map(|(unit, factor)| {
        let number: u64 = value.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(factor)
    });
    let milliseconds = milliseconds
        .with_context(|| format!("{name}={value}: expected a time, as 500ms or 10s"))?;
    Ok(Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::{Approval, Settings, limited};
    use codecell::Limits;

    #[test]
    fn a_file_sets_paths_beside_it_and_limits() {
        let text = "mcp = 'mcp.json'\nstore = '/var/runs.sqlite'\napprove = 'never'\n\
                    [limits]\nwall-time = '10s'\ncalls = 7\nmemory-bytes = '32m'";

        let settings = Settings::read(text, Path::new("/home/me/codecell.toml")).unwrap();

        assert_eq!(
            settings.mcp.as_deref(),
            Some(Path::new("/home/me/mcp.json"))
        );
        assert_eq!(
            settings.store.as_deref(),
            Some(Path::new("/var/runs.sqlite"))
        );
        assert_eq!(settings.approve, Some(Approval::Never));
        let expected = Limits::default()
            .wall_time(Duration::from_secs(10))
            .calls(7)
            .memory_bytes(32 << 20);
        assert_eq!(settings.limits, expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let read = |text| Settings::read(text, Path::new("codecell.toml"));
        let error = |text| format!("{:#}", read(text).unwrap_err());
        assert!(error("stroe = 'x'").contains("unknown field `stroe`"));
        assert!(error("approve = 'perhaps'").contains("expected \"ask\", \"never\" or \"always\""));
        assert!(error("[limits]\nspeed = 3").starts_with("there is no limit \"speed\"; there are"));
        let wrong = limited(Limits::default(), "wall-time", "10").unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "wall-time=10: expected a time, as 500ms or 10s"
        );
        let wrong = limited(Limits::default(), "calls", "many").unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "calls=many: expected a number, as 1000 or 64m"
        );
    }
}
