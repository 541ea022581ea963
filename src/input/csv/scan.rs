//! Where cells and records end: one vectorised pass over the bytes.
//!
//! The pass keeps only whether it stands inside quotes, which a running parity of quotes tells. Parity is
//! fooled by a quote where none may stand, so the pass stops there and says where; what is to become of such
//! a record is decided one level up.

#[cfg(target_arch = "x86_64")]
mod avx2;

use wide::u8x16;

/// Marks an end that ends a record.
const BREAK: u32 = 1 << 31;

/// The most bytes one scan may cover: positions leave a bit for the mark.
pub const MOST_BYTES: usize = (BREAK - 1) as usize;

/// The end of a cell, relative to the scanned bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End(u32);

impl End {
    /// The end of a record at `at`.
    #[must_use]
    pub fn of_record(at: usize) -> Self {
        Self(u32::try_from(at).expect("internal error: a scan beyond its limit") | BREAK)
    }

    /// The end of a cell at `at` that another cell of its record follows.
    #[must_use]
    pub fn of_cell(at: usize) -> Self {
        Self(Self::of_record(at).0 & !BREAK)
    }

    /// The index of the delimiter or line end.
    #[must_use]
    #[inline]
    pub const fn at(self) -> usize {
        (self.0 & !BREAK) as usize
    }

    /// True where a record ends too.
    #[must_use]
    #[inline]
    pub const fn is_record_end(self) -> bool {
        self.0 & BREAK != 0
    }
}

/// What a scan found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// The end of each cell, in order. A CRLF counts once, at its CR.
    pub ends: Vec<End>,
    /// How many of them end a record too.
    pub breaks: usize,
    /// A quote, or text after one, where none may stand; nothing was looked at beyond it.
    pub stray: Option<usize>,
    /// Some quoted cell holds a line end.
    pub has_quoted_breaks: bool,
    /// The bytes end inside a quoted cell.
    pub is_open: bool,
}

/// The four kinds of byte that matter, as bits of a block.
struct Masks {
    quotes: u64,
    delimiters: u64,
    carriage_returns: u64,
    line_feeds: u64,
}

/// What one block leaves to the next.
struct Carry {
    /// All ones inside quotes.
    inside: u64,
    /// The last byte was a CR.
    carriage_return: u64,
    /// A quote may open at the next byte.
    may_open: u64,
    /// The last byte closed a quote.
    closed: u64,
}

const BLOCK: usize = 64;

/// Scans `bytes`, which begin at the start of a record, into `out`.
pub fn scan(bytes: &[u8], delimiter: u8, out: &mut Structure) {
    #[cfg(target_arch = "x86_64")]
    if avx2::scan(bytes, delimiter, out) {
        return;
    }
    scan_by(masks, parity, bytes, delimiter, out);
}

/// Scans with a way of telling bytes apart. It is compiled once for each kind of machine, in one piece.
#[inline(always)]
fn scan_by(
    masks: impl Fn(&[u8; BLOCK], u8) -> Masks,
    parity: impl Fn(u64) -> u64,
    bytes: &[u8],
    delimiter: u8,
    out: &mut Structure,
) {
    assert!(bytes.len() <= MOST_BYTES, "internal error: a scan beyond its limit");
    out.ends.clear();
    out.breaks = 0;
    out.stray = None;
    out.has_quoted_breaks = false;
    out.is_open = false;
    let mut carry = Carry { inside: 0, carriage_return: 0, may_open: 1, closed: 0 };
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    for (number, block) in blocks.iter().enumerate() {
        let masks = masks(block, delimiter);
        let inside = parity(masks.quotes);
        if scan_block(&masks, inside, u64::MAX, number * BLOCK, &mut carry, out) {
            return;
        }
    }
    if !rest.is_empty() {
        let mut block = [0; BLOCK];
        block[..rest.len()].copy_from_slice(rest);
        let masks = masks(&block, delimiter);
        let inside = parity(masks.quotes);
        scan_block(&masks, inside, (1 << rest.len()) - 1, blocks.len() * BLOCK, &mut carry, out);
    }
    out.is_open = out.stray.is_none() && carry.inside != 0;
}

