//! The list of the tenants of a fleet, a CSV table: who has to be there, and what each is judged by.

use std::collections::BTreeMap;

use crate::diagnostic::usage::UsageError;
use crate::diagnostic::visible::{is_hidden, quoted};
use crate::read::site_document::SiteDocument;
use crate::read::site_table::{TableCell, rows};
use crate::source::Span;
use crate::syntax::tree::NodeKind;
use crate::syntax::tree::keys::nearest;

/// The columns, in the order of [`ManifestTenant`].
const COLUMNS: [&str; 6] = ["tenant", "inputs", "config", "waivers", "baseline", "expect-records"];

/// Bytes of a tenant's name: with an ending it is the name of a file.
const MAX_NAME: usize = 200;

/// Characters that some system does not take in the name of a file.
const NOT_IN_NAMES: &str = "/\\:*?\"<>|";

/// A line of a manifest. Paths are as written, from its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestTenant {
    /// Its name, that of its report.
    pub name: String,
    /// Empty if the cell is blank: then there is nothing to judge.
    pub inputs: Vec<String>,
    /// The config.
    pub config: Option<String>,
    /// Files of waivers.
    pub waivers: Vec<String>,
    /// The baseline.
    pub baseline: Option<String>,
    /// How many accounts its inputs must hold.
    pub expect_records: Option<u64>,
}

/// The tenants that a manifest lists, in its order. A list of names needs no column but `tenant`.
///
/// # Errors
/// Everything that is wrong with it, each with its place.
pub fn read_manifest(path: &str, text: &str, is_names_only: bool) -> Result<Vec<ManifestTenant>, Vec<UsageError>> {
    let mut table: Vec<Vec<_>> = Vec::new();
    let document = SiteDocument::parse_table(path, text, |text, tree| {
        table = rows(text)?.into_iter().map(|row| row.into_iter().map(TableCell::into_owned).collect()).collect();
        let root = tree.open(NodeKind::Object, 0);
        tree.close(root, text.len() as u64);
        Ok(())
    })?;
    let mut rows = table.into_iter();
    let headers = rows.next().unwrap_or_default();
    let manifest = ManifestReader { document: &document, columns: columns(&headers) };
    if headers.iter().all(|header| header.text.trim().is_empty()) {
        return Err(vec![manifest.error(
            "it is blank",
            "Write a line of headers, and one for each tenant.",
            Span::at(0),
        )]);
    }
    let mut errors = manifest.wrong_headers(&headers, is_names_only);
    let mut tenants = Vec::new();
    let mut known: BTreeMap<String, Span> = BTreeMap::new();
    for row in rows.filter(|row| row.iter().any(|cell| !cell.text.trim().is_empty())) {
        let Some(tenant) = manifest.tenant(&row, headers.len(), &mut errors) else { continue };
        let span = manifest.cell(&row, 0).map_or(Span::at(0), |cell| cell.span);
        // Two names that differ in case are one file on some systems.
        match known.get(&tenant.name.to_lowercase()) {
            Some(first) => {
                let error = manifest.error(
                    format!("two lines are of the tenant {}", quoted(&tenant.name)),
                    "Keep one, and separate its inputs with `;`.",
                    span,
                );
                errors.push(document.at(error, *first, "the first of them"));
            }
            None => drop(known.insert(tenant.name.to_lowercase(), span)),
        }
        tenants.push(tenant);
    }
    if errors.is_empty() && tenants.is_empty() {
        errors.push(manifest.error(
            "it lists no tenant",
            "Write a line for each tenant below the headers.",
            Span::at(0),
        ));
    }
    if errors.is_empty() { Ok(tenants) } else { Err(errors) }
}

/// Where each of [`COLUMNS`] is.
fn columns(headers: &[TableCell<'_>]) -> [Option<usize>; COLUMNS.len()] {
    COLUMNS.map(|column| headers.iter().position(|header| header.text.trim() == column))
}

struct ManifestReader<'a> {
    document: &'a SiteDocument<'a>,
    columns: [Option<usize>; COLUMNS.len()],
}

