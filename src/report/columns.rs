//! Which header became which field, what the others may mean, and the config that says so: `rolecall columns` and
//! `rolecall init`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::diagnostic::visible::{toml_string, visible};
use crate::read::columns::{ColumnMap, near_miss, nearest};
use crate::read::survey::{CellSurvey, Survey};
use crate::record::Field;
use crate::record::date::DateOrder;
use crate::schema::BuiltInSchema;

/// How the headers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadersFormat {
    /// For a terminal.
    Human,
    /// For programs.
    Json,
    /// A config that makes the file judgeable.
    Toml,
}

/// The JSON form.
#[derive(Serialize)]
struct JsonHeaders<'a> {
    file: &'a str,
    header_row: Option<u64>,
    columns: Vec<JsonHeader<'a>>,
    missing: Vec<&'static str>,
    cells: Vec<String>,
}

#[derive(Serialize)]
struct JsonHeader<'a> {
    header: &'a str,
    field: Option<&'static str>,
    suggested_field: Option<&'static str>,
    nearest_header: Option<&'static str>,
    nearest_field: Option<&'static str>,
}

/// The fields of a record that rules read.
const EXPECTED: [Field; 6] =
    [Field::UserName, Field::FirstName, Field::LastName, Field::Roles, Field::Team, Field::Scope];

/// What marks a line of a config that a person must look at.
pub const LOOK: &str = "# look:";

/// Fields that rules read and the input lacks.
fn missing(survey: &Survey) -> Vec<Field> {
    let present = survey.present();
    let mut missing: Vec<_> = EXPECTED.into_iter().filter(|field| !present.has(*field)).collect();
    if !present.has(Field::MainView) && !present.has(Field::WfmViews) {
        missing.push(Field::MainView);
    }
    missing
}

/// The field that an unknown header suggests.
fn suggested(survey: &Survey, header: &str) -> Option<Field> {
    survey.suggested.iter().find(|(name, _)| name == header).map(|(_, field)| *field)
}

/// Writes what `file` seems to hold.
///
/// # Errors
/// Those of the writer.
pub fn write(file: &str, survey: &Survey, format: HeadersFormat, out: &mut dyn Write) -> io::Result<()> {
    match format {
        HeadersFormat::Human => human(file, survey, out),
        HeadersFormat::Json => json(file, survey, out),
        HeadersFormat::Toml => out.write_all(config(&[(file.to_owned(), survey.clone())]).as_bytes()),
    }
}

fn human(file: &str, survey: &Survey, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", visible(file))?;
    for (header, field) in &survey.headers.known {
        writeln!(out, "  {:<32} {}", visible(header), field.name())?;
    }
    for header in &survey.headers.unknown {
        let says = match (suggested(survey, header), nearest(header)) {
            (Some(field), _) => format!("not understood; perhaps {}", field.name()),
            (None, Some((name, field))) => format!("not understood; like `{name}` ({})", field.name()),
            (None, None) => "not understood".to_owned(),
        };
        writeln!(out, "  {:<32} {says}", visible(header))?;
    }
    for field in missing(survey) {
        writeln!(out, "  missing: no column gives the {}", field.name())?;
    }
    let cells = cells(survey);
    if !cells.is_empty() {
        writeln!(out, "\nCells")?;
        cells.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
    }
    writeln!(out, "\nFields, as `[columns]` names them")?;
    for (field, purpose) in fields() {
        writeln!(out, "  {field:<16} {purpose}")?;
    }
    if !survey.suggested.is_empty() || !cells.is_empty() {
        writeln!(out, "\nFor rolecall.toml, if these guesses are right:\n")?;
        out.write_all(tables(std::slice::from_ref(survey)).as_bytes())?;
    }
    Ok(())
}

fn json(file: &str, survey: &Survey, out: &mut dyn Write) -> io::Result<()> {
    let known = survey.headers.known.iter().map(|(header, field)| (header, Some(field.name()), None, None));
    let unknown = survey.headers.unknown.iter();
    let unknown = unknown.map(|header| (header, None, suggested(survey, header).map(Field::name), nearest(header)));
    let columns = known.chain(unknown).map(|(header, field, suggested_field, near)| JsonHeader {
        header,
        field,
        suggested_field,
        nearest_header: near.map(|(name, _)| name),
        nearest_field: near.map(|(_, field)| field.name()),
    });
    let document = JsonHeaders {
        file,
        header_row: survey.header_row,
        columns: columns.collect(),
        missing: missing(survey).into_iter().map(Field::name).collect(),
        cells: cells(survey),
    };
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    writeln!(out)
}

/// What the cells seem to hold; no cell is shown but words that any site may use.
fn cells(survey: &Survey) -> Vec<String> {
    let CellSurvey { date_order, active, inactive, has_other_activity, has_commas, administrator, .. } = &survey.cells;
    let mut lines: Vec<String> =
        survey.header_row.map(|row| format!("the headers are in row {row}")).into_iter().collect();
    lines.extend(date_order.map(|order| match order {
        Some(DateOrder::DayFirst) => "dates: the day before the month".to_owned(),
        Some(DateOrder::MonthFirst) => "dates: the month before the day".to_owned(),
        None => "dates: the day before the month or after it, no date shows which".to_owned(),
    }));
    if !active.is_empty() || !inactive.is_empty() {
        let words: Vec<_> = active.iter().chain(inactive).map(|word| visible(word)).collect();
        lines.push(format!("activity: {}", words.join(", ")));
    }
    if *has_other_activity {
        lines.push("activity: words that are not known".to_owned());
    }
    if *has_commas {
        lines.push("roles: perhaps separated by commas".to_owned());
    }
    lines.extend(administrator.iter().map(|role| format!("roles: perhaps the administrator is `{}`", visible(role))));
    lines
}

