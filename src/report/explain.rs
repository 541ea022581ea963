//! What a rule, or a kind of fault, means: `rolecall explain`.

use std::io::{self, Write};

use serde::Serialize;

use super::screen::{WIDTH, wrapped};
use crate::diagnostic::fault::FaultKind;
use crate::record::site::Product;
use crate::rule::Rule;
use crate::rule::examples::{self, Example};
use crate::rule::file::References;

/// The forms of an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplainFormat {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// For a page.
    Markdown,
}

#[derive(Serialize)]
struct Explanation {
    rule: String,
    title: String,
    severity: String,
    severity_when: std::collections::BTreeMap<String, &'static str>,
    basis: &'static str,
    status: String,
    since: String,
    judges: String,
    statements: Vec<String>,
    why: String,
    remedy: String,
    citations: Vec<String>,
    examples: Vec<ExampleJson>,
}

#[derive(Serialize)]
struct ExampleJson {
    title: String,
    ends_in: String,
    underlines: Vec<String>,
    cells: Vec<String>,
}

/// Explains a rule.
///
/// # Errors
/// What the writer says.
pub fn rule(
    rule: &Rule,
    references: &References,
    product: Product,
    format: ExplainFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let explanation = Explanation {
        rule: rule.id.clone(),
        title: product.fill(&rule.title),
        severity: rule.severity.word().to_owned(),
        severity_when: rule.severity_when.iter().map(|(case, severity)| (case.clone(), severity.word())).collect(),
        basis: rule.basis.word(),
        status: rule.status.clone(),
        since: rule.since.clone(),
        judges: judged(rule),
        statements: rule.statements.clone(),
        why: product.fill(&rule.rationale),
        remedy: product.fill(&rule.remedy),
        citations: rule.citations.iter().map(|citation| references.citation_text(citation, product)).collect(),
        examples: examples::of(rule).iter().map(example_json).collect(),
    };
    write(&explanation, format, out)
}

/// What a rule judges, and whether a site has to ask for it.
fn judged(rule: &Rule) -> String {
    let subject = rule.subject.description();
    if !rule.is_opt_in() {
        return subject.to_owned();
    }
    format!("{subject}, if the config says `{} = true` under `[packs]`", rule.pack)
}

/// Explains a kind of fault of inputs.
///
/// # Errors
/// What the writer says.
pub fn fault(kind: FaultKind, format: ExplainFormat, out: &mut dyn Write) -> io::Result<()> {
    let severity = if kind == FaultKind::ActivityContradictsDates { "warning" } else { "error" };
    let explanation = Explanation {
        rule: kind.id().to_owned(),
        title: kind.title().to_owned(),
        severity: severity.to_owned(),
        severity_when: std::collections::BTreeMap::new(),
        basis: "input",
        status: "stable".to_owned(),
        since: "0.1.0".to_owned(),
        judges: "the input itself".to_owned(),
        statements: Vec::new(),
        why: kind.why().to_owned(),
        remedy: kind.remedy().to_owned(),
        citations: Vec::new(),
        examples: Vec::new(),
    };
    write(&explanation, format, out)
}

fn example_json(example: &Example) -> ExampleJson {
    let ends_in = match (&example.outcome, example.fails.is_empty()) {
        (Some(outcome), _) => outcome.clone(),
        (None, true) => "pass".to_owned(),
        (None, false) => {
            example.severity.as_ref().map_or_else(|| "fail".to_owned(), |severity| format!("fail ({severity})"))
        }
    };
    let cell = |(field, text): (&String, &String)| format!("{field}: {}", crate::diagnostic::visible::quoted(text));
    let accounts = example.accounts.iter().flatten().filter(|account| !account.is_empty());
    ExampleJson {
        title: example.title.clone(),
        ends_in,
        underlines: example.fails.clone(),
        cells: accounts.map(|account| account.iter().map(cell).collect::<Vec<_>>().join(", ")).collect(),
    }
}

fn write(one: &Explanation, format: ExplainFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ExplainFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, one).map_err(io::Error::from)?;
            writeln!(out)
        }
        ExplainFormat::Human => human(one, out),
        ExplainFormat::Markdown => markdown(one, out),
    }
}

fn facts(one: &Explanation) -> Vec<(&'static str, String)> {
    let when = one.severity_when.iter().map(|(case, severity)| format!("; {severity} when {}", case.replace('-', " ")));
    let mut facts = vec![
        ("severity", format!("{}{}", one.severity, when.collect::<String>())),
        ("basis", one.basis.to_owned()),
        ("judges", one.judges.clone()),
        ("since", format!("{} ({})", one.since, one.status)),
    ];
    if !one.statements.is_empty() {
        facts.push(("rests on", one.statements.join(", ")));
    }
    facts
}

fn human(one: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\n", wrapped("", 2, &format!("{}: {}", one.rule, one.title), WIDTH))?;
    let sources = one.citations.iter().map(|citation| ("source", citation.clone()));
    for (name, value) in facts(one).into_iter().chain(sources) {
        let name = format!("  {name:<9} ");
        writeln!(out, "{}", wrapped(&name, name.len(), &value, WIDTH))?;
    }
    writeln!(out, "\nWhy\n{}", indented(&one.why))?;
    writeln!(out, "\nHelp\n{}", indented(&one.remedy))?;
    if one.examples.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nExamples")?;
    for example in &one.examples {
        writeln!(out, "  {:<16} {}", example.ends_in, example.title)?;
        for cells in &example.cells {
            writeln!(out, "  {:<16}   {cells}", "")?;
        }
    }
    Ok(())
}

fn markdown(one: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}\n\n{}\n", one.rule, capitalised(&one.title))?;
    for (name, value) in facts(one) {
        writeln!(out, "- **{name}**: {value}")?;
    }
    for citation in &one.citations {
        writeln!(out, "- **source**: {citation}")?;
    }
    writeln!(out, "\n## Why\n\n{}\n\n## Help\n\n{}", one.why, one.remedy)?;
    if one.examples.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Examples\n\n| ends in | example | cells |\n| --- | --- | --- |")?;
    for example in &one.examples {
        writeln!(
            out,
            "| {} | {} | {} |",
            example.ends_in,
            example.title,
            example.cells.join("; ").replace('|', "\\|")
        )?;
    }
    Ok(())
}

fn indented(text: &str) -> String {
    wrapped("  ", 2, text, WIDTH)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str()) + "."
}
