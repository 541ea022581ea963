//! A page: the text of one input file and where in it each value was written.
//! Lines and columns are counted here, apart from the program's own count.

use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// Whose value (the account's place in the world), which field, and which item of a list.
pub type Spot = (usize, &'static str, Option<usize>);
/// Stands for "whose" where a value belongs to the plan and to no account.
pub const OF_PLAN: usize = usize::MAX;

/// Where a value is.
#[derive(Clone, Debug)]
pub struct Mark {
    pub range: Range<usize>,
    /// The promise fixes no exact ends here: the label has to lie within the range.
    pub within: bool,
}

/// A file to be written.
pub struct Page {
    pub file: &'static str,
    pub text: String,
    pub marks: BTreeMap<Spot, Mark>,
    /// The bytes of a workbook. Its text is of the cells alone, and [`Self::cells`] says where each lies.
    pub workbook: Option<Vec<u8>>,
    /// Where in the text each cell of a workbook begins, and its name.
    pub cells: BTreeMap<usize, String>,
}

impl Page {
    pub fn new(file: &'static str) -> Self {
        Self { file, text: String::new(), marks: BTreeMap::new(), workbook: None, cells: BTreeMap::new() }
    }

    /// What the file holds.
    pub fn bytes(&self) -> &[u8] {
        self.workbook.as_deref().unwrap_or(self.text.as_bytes())
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn mark(&mut self, spot: Spot, range: Range<usize>, within: bool) {
        self.marks.insert(spot, Mark { range, within });
    }

    /// Adds another page with its line breaks made spaces, which leaves every place where it was.
    pub fn append_on_one_line(&mut self, other: Self) {
        let base = self.text.len();
        self.push(&other.text.replace('\n', " "));
        for (spot, mark) in other.marks {
            self.mark(spot, base + mark.range.start..base + mark.range.end, mark.within);
        }
    }

    /// The same page, with a byte order mark and lines ended by CRLF.
    pub fn marked_and_crlf(mut self) -> Self {
        let shifted = |byte: usize| 3 + byte + self.text[..byte].matches('\n').count();
        for mark in self.marks.values_mut() {
            mark.range = shifted(mark.range.start)..shifted(mark.range.end);
        }
        self.text = format!("\u{feff}{}", self.text.replace('\n', "\r\n"));
        self
    }

    /// Says what is wrong with a label that should be at `mark` of this page.
    pub fn compare(&self, label: &Value, mark: &Mark) -> Result<(), String> {
        if label["file"] != self.file {
            return Err(format!("the label is in {} and not in {}", label["file"], self.file));
        }
        if self.workbook.is_some() {
            let (_, cell) = self.cells.range(..=mark.range.start).next_back().expect("every mark is in a cell");
            let is_there = label["cell"] == cell.as_str() && label["sheet"] == "Users";
            return if is_there { Ok(()) } else { Err(format!("the label is not at {cell}: {label}")) };
        }
        let is = super::report::bytes(label).ok_or_else(|| format!("the label has no bytes: {label}"))?;
        let wanted = &mark.range;
        let meets = if mark.within { wanted.start <= is.start && is.end <= wanted.end } else { is == *wanted };
        if !meets {
            let shown =
                |range: &Range<usize>| self.text.get(range.clone()).unwrap_or("(not on a character)").to_owned();
            return Err(format!("underlines {is:?} {:?} and not {wanted:?} {:?}", shown(&is), shown(wanted)));
        }
        for (end, byte) in [("start", is.start), ("end", is.end)] {
            let (line, column) = line_and_column(&self.text, byte);
            let told = (label[end]["line"].as_u64(), label[end]["column"].as_u64());
            if told != (Some(line), Some(column)) {
                return Err(format!("{end} at byte {byte} is told as {told:?} and is {line}:{column}"));
            }
        }
        Ok(())
    }
}

/// Line and column of a byte: both from 1, columns in scalar values, LF, CRLF and CR each end a line,
/// and a byte order mark has no column.
pub fn line_and_column(text: &str, byte: usize) -> (u64, u64) {
    let (mut line, mut column) = (1, 1);
    let mut before = '\0';
    for (at, letter) in text.char_indices().take_while(|(at, _)| *at < byte) {
        match letter {
            '\n' if before == '\r' => {}
            '\n' | '\r' => (line, column) = (line + 1, 1),
            '\u{feff}' if at == 0 => {}
            _ => column += 1,
        }
        before = letter;
    }
    (line, column)
}
