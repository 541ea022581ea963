//! The formats, each behind one door: its [`Reader`].
//!
//! Nothing else knows a format. Adding one means its module and its line in the table below, from which follow the words
//! of options and reports, the extensions of file names, and every dispatch.

use super::headers::Headers;
use super::reader::{Reader, TreeParser, Unreadable};
use super::{Checkpoint, Input, ReadOptions, ReadSummary, Sink, csv, json, plan, xlsx};
use crate::diagnostic::fault::Fault;
use crate::record::catalogue::DeclaredAt;
use crate::record::declared::PlanFacts;
use crate::source::Span;
use crate::source::file::Source;

pub use super::xlsx::sheet_text::SheetText;

macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident = $reader:ty;)*) => {
        /// The formats that can be read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Format { $($(#[$doc])* $name,)* }

        /// An input that was opened, by its format.
        pub enum Opened { $($(#[$doc])* $name($reader),)* }

        impl Format {
            /// All of them.
            pub const ALL: [Self; [$(stringify!($name)),*].len()] = [$(Self::$name),*];

            /// The word in options and reports.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => <$reader>::WORD,)* }
            }

            const fn extensions(self) -> &'static [&'static str] {
                match self { $(Self::$name => <$reader>::EXTENSIONS,)* }
            }

            /// True if its bytes are one text, which is decoded before it is opened.
            #[must_use]
            pub const fn is_text(self) -> bool {
                match self { $(Self::$name => <$reader>::IS_TEXT,)* }
            }

            /// The parser of the one document that an input is, if a plan may be written so.
            pub(super) const fn plan_parser(self) -> Option<TreeParser> {
                match self { $(Self::$name => <$reader>::PLAN_PARSER,)* }
            }

            /// Opens an input of this format.
            ///
            /// # Errors
            /// Faults that keep all of it from being read.
            pub fn open(self, source: &Source) -> Result<Opened, Unreadable> {
                match self { $(Self::$name => <$reader>::open(source).map(Opened::$name),)* }
            }

            /// The headers of a table, or the keys of all records of a document.
            ///
            /// # Errors
            /// A fault if there are none to read.
            pub fn headers(self, source: &Source, options: &ReadOptions<'_>) -> Result<Headers, Fault> {
                match self { $(Self::$name => <$reader>::headers(source, options),)* }
            }
        }

        impl Opened {
            /// See [`Reader::read`].
            pub fn read(&self, input: &Input, options: &ReadOptions<'_>, sink: &mut impl Sink) -> Option<ReadSummary> {
                match self { $(Self::$name(reader) => reader.read(input, options, sink),)* }
            }

            /// See [`Reader::read_again`].
            pub fn read_again(
                &self,
                input: &Input,
                options: &ReadOptions<'_>,
                summary: &ReadSummary,
                from: Option<Checkpoint>,
                sink: &mut impl Sink,
            ) {
                match self { $(Self::$name(reader) => reader.read_again(input, options, summary, from, sink),)* }
            }

            /// See [`Reader::plan_facts`].
            #[must_use]
            pub fn plan_facts(&self, input: &Input) -> Option<PlanFacts> {
                match self { $(Self::$name(reader) => reader.plan_facts(input),)* }
            }

            /// See [`Reader::plan_place`].
            #[must_use]
            pub fn plan_place(&self, input: &Input, span: Span) -> Option<DeclaredAt> {
                match self { $(Self::$name(reader) => reader.plan_place(input, span),)* }
            }
        }
    };
}

formats! {
    /// A table, its cells separated by commas or another single character.
    Csv = csv::Csv;
    /// One JSON document.
    Json = json::Json;
    /// One JSON document a line.
    Jsonl = json::JsonLines;
    /// A plan in YAML.
    Yaml = plan::PlanFile<plan::Yaml>;
    /// A plan in TOML.
    Toml = plan::PlanFile<plan::Toml>;
    /// A workbook, its sheets holding tables.
    Xlsx = xlsx::Workbook;
}

impl Format {
    /// The format that `word` names.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The format that the first bytes of a source suggest: what is neither a workbook nor JSON is likely a table.
    #[must_use]
    pub fn by_bytes(source: &Source) -> Self {
        let mut start = [0; 64];
        let read = source.read_at(0, &mut start).unwrap_or(0);
        match start[..read].trim_ascii_start() {
            [b'P', b'K', ..] => Self::Xlsx,
            [b'{' | b'[', ..] => Self::Json,
            text if text.starts_with(b"rolecall:") => Self::Yaml,
            _ => Self::Csv,
        }
    }

    /// The format that a file's name promises.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        let extension = extension.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.extensions().contains(&extension.as_str()))
    }
}
