//! Where cells and records end: one vectorised pass over the bytes.
//!
//! The pass keeps only whether it is inside quotes, from a running parity of quotes. A quote where none is allowed
//! breaks parity, so the pass stops there and says where; the caller decides what becomes of such a record. Three
//! things are done in the best way a machine has: classifying bytes, the parity, and writing down where the bits of a
//! block are.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

use wide::u8x16;

#[cfg(target_arch = "x86_64")]
use crate::fast::cpu::{Avx2, Avx512};

/// Marks an end that ends a record.
const RECORD_END: u32 = 1 << 31;

/// The most bytes one scan may cover: positions leave a bit for the mark.
pub const MAX_BYTES: usize = (RECORD_END - 1) as usize;

/// The end of a cell, relative to the scanned bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellEnd(u32);

impl CellEnd {
    /// The end of a record at `at`.
    #[must_use]
    pub fn ending_record(at: usize) -> Self {
        Self(u32::try_from(at).expect("internal error: a scan beyond its limit") | RECORD_END)
    }

    /// The end of a cell at `at` that another cell of its record follows.
    #[must_use]
    pub fn within_record(at: usize) -> Self {
        Self(Self::ending_record(at).0 & !RECORD_END)
    }

    /// The index of the delimiter or line end.
    #[must_use]
    #[inline]
    pub const fn at(self) -> usize {
        (self.0 & !RECORD_END) as usize
    }

    /// True if a record ends too.
    #[must_use]
    #[inline]
    pub const fn is_record_end(self) -> bool {
        self.0 & RECORD_END != 0
    }
}

/// What a scan found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScanResult {
    /// The end of each cell, in order. A CRLF counts once, at its CR.
    pub ends: Vec<CellEnd>,
    /// How many of them end a record too.
    pub record_ends: usize,
    /// A quote, or text after one, where none is allowed; nothing after it was scanned.
    pub stray: Option<usize>,
    /// Some quoted cell holds a line end.
    pub has_quoted_breaks: bool,
    /// The bytes end inside a quoted cell.
    pub is_open: bool,
}

/// The four kinds of byte that matter, as bits of a block.
struct ByteMasks {
    quotes: u64,
    delimiters: u64,
    carriage_returns: u64,
    line_feeds: u64,
}

/// What one block leaves to the next.
struct BlockState {
    /// All ones inside quotes.
    inside: u64,
    /// The last byte was a CR.
    carriage_return: u64,
    /// A quote may open at the next byte.
    may_open: u64,
    /// The last byte closed a quote.
    closed: u64,
    /// Not zero where some quoted cell holds a line end.
    quoted_breaks: u64,
}

/// What there is in a block.
struct BlockEnds {
    /// The ends of cells.
    ends: u64,
    /// Line ends, quoted ones too.
    breaks: u64,
    /// What is not allowed there.
    stray: u64,
}

/// Bytes of a block: one for each bit of a mask.
const BLOCK: usize = 64;
const WIDTH: u32 = u64::BITS;

/// Scans `bytes`, which begin at the start of a record, into `out`.
pub fn scan(bytes: &[u8], delimiter: u8, out: &mut ScanResult) {
    #[cfg(target_arch = "x86_64")]
    if let Some(cpu) = Avx512::detect() {
        return avx512::scan(cpu, bytes, delimiter, out);
    } else if let Some(cpu) = Avx2::detect() {
        return avx2::scan(cpu, bytes, delimiter, out);
    }
    scan_by(masks, parity, emit, bytes, delimiter, out);
}

