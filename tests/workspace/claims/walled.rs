//! A directory with something beside it that nothing may reach.

use std::fs;
use std::path::{Path, PathBuf};

use codecell::workspace::{Directory, Workspace};
use tempfile::TempDir;

/// A workspace in `inside`, beside a folder with a secret.
pub(crate) struct Walled {
    pub(crate) folder: TempDir,
    pub(crate) workspace: Workspace,
}

impl Walled {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for name in ["inside", "outside"] {
            fs::create_dir(folder.path().join(name)).expect("the folder is new");
        }
        fs::write(folder.path().join("outside/secret"), "secret").expect("the folder is there");
        let directory = Directory::open(folder.path().join("inside")).expect("it was just made");
        Self {
            workspace: Workspace::new(directory),
            folder,
        }
    }

    pub(crate) fn inside(&self, name: &str) -> PathBuf {
        self.folder.path().join("inside").join(name)
    }

    pub(crate) fn outside(&self, name: &str) -> PathBuf {
        self.folder.path().join("outside").join(name)
    }

    pub(crate) fn is_untouched(&self) -> bool {
        let names = |folder: &Path| -> Vec<_> {
            let entries = fs::read_dir(folder).expect("the folder is there");
            let mut names: Vec<_> = entries
                .map(|entry| entry.expect("it can be read").file_name())
                .collect();
            names.sort();
            names
        };
        let secret = fs::read(self.outside("secret")).expect("the secret is there");
        names(self.folder.path()) == ["inside", "outside"]
            && names(&self.outside("")) == ["secret"]
            && secret == b"secret"
    }
}
