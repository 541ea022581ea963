//! Fingerprints, which identify findings.
//!
//! A fingerprint hashes the rule, the account's key, the field and the guilty value, so it survives sorting, inserted
//! rows, moved columns and another format. The hash is keyed: with the built-in key it is the same everywhere, but
//! whoever guesses an address can recompute it. A secret never goes in.

use std::sync::LazyLock;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// The built-in key is not a secret, only a domain for these hashes.
static BUILT_IN: LazyLock<KeyedHasher> = LazyLock::new(|| KeyedHasher::new(b"rolecall.fingerprint/1"));

/// A hash that has absorbed its key, which is the same for all findings.
#[derive(Clone)]
pub struct KeyedHasher(Hmac<Sha256>);

impl KeyedHasher {
    /// A hash with a key of any length.
    pub fn new(key: &[u8]) -> Self {
        Self(Hmac::new_from_slice(key).expect("internal error: HMAC takes keys of any length"))
    }

    /// With the built-in key: the same everywhere, and open to whoever guesses what went in.
    pub fn built_in() -> Self {
        BUILT_IN.clone()
    }

    /// What tells this key from another without telling it.
    pub fn id(&self) -> String {
        self.fingerprint(&["rolecall.key/1"])
    }

    /// The hash of `parts`. Each goes in after its length, so that no two lists of parts read alike.
    pub fn hash(&self, parts: &[&str]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// The fingerprint of `parts` as a number.
    pub fn number(&self, parts: &[&str]) -> u128 {
        let mut first = [0; 16];
        first.copy_from_slice(&self.hash(parts)[..16]);
        u128::from_be_bytes(first)
    }

    /// The fingerprint of `parts`, 32 hexadecimal digits.
    pub fn fingerprint(&self, parts: &[&str]) -> String {
        hex(&self.hash(parts)[..16])
    }
}

/// The fingerprint of `parts` with the built-in key, 32 hexadecimal digits.
pub fn fingerprint(parts: &[&str]) -> String {
    BUILT_IN.fingerprint(parts)
}

/// The same as a number.
pub fn fingerprint_number(parts: &[&str]) -> u128 {
    BUILT_IN.number(parts)
}

/// The SHA-256 of `bytes`, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// `bytes` in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_ne!(fingerprint(&["a\u{1f}b"]), fingerprint(&["a", "b"]));
        assert_ne!(fingerprint(&["a", ""]), fingerprint(&["a"]));
        assert_eq!(fingerprint(&["a"]).len(), 32);
        assert_eq!(fingerprint(&["rule", "key"]), fingerprint(&["rule", "key"]));
    }

    #[test]
    fn the_key_decides() {
        assert_eq!(KeyedHasher::built_in().fingerprint(&["a"]), fingerprint(&["a"]));
        assert_ne!(KeyedHasher::new(b"a site's own").fingerprint(&["a"]), fingerprint(&["a"]));
    }
}
