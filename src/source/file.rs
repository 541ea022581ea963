//! Opening and reading what was named, and nothing else.
//!
//! A source is read by position, so a record can be looked at again without keeping the file in memory.
//! Only regular files are opened: a pipe or a device could block or never end. Standard input is kept whole.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use crate::error::ReadError;

/// An opened input: bytes that can be read at any position, in bounded memory.
#[derive(Debug)]
pub struct Source {
    bytes: SourceBytes,
    /// Its text in UTF-8, where that is not what the bytes are.
    text: DecodedText,
}

/// A text that was decoded.
struct DecodedText(Option<String>);

/// Only that it is there: a text may hold a password.
impl std::fmt::Debug for DecodedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "decoded" } else { "as it is" })
    }
}

enum SourceBytes {
    File { file: File, stamp: FileStamp, id: Option<FileId> },
    Memory(Vec<u8>),
}

/// Only the kind: a body may hold a password.
impl std::fmt::Debug for SourceBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { .. } => f.write_str("File"),
            Self::Memory(_) => f.write_str("Memory"),
        }
    }
}

/// The most bytes that standard input may give: they are held in memory, and a pipe need not end.
const MAX_PIPED_BYTES: u64 = 256 << 20;

/// How many bytes of two sources are compared at a time.
const COMPARED_BYTES: usize = 64 << 10;

/// The largest configuration file.
pub const MAX_CONFIG_BYTES: u64 = 1 << 20;
/// A policy file of 100,000 entries has about 40 MiB.
pub const MAX_POLICY_BYTES: u64 = 64 << 20;

/// A file by its device and number.
pub type FileId = (u64, u64);

/// Which file it is.
#[cfg(unix)]
fn file_id(metadata: &Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    Some((metadata.dev(), metadata.ino()))
}

/// Which file it is: nothing tells on this system.
#[cfg(not(unix))]
fn file_id(_: &Metadata) -> Option<FileId> {
    None
}

/// By what a file is known to be still the one that was opened.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    length: u64,
    modified: Option<SystemTime>,
    /// When its bytes or what is known of it last changed: nobody can set that back.
    change_time: Option<(i64, i64)>,
}

impl FileStamp {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok(), change_time: change_time(metadata) }
    }
}

