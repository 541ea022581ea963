//! A file of waivers, parsed: TOML, or a CSV table or a workbook with the same words as headers. Each becomes one tree, so
//! that one schema and one reader serve all of them, and every fault has its place.

use super::table;
use super::written_waiver::{WaiverFile, WrittenWaiver, of_plain_toml};
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::read::format::SheetText;
use crate::read::site_document::SiteDocument;
use crate::schema::BuiltInSchema;
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind};

/// Parses a file, and puts it to its schema if it may not be sound.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn parse(path: &str, bytes: Vec<u8>) -> Result<(SiteDocument<'static>, Vec<WrittenWaiver>), Vec<UsageError>> {
    let mut written = None;
    let has_ending = |ending: &str| path.to_ascii_lowercase().ends_with(ending);
    let document = if has_ending(".xlsx") || has_ending(".xlsm") {
        let sheet = SheetText::read(bytes).map_err(|fault| {
            let remedy =
                fault.remedy.clone().unwrap_or_else(|| "Save it again as a workbook with one sheet.".to_owned());
            vec![UsageError::new(format!("{} cannot be used: {}", quoted(path), fault.message)).with_remedy(remedy)]
        })?;
        SiteDocument::parse_sheet(path, sheet, |sheet, text, tree| {
            written = table::of_sheet(sheet, text, tree)?;
            Ok(())
        })?
    } else {
        let Ok(text) = String::from_utf8(bytes) else {
            let error = UsageError::new(format!("{} cannot be used: it is not UTF-8 text", quoted(path)));
            return Err(vec![error.with_remedy("Save it as UTF-8.")]);
        };
        if has_ending(".csv") {
            SiteDocument::parse_table(path, text, |text, tree| {
                written = table::parse(text, tree)?;
                Ok(())
            })?
        } else {
            SiteDocument::parse_toml_unless(path, text, |text| {
                written = of_plain_toml(text);
                written.is_some()
            })?
        }
    };
    if let Some(written) = written {
        return Ok((document, written));
    }
    let is_empty = |list: Node<'_>| list.kind() == NodeKind::Array && list.children().next().is_none();
    if document.root().get("waivers").is_some_and(is_empty) {
        let below = if document.is_table() { "below the headers" } else { "as `[[waivers]]`" };
        let remedy = &format!("Write one {below}, or do not name the file.");
        return Err(vec![document.error("it holds no waiver", remedy, Span::at(0))]);
    }
    document.check(BuiltInSchema::Waivers)?;
    let WaiverFile { waivers } = document.read()?;
    Ok((document, waivers))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "# ours\n[[waivers]]  # the first\r\nid = \"W-1\"\nrule = 'r'\nvalue = \"\"\nany-value = true\nat-most = 27 # seats\nfield='a'\nside = \"plan\"\nseverity = \"note\"\nreason = \"für März, # 7\"\napproved-by = \"d\"\napproved-on = 2026-11-02\nuntil = \"2027-03-31\"\n\n[[waivers]]\nid = \"W-2\"\nrule = \"s\"\naccount = \"a@b\"\nreason = \"r\"\napproved-by = \"d\"\napproved-on = 2026-11-02\nuntil = 2027-03-31\n";
    const CSV: &str = "id,rule,account,value,any-value,at-most,severity,reason,approved-by,approved-on,until\r\nW-1,r,a@b,\"\"\"\"\"\",true,27,note,\"für, \"\"März\"\"\",d,2026-11-02,2027-03-31\r\n,,,,,,,,,,\nW-2,s,,Billing,,,,r, d ,2026-11-02,2027-03-31\n";

    fn by_schema(path: &str, text: &str) -> Result<(SiteDocument<'static>, Vec<WrittenWaiver>), Vec<UsageError>> {
        let text = text.to_owned();
        let document = match path {
            "w.toml" => SiteDocument::parse_toml(path, text)?,
            _ => SiteDocument::parse_table(path, text, table::parse_tree)?,
        };
        document.check(BuiltInSchema::Waivers)?;
        let WaiverFile { waivers } = document.read()?;
        Ok((document, waivers))
    }

    fn by_line(path: &str, text: &str) -> Option<(SiteDocument<'static>, Vec<WrittenWaiver>)> {
        let (document, waivers) = parse(path, text.as_bytes().to_vec()).ok()?;
        document.is_read_without_tree().then_some((document, waivers))
    }

    /// What is read without a tree is what the schema and serde would have read, and no other file is.
    #[test]
    fn a_file_that_is_read_line_by_line_is_one_that_its_schema_accepts() {
        const ODD: [&str; 13] =
            ["", "\"", "'", ",", "\\", "\n", "\r", "0", "#", "=", "[[waivers]]\n", "id = \"x\"\n", "é"];
        for (path, text) in [("w.toml", TOML), ("w.csv", CSV)] {
            assert!(by_line(path, text).is_some(), "{path}");
            for (at, _) in text.char_indices() {
                let after = text.ceil_char_boundary(at + 1);
                for odd in ODD {
                    for to in [at, after] {
                        let changed = [&text[..at], odd, &text[to..]].concat();
                        let Some((_, read)) = by_line(path, &changed) else { continue };
                        let (_, expected) =
                            by_schema(path, &changed).unwrap_or_else(|errors| panic!("{changed}\n{errors:?}"));
                        assert_eq!(read, expected, "{changed}");
                    }
                }
            }
        }
    }

    /// Keys are shown and values are not, tree or none.
    #[test]
    fn a_place_is_shown_as_a_tree_would_show_it() {
        let ((plain, waivers), (parsed, _)) =
            (by_line("w.toml", TOML).expect("plain"), by_schema("w.toml", TOML).expect("TOML"));
        for waiver in &waivers {
            let optional = [&waiver.account, &waiver.value, &waiver.field, &waiver.severity].into_iter().flatten();
            let texts =
                [&waiver.id, &waiver.rule, &waiver.reason, &waiver.approved_by, &waiver.approved_on, &waiver.until];
            for text in texts.into_iter().chain(optional) {
                assert_eq!(plain.place(text.span, "here"), parsed.place(text.span, "here"), "{text:?}");
            }
        }
    }
}
