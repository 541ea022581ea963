//! The archive that a workbook is: looked at before anything in it is opened.
//!
//! A few kilobytes can unpack to gigabytes, and two entries of one name can show one reader this and another
//! that. So names and declared sizes are checked first. Every entry is unpacked once, counted and checked while it
//! comes: those that hold cells while their cells are read, the others after them. Nothing is ever written to disk.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use zip::ZipArchive;
use zip::read::ZipFile;

use crate::diagnostic::fault::{Fault, FaultKind};
use crate::source::file::Source;

/// The most entries. Real workbooks have a few dozen.
const MAX_ENTRIES: usize = 4096;

/// The most bytes that all entries unpack to: a sheet of a million rows and ten columns.
const MAX_BYTES: u64 = 256 << 20;

/// How much smaller an entry may be packed. The most even of real sheets stay below a hundred.
const MAX_RATIO: u64 = 200;

/// Entries that unpack to less than this may be packed as well as they like.
const SMALL_ENTRY: u64 = 1 << 20;

/// A source as archives want it: read and sought.
pub struct SourceReader<'a> {
    source: &'a Source,
    at: u64,
}

impl<'a> SourceReader<'a> {
    pub fn new(source: &'a Source) -> BufReader<Self> {
        BufReader::with_capacity(64 * 1024, Self { source, at: 0 })
    }
}

impl Read for SourceReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read_at(self.at, buffer).map_err(std::io::Error::other)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for SourceReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.length().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// What a reader could take for other than an entry's plain text begins with it.
const DECLARATIONS: [&[u8]; 2] = [b"<!DOCTYPE", b"<!ENTITY"];

/// The most bytes of a declaration that the bytes before can hold.
const SEAM_BYTES: usize = DECLARATIONS[0].len() - 1;

/// An archive whose directory was checked.
pub struct WorkbookArchive<'a> {
    zip: ZipArchive<BufReader<SourceReader<'a>>>,
    names: Vec<String>,
    /// True for each entry that was unpacked to its end.
    unpacked: Vec<bool>,
}

/// An entry while it is unpacked.
struct EntryReader<'z, R> {
    entry: R,
    is_markup: bool,
    /// How many bytes it declares.
    size: u64,
    read: u64,
    /// Its last bytes: a declaration may lie across two reads.
    seam: Vec<u8>,
    is_unpacked: &'z mut bool,
}

/// A fault of the whole workbook.
pub fn unreadable(message: impl Into<String>) -> Fault {
    Fault::of_input(FaultKind::WorkbookUnreadable, message)
}

impl<'a> WorkbookArchive<'a> {
    /// Opens and checks its directory. What is in it is certain after [`Self::unpack_rest`].
    ///
    /// # Errors
    /// Why it is not a workbook that can be read.
    pub fn open(source: &'a Source) -> Result<Self, Fault> {
        check_beginning(source)?;
        let zip = ZipArchive::new(SourceReader::new(source)).map_err(|_| broken())?;
        let mut archive = Self { zip, names: Vec::new(), unpacked: Vec::new() };
        if archive.zip.offset() != 0 {
            return Err(unreadable("the file has other data before the workbook"));
        }
        archive.check_entries(source)?;
        archive.unpacked = vec![false; archive.names.len()];
        Ok(archive)
    }

    /// The name of the entry that `path` means; paths are compared as the product does, without regard to case.
    pub fn find(&self, path: &str) -> Option<&str> {
        let wanted = folded(path);
        self.names.iter().find(|name| folded(name) == wanted).map(String::as_str)
    }

    /// True if there are comments on cells, old or in threads.
    pub fn has_comments(&self) -> bool {
        let is_of_comments = |name: &String| {
            let name = folded(name);
            name.starts_with("xl/comments") || name.starts_with("xl/threadedcomments/")
        };
        self.names.iter().any(is_of_comments)
    }

    /// The unpacked bytes of the entry at `path`; 0 if there is no entry.
    pub fn size(&mut self, path: &str) -> u64 {
        let Some(name) = self.find(path).map(str::to_owned) else { return 0 };
        self.zip.by_name(&name).map_or(0, |entry| entry.size())
    }

