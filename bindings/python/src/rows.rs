//! Accounts of tables, compressed: what a partition observed, so that it can travel and merge with others.
//!
//! Nothing is judged before all rows are together, so whatever rules conclude of all accounts is exact, however the rows were
//! split. Parts merge by lying side by side, in an order of their own: any order and grouping gives the same bytes.

use std::io::{self, Read as _, Write as _};

use arrow_array::RecordBatch;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rolecall::diagnostic::fingerprint::sha256;

use crate::cells::texts;

/// What the bytes of a partial begin with.
const MAGIC: &[u8] = b"rolecall.partial/1\n";

/// Chunks hold about so many rows: enough to compress well, and few enough to sort quickly.
const CHUNK_ROWS: usize = 200_000;

const FOREIGN: &str = "the bytes are not those of a Partial, or are cut off";

/// The cells of one row, in the order of the columns.
type Row = Vec<String>;

/// Rows that were observed.
#[derive(Clone, Default)]
pub struct Rows {
    /// How they are judged; only rows that are judged alike merge.
    pub settings: String,
    /// The names of the columns, sorted; none before a row was observed.
    columns: Vec<String>,
    chunks: Vec<Chunk>,
    open: Vec<Row>,
}

/// Rows that were compressed together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Chunk {
    rows: usize,
    /// Each sorted and deflated.
    columns: Vec<Vec<u8>>,
}

impl Rows {
    /// None yet.
    pub fn new(settings: String) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Adds the rows of batches, whose columns may come in any order. Batches that are refused leave nothing behind.
    ///
    /// # Errors
    /// A column is of a type that no field has, is there twice, or is not there in all batches.
    pub fn observe(&mut self, batches: &[RecordBatch]) -> Result<(), String> {
        let mut columns = self.columns.clone();
        let mut read = Vec::with_capacity(batches.len());
        for batch in batches {
            let schema = batch.schema();
            let mut order: Vec<usize> = (0..schema.fields().len()).collect();
            order.sort_by_key(|column| schema.field(*column).name());
            let names: Vec<String> = order.iter().map(|column| schema.field(*column).name().clone()).collect();
            if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(format!("the batch has two columns `{}`", pair[0]));
            }
            agree(&mut columns, &names)?;
            let cells = order.into_iter().map(|column| texts(batch, column).map(Vec::into_iter));
            read.push((batch.num_rows(), cells.collect::<Result<Vec<_>, _>>()?));
        }
        self.columns = columns;
        for (rows, mut cells) in read {
            for _ in 0..rows {
                self.open.push(cells.iter_mut().filter_map(Iterator::next).collect());
                if self.open.len() == CHUNK_ROWS {
                    self.close();
                }
            }
        }
        Ok(())
    }

    /// Adds the rows of another.
    ///
    /// # Errors
    /// They have other columns, or are to be judged otherwise.
    pub fn merge(&mut self, mut other: Self) -> Result<(), String> {
        if self.settings != other.settings {
            return Err("the two are to be judged by another config, day or option".to_owned());
        }
        if !other.columns.is_empty() {
            agree(&mut self.columns, &other.columns)?;
        }
        other.close();
        self.close();
        self.chunks.append(&mut other.chunks);
        Ok(())
    }

    /// Compresses the rows that came last.
    fn close(&mut self) {
        if !self.open.is_empty() {
            self.chunks.push(Chunk::new(std::mem::take(&mut self.open), self.columns.len()));
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.open.len() + self.chunks.iter().map(|chunk| chunk.rows).sum::<usize>()
    }

    /// Everything, to travel.
    pub fn encode(&mut self) -> Vec<u8> {
        self.close();
        self.chunks.sort_unstable();
        let mut body = Vec::new();
        put(&mut body, self.settings.as_bytes());
        put_number(&mut body, self.columns.len());
        self.columns.iter().for_each(|name| put(&mut body, name.as_bytes()));
        put_number(&mut body, self.chunks.len());
        for chunk in &self.chunks {
            put_number(&mut body, chunk.rows);
            chunk.columns.iter().for_each(|column| put(&mut body, column));
        }
        [MAGIC, sha256(&body).as_bytes(), &body].concat()
    }

    /// What the bytes of another process say.
    ///
    /// # Errors
    /// They are not whole.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, String> {
        let body = bytes.strip_prefix(MAGIC).and_then(|rest| rest.split_at_checked(64));
        let (_, body) = body.filter(|(digest, body)| sha256(body).as_bytes() == *digest).ok_or(FOREIGN)?;
        Self::of_body(&mut &*body).ok_or_else(|| FOREIGN.to_owned())
    }

    fn of_body(rest: &mut &[u8]) -> Option<Self> {
        let text = |rest: &mut &[u8]| String::from_utf8(take(rest)?.to_vec()).ok();
        let mut rows = Self::new(text(rest)?);
        for _ in 0..take_number(rest)? {
            rows.columns.push(text(rest)?);
        }
        for _ in 0..take_number(rest)? {
            let mut chunk = Chunk { rows: take_number(rest)?, columns: Vec::with_capacity(rows.columns.len()) };
            for _ in 0..rows.columns.len() {
                chunk.columns.push(take(rest)?.to_vec());
            }
            rows.chunks.push(chunk);
        }
        rest.is_empty().then_some(rows)
    }

    /// All rows as one table in CSV, sorted, so that their order says nothing of how they were split.
    ///
    /// # Errors
    /// A chunk is not whole.
    pub fn to_csv(&self) -> Result<Vec<u8>, String> {
        let mut lines: Vec<Vec<u8>> = Vec::with_capacity(self.len());
        for chunk in &self.chunks {
            let columns = chunk.columns.iter().map(|column| cells_of(column, chunk.rows));
            let columns = columns.collect::<io::Result<Vec<_>>>().map_err(|_| FOREIGN)?;
            lines.extend((0..chunk.rows).map(|row| line(columns.iter().map(|column| column[row].as_slice()))));
        }
        lines.extend(self.open.iter().map(|row| line(row.iter().map(String::as_bytes))));
        lines.sort_unstable();
        let mut csv =
            if self.columns.is_empty() { Vec::new() } else { line(self.columns.iter().map(String::as_bytes)) };
        lines.iter().for_each(|line| csv.extend_from_slice(line));
        Ok(csv)
    }
}

