//! Which header became which field, and what to do about the others: `rolecall columns`.

use std::io::{self, Write};

use serde::Serialize;

use crate::diagnostic::visible::visible;
use crate::read::columns::nearest;
use crate::read::headers::Headers;
use crate::record::{Field, FieldSet};

/// The forms of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// A piece of config, ready to be pasted.
    Toml,
}

#[derive(Serialize)]
struct Wire<'a> {
    file: &'a str,
    columns: Vec<ColumnWire<'a>>,
    missing: Vec<&'static str>,
}

#[derive(Serialize)]
struct ColumnWire<'a> {
    header: &'a str,
    field: Option<&'static str>,
    nearest_header: Option<&'static str>,
    nearest_field: Option<&'static str>,
}

/// What rules ask of a record itself.
const EXPECTED: [Field; 6] =
    [Field::UserName, Field::FirstName, Field::LastName, Field::Roles, Field::Team, Field::Scope];

impl Headers {
    fn present(&self) -> FieldSet {
        self.understood.iter().fold(FieldSet::EMPTY, |set, (_, field)| set.with(*field))
    }

    /// Fields that rules ask for and the input lacks.
    fn missing(&self) -> Vec<Field> {
        let present = self.present();
        let mut missing: Vec<_> = EXPECTED.into_iter().filter(|field| !present.has(*field)).collect();
        if !present.has(Field::MainView) && !present.has(Field::WfmViews) {
            missing.push(Field::MainView);
        }
        missing
    }

    /// Each unknown header with the field it may have been meant as: one that nothing gives yet.
    fn proposals(&self) -> Vec<(&str, Field)> {
        let mut taken = self.present();
        let mut proposals = Vec::new();
        for header in &self.unknown {
            if let Some((_, field)) = nearest(header).filter(|(_, field)| !taken.has(*field)) {
                taken = taken.with(field);
                proposals.push((header.as_str(), field));
            }
        }
        proposals
    }
}

/// Writes the answer.
///
/// # Errors
/// What the writer says.
pub fn write(file: &str, columns: &Headers, form: Form, out: &mut dyn Write) -> io::Result<()> {
    match form {
        Form::Human => human(file, columns, out),
        Form::Json => json(file, columns, out),
        Form::Toml => toml(columns, out),
    }
}

fn human(file: &str, columns: &Headers, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", visible(file))?;
    for (header, field) in &columns.understood {
        writeln!(out, "  {:<32} {}", visible(header), field.name())?;
    }
    for header in &columns.unknown {
        let near = nearest(header).map_or_else(String::new, |(name, field)| {
            format!("; the nearest known one is `{name}` ({})", field.name())
        });
        writeln!(out, "  {:<32} not understood{near}", visible(header))?;
    }
    for field in columns.missing() {
        writeln!(out, "  missing: no column gives the {}", field.name())?;
    }
    let proposals = columns.proposals();
    if !proposals.is_empty() {
        writeln!(out, "\nFor rolecall.toml, if these are what they seem:\n\n[columns]")?;
    }
    for (header, field) in proposals {
        writeln!(out, "{} = {}", field.name(), serde_json::to_string(&visible(header)).map_err(io::Error::from)?)?;
    }
    Ok(())
}

fn json(file: &str, columns: &Headers, out: &mut dyn Write) -> io::Result<()> {
    let known = columns.understood.iter().map(|(header, field)| ColumnWire {
        header,
        field: Some(field.name()),
        nearest_header: None,
        nearest_field: None,
    });
    let unknown = columns.unknown.iter().map(|header| {
        let near = nearest(header);
        ColumnWire {
            header,
            field: None,
            nearest_header: near.map(|(name, _)| name),
            nearest_field: near.map(|(_, field)| field.name()),
        }
    });
    let wire = Wire {
        file,
        columns: known.chain(unknown).collect(),
        missing: columns.missing().into_iter().map(Field::name).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &wire).map_err(io::Error::from)?;
    writeln!(out)
}

/// The whole map as a config would say it. What is only a guess, and what nobody understands, is a comment.
fn toml(columns: &Headers, out: &mut dyn Write) -> io::Result<()> {
    // A basic string of TOML takes what a JSON string takes.
    let quoted = |header: &str| serde_json::to_string(&visible(header)).map_err(io::Error::from);
    writeln!(out, "[columns]")?;
    for (header, field) in columns.understood.iter().filter(|(_, field)| !is_of_documents(*field)) {
        writeln!(out, "{} = {}", field.name(), quoted(header)?)?;
    }
    let proposals = columns.proposals();
    for header in &columns.unknown {
        match proposals.iter().find(|(proposed, _)| proposed == header) {
            Some((_, field)) => writeln!(out, "# perhaps: {} = {}", field.name(), quoted(header)?)?,
            None => writeln!(out, "# not understood: {}", quoted(header)?)?,
        }
    }
    Ok(())
}

/// Fields that only documents have: no header maps to them.
const fn is_of_documents(field: Field) -> bool {
    matches!(field, Field::Id | Field::Kind | Field::Integration)
}