impl ManifestReader<'_> {
    fn error(&self, message: impl AsRef<str>, remedy: &str, span: Span) -> UsageError {
        self.document.error(message, remedy, span)
    }

    fn wrong_headers(&self, headers: &[TableCell<'_>], is_names_only: bool) -> Vec<UsageError> {
        let mut errors = Vec::new();
        let all = format!("The columns are {}.", COLUMNS.join(", "));
        for (at, header) in headers.iter().enumerate() {
            let text = header.text.trim();
            if headers[..at].iter().any(|other| other.text.trim() == text) {
                let message = format!("two columns have the header {}", quoted(text));
                errors.push(self.error(message, "Keep one of them.", header.span));
            } else if !COLUMNS.contains(&text) {
                let near = nearest(text, COLUMNS).map(|near| format!("Did you mean {}?", quoted(near)));
                let message = format!("unknown column {}", quoted(text));
                errors.push(self.error(message, near.as_deref().unwrap_or(&all), header.span));
            }
        }
        let needed = if is_names_only { 1 } else { 2 };
        for (column, _) in COLUMNS.iter().zip(self.columns).take(needed).filter(|(_, at)| at.is_none()) {
            errors.push(self.error(format!("the column `{column}` is missing"), &all, Span::at(0)));
        }
        errors
    }

    fn cell<'r>(&self, row: &'r [TableCell<'r>], column: usize) -> Option<&'r TableCell<'r>> {
        row.get(self.columns[column]?)
    }

    fn tenant(&self, row: &[TableCell<'_>], width: usize, errors: &mut Vec<UsageError>) -> Option<ManifestTenant> {
        if let Some(extra) = row.get(width) {
            let remedy = "Put a path that holds a comma in quotes; separate paths with `;`.";
            errors.push(self.error("the line has more cells than there are headers", remedy, extra.span));
            return None;
        }
        self.columns[0]?;
        let text = |column| self.cell(row, column).map_or("", |cell| cell.text.trim());
        let span = |column| self.cell(row, column).map_or_else(|| row[0].span, |cell| cell.span);
        let list = |column| text(column).split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned);
        let one = |column| Some(text(column)).filter(|text| !text.is_empty()).map(str::to_owned);
        let mut refuse = |message: String, remedy: &str, column| errors.push(self.error(message, remedy, span(column)));
        let name = text(0);
        if let Some(why) = why_not_a_name(name) {
            let remedy = "Its report has this name: write one like `acme` or `Acme Ltd`.";
            refuse(format!("the tenant {} {why}", quoted(name)), remedy, 0);
        }
        for (column, path) in [1, 3].into_iter().flat_map(|column| list(column).map(move |path| (column, path))) {
            if path == "-" {
                refuse("`-` would be the standard input of several tenants".to_owned(), "Name a file.", column);
            }
        }
        let is_count = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let records = one(5).map(|text| text.parse().ok().filter(|_| is_count(&text)));
        if records == Some(None) {
            refuse("`expect-records` is not a number of accounts".to_owned(), "Write plain digits, or nothing.", 5);
        }
        Some(ManifestTenant {
            name: name.to_owned(),
            inputs: list(1).collect(),
            config: one(2),
            waivers: list(3).collect(),
            baseline: one(4),
            expect_records: records.flatten(),
        })
    }
}

/// Why no report can have the name, as a fragment.
fn why_not_a_name(name: &str) -> Option<&'static str> {
    let has = |what: fn(char) -> bool| name.chars().any(what);
    match name {
        "" => Some("is blank"),
        _ if name.eq_ignore_ascii_case("fleet") => Some("has the name of the report over all tenants"),
        _ if name.contains("..") || name.starts_with('.') => Some("holds `..` or begins with a dot"),
        _ if name.ends_with('.') => Some("ends with a dot"),
        _ if has(|c| NOT_IN_NAMES.contains(c)) => Some("holds a character that is not possible in the name of a file"),
        _ if has(|c| is_hidden(c) || c.is_control()) => Some("holds a character that cannot be seen"),
        _ if name.len() > MAX_NAME => Some("is longer than 200 bytes"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Vec<(String, u64, u64)> {
        let errors = read_manifest("t.csv", text, false).expect_err("it is refused");
        let place = |error: &UsageError| (error.labels[0].start.line, error.labels[0].start.column);
        errors.iter().map(|error| (error.message.clone(), place(error).0, place(error).1)).collect()
    }

    #[test]
    fn lines_are_read_with_their_lists_and_without_a_mark() {
        let text = "\u{feff}tenant,inputs,config,waivers,baseline,expect-records\r\n\
            acme,acme/people.csv; acme/plan.yaml,acme/rolecall.toml,,,1001\r\n\r\n\" Acme, Ltd \",b.csv\r\n";
        let tenants = read_manifest("t.csv", text, false).expect("a manifest");
        assert_eq!(tenants.len(), 2);
        assert_eq!(tenants[0].inputs, ["acme/people.csv", "acme/plan.yaml"]);
        assert_eq!((tenants[0].expect_records, tenants[0].config.as_deref()), (Some(1001), Some("acme/rolecall.toml")));
        assert_eq!((tenants[1].name.as_str(), tenants[1].config.as_deref()), ("Acme, Ltd", None));
        assert!(read_manifest("t.csv", "tenant\nacme\n", true).is_ok());
    }

    #[test]
    fn every_fault_is_told_with_its_place() {
        for (text, words, line, column) in [
            ("tenant,inputs\n", "lists no tenant", 1, 1),
            ("", "it is blank", 1, 1),
            ("tenant\nacme\n", "the column `inputs` is missing", 1, 1),
            ("tenant,inputs,confg\nacme,a.csv,\n", "unknown column `confg`", 1, 15),
            ("tenant,inputs,inputs\nacme,a.csv,b\n", "two columns", 1, 15),
            ("tenant,inputs\nacme,a.csv\nACME,b.csv\n", "two lines are of the tenant", 3, 1),
            ("tenant,inputs\n../x,a.csv\n", "begins with a dot", 2, 1),
            ("tenant,inputs\na/b,a.csv\n", "not possible in the name", 2, 1),
            ("tenant,inputs\n\" \",a.csv\n", "is blank", 2, 2),
            ("tenant,inputs\nFleet,a.csv\n", "over all tenants", 2, 1),
            ("tenant,inputs\nacme,-\n", "standard input", 2, 6),
            ("tenant,inputs\nacme,a.csv,b.csv\n", "more cells", 2, 12),
            ("tenant,inputs,expect-records\nacme,a.csv,+7\n", "not a number", 2, 12),
            ("tenant,inputs\nacme,\"a.csv\n", "quote", 2, 6),
        ] {
            let errors = refused(text);
            assert!(errors[0].0.contains(words), "{text}: {errors:?}");
            assert_eq!((errors[0].1, errors[0].2), (line, column), "{text}: {errors:?}");
        }
        assert_eq!(refused("tenant,inputs\nfleet,a\n..,b\n").len(), 2, "all faults are told at once");
    }
}
