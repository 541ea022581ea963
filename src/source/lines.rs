//! Lines and columns, computed for the places that are reported and for no others.
//!
//! A [`Cursor`] walks a part of a text forwards: places come mostly in order, so a whole file costs at most
//! one pass even when it is one endless line with a thousand findings.

use super::Location;

/// How far apart the places are that a cursor can go back to.
const STRIDE: u64 = 4096;

/// Walks a part of a text that begins at the start of a line and knows where it is.
#[derive(Clone, Debug)]
pub struct Cursor {
    /// Places passed, in order, the beginning first: going back starts at one of them.
    passed: Vec<Location>,
    /// The start of a line that somebody else has counted up to.
    known_line: Location,
    here: Location,
}

impl Cursor {
    /// A cursor at the beginning of a part that starts at `byte` of the input, at the start of `line`.
    #[must_use]
    pub fn new(byte: u64, line: u64) -> Self {
        Self::at(Location { byte, line, column: 1 })
    }

    /// A cursor at the beginning of a part that starts at `start`, perhaps within a line.
    #[must_use]
    pub fn at(start: Location) -> Self {
        Self { passed: vec![start], known_line: start, here: start }
    }

    /// Takes somebody's word that `line` begins at `byte`: counting goes on from there.
    #[inline]
    pub const fn set_line(&mut self, byte: u64, line: u64) {
        self.known_line = Location { byte, line, column: 1 };
    }

    /// The location of `byte`. `text` is the part this cursor was made for; the byte may lie at its end.
    pub fn locate(&mut self, text: &str, byte: u64) -> Location {
        if self.known_line.byte <= byte && (byte < self.here.byte || self.here.byte < self.known_line.byte) {
            self.here = self.known_line;
        } else if byte < self.here.byte || byte - self.here.byte > STRIDE {
            let after = self.passed.partition_point(|place| place.byte <= byte);
            let nearest = self.passed[after.saturating_sub(1)];
            // Forwards too: what was walked once need not be walked again.
            if byte < self.here.byte || self.here.byte < nearest.byte {
                self.here = nearest;
            }
        }
        while byte - self.here.byte > STRIDE {
            let mut next = self.here.byte + STRIDE;
            while !text.is_char_boundary(self.index(next)) {
                next += 1;
            }
            self.walk(text, next);
            if self.passed.last().is_some_and(|last| last.byte < next) {
                self.passed.push(self.here);
            }
        }
        self.walk(text, byte);
        self.here
    }

    fn index(&self, byte: u64) -> usize {
        usize::try_from(byte - self.passed[0].byte).expect("internal error: a place beyond memory")
    }

    fn walk(&mut self, text: &str, byte: u64) {
        // A place inside a character is shown at its beginning.
        let (from, to) = (self.index(self.here.byte), text.floor_char_boundary(self.index(byte)));
        let byte = self.passed[0].byte + to as u64;
        let walked = &text[from..to];
        let (breaks, last) = line_breaks(&text.as_bytes()[from..], to - from);
        self.here = Location {
            byte,
            line: self.here.line + breaks,
            column: match last {
                Some(after) => 1 + characters(&walked[after..]),
                None => self.here.column + characters(walked),
            },
        };
    }
}

fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

/// How many lines end in the first `length` bytes, and the index after the last such end. A CR that its LF
/// follows ends no line: the LF does.
fn line_breaks(bytes: &[u8], length: usize) -> (u64, Option<usize>) {
    let mut breaks = 0;
    let mut last = None;
    for at in memchr::memchr2_iter(b'\n', b'\r', &bytes[..length]) {
        if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        breaks += 1;
        last = Some(at + 1);
    }
    (breaks, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(text: &str, byte: usize) -> (u64, u64) {
        let unified = text[..byte].replace("\r\n", "\n");
        let ends = unified.replace('\r', "\n");
        // A CR at the very end may be half of a CRLF, which ends its line only after the LF.
        let half = text[..byte].ends_with('\r') && text[byte..].starts_with('\n');
        let ends = if half { format!("{}x", &ends[..ends.len() - 1]) } else { ends };
        let line = ends.matches('\n').count() as u64 + 1;
        let column = ends.rsplit('\n').next().unwrap_or("").chars().count() as u64 + 1;
        (line, column)
    }

    #[test]
    fn going_back_far_is_exact_too() {
        let text = format!("{}\n{}", "é".repeat(9000), "ab\r\n".repeat(5000));
        let mut cursor = Cursor::new(0, 1);
        for byte in [30_000, 2, 18_002, 17_998, 37_000, 18_001] {
            let location = cursor.locate(&text, byte as u64);
            assert_eq!((location.line, location.column), slow(&text, byte), "byte {byte}");
        }
    }

    #[test]
    fn what_was_told_is_counted_on_from() {
        let text = "ab\ncd\nef\ngh\n";
        let mut cursor = Cursor::new(0, 1);
        cursor.set_line(6, 3);
        for byte in [7, 6, 10, 1, 8, 4] {
            let location = cursor.locate(text, byte as u64);
            assert_eq!((location.line, location.column), slow(text, byte), "byte {byte}");
        }
    }

    #[test]
    fn agrees_with_a_slow_count_in_any_order() {
        let text = "añ\nb\r\n\r\nc\rd😀e\n\r\rf";
        let mut cursor = Cursor::new(0, 1);
        let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        places.extend([4, 0, 9, 2]);
        places.retain(|at| text.is_char_boundary(*at));
        for at in places {
            let location = cursor.locate(text, at as u64);
            assert_eq!((location.line, location.column), slow(text, at), "byte {at}");
        }
    }
}