/// Scans in a machine's own ways. It is compiled once for each kind of machine, in one piece.
#[inline(always)]
fn scan_by(
    masks: impl Fn(&[u8; BLOCK], u8) -> ByteMasks,
    parity: impl Fn(u64) -> u64,
    emit: impl Fn(&BlockEnds, u32, &mut [CellEnd; BLOCK]),
    bytes: &[u8],
    delimiter: u8,
    out: &mut ScanResult,
) {
    assert!(bytes.len() <= MAX_BYTES, "internal error: a scan beyond its limit");
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut carry = BlockState { inside: 0, carriage_return: 0, may_open: 1, closed: 0, quoted_breaks: 0 };
    let mut written = EndBuffer { ends: std::mem::take(&mut out.ends), count: 0, record_ends: 0 };
    let (mut base, mut stray) = (0_u32, 0);
    for block in blocks {
        // Room comes first: what a machine holds in its widest registers would not survive making some.
        let slots = written.block_slots();
        let masks = masks(block, delimiter);
        let found = carry.find(&masks, parity(masks.quotes), u64::MAX);
        emit(&found, base, slots);
        written.count(&found);
        stray = found.stray;
        if stray != 0 {
            break;
        }
        base = base.wrapping_add(WIDTH);
    }
    if stray == 0 {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        let masks = self::masks(&block, delimiter);
        let found = carry.find(&masks, self::parity(masks.quotes), (1 << rest.len()) - 1);
        self::emit(&found, base, written.block_slots());
        written.count(&found);
        stray = found.stray;
    }
    written.ends.truncate(written.count);
    *out = ScanResult {
        ends: written.ends,
        record_ends: written.record_ends,
        stray: (stray != 0).then(|| (base + stray.trailing_zeros()) as usize),
        has_quoted_breaks: carry.quoted_breaks != 0,
        is_open: stray == 0 && carry.inside != 0,
    };
}

/// The ends so far, with room beyond them.
struct EndBuffer {
    ends: Vec<CellEnd>,
    count: usize,
    record_ends: usize,
}

impl EndBuffer {
    /// Room for the ends of a block.
    #[inline(always)]
    fn block_slots(&mut self) -> &mut [CellEnd; BLOCK] {
        if self.ends.len() < self.count.wrapping_add(BLOCK) {
            self.make_room();
        }
        self.ends[self.count..].first_chunk_mut().expect("internal error: room was made")
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        self.ends.resize((2 * self.ends.len()).max(4 * BLOCK), CellEnd(0));
    }

    /// The ends of a block were put into its room. There are fewer than bytes.
    #[inline(always)]
    fn count(&mut self, found: &BlockEnds) {
        self.count = self.count.wrapping_add(found.ends.count_ones() as usize);
        self.record_ends = self.record_ends.wrapping_add((found.ends & found.breaks).count_ones() as usize);
    }
}

impl BlockState {
    /// Looks at a block of which the bytes in `valid` count; `inside` are those inside quotes if it begins outside.
    #[inline(always)]
    fn find(&mut self, masks: &ByteMasks, inside: u64, valid: u64) -> BlockEnds {
        let inside = inside ^ self.inside;
        let breaks = masks.carriage_returns | masks.line_feeds;
        let outside = (masks.delimiters | breaks) & !inside;
        let after_return = masks.carriage_returns << 1 | self.carriage_return;
        let ends = outside & !(masks.line_feeds & after_return) & valid;

        let opens = masks.quotes & inside;
        let closes = masks.quotes & !inside;
        let may_open = (outside | masks.quotes) << 1 | self.may_open;
        let after_close = closes << 1 | self.closed;
        let stray = ((opens & !may_open) | (after_close & !(outside | masks.quotes))) & valid;

        self.quoted_breaks |= breaks & inside & valid;
        self.inside = if inside >> 63 == 1 { u64::MAX } else { 0 };
        self.carriage_return = masks.carriage_returns >> 63;
        self.may_open = (outside | masks.quotes) >> 63;
        self.closed = closes >> 63;
        // Nothing beyond the first stray one counts.
        let before = (stray & stray.wrapping_neg()).wrapping_sub(1);
        BlockEnds { ends: ends & before, breaks, stray }
    }
}

/// Writes down where the ends of a block are, which begins at `base`, and marks those that end a record.
#[inline(always)]
fn emit(found: &BlockEnds, base: u32, slots: &mut [CellEnd; BLOCK]) {
    let BlockEnds { ends, breaks, .. } = *found;
    let mut left = ends;
    for slot in slots.iter_mut().take(ends.count_ones() as usize) {
        *slot = CellEnd(base.wrapping_add(left.trailing_zeros()));
        left &= left.wrapping_sub(1);
    }
    // Few of them end a record: those are marked afterwards.
    let mut marked = ends & breaks;
    while marked != 0 {
        let before = ends & (marked & marked.wrapping_neg()).wrapping_sub(1);
        slots[before.count_ones() as usize].0 |= RECORD_END;
        marked &= marked.wrapping_sub(1);
    }
}

