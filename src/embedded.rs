//! Texts that a run seldom needs, deflated by `build.rs`: schemas, rule files, and the names of characters. The program is
//! smaller by 0.5 MB for it.

use std::io::Read as _;
use std::sync::LazyLock;

use flate2::read::DeflateDecoder;

/// Each by its path in the repository.
const TEXTS: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// All rule files, one after the other.
static RULES: LazyLock<String> =
    LazyLock::new(|| inflated(include_bytes!(concat!(env!("OUT_DIR"), "/rule-texts")).as_slice()));

/// The text of the file at `path`, which is one of those that `build.rs` embeds.
#[must_use]
pub fn text(path: &str) -> String {
    let bytes = TEXTS.iter().find(|(name, _)| *name == path).map(|(_, bytes)| *bytes);
    inflated(bytes.expect("internal error: the text is not embedded"))
}

/// The texts of all built-in rule files, in the order in which `build.rs` lists them.
#[must_use]
pub fn rules() -> &'static str {
    &RULES
}

fn inflated(bytes: &[u8]) -> String {
    let mut text = String::new();
    DeflateDecoder::new(bytes)
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
