//! The masks of an address on machines with AVX-512: all its bytes in one register.

#![expect(unsafe_code, reason = "calling code for instructions that were detected")]

use std::arch::x86_64::{
    __m512i, _mm512_cmpeq_epi8_mask, _mm512_cmple_epu8_mask, _mm512_or_si512, _mm512_set1_epi8, _mm512_sub_epi8,
};

use super::{AddressMasks, MAX_BYTES};
use crate::fast::cpu::{Avx512, load};

/// As [`super::masks`], of at most [`MAX_BYTES`] bytes.
#[inline]
pub(super) fn masks(_: Avx512, bytes: &[u8]) -> AddressMasks {
    // SAFETY: there is proof that the machine has every feature that the function is compiled for.
    unsafe { masks_here(bytes) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi2")]
fn masks_here(bytes: &[u8]) -> AddressMasks {
    assert!(bytes.len() <= MAX_BYTES, "internal error: an address longer than a mask");
    let bytes = load(bytes);
    let lower = _mm512_or_si512(bytes, each(0x20));
    AddressMasks {
        letters: is_from(lower, b'a', 25) | is_from(bytes, b'0', 9),
        dots: is(bytes, b'.'),
        hyphens: is(bytes, b'-'),
        ats: is(bytes, b'@'),
        marks: is(bytes, b'_') | is(bytes, b'+'),
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
fn each(byte: u8) -> __m512i {
    _mm512_set1_epi8(byte.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn is(bytes: __m512i, byte: u8) -> u64 {
    _mm512_cmpeq_epi8_mask(bytes, each(byte))
}

/// `low..=low + span`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn is_from(bytes: __m512i, low: u8, span: u8) -> u64 {
    _mm512_cmple_epu8_mask(_mm512_sub_epi8(bytes, each(low)), each(span))
}
