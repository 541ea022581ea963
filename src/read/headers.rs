//! The headers or keys of an input, without judging a record: for `rolecall columns`.

use super::columns::ColumnMap;
use super::json::{read_lines, shape};
use super::{
    Flow, Format, Locator, MAX_DOCUMENT_BYTES, ReadOptions, ReadSummary, Sink, csv, json, read_document, xlsx,
};
use crate::diagnostic::fault::{Fault, FaultKind};
use crate::diagnostic::snippet::Excerpt;
use crate::record::{Field, Record};
use crate::source::file::Source;
use crate::source::{InputId, Span};

/// Headers or keys, and what became of them.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// Those that were understood.
    pub understood: Vec<(String, Field)>,
    /// Those that were not.
    pub unknown: Vec<String>,
}

/// Lets every record pass.
struct Nobody;

impl Sink for Nobody {
    fn record(&mut self, _: &impl Record, _: &mut Locator<'_>) -> Flow {
        Flow::Continue
    }

    fn refuse(&mut self, _: u64, _: Span, _: Fault, _: Option<Excerpt>, _: &mut Locator<'_>) -> Flow {
        Flow::Continue
    }

    fn fault(&mut self, _: Fault, _: Option<Excerpt>, _: Option<&mut Locator<'_>>) {}
}

/// Reads the headers of a table, or the keys of all records of a document.
///
/// # Errors
/// A fault where there are none to read.
pub fn read_headers(source: &Source, format: Format, map: &ColumnMap) -> Result<Headers, Fault> {
    let of_intake = |summary: ReadSummary| Headers { understood: summary.columns, unknown: summary.unknown };
    match format {
        Format::Csv => {
            let head = csv::head::read_header_row(source, map).map_err(|bad| bad.fault)?;
            let mut headers = Headers::default();
            for column in head.columns {
                match column.field {
                    Some(field) => headers.understood.push((column.header, field)),
                    None => headers.unknown.push(column.header),
                }
            }
            Ok(headers)
        }
        Format::Xlsx => {
            let read_options = ReadOptions { columns: map, ..ReadOptions::default() };
            xlsx::read(source, InputId(0), &read_options, &mut Nobody).map(of_intake)
        }
        Format::Jsonl => read_lines(source, InputId(0), &ReadOptions::default(), None, &mut Nobody).map(of_intake),
        Format::Json => {
            let document = read_document(source, MAX_DOCUMENT_BYTES)?;
            let shape = shape(&document.text, document.base)?;
            json::read_document(&document, &shape, source, InputId(0), &ReadOptions::default(), &mut Nobody)
                .map(of_intake)
        }
        Format::Yaml | Format::Toml => {
            let message = "a plan has no columns: its keys are fixed";
            Err(Fault::of_input(FaultKind::FormatUnknown, message).with_remedy("Name an export."))
        }
    }
}