/// Scans a block of which the bytes in `valid` count; `inside` are those inside quotes if it begins outside. True when
/// the scan must stop.
#[inline(always)]
fn scan_block(masks: &Masks, inside: u64, valid: u64, base: usize, carry: &mut Carry, out: &mut Structure) -> bool {
    let inside = inside ^ carry.inside;
    let breaks = masks.carriage_returns | masks.line_feeds;
    let outside = (masks.delimiters | breaks) & !inside;
    let after_return = masks.carriage_returns << 1 | carry.carriage_return;
    let mut ends = outside & !(masks.line_feeds & after_return) & valid;

    let opens = masks.quotes & inside;
    let closes = masks.quotes & !inside;
    let may_open = (outside | masks.quotes) << 1 | carry.may_open;
    let after_close = closes << 1 | carry.closed;
    let stray = ((opens & !may_open) | (after_close & !(outside | masks.quotes))) & valid;

    out.has_quoted_breaks |= breaks & inside & valid != 0;
    if stray != 0 {
        let at = stray.trailing_zeros();
        out.stray = Some(base + at as usize);
        ends &= (1 << at) - 1;
    }
    out.breaks += (ends & breaks).count_ones() as usize;
    emit(ends, breaks, base, &mut out.ends);

    carry.inside = if inside >> 63 == 1 { u64::MAX } else { 0 };
    carry.carriage_return = masks.carriage_returns >> 63;
    carry.may_open = (outside | masks.quotes) >> 63;
    carry.closed = closes >> 63;
    stray != 0
}

/// Adds the positions of the bits of `ends`, marked where they are in `breaks`.
#[inline(always)]
fn emit(mut ends: u64, breaks: u64, base: usize, out: &mut Vec<End>) {
    #[expect(clippy::cast_possible_truncation, reason = "scans are shorter than an end can count")]
    let base = base as u32;
    let (first, all) = (out.len(), ends);
    // The length is known beforehand, so no element asks for room.
    out.extend((0..ends.count_ones()).map(|_| {
        let bit = ends.trailing_zeros();
        ends &= ends.wrapping_sub(1);
        End(base.wrapping_add(bit))
    }));
    // Few of them end a record: those are marked afterwards.
    let mut marked = all & breaks;
    while marked != 0 {
        let before = all & (marked & marked.wrapping_neg()).wrapping_sub(1);
        out[first + before.count_ones() as usize].0 |= BREAK;
        marked &= marked.wrapping_sub(1);
    }
}

#[inline]
fn masks(block: &[u8; BLOCK], delimiter: u8) -> Masks {
    let quote = u8x16::splat(b'"');
    let delimiter = u8x16::splat(delimiter);
    let carriage_return = u8x16::splat(b'\r');
    let line_feed = u8x16::splat(b'\n');
    let lanes: [u8x16; BLOCK / 16] = std::array::from_fn(|lane| u8x16::from(block.as_chunks::<16>().0[lane]));
    let bits = |wanted: u8x16| {
        let lane = |lane: usize| u64::from(lanes[lane].simd_eq(wanted).to_bitmask());
        lane(0) | lane(1) << 16 | lane(2) << 32 | lane(3) << 48
    };
    Masks {
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
        fn every_machine_finds_the_same(bytes in prop::collection::vec(prop::sample::select(b"a,;\"\r\n\xc3\x80\0".to_vec()), 0..300)) {
            let (mut here, mut anywhere) = (Structure::default(), Structure::default());
            scan(&bytes, b';', &mut here);
            scan_by(masks, parity, &bytes, b';', &mut anywhere);
            prop_assert_eq!(here, anywhere);
        }

        #[test]
        fn agrees_with_a_state_machine(text in "([a;,\"\r\n]|\"[a,\n]{0,9}\"[,\n]|aaaaaaaaaaaaaaaaaaaa[,\n]){0,60}") {
            let mut structure = Structure::default();
            scan(text.as_bytes(), b',', &mut structure);
            let found: Vec<_> = structure.ends.iter().map(|end| (end.at(), end.is_record_end())).collect();
            let (ends, stray) = slow(text.as_bytes(), b',');
            prop_assert_eq!(structure.stray, stray);
            prop_assert_eq!(structure.breaks, ends.iter().filter(|(_, is_break)| *is_break).count());
            prop_assert_eq!(found, ends);
        }
    }
}
