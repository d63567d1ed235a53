//! Servers that are child processes, spoken to line by line.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use rmcp::RoleClient;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_util::sync::DropGuard;

use super::guard::Rate;
use super::limits::{EXIT_GRACE, MAX_MESSAGE_BYTES, MAX_UNASKED_PER_SECOND, WRITE_TIMEOUT};
use super::wire::Wire;

/// What a child takes over of the host's environment: what it needs to start and
/// nothing that could be a secret. It is the list that other clients use too.
#[cfg(not(windows))]
const INHERITED: &[&str] = &[
    "HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "USER",
];
#[cfg(windows)]
const INHERITED: &[&str] = &[
    "APPDATA",
    "COMSPEC",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "PATH",
    "PATHEXT",
    "PROCESSOR_ARCHITECTURE",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERNAME",
    "USERPROFILE",
];

/// How to start a server as a child process.
///
/// The child sees of the host's environment only what it needs to start (`PATH`,
/// `HOME` and the like) beside what [`env`](Self::env) gives. It is a process group
/// of its own: when the connection ends, its standard input is closed, and after two
/// seconds it is killed with all that it started.
///
/// It is not confined otherwise: it may do whatever the host's user may.
#[derive(Clone, PartialEq, Eq)]
pub struct StdioServer {
    pub(super) command: OsString,
    pub(super) args: Vec<OsString>,
    pub(super) env: BTreeMap<String, String>,
    pub(super) cwd: Option<PathBuf>,
}

/// The values of the environment are left out.
impl fmt::Debug for StdioServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StdioServer")
            .field("command", &self.command)
            .field("args", &self.args)
            .field("env", &self.env.keys())
            .field("cwd", &self.cwd)
            .finish()
    }
}

impl StdioServer {
    /// A child process that runs `command`, which is looked up in `PATH`.
    pub fn new(command: impl Into<OsString>) -> Self {
        Self {
            command: command.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            cwd: None,
        }
    }

    /// Adds arguments. No shell reads them.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Adds a variable to the child's environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Sets the folder that the child starts in; otherwise it is the host's.
    #[must_use]
    pub fn cwd(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cwd = Some(folder.into());
        self
    }

    pub(super) fn start(&self, wire: Arc<Wire>) -> io::Result<ChildTransport> {
        let mut command = Command::new(&self.command);
        let inherited = INHERITED
            .iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?)));
        command
            .args(&self.args)
            .env_clear()
            .envs(inherited)
            .envs(&self.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(folder) = &self.cwd {
            command.current_dir(folder);
        }
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::tokio::ProcessGroup::leader());
        #[cfg(windows)]
        command.wrap(process_wrap::tokio::JobObject);
        let mut child = command.spawn()?;

        let pipe = || io::Error::other("a pipe of the child is missing");
        let stdin = child.stdin().take().ok_or_else(pipe)?;
        let stdout = child.stdout().take().ok_or_else(pipe)?;
        let stderr = child.stderr().take().ok_or_else(pipe)?;
        let ended = wire.expect_stderr();
        tokio::spawn(keep_tail(stderr, Arc::clone(&wire), ended));
        Ok(ChildTransport {
            child,
            stdin: Arc::new(Mutex::new(Some(stdin))),
            stdout: BufReader::new(stdout),
            line: Vec::new(),
            nonsense: Rate::default(),
            wire,
        })
    }
}

/// Reads on to the end, so that the child never waits for its own complaints to be read.
async fn keep_tail(mut stderr: ChildStderr, wire: Arc<Wire>, _ended: DropGuard) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
        wire.note_stderr(buffer.get(..count).unwrap_or_default());
    }
}

/// A child process, killed with all that it started when this is dropped.
pub(super) struct ChildTransport {
    child: Box<dyn ChildWrapper>,
    /// Empty once it is closed.
    stdin: Arc<Mutex<Option<ChildStdin>>>,
    stdout: BufReader<ChildStdout>,
    /// The part of a line that has come; it outlives a `receive` that was dropped.
    line: Vec<u8>,
    nonsense: Rate,
    wire: Arc<Wire>,
}

impl Drop for ChildTransport {
    fn drop(&mut self) {
        // It fails when the child is gone, which is as well.
        let _ = self.child.start_kill();
    }
}

impl ChildTransport {
    /// Whether `line` holds a whole line; if not, no more comes.
    async fn read_line(&mut self) -> bool {
        loop {
            let available = match self.stdout.fill_buf().await {
                Ok([]) | Err(_) => return false,
                Ok(available) => available,
            };
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(available.len(), |end| end + 1);
            if self.line.len() + taken > MAX_MESSAGE_BYTES {
                self.wire.break_off(format!(
                    "it sent a message of more than {MAX_MESSAGE_BYTES} bytes"
                ));
                return false;
            }
            self.line.extend(available.iter().take(taken));
            self.stdout.consume(taken);
            if end.is_some() {
                return true;
            }
        }
    }

    /// Why there is no more to read.
    async fn note_end(&mut self) {
        match timeout(EXIT_GRACE, self.child.wait()).await {
            Ok(Ok(status)) => self.wire.break_off(format!("its process ended ({status})")),
            _ => self.wire.break_off("it closed its standard output"),
        }
    }
}

impl Transport<RoleClient> for ChildTransport {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let stdin = Arc::clone(&self.stdin);
        let wire = Arc::clone(&self.wire);
        async move {
            let mut line = serde_json::to_vec(&message)?;
            line.push(b'\n');
            let write = async {
                let mut stdin = stdin.lock().await;
                let stdin = stdin.as_mut().ok_or(io::ErrorKind::NotConnected)?;
                stdin.write_all(&line).await?;
                stdin.flush().await
            };
            timeout(WRITE_TIMEOUT, write).await.unwrap_or_else(|_| {
                wire.break_off("it does not read what is sent to it");
                Err(io::ErrorKind::TimedOut.into())
            })
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        while self.read_line().await {
            let line = std::mem::take(&mut self.line);
            match serde_json::from_slice(&line) {
                Ok(message) => return Some(message),
                Err(_) if line.trim_ascii().is_empty() => {}
                // Servers that log to the wrong place are common, so that is no fault yet.
                Err(_) => {
                    self.wire.note_nonsense(&line);
                    if self.nonsense.is_exceeded() {
                        self.wire.break_off(format!(
                            "it wrote more than {MAX_UNASKED_PER_SECOND} lines in a second that \
                             are no MCP messages"
                        ));
                        return None;
                    }
                }
            }
        }
        self.note_end().await;
        None
    }

    async fn close(&mut self) -> io::Result<()> {
        let polite = async {
            self.stdin.lock().await.take();
            self.child.wait().await
        };
        if timeout(EXIT_GRACE, polite).await.is_err() {
            self.child.start_kill()?;
            self.child.wait().await?;
        }
        Ok(())
    }
}
