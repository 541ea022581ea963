//! The pages of the book that come from the program itself: one for each rule and each kind of fault, and their list.

use std::io;

use super::explain::{self, ExplainFormat};
use super::rule_list;
use crate::diagnostic::fault::FaultKind;
use crate::record::site::Product;
use crate::rule::Rule;
use crate::rule::coverage::Statement;
use crate::rule::file::References;

/// A file of the book.
pub struct ReferencePage {
    /// Its name in the folder of the pages.
    pub name: String,
    /// Its Markdown.
    pub text: Vec<u8>,
}

/// Every page; the last is the part of the book's `SUMMARY.md` that lists the others below `folder`.
///
/// # Errors
/// What the writer says.
pub fn pages(rules: &[Rule], statements: &[Statement], folder: &str) -> io::Result<Vec<ReferencePage>> {
    let references = References::built_in();
    let mut pages = Vec::new();
    let mut add = |name: &str, write: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
        let mut text = Vec::new();
        write(&mut text)?;
        pages.push(ReferencePage { name: format!("{name}.md"), text });
        io::Result::Ok(())
    };
    let markdown = ExplainFormat::Markdown;
    add("README", &|out| {
        out.extend(b"# Rules\n\n");
        rule_list::write(rules, statements, markdown, out)
    })?;
    for rule in rules {
        add(&rule.id, &|out| explain::rule(rule, &references, Product::CalabrioOne, markdown, out))?;
    }
    for kind in FaultKind::ALL {
        add(kind.id(), &|out| explain::fault(*kind, markdown, out))?;
    }
    let link = |id: &str| format!("- [{id}]({folder}/{id}.md)\n");
    let rules: String = rules.iter().map(|rule| link(&rule.id)).collect();
    let faults: String = FaultKind::ALL.iter().map(|kind| link(kind.id())).collect();
    let summary = format!("\n# Rules\n\n- [All rules]({folder}/README.md)\n{rules}\n# Faults of inputs\n\n{faults}");
    add("SUMMARY", &|out| {
        out.extend(summary.as_bytes());
        Ok(())
    })?;
    Ok(pages)
}
