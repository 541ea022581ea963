//! Texts that a run seldom needs, deflated by `build.rs`: schemas, and the names of characters. The program is smaller by
//! 0.4 MB for it.

use std::io::Read as _;

use flate2::read::DeflateDecoder;

/// Each by its path in the repository.
const TEXTS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The text of the file at `path`, which is one of those that `build.rs` embeds.
#[must_use]
pub fn text(path: &str) -> String {
    let bytes = TEXTS.iter().find(|(name, _)| *name == path).map(|(_, bytes)| *bytes);
    let mut text = String::new();
    DeflateDecoder::new(bytes.expect("internal error: the text is not embedded"))
        .read_to_string(&mut text)
        .expect("internal error: what build.rs has deflated can be inflated");
    text
}

/// The JSON Schema that is published as `schema/NAME.schema.json`.
#[must_use]
pub fn schema(name: &str) -> String {
    text(&format!("schema/{name}.schema.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_text_is_the_file() {
        for (path, _) in TEXTS {
            let file = std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            assert_eq!(text(path), file, "{path}");
        }
    }
}