    /// The names of all entries.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The entry at `path`, to be read.
    ///
    /// # Errors
    /// Where there is none.
    pub fn part(&mut self, path: &str) -> Result<impl BufRead + '_, Fault> {
        let wanted = folded(path);
        let index = self.names.iter().position(|name| folded(name) == wanted);
        let index = index.ok_or_else(|| unreadable("the workbook lacks a part that it refers to"))?;
        Ok(BufReader::with_capacity(64 * 1024, self.entry(index)?))
    }

    fn entry(&mut self, index: usize) -> Result<EntryReader<'_, impl Read>, Fault> {
        let name = folded(&self.names[index]);
        let is_markup = [".xml", ".rels", ".vml"].iter().any(|ending| name.ends_with(ending));
        let entry = self.zip.by_index(index).map_err(|_| broken())?;
        let (size, is_unpacked) = (entry.size(), &mut self.unpacked[index]);
        Ok(EntryReader { entry, is_markup, size, read: 0, seam: Vec::new(), is_unpacked })
    }

    fn check_entries(&mut self, source: &Source) -> Result<(), Fault> {
        let count = self.zip.len();
        if count > MAX_ENTRIES {
            return Err(unreadable(format!("the archive holds more than {MAX_ENTRIES} entries")));
        }
        let mut total = 0_u64;
        let mut extents = Vec::with_capacity(count);
        for index in 0..count {
            let entry = self.zip.by_index_raw(index).map_err(|_| broken())?;
            let name = entry.name().map_err(|_| broken())?.into_owned();
            check_entry(&entry)?;
            let data = check_own_name(source, entry.header_start(), entry.name_raw())?;
            extents.push(entry.header_start()..data.saturating_add(entry.compressed_size()));
            total = total.saturating_add(entry.size());
            if self.names.iter().any(|known| folded(known) == folded(&name)) {
                return Err(twice());
            }
            self.names.push(name);
        }
        if total > MAX_BYTES {
            return Err(too_large());
        }
        check_gaps(source, extents, self.zip.central_directory_start())?;
        // An archive reader keeps one of several entries of a name: the directory's own count shows it.
        if entries_declared(source)? != count { Err(twice()) } else { Ok(()) }
    }

    /// Unpacks every entry that was not read to its end.
    ///
    /// # Errors
    /// What keeps an entry from being read, whoever read it before.
    pub fn unpack_rest(&mut self) -> Result<(), Fault> {
        let mut buffer = vec![0; 64 * 1024];
        for index in 0..self.names.len() {
            if !self.unpacked[index] {
                let mut entry = self.entry(index)?;
                while entry.unpack(&mut buffer)? > 0 {}
            }
        }
        Ok(())
    }
}

impl<R: Read> EntryReader<'_, R> {
    /// Unpacks into `buffer`; no bytes at the end.
    ///
    /// # Errors
    /// If the entry is damaged, or another reader could see another text.
    fn unpack(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let count = self.entry.read(buffer).map_err(|_| broken())?;
        let before = self.read;
        self.read += count as u64;
        if self.read > self.size || (count == 0 && self.read < self.size) {
            return Err(broken());
        }
        *self.is_unpacked |= count == 0;
        if self.is_markup {
            let bytes = &buffer[..count];
            self.seam.extend_from_slice(&bytes[..count.min(SEAM_BYTES)]);
            let is_begin = before < SEAM_BYTES as u64;
            if is_begin && [&b"\xff\xfe"[..], b"\xfe\xff", b"<\0"].iter().any(|begin| self.seam.starts_with(begin)) {
                return Err(unreadable("a part of the workbook is not in UTF-8"));
            }
            if holds_declaration(&self.seam) || holds_declaration(bytes) {
                return Err(unreadable("a part of the workbook declares XML entities"));
            }
            let rest = bytes.get(SEAM_BYTES..).unwrap_or_default();
            self.seam.extend_from_slice(&rest[rest.len().saturating_sub(SEAM_BYTES)..]);
            self.seam.drain(..self.seam.len().saturating_sub(SEAM_BYTES));
        }
        Ok(count)
    }
}

impl<R: Read> Read for EntryReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.unpack(buffer).map_err(|fault| std::io::Error::new(std::io::ErrorKind::InvalidData, fault.message))
    }
}

/// True if `bytes` declare what others would expand.
fn holds_declaration(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"<!").any(|at| DECLARATIONS.iter().any(|word| bytes[at..].starts_with(word)))
}

