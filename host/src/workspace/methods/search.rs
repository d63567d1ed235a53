//! Methods that search in files, as streams.

use std::collections::VecDeque;
use std::io::{self, Read};

use grep_regex::RegexMatcher;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkMatch};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::args::Arguments;
use super::super::backend::{Detail, Kind};
use super::super::fault::{Code, Failure, Fault};
use super::super::pattern::{self, Query, Scope};
use super::super::tree::Tree;
use super::super::{Answer, glob as globs};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct SearchOptions {
    case_sensitive: Option<bool>,
    regex: Option<bool>,
    whole_word: Option<bool>,
    context_before: Option<usize>,
    context_after: Option<usize>,
    max_matches: Option<usize>,
}

/// Lines around a match that a search holds.
const MAX_CONTEXT: usize = 1000;

/// One search over one file or many.
struct Search<'a> {
    tree: &'a Tree,
    matcher: RegexMatcher,
    searcher: Searcher,
    before: usize,
    after: usize,
    max_matches: usize,
    /// Matches and bytes of their lines that may still be returned.
    matches_left: usize,
    bytes_left: u64,
}

/// Whether files that hold a NUL byte are searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binary {
    Searched,
    LeftOut,
}

impl<'a> Search<'a> {
    fn new(tree: &'a Tree, arguments: &Arguments, binary: Binary) -> Result<Self, Failure> {
        let options: SearchOptions = arguments.options(2)?;
        let query = Query {
            case_sensitive: options.case_sensitive,
            regex: options.regex,
            whole_word: options.whole_word,
        };
        let context = |lines: Option<usize>| lines.unwrap_or(0).min(MAX_CONTEXT);
        let (before, after) = (
            context(options.context_before),
            context(options.context_after),
        );
        let searcher = SearcherBuilder::new()
            .line_number(true)
            .before_context(before)
            .after_context(after)
            .heap_limit(Some(tree.limits.line_bytes.max(1 << 17)))
            .bom_sniffing(false)
            .binary_detection(match binary {
                Binary::Searched => BinaryDetection::none(),
                Binary::LeftOut => BinaryDetection::quit(0),
            })
            .build();
        Ok(Self {
            tree,
            matcher: pattern::compile(arguments.text(1)?, &query, Scope::Lines)?,
            searcher,
            before,
            after,
            max_matches: options.max_matches.unwrap_or(usize::MAX),
            matches_left: tree.limits.results,
            bytes_left: tree.limits.read_bytes,
        })
    }

    fn file(&mut self, source: impl Read) -> Result<Vec<Value>, Fault> {
        if self.max_matches == 0 {
            return Ok(Vec::new());
        }
        let mut lines = Lines::new(self);
        let mut reader = LastByte::new(source);
        let mut searcher = lines.search.searcher.clone();
        let matcher = lines.search.matcher.clone();
        let searched = searcher.search_reader(&matcher, &mut reader, &mut lines);
        searched.map_err(|error| lines.search.explain(error))?;
        if lines.is_binary {
            return Ok(Vec::new());
        }
        // What is after the last line end is a line too, if an empty one.
        if !lines.is_done() && reader.last.is_none_or(|last| last == b'\n') {
            lines.line(reader.line_ends + 1, b"")?;
        }
        Ok(lines.finish())
    }

    fn explain(&self, error: io::Error) -> Fault {
        if error.to_string().contains("allocation limit") {
            let most = self.tree.limits.line_bytes;
            let text = format!("a line is longer than {most} bytes; read it in ranges");
            return Fault::with_text(Code::TooBig, text);
        }
        error.into()
    }
}

pub(super) fn search_text(tree: &Tree, arguments: &Arguments) -> Answer {
    let path = arguments.text(0)?;
    let mut search = Search::new(tree, arguments, Binary::Searched)?;
    let (_, source) = tree.open(path)?;
    let matches = search
        .file(source)
        .map_err(|fault| fault.at("search", path))?;
    Ok(Some(matches.into()))
}

pub(super) fn search_files(tree: &Tree, arguments: &Arguments) -> Answer {
    let pattern = arguments.text(0)?;
    let mut search = Search::new(tree, arguments, Binary::LeftOut)?;
    let mut results = Vec::new();
    for (path, entry) in globs::find(tree, pattern, Detail::Kinds)? {
        if entry.kind != Kind::File {
            continue;
        }
        let matches = match tree.backend.open(&path) {
            // Gone since it was found.
            Err(fault) if fault.code() == Code::NotFound => continue,
            opened => opened.and_then(|(_, source)| search.file(source)),
        };
        let matches = matches.map_err(|fault| fault.at("search", &path))?;
        if !matches.is_empty() {
            results.push(json!({ "path": path, "matches": matches }));
        }
    }
    Ok(Some(results.into()))
}

/// Makes matches of lines.
struct Lines<'a, 'b> {
    search: &'b mut Search<'a>,
    matches: Vec<Match>,
    /// Matches whose lines after them are not complete begin here.
    open: usize,
    recent: VecDeque<(u64, String)>,
    is_full: bool,
    is_binary: bool,
}

