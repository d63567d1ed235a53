//! The numbers that keep a server from taking more than a host can give.
//!
//! A server is a stranger's program. Each bound names what a hostile one would
//! do without it; running into one ends the list, the call or the connection with
//! an error that says so, and never the host.

use std::time::Duration;

/// Bytes of one message of a server.
///
/// A line or an HTTP body without an end would otherwise be kept until memory is
/// gone. A longer message ends the connection.
pub const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// Tools that one server may list.
///
/// Ten thousand tools would fill the catalogue, and every type that is made of it.
pub const MAX_TOOLS: usize = 2_000;

/// Pages of one tool list. A cursor that always points on would never end.
pub const MAX_PAGES: usize = 200;

/// Bytes of one tool's definition, schemas and description together.
///
/// All of it is made into types that a model reads, and pays for.
pub const MAX_TOOL_BYTES: usize = 256 * 1024;

/// Bytes of a server's whole tool list.
pub const MAX_LIST_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of a tool's name.
pub const MAX_NAME_BYTES: usize = 256;

/// Bytes of a server's instructions that are kept; the rest is cut off.
pub const MAX_INSTRUCTIONS_BYTES: usize = 64 * 1024;

/// Bytes of a failed call's text that a program sees; the rest is cut off.
pub const MAX_FAILURE_BYTES: usize = 32 * 1024;

/// Bytes kept of the end of a server's standard error.
pub const STDERR_TAIL_BYTES: usize = 8 * 1024;

/// Messages that nobody asked for, in one second: notifications, requests, answers
/// to no question, lines that are no messages.
///
/// A storm of them would keep a core busy. One more ends the connection.
pub const MAX_UNASKED_PER_SECOND: u32 = 1_000;

/// Requests of a server, for input or for a model's answer, that wait at one time.
///
/// Each may put a question before a person. More are refused.
pub const MAX_SERVER_REQUESTS: usize = 8;

/// Progress reports kept for a call that is only just being sent.
pub(super) const MAX_EARLY_PROGRESS: usize = 16;

/// How long a call may go without an answer or a progress report.
///
/// A server that never answers would otherwise hold its run until the run's own
/// deadline.
pub const DEFAULT_CALL_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a call may take in all, whatever progress it reports.
pub const DEFAULT_CALL_DEADLINE: Duration = Duration::from_secs(10 * 60);

/// How long a server may take to start and shake hands. `npx` may download first.
pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a message may take to be written. A server that does not read its
/// standard input would otherwise pile up messages in the host.
pub(super) const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a child process may take to leave after its standard input is closed;
/// then it is killed with all that it started.
pub(super) const EXIT_GRACE: Duration = Duration::from_secs(2);

/// How long the last words of a child that is gone are waited for.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(1);

/// The wait after a first failed connection; each further failure doubles it.
pub const FIRST_BACKOFF: Duration = Duration::from_millis(250);

/// The longest wait between two tries to connect.
pub const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// Tries to connect that one call waits for.
pub const CONNECT_ATTEMPTS: u32 = 3;

/// How long a server may take to confirm that it will tell of changes.
pub(super) const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(5);

/// Times that a server may ask for input in place of a call's result.
pub const MAX_INPUT_ROUNDS: u32 = 10;