/// Names of entries as they are compared.
fn folded(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

fn check_entry<R: Read>(entry: &ZipFile<'_, R>) -> Result<(), Fault> {
    if entry.encrypted() {
        return Err(unreadable("the workbook is encrypted"));
    }
    if entry.size() > MAX_BYTES {
        return Err(too_large());
    }
    if entry.size() > SMALL_ENTRY && entry.size() / MAX_RATIO > entry.compressed_size() {
        return Err(unreadable("an entry of the archive unpacks to more than 200 times its size"));
    }
    Ok(())
}

/// Refuses what is not an archive, and says what it looks like.
fn check_beginning(source: &Source) -> Result<(), Fault> {
    let mut start = [0; 8];
    let read = source.read_at(0, &mut start)?;
    if read == 0 {
        return Err(Fault::of_input(FaultKind::FileEmpty, "the input holds nothing"));
    }
    if start == *b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" {
        return Err(unreadable("this is an encrypted workbook, or one of the old binary format"));
    }
    if start.starts_with(b"PK") { Ok(()) } else { Err(unreadable("this is not a workbook: it is not a ZIP archive")) }
}

/// Refuses an entry that calls itself otherwise than the directory does: a reader that goes from entry to entry would
/// see another workbook.
///
/// Gives the byte at which its data begins.
fn check_own_name(source: &Source, at: u64, name: &[u8]) -> Result<u64, Fault> {
    /// An entry's own head before its name, and where in it the lengths of the name and of what follows it are.
    const HEAD: usize = 30;
    const LENGTH_AT: usize = 26;
    let mut head = vec![0; HEAD + name.len()];
    let read = source.read_at(at, &mut head)?;
    let number = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let length = number(LENGTH_AT);
    if read < head.len() || length != name.len() || head[HEAD..] != *name {
        return Err(unreadable("an archive entry has a different name in the directory"));
    }
    Ok(at + (HEAD + length + number(LENGTH_AT + 2)) as u64)
}

/// Refuses bytes that belong to no entry and could be one: a reader that goes from entry to entry would find it.
fn check_gaps(source: &Source, mut extents: Vec<Range<u64>>, directory: u64) -> Result<(), Fault> {
    /// An entry may end with its sizes, and the next begin at a round number.
    const MAX_GAP: u64 = 4096;
    extents.sort_unstable_by_key(|extent| extent.start);
    let mut end = 0;
    for extent in extents.into_iter().chain(std::iter::once(directory..directory)) {
        let gap = extent.start.checked_sub(end).filter(|gap| *gap <= MAX_GAP).ok_or_else(hidden_entry)?;
        let mut bytes = vec![0; usize::try_from(gap).map_err(|_| hidden_entry())?];
        source.read_at(end, &mut bytes)?;
        end = extent.end;
        if memchr::memmem::find(&bytes, b"PK\x03\x04").is_some() {
            return Err(hidden_entry());
        }
    }
    Ok(())
}

fn hidden_entry() -> Fault {
    unreadable("the archive has bytes beside the entries that its directory lists")
}

/// How many entries the end of the archive's directory declares. Nothing may follow it but its own comment.
fn entries_declared(source: &Source) -> Result<usize, Fault> {
    /// The end record without its comment, and the longest comment.
    const MIN_END_BYTES: usize = 22;
    const MAX_END_BYTES: u64 = 22 + 0xffff;
    let from = source.length().saturating_sub(MAX_END_BYTES);
    let mut tail = vec![0; usize::try_from(source.length() - from).map_err(|_| broken())?];
    let read = source.read_at(from, &mut tail)?;
    tail.truncate(read);
    let end = memchr::memmem::rfind(&tail, b"PK\x05\x06").ok_or_else(broken)?;
    let record = tail.get(end..end + MIN_END_BYTES).ok_or_else(broken)?;
    let number = |at: usize| usize::from(u16::from_le_bytes([record[at], record[at + 1]]));
    if end + MIN_END_BYTES + number(20) != tail.len() {
        return Err(unreadable("the file has other data after the workbook"));
    }
    Ok(number(10))
}

fn broken() -> Fault {
    unreadable("the workbook's ZIP archive is damaged")
}

fn twice() -> Fault {
    unreadable("two archive entries have the same name, so two readers could see different workbooks")
}

fn too_large() -> Fault {
    unreadable(format!("the workbook unpacks to more than {} MiB", MAX_BYTES >> 20))
}