/// Takes the columns of the first rows, and refuses others.
fn agree(columns: &mut Vec<String>, names: &[String]) -> Result<(), String> {
    if columns.is_empty() {
        *columns = names.to_vec();
    }
    let lacking = |of: &[String], others: &[String]| of.iter().find(|name| !others.contains(name)).cloned();
    match (lacking(columns, names), lacking(names, columns)) {
        (None, None) => Ok(()),
        (Some(name), _) => Err(format!("the batch lacks the column `{name}`, which the rows before it have")),
        (None, Some(name)) => Err(format!("the batch has the column `{name}`, which the rows before it lack")),
    }
}

impl Chunk {
    /// Sorted by the column with the longest texts, which are most often names: neighbours begin alike.
    fn new(mut rows: Vec<Row>, columns: usize) -> Self {
        let length = |column: &usize| rows.iter().map(|row| row[*column].len()).sum::<usize>();
        let longest = (0..columns).max_by_key(length).unwrap_or(0);
        rows.sort_unstable_by(|one, other| (one.get(longest), one).cmp(&(other.get(longest), other)));
        let column = |column: usize| deflated(rows.iter().map(|row| row[column].as_bytes()));
        Self { rows: rows.len(), columns: (0..columns).map(column).collect() }
    }
}

/// Each cell as how much of the one before it begins it, and the rest of it.
fn deflated<'c>(cells: impl Iterator<Item = &'c [u8]>) -> Vec<u8> {
    let (mut bytes, mut rests, mut before): (Vec<u8>, Vec<u8>, &[u8]) = (Vec::new(), Vec::new(), &[]);
    for cell in cells {
        let shared = cell.iter().zip(before).take_while(|(one, other)| one == other).count();
        put_number(&mut bytes, shared);
        put_number(&mut bytes, cell.len() - shared);
        rests.extend_from_slice(&cell[shared..]);
        before = cell;
    }
    bytes.extend_from_slice(&rests);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(&bytes).and_then(|()| encoder.finish());
    written.expect("internal error: memory takes all")
}

fn cells_of(deflated: &[u8], rows: usize) -> io::Result<Vec<Vec<u8>>> {
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    let mut bytes = Vec::new();
    DeflateDecoder::new(deflated).read_to_end(&mut bytes)?;
    let mut rest = bytes.as_slice();
    // A row takes two bytes at least: more of them are not there, and need no room.
    if rows > rest.len() / 2 {
        return Err(broken());
    }
    let mut lengths = Vec::with_capacity(rows);
    for _ in 0..rows {
        let shared = take_number(&mut rest).ok_or_else(broken)?;
        lengths.push((shared, take_number(&mut rest).ok_or_else(broken)?));
    }
    let mut cells: Vec<Vec<u8>> = Vec::with_capacity(rows);
    for (shared, length) in lengths {
        let begin = cells.last().map_or(Some(&[][..]), |before| before.get(..shared)).ok_or_else(broken)?;
        let (own, after) = rest.split_at_checked(length).ok_or_else(broken)?;
        let cell = [begin, own].concat();
        rest = after;
        cells.push(cell);
    }
    Ok(cells)
}

/// A line of CSV with every cell quoted.
fn line<'c>(cells: impl Iterator<Item = &'c [u8]>) -> Vec<u8> {
    let mut line = Vec::new();
    for cell in cells {
        line.extend_from_slice(if line.is_empty() { b"\"" } else { b",\"" });
        for part in cell.split_inclusive(|byte| *byte == b'"') {
            line.extend_from_slice(part);
            line.extend((part.last() == Some(&b'"')).then_some(b'"'));
        }
        line.push(b'"');
    }
    line.push(b'\n');
    line
}

fn put(bytes: &mut Vec<u8>, content: &[u8]) {
    put_number(bytes, content.len());
    bytes.extend_from_slice(content);
}

fn take<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = take_number(rest)?;
    let (content, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(content)
}

/// Seven bits a byte, the lowest first.
fn put_number(bytes: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (first, after) = rest.split_first()?;
        *rest = after;
        number |= usize::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
