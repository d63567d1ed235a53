//! The methods of `state`: what each is called, takes and gives.

mod archives;
mod content;
mod copies;
mod data;
mod edits;
mod folders;
mod replace;
mod schema;
mod search;
mod walks;

use serde_json::Value;

use super::{ReadMethod, WriteMethod};

/// A method of `state`.
#[derive(Clone, Copy, Debug)]
pub struct Method {
    pub(super) name: &'static str,
    parameters: &'static [&'static str],
    description: &'static str,
    pub(super) action: Action,
}

/// What runs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    Read(ReadMethod),
    Write(WriteMethod),
}

/// A parameter of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// What it is called.
    pub name: &'static str,
    /// Whether a call must give it.
    pub is_required: bool,
}

impl Method {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its parameters, in their order.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        self.parameter_list()
    }

    pub(super) fn parameter_list(&self) -> Vec<Parameter> {
        let parameter = |written: &&'static str| Parameter {
            name: written.trim_end_matches('?'),
            is_required: !written.ends_with('?'),
        };
        self.parameters.iter().map(parameter).collect()
    }

    /// What it does, for the model.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// Whether it only reads: it may then run again when a program is replayed.
    ///
    /// `planEdits` writes nothing and does not count as reading, since what it gives
    /// is written later.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        matches!(self.action, Action::Read(_)) && self.name != "planEdits"
    }

    /// What it takes, in JSON Schema: an object of the parameters, in their order.
    #[must_use]
    pub fn input_schema(&self) -> Value {
        schema::input(self)
    }

    /// What it gives, in JSON Schema. Methods that give `undefined` have none.
    #[must_use]
    pub fn output_schema(&self) -> Option<Value> {
        schema::output(self.name)
    }

    /// How a call is written: `state.stat({ path })`.
    pub(super) fn signature(&self) -> String {
        match self.parameters {
            [] => format!("state.{}()", self.name),
            parameters => format!("state.{}({{ {} }})", self.name, parameters.join(", ")),
        }
    }
}

const fn read(
    name: &'static str,
    parameters: &'static [&'static str],
    method: ReadMethod,
    description: &'static str,
) -> Method {
    Method {
        name,
        parameters,
        description,
        action: Action::Read(method),
    }
}

const fn write(
    name: &'static str,
    parameters: &'static [&'static str],
    method: WriteMethod,
    description: &'static str,
) -> Method {
    Method {
        name,
        parameters,
        description,
        action: Action::Write(method),
    }
}

