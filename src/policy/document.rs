//! A file of waivers, parsed: TOML, or a CSV table or a workbook with the same words as headers. Each becomes one tree, so
//! that one schema and one reader serve all of them, and every fault has its place.

use super::table;
use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::quoted;
use crate::read::format::SheetText;
use crate::read::site_document::SiteDocument;
use crate::schema::BuiltInSchema;
use crate::source::Span;
use crate::syntax::tree::{Node, NodeKind};

/// Parses a file and puts it to its schema.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn parse(path: &str, bytes: Vec<u8>) -> Result<SiteDocument<'static>, Vec<UsageError>> {
    let has_ending = |ending: &str| path.to_ascii_lowercase().ends_with(ending);
    let document = if has_ending(".xlsx") || has_ending(".xlsm") {
        let sheet = SheetText::read(bytes).map_err(|fault| {
            let remedy =
                fault.remedy.clone().unwrap_or_else(|| "Save it again as a workbook with one sheet.".to_owned());
            vec![UsageError::new(format!("{} cannot be used: {}", quoted(path), fault.message)).with_remedy(remedy)]
        })?;
        SiteDocument::parse_sheet(path, sheet, table::of_sheet)?
    } else {
        let Ok(text) = String::from_utf8(bytes) else {
            let error = UsageError::new(format!("{} cannot be used: it is not UTF-8 text", quoted(path)));
            return Err(vec![error.with_remedy("Save it as UTF-8.")]);
        };
        if has_ending(".csv") {
            SiteDocument::parse_table(path, text, table::parse)?
        } else {
            SiteDocument::parse_toml(path, text)?
        }
    };
    let is_empty = |list: Node<'_>| list.kind() == NodeKind::Array && list.children().next().is_none();
    if document.root().get("waivers").is_some_and(is_empty) {
        let below = if document.is_table() { "below the headers" } else { "as `[[waivers]]`" };
        let remedy = &format!("Write one {below}, or do not name the file.");
        return Err(vec![document.error("it holds no waiver", remedy, Span::at(0))]);
    }
    document.check(BuiltInSchema::Waivers)?;
    Ok(document)
}
