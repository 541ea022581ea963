//! A plain address, recognised by a few vector comparisons.
//!
//! The user name of every API user passes through here, so an address of at most sixty-four bytes is turned
//! into masks of one bit a byte, and the grammar is checked on the masks. What is longer, quoted, a literal or
//! beyond ASCII is not plain: it may still be an address, and goes the long way.

use wide::u8x16;

/// The most bytes: one for each bit of a mask.
const MAX_BYTES: usize = 64;

/// Bytes of one vector.
const LANE: usize = 16;

/// A mask for each kind of byte.
#[derive(Default)]
struct AddressMasks {
    /// Letters and digits.
    letters: u64,
    dots: u64,
    hyphens: u64,
    ats: u64,
    /// The other bytes that atoms often hold. The rarer ones leave an address to the long way.
    marks: u64,
}

/// A plain address, by its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlainAddress {
    /// The index of its `@`.
    pub at: usize,
    /// The index of the last dot of its domain.
    pub last_dot: Option<usize>,
    /// Two hyphens follow each other: a label may stand for other letters (`xn--`).
    pub has_two_hyphens: bool,
}

/// `text` as a plain address; `None` if it is not one.
#[must_use]
#[inline(always)]
pub fn plain(text: &str) -> Option<PlainAddress> {
    let bytes = text.as_bytes();
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let masks = masks(bytes);
    if masks.ats.count_ones() != 1 {
        return None;
    }
    let at = masks.ats.trailing_zeros() as usize;
    let local = (1_u64 << at) - 1;
    let domain = below(bytes.len()) & !local & !masks.ats;
    let is_local =
        is_within(local, masks.letters | masks.dots | masks.hyphens | masks.marks) && is_split(local, masks.dots);
    let edges = (masks.dots & (masks.hyphens << 1)) | (masks.hyphens & (masks.dots << 1));
    let is_domain = is_within(domain, masks.letters | masks.dots | masks.hyphens)
        && is_split(domain, masks.dots)
        && edges & domain == 0
        && is_split_at_ends(domain, masks.hyphens);
    let last_dot = (masks.dots & domain).checked_ilog2().map(|dot| dot as usize);
    let has_two_hyphens = masks.hyphens & (masks.hyphens << 1) != 0;
    (is_local && is_domain).then_some(PlainAddress { at, last_dot, has_two_hyphens })
}

/// The bits of the first `count` bytes.
const fn below(count: usize) -> u64 {
    if count >= MAX_BYTES { u64::MAX } else { (1 << count) - 1 }
}

/// True if the part is not empty and all of it is allowed.
const fn is_within(part: u64, allowed: u64) -> bool {
    part != 0 && part & !allowed == 0
}

/// No dot begins or ends the part or follows another.
const fn is_split(part: u64, dots: u64) -> bool {
    let dots = dots & part;
    dots & (dots << 1) == 0 && is_split_at_ends(part, dots)
}

/// True if none of `marks` is at either end of the part.
const fn is_split_at_ends(part: u64, marks: u64) -> bool {
    let first = part & part.wrapping_neg();
    let last = 1 << (MAX_BYTES as u32 - 1 - part.leading_zeros());
    marks & (first | last) == 0
}

/// The masks of at most [`MAX_BYTES`] bytes.
fn masks(bytes: &[u8]) -> AddressMasks {
    let mut masks = AddressMasks::default();
    let (lanes, rest) = bytes.as_chunks::<LANE>();
    for (number, lane) in lanes.iter().enumerate() {
        masks.add(*lane, number * LANE);
    }
    if rest.is_empty() {
        return masks;
    }
    if let Some(last) = bytes.last_chunk::<LANE>() {
        // It reaches back into bytes that were seen: they give the same bits once more.
        masks.add(*last, bytes.len() - LANE);
    } else {
        let mut lane = [0; LANE];
        lane[..rest.len()].copy_from_slice(rest);
        masks.add(lane, lanes.len() * LANE);
    }
    masks
}

impl AddressMasks {
    /// Adds the bits of the bytes from `shift` on.
    #[inline]
    fn add(&mut self, lane: [u8; LANE], shift: usize) {
        let lane = u8x16::from(lane);
        let bits = |found: u8x16| u64::from(found.to_bitmask()) << shift;
        let is = |byte: u8| lane.simd_eq(u8x16::splat(byte));
        // `low..=low + span`: what is not above it after the start was taken off.
        let is_from = |value: u8x16, low: u8, span: u8| {
            let offset = value - u8x16::splat(low);
            offset.min(u8x16::splat(span)).simd_eq(offset)
        };
        let lower = lane | u8x16::splat(0x20);
        self.letters |= bits(is_from(lower, b'a', 25) | is_from(lane, b'0', 9));
        self.dots |= bits(is(b'.'));
        self.hyphens |= bits(is(b'-'));
        self.ats |= bits(is(b'@'));
        self.marks |= bits(is(b'_') | is(b'+'));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at_of_plain(text: &str) -> Option<usize> {
        plain(text).map(|plain| plain.at)
    }

    /// The same one byte at a time.
    fn slow(text: &str) -> Option<usize> {
        let (local, domain) = text.split_once('@')?;
        let is_atom = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-_".contains(&byte))
        };
        let is_label = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let is_plain = text.len() <= MAX_BYTES && local.split('.').all(is_atom) && domain.split('.').all(is_label);
        is_plain.then_some(local.len())
    }

    #[test]
    fn every_byte_is_judged_as_the_grammar_says() {
        for byte in 0..128_u8 {
            for text in [format!("a{}b@c.example", char::from(byte)), format!("a@b{}c.example", char::from(byte))] {
                assert_eq!(at_of_plain(&text), slow(&text), "{text:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn agrees_with_the_slow_way(text in "[a-cZ0.@é-]{0,12}", long in "[a.@-]{50,70}") {
            prop_assert_eq!(at_of_plain(&text), slow(&text));
            prop_assert_eq!(at_of_plain(&long), slow(&long));
        }
    }
}