/// All of them.
#[rustfmt::skip]
pub(super) const METHODS: &[Method] = &[
    read("getCapabilities", &[], content::capabilities,
        "Says which optional features the files have."),
    read("readFile", &["path", "offset?", "length?"], content::read_file,
        "Reads a text file; offset and length, in bytes, read a part of a long one."),
    read("readFileBytes", &["path", "offset?", "length?"], content::read_file_bytes,
        "Reads a file as bytes, all or the part at offset."),
    write("writeFile", &["path", "content"], content::write_file,
        "Writes a text file, and the folders it needs."),
    write("writeFileBytes", &["path", "content"], content::write_file_bytes,
        "Writes bytes to a file, and the folders it needs."),
    write("appendFile", &["path", "content"], content::append_file,
        "Adds text or bytes to the end of a file, which need not exist."),
    read("readJson", &["path"], data::read_json,
        "Reads a JSON file."),
    write("writeJson", &["path", "value", "options?"], data::write_json,
        "Writes a value as JSON, indented by two spaces unless told otherwise."),
    read("queryJson", &["path", "query"], data::query_json,
        "Reads a part of a JSON file: \".key[0].nested\"."),
    write("updateJson", &["path", "operations"], data::update_json,
        "Sets and deletes parts of a JSON file, in order."),
    read("exists", &["path"], folders::exists,
        "Whether anything is at a path."),
    read("stat", &["path"], folders::stat,
        "What is at a path, through links; null if nothing."),
    read("lstat", &["path"], folders::lstat,
        "What is at a path, links not followed; null if nothing."),
    write("mkdir", &["path", "options?"], folders::mkdir,
        "Makes a folder; with recursive, those above it too."),
    read("readdir", &["path"], folders::readdir,
        "The names in a folder, sorted."),
    read("readdirWithFileTypes", &["path"], folders::readdir_with_file_types,
        "The names in a folder and what they are, sorted."),
    read("find", &["path", "options?"], walks::find,
        "Finds files and folders by name, path, type, depth, size and time."),
    read("walkTree", &["path", "options?"], walks::walk_tree,
        "A folder and all that is in it, as a tree."),
    read("summarizeTree", &["path", "options?"], walks::summarize_tree,
        "Counts what is in a folder."),
    read("searchText", &["path", "query", "options?"], search::search_text,
        "Searches one file, however long."),
    read("searchFiles", &["pattern", "query", "options?"], search::search_files,
        "Searches the text files that a glob pattern matches."),
    write("replaceInFile", &["path", "search", "replacement", "options?"], replace::replace_in_file,
        "Replaces all matches in a file; the replacement is taken literally."),
    write("replaceInFiles", &["pattern", "search", "replacement", "options?"],
        replace::replace_in_files,
        "Replaces all matches in the files that a glob pattern matches, all or nothing."),
    write("rm", &["path", "options?"], copies::rm,
        "Removes a file or a folder."),
    write("cp", &["src", "dest", "options?"], copies::cp,
        "Copies a file, or with recursive a folder."),
    write("mv", &["src", "dest", "options?"], copies::mv,
        "Moves a file, or with recursive a folder."),
    write("symlink", &["target", "linkPath"], folders::symlink,
        "Makes a symbolic link."),
    read("readlink", &["path"], folders::readlink,
        "What a symbolic link points at."),
    read("realpath", &["path"], folders::realpath,
        "The path without links of what is at a path."),
    read("resolvePath", &["base", "path"], folders::resolve_path,
        "What a relative path means in a folder."),
    read("glob", &["pattern"], walks::glob,
        "The paths that a pattern matches, sorted: **, *, ?, [..], {a,b}."),
    read("diff", &["pathA", "pathB"], edits::diff,
        "The difference of two files, as a unified diff."),
    read("diffContent", &["path", "newContent"], edits::diff_content,
        "The difference of a file and new content, as a unified diff."),
    write("createArchive", &["path", "sources"], archives::create_archive,
        "Packs files and folders into a tar archive."),
    read("listArchive", &["path"], archives::list_archive,
        "What is in a tar archive."),
    write("extractArchive", &["path", "destination"], archives::extract_archive,
        "Unpacks a tar archive into a folder."),
    write("compressFile", &["path", "destination?"], archives::compress_file,
        "Compresses a file with gzip, to its name with .gz unless told otherwise."),
    write("decompressFile", &["path", "destination?"], archives::decompress_file,
        "Decompresses a gzip file, to its name without .gz unless told otherwise."),
    read("hashFile", &["path", "options?"], content::hash_file,
        "The hash of a file in hexadecimal: sha256, sha1 or md5."),
    read("detectFile", &["path"], content::detect_file,
        "The MIME type of a file, and whether it is text."),
    write("removeTree", &["path"], copies::remove_tree,
        "Removes a folder and all that is in it; nothing need be there."),
    write("copyTree", &["src", "dest"], copies::copy_tree,
        "Copies a folder and all that is in it."),
    write("moveTree", &["src", "dest"], copies::move_tree,
        "Moves a folder and all that is in it."),
    read("planEdits", &["instructions"], edits::plan_edits,
        "Works out edits and their diffs and writes nothing; see applyEditPlan."),
    write("applyEditPlan", &["plan", "options?"], edits::apply_edit_plan,
        "Writes what planEdits worked out, all or nothing; dryRun only looks."),
    write("applyEdits", &["edits", "options?"], edits::apply_edits,
        "Writes a list of files, all or nothing; dryRun only looks."),
];