#[inline]
fn masks(block: &[u8; BLOCK], delimiter: u8) -> ByteMasks {
    let quote = u8x16::splat(b'"');
    let delimiter = u8x16::splat(delimiter);
    let carriage_return = u8x16::splat(b'\r');
    let line_feed = u8x16::splat(b'\n');
    let lanes: [u8x16; BLOCK / 16] = std::array::from_fn(|lane| u8x16::from(block.as_chunks::<16>().0[lane]));
    let bits = |wanted: u8x16| {
        let lane = |lane: usize| u64::from(lanes[lane].simd_eq(wanted).to_bitmask());
        lane(0) | lane(1) << 16 | lane(2) << 32 | lane(3) << 48
    };
    ByteMasks {
        quotes: bits(quote),
        delimiters: bits(delimiter),
        carriage_returns: bits(carriage_return),
        line_feeds: bits(line_feed),
    }
}

/// For each bit, the parity of the bits up to and with it.
#[inline(always)]
const fn parity(mut bits: u64) -> u64 {
    let mut shift = 1;
    while shift < 64 {
        bits ^= bits << shift;
        shift *= 2;
    }
    bits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by a state machine, one byte at a time.
    fn slow(bytes: &[u8], delimiter: u8) -> (Vec<(usize, bool)>, Option<usize>) {
        #[derive(PartialEq)]
        enum State {
            Start,
            Plain,
            Quoted,
            Closed,
        }
        let mut state = State::Start;
        let mut ends = Vec::new();
        for (at, byte) in bytes.iter().enumerate() {
            let is_end = *byte == delimiter || matches!(byte, b'\r' | b'\n');
            match (&state, byte) {
                (State::Quoted, b'"') => state = State::Closed,
                (State::Quoted, _) => {}
                (State::Start, b'"') => state = State::Quoted,
                (State::Closed, b'"') => state = State::Quoted,
                (State::Plain, b'"') => return (ends, Some(at)),
                (State::Closed, _) if !is_end => return (ends, Some(at)),
                (_, _) if is_end => {
                    let is_second = *byte == b'\n' && at > 0 && bytes[at - 1] == b'\r' && state == State::Start;
                    if !is_second {
                        ends.push((at, *byte != delimiter));
                    }
                    state = State::Start;
                }
                (_, _) => state = State::Plain,
            }
        }
        (ends, None)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn every_machine_finds_the_same(
            bytes in prop::collection::vec(prop::sample::select(b"a,;\"\r\n\xc3\x80\0".to_vec()), 0..300),
            cells in "([a;]{0,9}[\n;]){0,200}",
        ) {
            for bytes in [bytes.as_slice(), cells.as_bytes()] {
                let mut anywhere = ScanResult::default();
                scan_by(masks, parity, emit, bytes, b';', &mut anywhere);
                let mut here = ScanResult::default();
                scan(bytes, b';', &mut here);
                prop_assert_eq!(&here, &anywhere);
                #[cfg(target_arch = "x86_64")]
                if let Some(cpu) = Avx2::detect() {
                    // What was found before does not matter.
                    avx2::scan(cpu, bytes, b';', &mut here);
                    prop_assert_eq!(&here, &anywhere);
                }
            }
        }
        #[test]
        fn agrees_with_a_state_machine(text in "([a;,\"\r\n]|\"[a,\n]{0,9}\"[,\n]|aaaaaaaaaaaaaaaaaaaa[,\n]){0,60}") {
            let mut scanned = ScanResult::default();
            scan(text.as_bytes(), b',', &mut scanned);
            let found: Vec<_> = scanned.ends.iter().map(|end| (end.at(), end.is_record_end())).collect();
            let (ends, stray) = slow(text.as_bytes(), b',');
            prop_assert_eq!(scanned.stray, stray);
            prop_assert_eq!(scanned.record_ends, ends.iter().filter(|(_, is_break)| *is_break).count());
            prop_assert_eq!(found, ends);
        }
    }
}
