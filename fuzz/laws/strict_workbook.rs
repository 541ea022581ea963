//! How many rows with something in them the sheets of a workbook have below their first one, counted by tags.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The rows below the header rows of all sheets.
pub fn rows(bytes: &[u8]) -> Result<u64, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let texts = part(&mut archive, "xl/sharedStrings.xml").map_or_else(Vec::new, |text| shared(&text));
    let relations = part(&mut archive, "xl/_rels/workbook.xml.rels").ok_or("it has no relations")?;
    let targets = tags(&relations, "Relationship").into_iter().filter(|tag| tag.of("Type").ends_with("/worksheet"));
    let targets: Vec<(String, String)> = targets.map(|tag| (tag.of("Id"), tag.of("Target"))).collect();
    let workbook = part(&mut archive, "xl/workbook.xml").ok_or("it has no workbook")?;
    let mut count = 0;
    for sheet in tags(&workbook, "sheet") {
        let id = sheet.of("id");
        let Some((_, target)) = targets.iter().find(|(known, _)| *known == id) else { continue };
        let path = resolved(target);
        let sheet = part(&mut archive, &path).ok_or_else(|| format!("there is no {path}"))?;
        count += filled(&sheet, &texts).saturating_sub(1);
    }
    Ok(count)
}

/// A target as the path of an entry: seen from the folder `xl`, unless it begins at the root.
fn resolved(target: &str) -> String {
    let whole = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
    let mut path = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

fn part(archive: &mut Archive<'_>, name: &str) -> Option<String> {
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).ok()?;
    Some(text)
}

/// A tag's attributes.
struct Tag(Vec<(String, String)>);

impl Tag {
    fn read(tag: &BytesStart<'_>) -> Self {
        let pair = |one: quick_xml::events::attributes::Attribute<'_>| {
            (one.key.local_name().as_ref().to_owned(), one.value.into_owned())
        };
        Self(tag.attributes().filter_map(Result::ok).map(pair).collect())
    }

    fn of(&self, name: &str) -> String {
        self.0.iter().find(|(key, _)| key == name).map_or_else(String::new, |(_, value)| value.clone())
    }
}

fn tags(text: &str, name: &str) -> Vec<Tag> {
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == name => found.push(Tag::read(&tag)),
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

/// Whether each shared text shows something.
fn shared(text: &str) -> Vec<bool> {
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    let mut is_text = false;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "si" => found.push(false),
            Event::Empty(tag) if tag.local_name().as_ref() == "si" => found.push(false),
            Event::Start(tag) => is_text = tag.local_name().as_ref() == "t",
            Event::Text(text) => mark(&mut found, is_text && !text.trim_ascii().is_empty()),
            Event::CData(text) => mark(&mut found, is_text && !text.trim_ascii().is_empty()),
            Event::GeneralRef(_) => mark(&mut found, is_text),
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

fn mark(found: &mut [bool], is_filled: bool) {
    if let Some(last) = found.last_mut() {
        *last |= is_filled;
    }
}

/// The rows that show something.
fn filled(text: &str, texts: &[bool]) -> u64 {
    let mut reader = Reader::from_str(text);
    let (mut count, mut is_row_filled, mut is_index, mut holds) = (0, false, false, false);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "row" => is_row_filled = false,
                "c" => is_index = Tag::read(&tag).of("t") == "s",
                name => holds = name == "v" || name == "t",
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "row" => count += u64::from(is_row_filled),
                "v" | "t" => holds = false,
                _ => {}
            },
            Event::Text(text) if holds && is_index => {
                is_row_filled |= text.trim().parse::<usize>().ok().and_then(|at| texts.get(at)).is_some_and(|it| *it);
            }
            Event::Text(text) if holds => is_row_filled |= !text.trim_ascii().is_empty(),
            Event::CData(text) if holds => is_row_filled |= !text.trim_ascii().is_empty(),
            Event::GeneralRef(_) if holds => is_row_filled = true,
            Event::Eof => break,
            _ => {}
        }
    }
    count
}
