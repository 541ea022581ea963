//! What tells one finding from every other.
//!
//! A fingerprint is made from the rule, the account's key, the field and the guilty value, so it survives
//! sorting, inserted rows, moved columns and another file format. It is a keyed hash: with the built-in key
//! it is stable everywhere, but whoever guesses an address can recompute it. A secret never goes in.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The built-in key: no secret, only a domain for these hashes.
const KEY: &[u8] = b"rolecall.fingerprint/1";

/// Separates the parts, so that no two lists of parts read alike.
const SEPARATOR: &[u8] = &[0x1f];

/// The fingerprint of `parts`, 32 hexadecimal digits.
#[must_use]
pub fn fingerprint(parts: &[&str]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY).expect("internal error: HMAC takes keys of any length");
    for part in parts {
        mac.update(part.as_bytes());
        mac.update(SEPARATOR);
    }
    let hash = mac.finalize().into_bytes();
    hex(&hash[..16])
}

/// `bytes` in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        write!(out, "{byte:02x}").expect("internal error: writing to a string cannot fail");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_eq!(fingerprint(&["a"]).len(), 32);
        assert_eq!(fingerprint(&["rule", "key"]), fingerprint(&["rule", "key"]));
    }
}
