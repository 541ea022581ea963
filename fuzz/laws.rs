//! What holds for every input, however hostile: nothing panics, every place lies in the text, the account of records is
//! whole, nothing is called judged that an independent reader counts otherwise, and no output can be turned against its
//! reader. The fuzz targets put random bytes to these laws, a stable test every seed and every case ever found.

#[path = "laws/canary.rs"]
mod canary;
#[path = "laws/forms.rs"]
mod forms;
#[path = "laws/places.rs"]
mod places;
#[path = "laws/run.rs"]
mod run;
#[path = "laws/strict.rs"]
mod strict;
#[path = "laws/strict_workbook.rs"]
mod strict_workbook;
#[path = "laws/workbook.rs"]
mod workbook;

use rolecall::config::Config;
use rolecall::diagnostic::Verdict;
use rolecall::engine::Run;
use rolecall::read::Format;
use rolecall::read::encoding::{Encoding, to_utf8};
use rolecall::source::file::Source;

pub use forms::{error as error_text, every as every_form};
use run::{FuzzInput, judge, judge_with};

/// What the bytes of an input are taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A table.
    Csv,
    /// A JSON document.
    Json,
    /// A JSON document a line.
    Jsonl,
    /// A plan in YAML.
    Yaml,
    /// A plan in TOML.
    Toml,
    /// A workbook, or the texts of its parts.
    Xlsx,
    /// One byte that says an encoding, and a table in it.
    Encoding,
    /// A config.
    Config,
    /// A file's name, a line end, and a table: put through every form of the report.
    Render,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Csv,
        Self::Json,
        Self::Jsonl,
        Self::Yaml,
        Self::Toml,
        Self::Xlsx,
        Self::Encoding,
        Self::Config,
        Self::Render,
    ];

    /// The name of the target, and of the folders of its seeds and cases.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Yaml => "yaml",
            Self::Toml => "toml",
            Self::Xlsx => "xlsx",
            Self::Encoding => "encoding",
            Self::Config => "config",
            Self::Render => "render",
        }
    }
}

/// Puts `bytes` to all the laws that concern them, and says in what the run ended, where one began.
///
/// # Panics
/// Where a law is broken.
pub fn hold(target: Target, bytes: &[u8]) -> Option<Verdict> {
    let format = match target {
        Target::Csv => Format::Csv,
        Target::Json => Format::Json,
        Target::Jsonl => Format::Jsonl,
        Target::Yaml => Format::Yaml,
        Target::Toml => Format::Toml,
        Target::Xlsx => return Some(workbook(bytes)),
        Target::Encoding => return Some(encoding(bytes)),
        Target::Config => return config(bytes),
        Target::Render => return Some(render(bytes)),
    };
    let given = FuzzInput::of(format, bytes);
    let run = judged(&given);
    if let Some(text) = canary::planted(format, bytes) {
        let given = FuzzInput::of(format, &text);
        canary::is_silent(&judge(&given), forms::some);
    }
    Some(run.verdict)
}

/// A run that kept the laws of reading.
fn judged(given: &FuzzInput<'_>) -> Run {
    let run = judge(given);
    account(&run);
    let (source, _) = to_utf8(Source::from_bytes(given.bytes.to_vec()), given.encoding);
    let text = source.read_whole().expect("memory can be read");
    if given.format != Format::Xlsx {
        places::lie_in(&run, &text);
    }
    if run.verdict != Verdict::Incomplete {
        let read = run.ledger.inputs[0].records;
        if let Err(why) = strict::agrees(given.format, &text, read) {
            panic!("{read} records were judged, but {why}");
        }
    }
    forms::human(&run);
    run
}

/// Every record was judged, left out or refused; what is not whole is said.
fn account(run: &Run) {
    for input in &run.ledger.inputs {
        let left_out: u64 = input.left_out.iter().map(|left| left.count).sum();
        let refused = input.refused.len() as u64;
        assert_eq!(input.records, input.judged + left_out + refused, "{input:?}");
        assert!(refused == 0 || run.verdict == Verdict::Incomplete, "refused records are a hole");
        assert!(input.records > 0 || run.verdict == Verdict::Incomplete, "nothing was judged");
    }
    assert_eq!(run.ledger.holes.is_empty(), run.verdict != Verdict::Incomplete, "{:?}", run.ledger.holes);
}

fn workbook(bytes: &[u8]) -> Verdict {
    let archive = workbook::archive(bytes);
    judged(&FuzzInput::of(Format::Xlsx, &archive)).verdict
}

/// The text is what an independent decoder makes of it, or refused.
fn encoding(bytes: &[u8]) -> Verdict {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    let declared = match first % 6 {
        0 => None,
        at => Some(Encoding::ALL[usize::from(at) - 1]),
    };
    let (source, told) = to_utf8(Source::from_bytes(rest.to_vec()), declared);
    if let Ok(encoding) = told {
        let text = source.read_whole().expect("memory can be read");
        if let Err(why) = strict::decodes(encoding, rest, &text) {
            panic!("{}: {why}", encoding.word());
        }
    }
    judged(&FuzzInput { encoding: declared, ..FuzzInput::of(Format::Csv, rest) }).verdict
}

/// What cannot be used is a fault that can be shown; what can is used.
fn config(bytes: &[u8]) -> Option<Verdict> {
    let text = std::str::from_utf8(bytes).ok()?;
    if !canary::is_in(bytes) {
        let planted = format!("{text}\n[zz]\nkey = \"{}\"\n", canary::TEXT);
        for error in Config::parse("rolecall.toml", &planted).err().unwrap_or_default() {
            assert!(!canary::is_in(&forms::error(&error)), "the text of an unknown key is shown");
        }
    }
    match Config::parse("rolecall.toml", text) {
        Err(errors) => {
            assert!(!errors.is_empty(), "a config was refused without a reason");
            for error in &errors {
                forms::error(error);
            }
            None
        }
        Ok(config) => {
            let given = FuzzInput::of(Format::Csv, run::TABLE.as_bytes());
            match judge_with(&given, &config) {
                Err(error) => {
                    forms::error(&error);
                    None
                }
                Ok(run) => {
                    account(&run);
                    forms::human(&run);
                    Some(run.verdict)
                }
            }
        }
    }
}

fn render(bytes: &[u8]) -> Verdict {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let name = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let table = bytes.get(at + 1..).unwrap_or_default();
    let run = judge(&FuzzInput { name: &name, ..FuzzInput::of(Format::Csv, table) });
    account(&run);
    forms::all(&run);
    if let Some(planted) = canary::planted(Format::Csv, table) {
        let run = judge(&FuzzInput { name: &name, ..FuzzInput::of(Format::Csv, &planted) });
        canary::is_silent(&run, forms::every);
    }
    run.verdict
}
