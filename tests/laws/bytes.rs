//! No byte of a table goes unseen, whole or damaged, and its cells hold what the `csv` crate says they hold.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rolecall::diagnostic::fault::Fault;
use rolecall::diagnostic::snippet::Excerpt;
use rolecall::read::columns::{by_header, fold};
use rolecall::read::{Flow, Locator, ReadOptions, ReadSummary, Sink, csv};
use rolecall::record::{Field, Record};
use rolecall::source::file::Source;
use rolecall::source::{InputId, Span};

use crate::cases;
use crate::damage::{damaged, wounds};
use crate::table::{dialects, write};
use crate::world::{PASSWORD, World, worlds};

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn records_rebuild_the_file(world in worlds(1), dialect in dialects(&[None, Some(""), Some("  ")])) {
        let written = write(&world, dialect);
        let seen = Seen::of(written.text.as_bytes()).expect("a written table can be read");
        let rows: Vec<_> = written.rows.iter().map(|row| Span::new(row.whole.start as u64, row.whole.end as u64)).collect();
        prop_assert_eq!(&seen.spans, &rows);
        prop_assert_eq!(seen.gap(written.text.as_bytes()), None);
    }

    #[test]
    fn damage_hides_no_byte(world in worlds(1), dialect in dialects(&[None, Some("")]), wounds in wounds(1..6)) {
        let bytes = damaged(write(&world, dialect).text.as_bytes(), &wounds);
        if let Some(seen) = Seen::of(&bytes) {
            prop_assert_eq!(seen.gap(&bytes), None, "{}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn any_bytes_at_all_are_accounted_for(body in body(), end in prop::sample::select(["\n", "\r\n"].as_slice())) {
        let text = [b"User Name,Team,Roles".as_slice(), end.as_bytes(), &body].concat();
        let seen = Seen::of(&text).expect("the header row can be read");
        prop_assert_eq!(seen.gap(&text), None, "{}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn cells_hold_what_the_csv_crate_says(world in worlds(1), dialect in dialects(&[None, Some("")])) {
        let written = write(&world, dialect);
        let seen = Seen::of(written.text.as_bytes()).expect("a written table can be read");
        let wanted = strictly_read(&world, written.text.as_bytes(), dialect.delimiter);
        prop_assert_eq!(seen.cells, wanted);
    }
}

/// Text of the bytes that matter to tables.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let pieces = ["a", "b c", ",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"", "\"\"", " ", "é"].map(str::as_bytes);
    let bytes = prop_oneof![20 => prop::sample::select(pieces.to_vec()), 1 => Just(b"\xff".as_slice())];
    prop::collection::vec(bytes, 0..60).prop_map(|pieces| pieces.concat())
}

/// The cells of a record that mean something, by field.
type Cells = BTreeMap<&'static str, String>;

/// What a reader handed on.
#[derive(Default)]
struct Seen {
    head: u64,
    numbers: Vec<u64>,
    spans: Vec<Span>,
    cells: Vec<Cells>,
    summary: ReadSummary,
}

impl Seen {
    /// Reads a table; `None` if its head cannot be read.
    fn of(bytes: &[u8]) -> Option<Self> {
        let source = Source::from_bytes(bytes.to_vec());
        let head = csv::header::read_header_row(&source, &ReadOptions::default()).ok()?;
        let mut seen = Self { head: head.records.byte, ..Self::default() };
        seen.summary = csv::read(&source, InputId(0), &ReadOptions::default(), &mut seen).ok()?.0;
        Some(seen)
    }

    /// A place where the account has a hole, in words.
    fn gap(&self, bytes: &[u8]) -> Option<String> {
        let mut at = self.head;
        let index = |byte: u64| usize::try_from(byte).expect("a test's file is small");
        let end = Span::at(bytes.len() as u64);
        for span in self.spans.iter().chain([&end]) {
            match bytes.get(index(at)..index(span.start)) {
                None => return Some(format!("{span:?} begins before byte {at}")),
                Some(between) if !between.iter().all(u8::is_ascii_whitespace) => {
                    return Some(format!("something stands between byte {at} and {span:?}"));
                }
                Some(_) => at = span.end,
            }
        }
        let counted: Vec<u64> = (1..=self.spans.len() as u64).collect();
        if self.numbers != counted || self.summary.records != counted.len() as u64 {
            return Some(format!("{} records are counted as {:?}", self.summary.records, self.numbers));
        }
        (self.summary.bytes != bytes.len() as u64)
            .then(|| format!("{} of {} bytes were taken in", self.summary.bytes, bytes.len()))
    }
}

impl Sink for Seen {
    fn record(&mut self, record: &impl Record, _: &mut Locator<'_>) -> Flow {
        self.numbers.push(record.number());
        self.spans.push(record.span());
        let text = |field: &Field| Some((field.name(), record.cell(*field).text()?.to_owned()));
        self.cells.push(Field::ALL.iter().filter_map(text).collect());
        Flow::Continue
    }

    fn refuse(&mut self, number: u64, span: Span, fault: Fault, _: Option<Excerpt>, view: &mut Locator<'_>) -> Flow {
        // Every place of a fault has a line and a column.
        for mark in &fault.labels {
            let (start, end) = (view.locate(mark.span.start), view.locate(mark.span.end));
            assert!(start <= end, "{fault:?}");
        }
        self.numbers.push(number);
        self.spans.push(span);
        Flow::Continue
    }

    fn fault(&mut self, _: Fault, _: Option<Excerpt>, _: Option<&mut Locator<'_>>) {}
}

/// The cells that are not blank, as the `csv` crate reads them.
fn strictly_read(world: &World, bytes: &[u8], delimiter: char) -> Vec<Cells> {
    let delimiter = u8::try_from(delimiter).expect("delimiters are ASCII");
    let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    let cell = |(header, cell): (&&str, &str)| {
        let field = by_header(&fold(header)).filter(|_| *header != PASSWORD)?;
        Some((field.name(), cell.trim_ascii().to_owned())).filter(|(_, cell)| !cell.is_empty())
    };
    let cells = |record: ::csv::StringRecord| world.headers.iter().zip(record.iter()).filter_map(cell).collect();
    reader.records().map(|record| cells(record.expect("the table is well-formed"))).collect()
}
