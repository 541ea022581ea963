//! Which header became which field, and what to do about the others: `rolecall columns`.

use std::io::{self, Write};

use serde::Serialize;

use crate::diagnostic::visible::visible;
use crate::read::columns::nearest;
use crate::read::headers::Headers;
use crate::record::{Field, FieldSet};

/// How the headers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadersFormat {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// A `[columns]` table to paste into a config.
    Toml,
}

/// The JSON form.
#[derive(Serialize)]
struct JsonHeaders<'a> {
    file: &'a str,
    columns: Vec<JsonHeader<'a>>,
    missing: Vec<&'static str>,
}

#[derive(Serialize)]
struct JsonHeader<'a> {
    header: &'a str,
    field: Option<&'static str>,
    nearest_header: Option<&'static str>,
    nearest_field: Option<&'static str>,
}

/// The fields of a record that rules read.
const EXPECTED: [Field; 6] =
    [Field::UserName, Field::FirstName, Field::LastName, Field::Roles, Field::Team, Field::Scope];

impl Headers {
    fn present(&self) -> FieldSet {
        self.known.iter().fold(FieldSet::EMPTY, |set, (_, field)| set.with(*field))
    }

    /// Fields that rules read and the input lacks.
    fn missing(&self) -> Vec<Field> {
        let present = self.present();
        let mut missing: Vec<_> = EXPECTED.into_iter().filter(|field| !present.has(*field)).collect();
        if !present.has(Field::MainView) && !present.has(Field::WfmViews) {
            missing.push(Field::MainView);
        }
        missing
    }

    /// Each unknown header with the field that it may mean, if no other header gives that field.
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

/// Writes the headers of `file`.
///
/// # Errors
/// Those of the writer.
pub fn write(file: &str, headers: &Headers, format: HeadersFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        HeadersFormat::Human => human(file, headers, out),
        HeadersFormat::Json => json(file, headers, out),
        HeadersFormat::Toml => toml(headers, out),
    }
}

fn human(file: &str, headers: &Headers, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", visible(file))?;
    for (header, field) in &headers.known {
        writeln!(out, "  {:<32} {}", visible(header), field.name())?;
    }
    for header in &headers.unknown {
        let near = nearest(header).map_or_else(String::new, |(name, field)| {
            format!("; the nearest known header is `{name}` ({})", field.name())
        });
        writeln!(out, "  {:<32} not understood{near}", visible(header))?;
    }
    for field in headers.missing() {
        writeln!(out, "  missing: no column gives the {}", field.name())?;
    }
    let proposals = headers.proposals();
    if !proposals.is_empty() {
        writeln!(out, "\nFor rolecall.toml, if these guesses are right:\n\n[columns]")?;
    }
    for (header, field) in proposals {
        writeln!(out, "{} = {}", field.name(), toml_string(header)?)?;
    }
    Ok(())
}

fn json(file: &str, headers: &Headers, out: &mut dyn Write) -> io::Result<()> {
    let known = headers.known.iter().map(|(header, field)| (header, Some(field.name()), None));
    let unknown = headers.unknown.iter().map(|header| (header, None, nearest(header)));
    let columns = known.chain(unknown).map(|(header, field, near)| JsonHeader {
        header,
        field,
        nearest_header: near.map(|(name, _)| name),
        nearest_field: near.map(|(_, field)| field.name()),
    });
    let missing = headers.missing().into_iter().map(Field::name).collect();
    serde_json::to_writer_pretty(&mut *out, &JsonHeaders { file, columns: columns.collect(), missing })
        .map_err(io::Error::from)?;
    writeln!(out)
}

/// The `[columns]` table of a config. Guesses and unknown headers are comments.
fn toml(headers: &Headers, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "[columns]")?;
    // No header maps to a field that only documents have.
    let is_mapped = |field: Field| !matches!(field, Field::Id | Field::Kind | Field::Integration);
    for (header, field) in headers.known.iter().filter(|(_, field)| is_mapped(*field)) {
        writeln!(out, "{} = {}", field.name(), toml_string(header)?)?;
    }
    let proposals = headers.proposals();
    for header in &headers.unknown {
        match proposals.iter().find(|(proposed, _)| proposed == header) {
            Some((_, field)) => writeln!(out, "# perhaps: {} = {}", field.name(), toml_string(header)?)?,
            None => writeln!(out, "# not understood: {}", toml_string(header)?)?,
        }
    }
    Ok(())
}

/// A TOML basic string takes what a JSON string takes.
fn toml_string(header: &str) -> io::Result<String> {
    serde_json::to_string(&visible(header)).map_err(io::Error::from)
}
