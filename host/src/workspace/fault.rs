//! What can go wrong with a file, and how a program is told.

use std::borrow::Cow;
use std::fmt;
use std::io;

use serde_json::Value;

/// The kind of a [`Fault`], by its POSIX name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// `EEXIST`
    Exists,
    /// `EFBIG`
    TooBig,
    /// `EINVAL`
    Invalid,
    /// `EIO`
    Io,
    /// `EISDIR`
    IsDirectory,
    /// `ELOOP`
    Loop,
    /// `ENAMETOOLONG`
    NameTooLong,
    /// `ENOENT`
    NotFound,
    /// `ENOSPC`
    NoSpace,
    /// `ENOTDIR`
    NotDirectory,
    /// `ENOTEMPTY`
    NotEmpty,
    /// `EPERM`
    NotPermitted,
    /// `EROFS`
    ReadOnly,
    /// `ESTALE`
    Stale,
}

impl Code {
    /// The POSIX name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().0
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Exists => ("EEXIST", "file already exists"),
            Self::TooBig => ("EFBIG", "file too large"),
            Self::Invalid => ("EINVAL", "invalid argument"),
            Self::Io => ("EIO", "input/output error"),
            Self::IsDirectory => ("EISDIR", "illegal operation on a directory"),
            Self::Loop => ("ELOOP", "too many levels of symbolic links"),
            Self::NameTooLong => ("ENAMETOOLONG", "name too long"),
            Self::NotFound => ("ENOENT", "no such file or directory"),
            Self::NoSpace => ("ENOSPC", "no space left"),
            Self::NotDirectory => ("ENOTDIR", "not a directory"),
            Self::NotEmpty => ("ENOTEMPTY", "directory not empty"),
            Self::NotPermitted => ("EPERM", "operation not permitted"),
            Self::ReadOnly => ("EROFS", "read-only file system"),
            Self::Stale => ("ESTALE", "the file changed while it was read"),
        }
    }
}

/// What a [`Backend`](super::Backend) refuses, before it is known which call asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    code: Code,
    text: Cow<'static, str>,
}

impl Fault {
    /// A fault in its usual words.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self::with_text(code, code.words().1)
    }

    /// A fault in words of its own.
    #[must_use]
    pub fn with_text(code: Code, text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }

    /// Its kind.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The failure of `operation` on `path`.
    pub(super) fn at(&self, operation: &str, path: &str) -> Failure {
        Failure::new(format!("{self}, {operation} '{path}'")).code(self.code)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.text)
    }
}

impl std::error::Error for Fault {}

impl From<Code> for Fault {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind;
        if error.get_ref().is_some_and(|inner| inner.is::<Self>()) {
            let inner = error.into_inner().and_then(|inner| inner.downcast().ok());
            return *inner.expect("its type was just asked");
        }
        Self::new(match error.kind() {
            ErrorKind::NotFound => Code::NotFound,
            ErrorKind::AlreadyExists => Code::Exists,
            ErrorKind::NotADirectory => Code::NotDirectory,
            ErrorKind::IsADirectory => Code::IsDirectory,
            ErrorKind::DirectoryNotEmpty => Code::NotEmpty,
            ErrorKind::ReadOnlyFilesystem => Code::ReadOnly,
            ErrorKind::FileTooLarge => Code::TooBig,
            ErrorKind::InvalidFilename => Code::NameTooLong,
            ErrorKind::PermissionDenied => Code::NotPermitted,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Code::NoSpace,
            // The system's words may name paths of the host.
            kind => return Self::with_text(Code::Io, format!("input/output error ({kind})")),
        })
    }
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::other(fault)
    }
}

/// Why a call did not return: the error that the program may catch.
///
/// Nothing of it is hidden from the program.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    message: String,
    name: Option<&'static str>,
    code: Option<Code>,
    data: Option<Value>,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            name: None,
            code: None,
            data: None,
        }
    }

    fn code(mut self, code: Code) -> Self {
        self.code = Some(code);
        self
    }

    pub(super) fn named(mut self, name: &'static str, data: Value) -> Self {
        self.name = Some(name);
        self.data = Some(data);
        self
    }

    /// The error's `message`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The error's `name`, when it is not the usual one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name
    }

    /// The kind of fault behind it, if a file was at fault.
    #[must_use]
    pub fn kind(&self) -> Option<Code> {
        self.code
    }

    /// The error's `data`.
    #[must_use]
    pub fn data(&self) -> Option<&Value> {
        self.data.as_ref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_survives_a_writer() {
        let fault = Fault::with_text(Code::NoSpace, "full");

        let error = io::Error::from(fault.clone());

        assert_eq!(Fault::from(error), fault);
    }

    #[test]
    fn words_of_the_system_are_not_passed_on() {
        let fault = Fault::from(io::Error::other("/home/someone: broken"));

        assert_eq!(fault.to_string(), "EIO: input/output error (other error)");
    }
}
