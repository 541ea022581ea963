//! Records of a table read again: where records are single lines, only those that are wanted are scanned.

use super::TableReader;
use crate::error::ReadError;
use crate::fast::scan::scan;
use crate::read::csv::row_batch::find_regular_rows;
use crate::read::{Checkpoint, Sink};

impl<S: Sink> TableReader<'_, S> {
    /// Hands on the wanted records of the blocks that begin at `checkpoints`, as far as every record is one line, and passes
    /// over blocks without any. Returns the number of the block to go on with in another way; `None` if nothing is left.
    pub(in crate::read::csv) fn read_lines_again(
        &mut self,
        checkpoints: &[Checkpoint],
    ) -> Result<Option<usize>, ReadError> {
        let mut buffer = Vec::new();
        for (at, ends) in checkpoints.windows(2).enumerate() {
            let (begin, end) = (ends[0], ends[1]);
            if self.sink.next_wanted(begin.records + 1) > end.records {
                continue;
            }
            // A record takes a line at least, so that as many lines as records leave none for anything else.
            let is_plain = end.records - begin.records == end.line - begin.line;
            if !is_plain || self.table.schema.fields.len() == 1 {
                return Ok(Some(at));
            }
            buffer.resize(usize::try_from(end.byte - begin.byte).unwrap_or(usize::MAX), 0);
            let is_all = self.table.source.read_at(begin.byte, &mut buffer)? == buffer.len();
            let is_read = is_all.then(|| self.wanted_lines(&buffer, begin, end.records)).flatten();
            if self.position.is_stopped {
                return Ok(None);
            }
            if is_read.is_none() {
                return Ok(Some(at));
            }
        }
        let is_wanted = |last: &&Checkpoint| self.sink.next_wanted(last.records + 1) < u64::MAX;
        Ok(checkpoints.last().filter(is_wanted).map(|_| checkpoints.len() - 1))
    }

    /// Hands on the wanted records of `lines`, whose last one is record `last`. `None` if one is not a line.
    fn wanted_lines(&mut self, mut lines: &[u8], mut here: Checkpoint, last: u64) -> Option<()> {
        while !self.position.is_stopped {
            let wanted = self.sink.next_wanted(here.records + 1);
            if wanted > last {
                return Some(());
            }
            let skipped = wanted - here.records - 1;
            let start = after_lines(lines, skipped)?;
            let end = start + after_lines(&lines[start..], 1)?;
            here = Checkpoint {
                byte: here.byte + start as u64,
                line: here.line + skipped,
                column: 1,
                records: wanted - 1,
            };
            let line = &lines[start..end];
            scan(line, self.table.schema.delimiter, &mut self.scanned);
            let width = self.table.schema.fields.len();
            let length = find_regular_rows(line, &self.scanned, width, &mut self.starts);
            if self.scanned.stray.is_some() || length != Some(line.len()) {
                return None;
            }
            (self.position.number, self.position.lines) = (here.records, 0);
            self.emit_regular_chunk(line, here);
            here = Checkpoint { byte: here.byte + line.len() as u64, line: here.line + 1, column: 1, records: wanted };
            lines = &lines[end..];
        }
        Some(())
    }
}

/// Where the line after the first `count` lines begins. `None` if there are fewer.
fn after_lines(bytes: &[u8], count: u64) -> Option<usize> {
    let Some(before) = count.checked_sub(1) else { return Some(0) };
    let is_break = |at: &usize| !(bytes[*at] == b'\r' && bytes.get(at + 1) == Some(&b'\n'));
    let mut breaks = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_break);
    breaks.nth(usize::try_from(before).ok()?).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::read::encoding::Encoding;
    use crate::read::visitor::{RecordVisitor, VisitorSink};
    use crate::read::{Flow, Format, Input, Locator, ReadOptions};
    use crate::record::Record;
    use crate::source::InputId;
    use crate::source::file::Source;

    /// Wants some records, and notes number, line and user name of those that it is given.
    struct Wanted {
        numbers: Vec<u64>,
        given: Vec<(u64, u64, String)>,
    }

    impl RecordVisitor for Wanted {
        fn next_wanted(&self, from: u64) -> u64 {
            self.numbers.iter().copied().find(|number| *number >= from).unwrap_or(u64::MAX)
        }

        fn record(&mut self, record: &dyn Record, locator: &mut Locator<'_>) -> Flow {
            // Records of several lines come with those around them.
            if self.numbers.contains(&record.number()) {
                self.given.push((record.number(), locator.locate(record.span().start).line, record.key()));
            }
            Flow::Continue
        }
    }

    #[test]
    fn every_record_is_found_again_at_its_place() {
        const RECORDS: u64 = 2000;
        let row = |number: u64| {
            let team = if number == 900 { "\"in two\nlines\"".to_owned() } else { "x".repeat(60) };
            format!("api.{number:05}@acme.example,Api,Feed,Administrator,{team}\n")
        };
        let rows: String = (1..=RECORDS).map(row).collect();
        let text = format!("User Name,First Name,Last Name,Roles,Team\n{rows}");
        let (id, name, encoding) = (InputId::default(), Arc::from("people.csv"), Encoding::Utf8);
        let input = Input { id, name, source: Source::from_bytes(text.into_bytes()), encoding };
        let opened = Format::Csv.open(&input.source).ok().expect("it is a table");
        let mut all = Wanted { numbers: (1..=RECORDS).collect(), given: Vec::new() };
        let options = ReadOptions::default();
        let summary = opened.read(&input, &options, &mut VisitorSink(&mut all)).expect("it can be read");
        let lines = all.given.iter().map(|(number, line, _)| line - number);
        assert!(summary.checkpoints.len() > 15 && lines.eq((1..=RECORDS).map(|number| 1 + u64::from(number > 900))));
        let each = (1..=RECORDS).map(|number| vec![number]);
        for numbers in each.chain([7, 100, 1999].map(|step| (1..=RECORDS).step_by(step).collect())) {
            let before = summary.checkpoints.iter().rev().find(|one| one.records < numbers[0]).copied();
            let mut wanted = Wanted { numbers, given: Vec::new() };
            opened.read_again(&input, &options, &summary, before, &mut VisitorSink(&mut wanted));
            let expected = wanted.numbers.iter().map(|number| &all.given[*number as usize - 1]);
            assert!(wanted.given.iter().eq(expected), "{} of {:?}", wanted.given.len(), wanted.numbers.first());
        }
    }

    #[test]
    fn lines_are_skipped_whatever_ends_them() {
        let text = b"a\nb\r\n\rc\r\n";
        assert_eq!(
            [0, 1, 2, 3, 4, 5].map(|count| after_lines(text, count)),
            [Some(0), Some(2), Some(5), Some(6), Some(9), None]
        );
    }
}
