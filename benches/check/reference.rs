//! What it costs to read the same files with the tools people have, checking nothing.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;

use quick_xml::events::Event;
use serde::Deserialize;

/// The `csv` crate's fastest reader.
pub fn csv(path: &Path) -> usize {
    let mut reader = csv::Reader::from_path(path).expect("the export can be read");
    let mut record = csv::ByteRecord::new();
    let mut cells = 0;
    while reader.read_byte_record(&mut record).expect("the export is sound") {
        cells += black_box(&record).len();
    }
    cells
}

/// Every cell of a workbook with the crates that readers of workbooks are made of: unpacked, its events of XML, the place
/// of each cell and its shared string. calamine 0.38 takes as long (see benches/README.md).
pub fn xlsx(path: &Path) -> usize {
    let mut archive =
        zip::ZipArchive::new(File::open(path).expect("the export can be read")).expect("it is an archive");
    let mut strings = Vec::new();
    events(&mut archive, "xl/sharedStrings.xml", |event| {
        if let Event::Text(text) = event {
            strings.push(text.to_string());
        }
    });
    let (mut place, mut cells) = (0, 0);
    events(&mut archive, "xl/worksheets/sheet1.xml", |event| match event {
        Event::Start(tag) if tag.name().as_ref() == "c" => {
            for attribute in tag.attributes() {
                let attribute = attribute.expect("the sheet is sound");
                if attribute.key.as_ref() == "r" {
                    place = attribute.value.bytes().fold(0, |place: usize, byte| place * 31 + usize::from(byte));
                }
            }
        }
        Event::Text(text) => {
            let number: usize = text.parse().expect("cells refer to shared strings");
            black_box((place, strings[number].clone()));
            cells += 1;
        }
        _ => {}
    });
    cells
}

/// Visits the events of a part of a workbook.
fn events(archive: &mut zip::ZipArchive<File>, part: &str, mut visit: impl FnMut(&Event<'_>)) {
    let part = archive.by_name(part).expect("the workbook is sound");
    let mut reader = quick_xml::Reader::from_reader(BufReader::with_capacity(64 * 1024, part));
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer).expect("the part is sound") {
            Event::Eof => return,
            event => visit(&event),
        }
        buffer.clear();
    }
}

/// What a check needs of a person.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only read")]
struct Person {
    email: String,
    first_name: String,
    last_name: String,
    employee_id: String,
    active: bool,
    roles: Vec<Role>,
    team: String,
    scope: Scope,
    views: Vec<View>,
    license: String,
    time_zone: String,
    activated: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Role {
    name: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "it is only read")]
struct Scope {
    groups: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only read")]
struct View {
    name: String,
    main_view: bool,
}

/// `serde_json` into a typed struct, the whole array.
pub fn json(path: &Path) -> usize {
    let text = std::fs::read(path).expect("the export can be read");
    let persons: Vec<Person> = serde_json::from_slice(&text).expect("the export is sound");
    black_box(persons).len()
}

/// `serde_json` into a typed struct, line by line.
pub fn jsonl(path: &Path) -> usize {
    let mut lines = BufReader::with_capacity(256 * 1024, File::open(path).expect("the export can be read"));
    let mut line = Vec::new();
    let mut persons = 0;
    while lines.read_until(b'\n', &mut line).expect("the export can be read") > 0 {
        black_box(serde_json::from_slice::<Person>(&line).expect("the export is sound"));
        persons += 1;
        line.clear();
    }
    persons
}
