//! Which vector instructions the machine at hand has, as proofs that can be handed around.
//!
//! A program for every x86-64 machine may run code for newer ones only after it has asked, and the compiler cannot see
//! that it has. Whoever holds a proof has asked: code that was compiled for these features, and for no others, may be
//! called then.

use std::arch::x86_64::{__m512i, _bzhi_u64, _mm512_maskz_loadu_epi8};
use std::sync::LazyLock;

/// Proof of AVX2 and what came with it: `avx2`, `bmi1`, `bmi2`, `lzcnt`, `popcnt`, `pclmulqdq`.
#[derive(Clone, Copy, Debug)]
pub struct Avx2(());

/// Proof of AVX-512 as machines have it since 2019: all of [`Avx2`], and `avx512f`, `avx512bw`, `avx512vbmi2`, `aes`,
/// `vaes`.
#[derive(Clone, Copy, Debug)]
pub struct Avx512(());

static HAS_AVX2: LazyLock<bool> = LazyLock::new(|| {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
        && is_x86_feature_detected!("pclmulqdq")
});

static HAS_AVX512: LazyLock<bool> = LazyLock::new(|| {
    *HAS_AVX2
        // What every machine with AVX-512 has, and the compiler takes for granted.
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("f16c")
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vbmi2")
        && is_x86_feature_detected!("aes")
        && is_x86_feature_detected!("vaes")
});

impl Avx2 {
    /// The proof, where this machine has all of it.
    #[inline]
    #[must_use]
    pub fn detect() -> Option<Self> {
        HAS_AVX2.then_some(Self(()))
    }
}

impl Avx512 {
    /// The proof, where this machine has all of it.
    #[inline]
    #[must_use]
    pub fn detect() -> Option<Self> {
        HAS_AVX512.then_some(Self(()))
    }
}

/// Bytes of the widest register.
pub const REGISTER_BYTES: usize = 64;

/// The first [`REGISTER_BYTES`] of `bytes` in a register. Zeros stand for what is not there.
#[inline]
#[must_use]
#[target_feature(enable = "avx512f,avx512bw,bmi2")]
pub(crate) fn load(bytes: &[u8]) -> __m512i {
    #[expect(clippy::cast_possible_truncation, reason = "no more than the bytes of a register")]
    let there = _bzhi_u64(u64::MAX, bytes.len().min(REGISTER_BYTES) as u32);
    #[expect(unsafe_code, reason = "there is no other way to read a part of a register's bytes at once")]
    // SAFETY: only bytes that the mask names are read, and those are there.
    unsafe {
        _mm512_maskz_loadu_epi8(there, bytes.as_ptr().cast())
    }
}

#[cfg(test)]
mod tests {
    #![expect(unsafe_code, reason = "calling code for a machine that was asked for")]

    use std::io::Write as _;

    use super::*;

    /// Tests that compare vector code with portable code compare nothing on a machine without the instructions.
    #[test]
    fn what_this_machine_cannot_try_is_said() {
        for (name, is_here) in [("AVX2", Avx2::detect().is_some()), ("AVX-512", Avx512::detect().is_some())] {
            if !is_here {
                // The harness keeps what `eprintln!` prints to itself as long as a test passes.
                let mut screen = std::io::stderr();
                writeln!(screen, "note: this machine has no {name}; only the portable code was tested").unwrap();
            }
        }
    }

    #[test]
    fn no_byte_beyond_the_last_is_read() {
        let Some(_) = Avx512::detect() else { return };
        let bytes: Vec<u8> = (1..=200).collect();
        for length in 0..100 {
            let part = bytes[..length].to_vec();
            // SAFETY: there is proof that the machine has every feature that the function is compiled for.
            let loaded: [u8; REGISTER_BYTES] = bytemuck::cast(unsafe { load(&part) });
            let (there, beyond) = loaded.split_at(length.min(REGISTER_BYTES));
            assert_eq!(there, &part[..length.min(REGISTER_BYTES)]);
            assert!(beyond.iter().all(|byte| *byte == 0));
        }
    }
}
