//! The scan on machines with AVX-512: a block in one compare, and its ends written down without a loop.
//!
//! As in `avx2.rs`, all that is unsafe is to call code for instructions that were detected: no pointer is touched.

#![expect(unsafe_code, reason = "calling code for instructions that were detected")]

use std::arch::x86_64::{
    __m128i, __m512i, _mm512_add_epi32, _mm512_castsi512_si128, _mm512_cmpeq_epi8_mask, _mm512_cvtepu8_epi32,
    _mm512_extracti32x4_epi32, _mm512_mask_or_epi32, _mm512_maskz_compress_epi8, _mm512_set1_epi8, _mm512_set1_epi32,
    _pext_u64,
};

use super::avx2::parity;
use super::{BLOCK, BlockEnds, ByteMasks, CellEnd, RECORD_END, ScanResult, scan_by};
use crate::fast::cpu::Avx512;

/// Scans as [`super::scan`] does.
pub(super) fn scan(_: Avx512, bytes: &[u8], delimiter: u8, out: &mut ScanResult) {
    // SAFETY: there is proof that the machine has every feature that the function is compiled for.
    unsafe { scan_here(bytes, delimiter, out) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi1,bmi2,lzcnt,popcnt,pclmulqdq")]
fn scan_here(bytes: &[u8], delimiter: u8, out: &mut ScanResult) {
    scan_by(
        |block, delimiter| masks(block, delimiter),
        |bits| parity(bits),
        |found, base, slots| emit(found, base, slots),
        bytes,
        delimiter,
        out,
    );
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn masks(block: &[u8; BLOCK], delimiter: u8) -> ByteMasks {
    let block: __m512i = bytemuck::pod_read_unaligned(block);
    ByteMasks {
        quotes: same(block, b'"'),
        delimiters: same(block, delimiter),
        carriage_returns: same(block, b'\r'),
        line_feeds: same(block, b'\n'),
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn same(block: __m512i, wanted: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(wanted.cast_signed()))
}

/// The places in a block, in order.
const PLACES: [u8; BLOCK] = {
    let mut places = [0; BLOCK];
    let mut place = 0;
    while place < BLOCK {
        #[expect(clippy::cast_possible_truncation, reason = "a block has fewer bytes")]
        let byte = place as u8;
        places[place] = byte;
        place += 1;
    }
    places
};

/// As [`super::emit`]: the places that are not ends are squeezed out, the others widened. What lies beyond the last end
/// is overwritten too: nobody has put anything there yet.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi2,popcnt")]
fn emit(found: &BlockEnds, base: u32, slots: &mut [CellEnd; BLOCK]) {
    let places = _mm512_maskz_compress_epi8(found.ends, bytemuck::cast(PLACES));
    // Those of the ends that end a record, in order.
    let marks = _pext_u64(found.breaks, found.ends);
    let (slots, _) = slots.as_chunks_mut::<LANES>();
    slots[0] = wide(_mm512_castsi512_si128(places), marks, base);
    // Most blocks have a few ends.
    if found.ends.count_ones() as usize > LANES {
        slots[1] = wide(_mm512_extracti32x4_epi32::<1>(places), marks >> 16, base);
        slots[2] = wide(_mm512_extracti32x4_epi32::<2>(places), marks >> 32, base);
        slots[3] = wide(_mm512_extracti32x4_epi32::<3>(places), marks >> 48, base);
    }
}

/// Ends that are made at once.
const LANES: usize = 16;

/// The ends at these places of the block that begins at `base`; those in `marks` end a record.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn wide(places: __m128i, marks: u64, base: u32) -> [CellEnd; LANES] {
    let ends = _mm512_add_epi32(_mm512_cvtepu8_epi32(places), _mm512_set1_epi32(base.cast_signed()));
    #[expect(clippy::cast_possible_truncation, reason = "one bit for each lane")]
    let marked = _mm512_mask_or_epi32(ends, marks as u16, ends, _mm512_set1_epi32(RECORD_END.cast_signed()));
    bytemuck::cast::<_, [u32; LANES]>(marked).map(CellEnd)
}