impl Source {
    /// Opens a regular file.
    ///
    /// # Errors
    /// Why there is nothing to read.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        // Asked before opening: opening a named pipe would wait for its writer.
        let before = fs::metadata(path).map_err(|error| ReadError::from(&error))?;
        if before.is_dir() {
            return Err(ReadError::new("this is a directory, not a file").with_remedy("Name the files in it."));
        }
        if !before.is_file() {
            let error = ReadError::new("this is not a regular file");
            return Err(error.with_remedy("Name a regular file, or pipe it in as `-`."));
        }
        Self::open_nonblocking(path)
    }

    /// Opens without waiting: since the check, a pipe may have taken the place of the file.
    fn open_nonblocking(path: &Path) -> Result<Self, ReadError> {
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK);
        let file = options.open(path).map_err(|error| ReadError::from(&error))?;
        let metadata = file.metadata().map_err(|error| ReadError::from(&error))?;
        if !metadata.is_file() {
            return Err(ReadError::new("this is not a regular file"));
        }
        let (stamp, id) = (FileStamp::of(&metadata), file_id(&metadata));
        Ok(Self { bytes: SourceBytes::File { file, stamp, id }, text: DecodedText(None) })
    }

    /// Reads standard input, or any reader, to its end.
    ///
    /// # Errors
    /// When reading fails: half an input is not judged.
    pub fn read_all(reader: impl Read) -> Result<Self, ReadError> {
        let mut bytes = Vec::new();
        reader.take(MAX_PIPED_BYTES + 1).read_to_end(&mut bytes).map_err(|error| ReadError::from(&error))?;
        if bytes.len() as u64 > MAX_PIPED_BYTES {
            let error = ReadError::new("more than 256 MiB come from standard input");
            return Err(error.with_remedy("Put them into a file and name it: a file is streamed."));
        }
        Ok(Self::from_bytes(bytes))
    }

    /// A source that lies in memory.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes: SourceBytes::Memory(bytes), text: DecodedText(None) }
    }

    /// The same source, of which from now on `text` is read.
    #[must_use]
    pub fn decoded(self, text: String) -> Self {
        Self { text: DecodedText(Some(text)), ..self }
    }

    /// Its length in bytes as it lies there, decoded or not.
    #[must_use]
    pub fn raw_length(&self) -> u64 {
        match &self.bytes {
            SourceBytes::File { stamp, .. } => stamp.length,
            SourceBytes::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// The length of what is read, in bytes, when it was opened.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.text.0.as_ref().map_or_else(|| self.raw_length(), |text| text.len() as u64)
    }

    /// Fills as much of `buffer` as there is from byte `offset` on, and says how much that was; less than
    /// asked only at the end.
    ///
    /// # Errors
    /// When the system cannot read.
    pub fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        match &self.text.0 {
            Some(text) => Ok(copy_from(text.as_bytes(), offset, buffer)),
            None => self.read_raw_at(offset, buffer),
        }
    }

    /// The same of the bytes as they lie there, decoded or not.
    ///
    /// # Errors
    /// When the system cannot read.
    pub fn read_raw_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        match &self.bytes {
            SourceBytes::Memory(bytes) => Ok(copy_from(bytes, offset, buffer)),
            SourceBytes::File { file, .. } => {
                let mut filled = 0;
                while filled < buffer.len() {
                    match read_file_at(file, offset + filled as u64, &mut buffer[filled..]) {
                        Ok(0) => break,
                        Ok(read) => filled += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(ReadError::from(&error)),
                    }
                }
                Ok(filled)
            }
        }
    }

    /// The whole of it.
    ///
    /// # Errors
    /// When the system cannot read or the length is not what it was.
    pub fn read_whole(&self) -> Result<Vec<u8>, ReadError> {
        let changed = || ReadError::changed("the length of the file has changed");
        // One byte of room beyond the end shows a file that has grown.
        let mut bytes = vec![0; usize::try_from(self.length()).map_err(|_| changed())? + 1];
        let read = self.read_at(0, &mut bytes)?;
        if read as u64 != self.length() {
            return Err(changed());
        }
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Which file it is, by whatever path or link. `None` if it is not a file, and where nothing tells.
    #[must_use]
    pub const fn file_id(&self) -> Option<FileId> {
        match &self.bytes {
            SourceBytes::File { id, .. } => *id,
            SourceBytes::Memory(_) => None,
        }
    }

    /// Its first bytes as they are, not decoded.
    ///
    /// # Errors
    /// When the system cannot read.
    pub fn start(&self) -> Result<Vec<u8>, ReadError> {
        let length = usize::try_from(self.raw_length()).map_or(COMPARED_BYTES, |length| length.min(COMPARED_BYTES));
        let mut start = vec![0; length];
        let read = self.read_raw_at(0, &mut start)?;
        start.truncate(read);
        Ok(start)
    }

    /// True if both hold the same bytes, decoded or not.
    ///
    /// # Errors
    /// When the system cannot read.
    pub fn has_same_bytes(&self, other: &Self) -> Result<bool, ReadError> {
        if self.raw_length() != other.raw_length() {
            return Ok(false);
        }
        let (mut own, mut theirs) = (vec![0; COMPARED_BYTES], vec![0; COMPARED_BYTES]);
        let mut at = 0;
        loop {
            let read = self.read_raw_at(at, &mut own)?;
            if read != other.read_raw_at(at, &mut theirs)? || own[..read] != theirs[..read] {
                return Ok(false);
            }
            if read < COMPARED_BYTES {
                return Ok(true);
            }
            at += read as u64;
        }
    }

    /// True while the file is as it was when it was opened.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        match &self.bytes {
            SourceBytes::Memory(_) => true,
            SourceBytes::File { file, stamp, .. } => file.metadata().is_ok_and(|now| FileStamp::of(&now) == *stamp),
        }
    }
}

/// Copies what `bytes` hold from `offset` on, and says how much that was.
fn copy_from(bytes: &[u8], offset: u64, buffer: &mut [u8]) -> usize {
    let rest = usize::try_from(offset).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
    let length = rest.len().min(buffer.len());
    buffer[..length].copy_from_slice(&rest[..length]);
    length
}

#[cfg(unix)]
fn change_time(metadata: &Metadata) -> Option<(i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.ctime(), metadata.ctime_nsec()))
}

#[cfg(not(unix))]
fn change_time(_: &Metadata) -> Option<(i64, i64)> {
    None
}

/// The text of a configuration file that was named or found.
///
/// # Errors
/// The system's reason, in our words.
pub fn read_text(path: &Path) -> Result<String, &'static str> {
    text(read_bytes_up_to(path, MAX_CONFIG_BYTES, "it is larger than 1 MiB")?)
}

/// The text of a policy file, which may hold very many entries.
///
/// # Errors
/// The system's reason, in our words.
pub fn read_policy_text(path: &Path) -> Result<String, &'static str> {
    text(read_policy_bytes(path)?)
}

/// The bytes of a policy file. A link could be led elsewhere after it was reviewed.
///
/// # Errors
/// The system's reason, in our words.
pub fn read_policy_bytes(path: &Path) -> Result<Vec<u8>, &'static str> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err("it is a link");
    }
    read_bytes_up_to(path, MAX_POLICY_BYTES, "it is larger than 64 MiB")
}

fn text(bytes: Vec<u8>) -> Result<String, &'static str> {
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text")
}

fn read_bytes_up_to(path: &Path, limit: u64, too_large: &'static str) -> Result<Vec<u8>, &'static str> {
    // Anything else could block, or never end.
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Err("it is not a regular file"),
        Ok(metadata) if metadata.len() > limit => return Err(too_large),
        _ => {}
    }
    fs::read(path).map_err(|error| ReadError::from(&error).reason)
}

/// True if `path` names anything, even a link that leads nowhere.
#[must_use]
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

#[cfg(unix)]
fn read_file_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_file_at(file: &File, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(test)]
mod tests;
