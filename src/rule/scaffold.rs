//! A new rule file: every key with an example from the schema, and what only the author knows marked.

use std::fmt::Write as _;

use serde_json::Value;

use crate::check::CheckSpec;
use crate::schema::BuiltInSchema;

/// What the author replaces. A rule that holds it fails its tests.
pub const PLACEHOLDER: &str = "FILL IN";

/// The kinds of checks, as rule files spell them.
#[must_use]
pub fn kinds() -> Vec<String> {
    check_schemas().as_object().map(|kinds| kinds.keys().cloned().collect()).unwrap_or_default()
}

fn check_schemas() -> Value {
    BuiltInSchema::Rule.document()["properties"]["check"]["properties"].clone()
}

/// The text of a new rule whose check is of this kind; `None` if there is no such kind.
#[must_use]
pub fn rule_text(id: &str, kind: &str) -> Option<String> {
    let check = check_schemas().get(kind)?.clone();
    let subject = CheckSpec::subject(kind).unwrap_or("api-user");
    let (about, parameters) = (check["description"].as_str().unwrap_or_default(), parameters(&check));
    Some(format!(
        r#"# Replace what is in capitals: `rolecall test` fails until then.
# `rolecall schema rule` describes every key.
id = "{id}"
title = "{PLACEHOLDER}: what is wrong when the rule fires"
severity = "warning"
basis = "site"
subject = "{subject}"
rationale = "{PLACEHOLDER}: why it matters."
remedy = "{PLACEHOLDER}: what to do."

# {about}
[check.{kind}]
{parameters}
# An account says what differs from one that meets every built-in rule; `kind = "person"` makes it a person's.
[[examples]]
title = "{PLACEHOLDER}: what passes"
accounts = [{{}}]

[[examples]]
title = "{PLACEHOLDER}: what fails"
accounts = [{{}}]
fails = ["{PLACEHOLDER}: the text that is wrong"]
"#
    ))
}

/// A line for each parameter; those that may be left out are comments.
fn parameters(check: &Value) -> String {
    let mut lines = String::new();
    for (name, schema) in check["properties"].as_object().into_iter().flatten() {
        let is_required = check["required"].as_array().is_some_and(|names| names.iter().any(|one| one == name));
        let example = schema["examples"].get(0).or_else(|| schema.get("default")).unwrap_or(&Value::Null);
        let lead = if is_required { "" } else { "# " };
        let about = schema["description"].as_str().unwrap_or_default();
        writeln!(lines, "# {about}\n{lead}{name} = {}", toml_value(example)).expect("internal error: a text takes all");
    }
    lines
}

/// A value in TOML, whose basic strings are written as those of JSON.
fn toml_value(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains('"') && !text.contains(['\'', '\n']) => format!("'{text}'"),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::pack::{PackFolder, read_packs};
    use crate::source::pack_folder::PackFile;

    #[test]
    fn a_new_rule_of_every_kind_is_read() {
        assert!(kinds().len() >= 20);
        for kind in kinds() {
            let text = rule_text("new-rule", &kind).expect("the kind is known");
            let file = |name: &str, text: &str| PackFile { name: name.to_owned(), text: text.to_owned() };
            let head = file("pack.toml", "name = \"acme\"\nversion = \"1.0.0\"\n");
            let files = vec![head, file("new-rule.toml", &text)];
            let read = read_packs(vec![PackFolder { path: "rules".to_owned(), files }], &crate::rule::file::built_in());
            assert_eq!(read.unwrap_or_else(|why| panic!("{kind}: {why:?}\n{text}"))[0].rules[0].kind, kind);
        }
        assert_eq!(rule_text("new-rule", "require"), None);
    }
}
