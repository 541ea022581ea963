//! Independent readers, as strict as can be: they know nothing of ours and say only how many records there are.

use rolecall::read::Format;
use rolecall::read::encoding::Encoding;
use serde_json::Value;

use super::strict_workbook;

/// Delimiters of tables.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Whether another reader finds `read` records too.
pub fn agrees(format: Format, text: &[u8], read: u64) -> Result<(), String> {
    let found = match format {
        Format::Csv => return table(text, read),
        Format::Json => document(text)?,
        Format::Jsonl => lines(text)?,
        Format::Yaml => vec![yaml(text)?],
        Format::Toml => vec![toml(text)?],
        Format::Xlsx => vec![strict_workbook::rows(text)?],
    };
    if found.contains(&read) { Ok(()) } else { Err(format!("another reader finds {found:?}")) }
}

/// A table by the book, in one of the delimiters, a line that names it aside.
fn table(text: &[u8], read: u64) -> Result<(), String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let is_space = |line: &&[u8]| line.iter().all(|byte| b" \t\r\n".contains(byte));
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')).collect();
    let names_delimiter = |line: &[u8]| {
        let line = line.trim_ascii_end();
        let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
        bare.len() < 6 && bare.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep="))
    };
    let skipped = usize::from(lines.first().is_some_and(|line| names_delimiter(line)));
    let kept: Vec<&[u8]> = lines[skipped..].iter().filter(|line| !is_space(line)).copied().collect();
    let bytes = kept.concat();
    let mut found = Vec::new();
    for delimiter in DELIMITERS {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes.as_slice());
        let Ok(headers) = reader.headers().map(csv::StringRecord::len) else { continue };
        let count = reader.records().try_fold(0_u64, |count, record| record.map(|_| count + 1));
        if count.as_ref().is_ok_and(|count| *count == read) && headers > 0 {
            return Ok(());
        }
        found.push(count.map_err(|error| error.to_string()));
    }
    Err(format!("another reader finds {found:?}"))
}

/// What the accounts of a document may be: a list of it, or itself.
fn document(text: &[u8]) -> Result<Vec<u64>, String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    match serde_json::from_slice::<Value>(text) {
        Ok(Value::Array(list)) => Ok(vec![list.len() as u64]),
        Ok(Value::Object(object)) => {
            let lists = object.values().filter_map(Value::as_array).map(|list| list.len() as u64);
            Ok(lists.chain([1]).collect())
        }
        Ok(_) => Err("the document holds neither a list nor an object".to_owned()),
        // Lines by the name of a document are read as lines.
        Err(error) => lines(text).map_err(|_| error.to_string()),
    }
}

fn lines(text: &[u8]) -> Result<Vec<u64>, String> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty());
    let mut count = 0;
    for line in lines {
        match serde_json::from_slice::<Value>(line).map_err(|error| error.to_string())? {
            Value::Object(_) => count += 1,
            _ => return Err("a line holds no object".to_owned()),
        }
    }
    Ok(vec![count])
}

fn yaml(text: &[u8]) -> Result<u64, String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let documents = yaml_rust2::YamlLoader::load_from_str(text).map_err(|error| error.to_string())?;
    let [document] = documents.as_slice() else { return Err(format!("it has {} documents", documents.len())) };
    document["users"].as_vec().map(|users| users.len() as u64).ok_or_else(|| "it has no users".to_owned())
}

fn toml(text: &[u8]) -> Result<u64, String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    let table =
        toml::de::DeTable::parse(text.trim_start_matches('\u{feff}')).map_err(|error| error.message().to_owned())?;
    let users = table.get_ref().get("users").and_then(|users| users.get_ref().as_array());
    users.map(|users| users.len() as u64).ok_or_else(|| "it has no users".to_owned())
}

/// Whether another decoder makes the same of these bytes.
pub fn decodes(encoding: Encoding, bytes: &[u8], text: &[u8]) -> Result<(), String> {
    let strictly = |encoding: &'static encoding_rs::Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| text.into_owned().into_bytes())
    };
    let theirs = match encoding {
        Encoding::Utf8 => Some(bytes.to_vec()),
        Encoding::Utf16Le => strictly(encoding_rs::UTF_16LE),
        Encoding::Utf16Be => strictly(encoding_rs::UTF_16BE),
        Encoding::Windows1252 => strictly(encoding_rs::WINDOWS_1252),
        Encoding::Latin1 => Some(bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes()),
    };
    if theirs.as_deref() == Some(text) { Ok(()) } else { Err("another decoder makes something else of it".to_owned()) }
}