/// The keys of `[columns]`, each with what it is for.
fn fields() -> Vec<(String, String)> {
    let schema = BuiltInSchema::Config.document();
    let properties = schema.pointer("/properties/columns/properties").and_then(Value::as_object);
    let described = properties.into_iter().flatten().filter(|(key, _)| *key != "ignore");
    described.map(|(key, about)| (key.clone(), about["description"].as_str().unwrap_or_default().to_owned())).collect()
}

/// A config for these files, with comments. Lines that a person must look at say so.
#[must_use]
pub fn config(surveys: &[(String, Survey)]) -> String {
    let files: Vec<_> = surveys.iter().map(|(file, _)| visible(file)).collect();
    let about = if files.is_empty() { String::new() } else { format!(" for {}", files.join(", ")) };
    let found: Vec<Survey> = surveys.iter().map(|(_, survey)| survey.clone()).collect();
    format!(
        "# The config of rolecall{about}. `rolecall check` finds it from the working directory upwards.\n\
         # Lines with `{LOOK}` are guesses.\n\n\
         # product = \"calabrio-one\"           # or \"workforce-optimization\"\n\n\
         # [api-users]\n\
         # user-names = [\"api.sync@acme.example\"]\n\n\
         # [licenses.\"System Administrator\"]\n\
         # seats = 25\n\n{}",
        tables(&found)
    )
}

/// The tables that the files need.
fn tables(surveys: &[Survey]) -> String {
    let mut out = columns(surveys);
    let cells: Vec<&CellSurvey> = surveys.iter().map(|survey| &survey.cells).collect();
    let mut table = |name: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out.push_str(&format!("\n[{name}]\n{}\n", lines.join("\n")));
        }
    };
    let header_row = surveys.iter().find_map(|survey| survey.header_row).filter(|row| *row > 1);
    let row = |row| guess(&format!("header-row = {row}"), "is this the row of the headers?");
    table("tables", header_row.map(row).into_iter().collect());
    let order = cells.iter().find_map(|cells| cells.date_order);
    let order = order.map(|order| match order {
        Some(order) => format!("order = {}", toml_string(order.word())),
        None => guess("order = \"dmy\"", "or \"mdy\"; no date shows which"),
    });
    table("dates", order.into_iter().collect());
    let words = |of: fn(&CellSurvey) -> &std::collections::BTreeSet<String>| {
        cells.iter().flat_map(|cells| of(cells)).map(|word| toml_string(word)).collect::<Vec<_>>()
    };
    let listed = |key: &str, words: Vec<String>| {
        (!words.is_empty()).then(|| guess(&format!("{key} = [{}]", words.join(", ")), &format!("do these mean {key}?")))
    };
    let mut values: Vec<String> =
        [listed("active", words(|cells| &cells.active)), listed("inactive", words(|cells| &cells.inactive))]
            .into_iter()
            .flatten()
            .collect();
    if cells.iter().any(|cells| cells.has_other_activity) {
        values
            .push(format!("{LOOK} cells of activity hold words that are neither; add them to `active` or `inactive`"));
    }
    table("values", values);
    let comma = cells.iter().any(|cells| cells.has_commas);
    table("lists", comma.then(|| guess("separator = \",\"", "or do names hold commas?")).into_iter().collect());
    let administrator = cells.iter().find_map(|cells| cells.administrator.as_deref());
    let administrator =
        administrator.map(|role| guess(&format!("role-names = [{}]", toml_string(role)), "is this the administrator?"));
    table("administrator", administrator.into_iter().collect());
    out
}

/// A line that a person must look at.
fn guess(line: &str, question: &str) -> String {
    format!("{line:<35} {LOOK} {question}")
}

/// The table `[columns]`. A header that is known needs no line.
fn columns(surveys: &[Survey]) -> String {
    let mut out = String::from("[columns]\n");
    // No header maps to a field that only documents have.
    let is_mapped = |field: Field| !matches!(field, Field::Id | Field::Kind | Field::Integration);
    let mut taken: Vec<Field> = Vec::new();
    for survey in surveys {
        for (header, field) in survey.headers.known.iter().filter(|(_, field)| is_mapped(*field)) {
            if !taken.contains(field) {
                taken.push(*field);
                out.push_str(&format!("{} = {}\n", field.name(), toml_string(header)));
            }
        }
    }
    let mut ignored = Vec::new();
    for survey in surveys {
        for header in &survey.headers.unknown {
            match suggested(survey, header).filter(|field| !taken.contains(field)) {
                Some(field) => {
                    taken.push(field);
                    let line = format!("{} = {}", field.name(), toml_string(header));
                    out.push_str(&guess(&line, &format!("is it the {}?", field.label())));
                    out.push('\n');
                }
                // It would keep files from being judged.
                None if near_miss(header, &ColumnMap::default()).is_some() => ignored.push(toml_string(header)),
                None => out.push_str(&format!("# not understood: {}\n", toml_string(header))),
            }
        }
    }
    if !ignored.is_empty() {
        out.push_str(&guess(&format!("ignore = [{}]", ignored.join(", ")), "do these mean nothing here?"));
        out.push('\n');
    }
    let is_missing_everywhere = |field: &Field| surveys.iter().all(|survey| missing(survey).contains(field));
    for field in surveys.first().map(missing).unwrap_or_default().into_iter().filter(is_missing_everywhere) {
        out.push_str(&guess(&format!("# {} = \"\"", field.name()), "which header gives it?"));
        out.push('\n');
    }
    out
}
