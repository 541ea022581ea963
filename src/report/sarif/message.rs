//! Text as SARIF's messages take it: they know links in brackets and placeholders in braces.

/// `text` as a message of plain text, in which nothing is a link or a placeholder.
pub(super) fn text(text: &str) -> String {
    let has_link = text.contains("](") || text.contains("\\[") || text.contains("\\]");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            // Alone, brackets mean nothing, and viewers that know no links would show the backslashes.
            '[' | ']' | '\\' if has_link => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_link_or_a_placeholder() {
        assert_eq!(text("a [b] c"), "a [b] c");
        assert_eq!(text("[b](http://c.example)"), "\\[b\\](http://c.example)");
        assert_eq!(text("{0} ${env:X}"), "{{0}} ${{env:X}}");
        for c in '\0'..=char::MAX {
            let out = text(&format!("{c}[x](y){c}"));
            assert!(!out.contains("x](") && !out.replace("{{", "").replace("}}", "").contains(['{', '}']));
        }
    }
}
