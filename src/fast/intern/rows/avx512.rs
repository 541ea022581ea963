//! Hashing and comparing on machines with AVX-512: sixty-four bytes at a time.
//!
//! The hash is rounds of AES with seeds for keys, as several hashes in wide use have them. Calling code for
//! instructions that were detected (`cpu.rs`) is all that is unsafe here; no pointer is touched.

#![expect(unsafe_code, reason = "calling code for instructions that were detected")]

use std::arch::x86_64::{
    __m128i, __m512i, _mm_aesenc_si128, _mm_cvtsi64_si128, _mm_cvtsi128_si64, _mm_xor_si128, _mm512_aesenc_epi128,
    _mm512_castsi512_si128, _mm512_cmpneq_epi8_mask, _mm512_extracti32x4_epi32, _mm512_xor_si512,
};

use super::{RowInterner, Symbol};
use crate::fast::cpu::{Avx512, REGISTER_BYTES, load};

/// As [`RowInterner::intern_all`].
pub(super) fn intern_all<'t>(
    _: Avx512,
    row_interner: &mut RowInterner,
    texts: impl Iterator<Item = &'t [u8]>,
    symbols: &mut Vec<Symbol>,
) {
    // SAFETY: there is proof that the machine has every feature that the function is compiled for.
    unsafe { intern_here(row_interner, texts, symbols) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi2,vaes,aes")]
fn intern_here<'t>(row_interner: &mut RowInterner, texts: impl Iterator<Item = &'t [u8]>, symbols: &mut Vec<Symbol>) {
    let texts =
        texts.map(|text| row_interner.intern(text, |text, seeds| hash(text, seeds), |left, right| same(left, right)));
    symbols.extend(texts);
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,bmi2,vaes,aes")]
fn hash(text: &[u8], seeds: &[u64; 8]) -> u64 {
    let key: __m512i = bytemuck::cast(*seeds);
    let state = round(round(round(key, part(text, 0), key), part(text, 1), key), part(text, 2), key);
    let state = beyond(text).fold(state, |state, number| round(state, part(text, number), key));
    let left = _mm_aesenc_si128(_mm512_castsi512_si128(state), _mm512_extracti32x4_epi32::<1>(state));
    let right = _mm_aesenc_si128(_mm512_extracti32x4_epi32::<2>(state), _mm512_extracti32x4_epi32::<3>(state));
    // With the length, which tells a short text from one with zeros behind it.
    let length: __m128i = _mm_cvtsi64_si128((text.len() as u64).cast_signed());
    let folded = _mm_aesenc_si128(_mm_xor_si128(left, length), right);
    _mm_cvtsi128_si64(_mm_aesenc_si128(folded, _mm512_castsi512_si128(key))).cast_unsigned()
}

#[inline]
#[target_feature(enable = "avx512f,vaes")]
fn round(state: __m512i, part: __m512i, key: __m512i) -> __m512i {
    _mm512_aesenc_epi128(_mm512_xor_si512(state, part), key)
}

/// A part of a text, with zeros beyond its end.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn part(text: &[u8], number: usize) -> __m512i {
    // What is empty begins where the text ends: to look at memory that nobody has would be slow.
    load(&text[text.len().min(number * REGISTER_BYTES)..])
}

/// The parts beyond the first three. Hardly a text has any: like this all of them take the same way, which the machine
/// need not guess.
#[inline(always)]
fn beyond(text: &[u8]) -> std::ops::Range<usize> {
    3..text.len().div_ceil(REGISTER_BYTES)
}

/// True if two texts are the same.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn same(left: &[u8], right: &[u8]) -> bool {
    let differ = |number: usize| _mm512_cmpneq_epi8_mask(part(left, number), part(right, number));
    left.len() == right.len()
        && differ(0) | differ(1) | differ(2) == 0
        && beyond(left).all(|number| differ(number) == 0)
}
