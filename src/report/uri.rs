//! Paths as URIs, for forms that link to files.

use std::fmt::Write as _;

/// A path as a URI: relative as it was typed, or of a file.
pub(super) fn uri(path: &str) -> String {
    let typed = path.strip_prefix("./").unwrap_or(path);
    let mut uri = if typed.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in typed.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("internal error: writing to a string cannot fail");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_scalar_value_leaves_its_uri() {
        for c in '\0'..=char::MAX {
            let uri = uri(&format!("a{c}b"));
            assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri}");
        }
        assert_eq!(uri("./a b/ü.csv"), "a%20b/%C3%BC.csv");
        assert_eq!(uri("/a.csv"), "file:///a.csv");
        assert_eq!(uri("javascript:x"), "javascript%3Ax");
    }
}
