//! `rolecall schema`, `completions`, `man`: files for editors, shells and manuals, all from what the program itself reads.

use std::io::{self, BufWriter, Write};

use clap::{CommandFactory, ValueEnum};
use clap_complete::generate;
use clap_complete::shells::{Bash, Elvish, Fish, PowerShell, Zsh};
use clap_complete_nushell::Nushell;
use serde_json::{Map, json};

use rolecall::embedded;
use rolecall::rule::file::all_built_in;
use rolecall::schema::BuiltInSchema;

use super::CommandError;
use super::arguments::{Arguments, CompletionsArguments, ManArguments, SchemaArguments, SchemaName, Shell};
use super::paths::{display_path, existing_folder};

const NAME: &str = "rolecall";

pub fn schema(arguments: &SchemaArguments) -> Result<u8, CommandError> {
    let text = match arguments.what {
        SchemaName::Config => config_schema(),
        what => {
            let word = what.to_possible_value().expect("internal error: every schema has a word");
            embedded::schema(word.get_name())
        }
    };
    print(text.trim_end())
}

/// The schema of configs with the rules by their ids, so that an editor offers and checks them.
fn config_schema() -> String {
    let mut schema = BuiltInSchema::Config.document();
    let severity = &mut schema["properties"]["severity"];
    let words = severity["additionalProperties"]["enum"].clone();
    let rule = |id: &str, title: &str, default: &str| {
        (id.to_owned(), json!({ "description": format!("{title}. Default: {default}."), "enum": words }))
    };
    let rules: Map<_, _> = all_built_in().iter().map(|one| rule(&one.id, &one.title, one.severity.word())).collect();
    severity["properties"] = rules.into();
    severity["patternProperties"] =
        json!({ "^[a-z0-9-]+/[a-z0-9-]+$": { "description": "A rule of a pack.", "enum": words } });
    severity["additionalProperties"] = false.into();
    serde_json::to_string_pretty(&schema).expect("internal error: a value can be written")
}

pub fn completions(arguments: &CompletionsArguments) -> Result<u8, CommandError> {
    let (command, mut text) = (&mut Arguments::command(), Vec::new());
    match arguments.shell {
        Shell::Bash => generate(Bash, command, NAME, &mut text),
        Shell::Zsh => generate(Zsh, command, NAME, &mut text),
        Shell::Fish => generate(Fish, command, NAME, &mut text),
        Shell::Powershell => generate(PowerShell, command, NAME, &mut text),
        Shell::Elvish => generate(Elvish, command, NAME, &mut text),
        Shell::Nushell => generate(Nushell, command, NAME, &mut text),
    }
    print(String::from_utf8_lossy(&text).trim_end())
}

pub fn man(arguments: &ManArguments) -> Result<u8, CommandError> {
    let folder = &arguments.folder;
    existing_folder(folder)?;
    clap_mangen::generate_to(Arguments::command(), folder)
        .map_err(|error| CommandError::Reports(vec![(display_path(folder), error)]))?;
    Ok(0)
}

fn print(text: &str) -> Result<u8, CommandError> {
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(0)
}
