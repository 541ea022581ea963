//! A password that must never come out: planted where the program is sure to take it for one, or among what it cannot
//! read at all.

use rolecall::engine::Run;
use rolecall::read::Format;
use serde_json::{Map, Value};

use super::forms::Texts;

/// No output may hold it.
pub const TEXT: &str = "zQ7canaryXv9";

/// Whether `bytes` contain it.
pub fn is_in(bytes: &[u8]) -> bool {
    bytes.windows(TEXT.len()).any(|window| window == TEXT.as_bytes())
}

/// The same input with the canary as everyone's password; `None` if that cannot be done for certain.
pub fn planted(format: Format, bytes: &[u8]) -> Option<Vec<u8>> {
    if is_in(bytes) {
        return None;
    }
    match format {
        Format::Csv => in_table(bytes),
        Format::Json => {
            let mut document = serde_json::from_slice(bytes).ok()?;
            in_value(&mut document);
            serde_json::to_vec(&document).ok()
        }
        Format::Jsonl => {
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
            let planted = lines.map(|line| {
                let mut value = serde_json::from_slice(line).ok()?;
                in_value(&mut value);
                serde_json::to_string(&value).ok()
            });
            Some(planted.collect::<Option<Vec<_>>>()?.join("\n").into_bytes())
        }
        Format::Yaml => Some([bytes, format!("\n  - password: {TEXT}\n").as_bytes()].concat()),
        Format::Toml => Some([bytes, format!("\n[[users]]\npassword = \"{TEXT}\"\n").as_bytes()].concat()),
        Format::Xlsx => None,
    }
}

/// A last column of passwords. A table that is not rectangular, or has none of the known headers first, may be taken
/// for something else.
fn in_table(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let rows = reader.records().collect::<Result<Vec<_>, _>>().ok()?;
    if !rows.first()?.iter().any(|header| header == "User Name") {
        return None;
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (at, row) in rows.iter().enumerate() {
        writer.write_record(row.iter().chain([if at == 0 { "Password" } else { TEXT }])).ok()?;
    }
    writer.into_inner().ok()
}

/// Every object of a list, and the object itself.
fn in_value(value: &mut Value) {
    let plant = |object: &mut Map<String, Value>| {
        object.retain(|key, _| key != "password");
        object.insert("password".to_owned(), Value::String(TEXT.to_owned()));
    };
    match value {
        Value::Array(items) => items.iter_mut().filter_map(Value::as_object_mut).for_each(plant),
        Value::Object(object) => {
            let lists = object.values_mut().filter_map(Value::as_array_mut);
            lists.flatten().filter_map(Value::as_object_mut).for_each(plant);
            plant(object);
        }
        _ => {}
    }
}

/// No form of the report holds the canary. Where the header row was found further down, the canary was taken for a
/// header and not for a password.
pub fn is_silent(run: &Run, forms: fn(&Run) -> Texts) {
    if run.diagnostics.iter().any(|one| *one.rule == *"rows-above-header") {
        return;
    }
    for (form, text) in forms(run) {
        assert!(!is_in(&text), "the password is in the {form} report");
    }
}
