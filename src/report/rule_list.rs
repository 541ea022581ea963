//! The rules, and the traceability matrix between statements and them: `rolecall rules`.

use std::io::{self, Write};

use serde::Serialize;

use super::explain::ExplainFormat;
use crate::rule::Rule;
use crate::rule::coverage::{Statement, rules_of};

#[derive(Serialize)]
struct RuleListJson<'a> {
    rules: Vec<RuleJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statements: Vec<StatementJson<'a>>,
}

#[derive(Serialize)]
struct RuleJson<'a> {
    rule: &'a str,
    pack: &'a str,
    title: &'a str,
    severity: &'static str,
    basis: &'static str,
    subject: &'static str,
    statements: &'a [String],
}

#[derive(Serialize)]
struct StatementJson<'a> {
    statement: &'a str,
    #[serde(rename = "where")]
    place: &'a str,
    says: &'a str,
    rules: Vec<&'a str>,
    nothing_to_check: Option<&'a str>,
}

/// Writes the rules, and the statements with what holds each.
///
/// # Errors
/// What the writer says.
pub fn write(rules: &[Rule], statements: &[Statement], format: ExplainFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        ExplainFormat::Json => {
            let listing = RuleListJson {
                rules: rules.iter().map(rule_json).collect(),
                statements: statements.iter().map(|one| statement_json(one, rules)).collect(),
            };
            serde_json::to_writer_pretty(&mut *out, &listing).map_err(io::Error::from)?;
            writeln!(out)
        }
        ExplainFormat::Human => human(rules, statements, out),
        ExplainFormat::Markdown => markdown(rules, statements, out),
    }
}

/// Writes a statement with the rules that rest on it.
///
/// # Errors
/// What the writer says.
pub fn statement(one: &Statement, rules: &[Rule], format: ExplainFormat, out: &mut dyn Write) -> io::Result<()> {
    let held = || rules_of(&one.id, rules);
    match format {
        ExplainFormat::Json => {
            let listing =
                RuleListJson { rules: held().map(rule_json).collect(), statements: vec![statement_json(one, rules)] };
            serde_json::to_writer_pretty(&mut *out, &listing).map_err(io::Error::from)?;
            writeln!(out)
        }
        ExplainFormat::Human => {
            writeln!(out, "{} ({}): {}\n", one.id, one.place, one.says)?;
            human_rules(held(), out)?;
            nothing_to_check(one, out)
        }
        ExplainFormat::Markdown => {
            writeln!(out, "# {}\n\n{} ({})\n", one.id, one.says, one.place)?;
            if held().next().is_some() {
                markdown_rules(held(), out)?;
            }
            nothing_to_check(one, out)
        }
    }
}

fn nothing_to_check(statement: &Statement, out: &mut dyn Write) -> io::Result<()> {
    let reason = statement.nothing_to_check.iter();
    reason.into_iter().try_for_each(|reason| writeln!(out, "  nothing to check offline: {reason}"))
}

fn rule_json(rule: &Rule) -> RuleJson<'_> {
    RuleJson {
        rule: &rule.id,
        pack: &rule.pack,
        title: &rule.title,
        severity: rule.severity.word(),
        basis: rule.basis.word(),
        subject: rule.subject.word(),
        statements: &rule.statements,
    }
}

fn statement_json<'a>(statement: &'a Statement, rules: &'a [Rule]) -> StatementJson<'a> {
    StatementJson {
        statement: &statement.id,
        place: &statement.place,
        says: &statement.says,
        rules: rules_of(&statement.id, rules).map(|rule| rule.id.as_str()).collect(),
        nothing_to_check: statement.nothing_to_check.as_deref(),
    }
}

fn human(rules: &[Rule], statements: &[Statement], out: &mut dyn Write) -> io::Result<()> {
    let (opt_in, others): (Vec<&Rule>, Vec<&Rule>) = rules.iter().partition(|rule| rule.is_opt_in());
    human_rules(others.into_iter(), out)?;
    if let Some(first) = opt_in.first() {
        writeln!(out, "\nif the config says `{} = true` under `[packs]`:", first.pack)?;
        human_rules(opt_in.into_iter(), out)?;
    }
    for statement in statements {
        writeln!(out, "\n{} ({}): {}", statement.id, statement.place, statement.says)?;
        for rule in rules_of(&statement.id, rules) {
            writeln!(out, "  held by {}", rule.id)?;
        }
        nothing_to_check(statement, out)?;
    }
    Ok(())
}

fn human_rules<'r>(rules: impl Iterator<Item = &'r Rule>, out: &mut dyn Write) -> io::Result<()> {
    for rule in rules {
        writeln!(out, "{:<27} {:<8} {:<4} {}", rule.id, rule.severity.word(), rule.statements.join(","), rule.title)?;
    }
    Ok(())
}

fn markdown_rules<'r>(rules: impl Iterator<Item = &'r Rule>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| rule | says | severity | statements |\n| --- | --- | --- | --- |")?;
    for rule in rules {
        let (severity, statements) = (rule.severity.word(), rule.statements.join(", "));
        writeln!(out, "| `{}` | {} | {severity} | {statements} |", rule.id, rule.title)?;
    }
    Ok(())
}

fn markdown(rules: &[Rule], statements: &[Statement], out: &mut dyn Write) -> io::Result<()> {
    markdown_rules(rules.iter(), out)?;
    if statements.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| statement | where | says | held by |\n| --- | --- | --- | --- |")?;
    for statement in statements {
        let held: Vec<_> = rules_of(&statement.id, rules).map(|rule| format!("`{}`", rule.id)).collect();
        let held = statement
            .nothing_to_check
            .as_ref()
            .map_or_else(|| held.join(", "), |reason| format!("nothing to check offline: {reason}"));
        writeln!(out, "| {} | {} | {} | {held} |", statement.id, statement.place, statement.says)?;
    }
    Ok(())
}