struct Match {
    line: u64,
    column: usize,
    text: String,
    line_text: String,
    before: Vec<String>,
    after: Vec<String>,
}

impl<'a, 'b> Lines<'a, 'b> {
    fn new(search: &'b mut Search<'a>) -> Self {
        Self {
            search,
            matches: Vec::new(),
            open: 0,
            recent: VecDeque::new(),
            is_full: false,
            is_binary: false,
        }
    }

    /// Whether there is nothing left to look for.
    fn is_done(&self) -> bool {
        self.is_full && self.open == self.matches.len()
    }

    /// Takes the next line that matches or is near one that does.
    fn line(&mut self, number: u64, line: &[u8]) -> Result<(), Fault> {
        let text = String::from_utf8_lossy(line).into_owned();
        for index in self.open..self.matches.len() {
            self.charge(text.len(), 0)?;
            self.matches[index].after.push(text.clone());
        }
        if !self.is_full {
            self.search_line(number, line, &text)?;
        }
        while let Some(first) = self.matches.get(self.open) {
            let is_complete = first.line + self.search.after as u64 <= number;
            if !is_complete {
                break;
            }
            self.open += 1;
        }
        if self.search.before > 0 {
            self.recent.push_back((number, text));
            if self.recent.len() > self.search.before {
                self.recent.pop_front();
            }
        }
        Ok(())
    }

    fn search_line(&mut self, number: u64, line: &[u8], text: &str) -> Result<(), Fault> {
        let mut ranges = Vec::new();
        let room = self.search.max_matches - self.matches.len();
        let most = room.min(self.search.matches_left + 1);
        let matcher = &self.search.matcher;
        pattern::each_match(matcher, line, |range| {
            ranges.push(range);
            ranges.len() < most
        });
        let first = number.saturating_sub(self.search.before as u64);
        let near = self.recent.iter().filter(|(number, _)| *number >= first);
        let before: Vec<String> = near.map(|(_, text)| text.clone()).collect();
        let before_bytes: usize = before.iter().map(String::len).sum();
        let (mut counted, mut column) = (0, 1);
        for range in ranges {
            self.charge(text.len() + before_bytes, 1)?;
            // Columns count UTF-16 units, as positions in JavaScript's strings do.
            let head = String::from_utf8_lossy(&line[counted..range.start()]);
            column += head.encode_utf16().count();
            counted = range.start();
            self.matches.push(Match {
                line: number,
                column,
                text: String::from_utf8_lossy(&line[range]).into_owned(),
                line_text: text.to_owned(),
                before: before.clone(),
                after: Vec::new(),
            });
        }
        self.is_full = self.matches.len() >= self.search.max_matches;
        Ok(())
    }

    fn charge(&mut self, bytes: usize, matches: usize) -> Result<(), Fault> {
        let limits = &self.search.tree.limits;
        let too_much = |what| {
            let text =
                format!("the matches are more than {what}; narrow the search or set maxMatches");
            Err(Fault::with_text(Code::TooBig, text))
        };
        if self.search.matches_left < matches {
            return too_much(format!("{}", limits.results));
        }
        if self.search.bytes_left < bytes as u64 {
            return too_much(format!("{} bytes of lines", limits.read_bytes));
        }
        self.search.matches_left -= matches;
        self.search.bytes_left -= bytes as u64;
        Ok(())
    }

    fn finish(self) -> Vec<Value> {
        let (before, after) = (self.search.before, self.search.after);
        let value = |found: Match| {
            let mut value = json!({
                "line": found.line,
                "column": found.column,
                "match": found.text,
                "lineText": found.line_text,
            });
            if before > 0 {
                value["beforeLines"] = found.before.into();
            }
            if after > 0 {
                value["afterLines"] = found.after.into();
            }
            value
        };
        self.matches.into_iter().map(value).collect()
    }

    fn take(&mut self, number: Option<u64>, line: &[u8]) -> Result<bool, io::Error> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        self.line(number.unwrap_or(0), line)?;
        Ok(!self.is_done())
    }
}

impl Sink for Lines<'_, '_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> Result<bool, io::Error> {
        self.take(found.line_number(), found.bytes())
    }

    fn context(&mut self, _: &Searcher, found: &SinkContext<'_>) -> Result<bool, io::Error> {
        self.take(found.line_number(), found.bytes())
    }

    fn binary_data(&mut self, _: &Searcher, _: u64) -> Result<bool, io::Error> {
        self.is_binary = true;
        Ok(false)
    }
}

/// Remembers how a stream ended.
struct LastByte<R> {
    source: R,
    last: Option<u8>,
    line_ends: u64,
}

impl<R> LastByte<R> {
    fn new(source: R) -> Self {
        Self {
            source,
            last: None,
            line_ends: 0,
        }
    }
}

impl<R: Read> Read for LastByte<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        let read = &buffer[..count];
        self.last = read.last().copied().or(self.last);
        self.line_ends += memchr::memchr_iter(b'\n', read).count() as u64;
        Ok(count)
    }
}
