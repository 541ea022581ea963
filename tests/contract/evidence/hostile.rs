//! Packages from strangers: refused in bounded memory, with nothing written and nothing of them on the screen raw.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::shelf::{Entries, archive, bytes, create, entries, plain, put, replay, sha256, verify};
use crate::support::workspace::Workspace;

/// The entries of an honest package.
fn honest() -> (Workspace, Entries) {
    let workspace = Workspace::with_fixture("people-clean");
    assert_eq!(create(&workspace, &["people.csv", "--config", "rolecall.toml"]).exit, 0);
    let all = entries(&bytes(&workspace));
    (workspace, all)
}

/// The package is refused, at once, and leaves nothing behind.
fn refused(workspace: &Workspace, what: &str, package: &[u8]) -> String {
    put(workspace, package);
    let before = workspace.names();
    let mut said = String::new();
    for ran in [verify(workspace), replay(workspace)] {
        assert_eq!(ran.exit, 1, "{what}: {}{}", ran.out, ran.err);
        assert!(!(ran.out.clone() + &ran.err).contains(['\u{1b}', '\u{202e}']), "{what}");
        said += &ran.out;
    }
    assert_eq!(workspace.names(), before, "{what}");
    said
}

#[test]
fn a_bomb_is_not_unpacked() {
    let (workspace, mut all) = honest();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    zip.start_file("reports/report.html", packed).unwrap();
    let zeros = vec![0; 1 << 20];
    (0..512).for_each(|_| zip.write_all(&zeros).unwrap());
    all.retain(|(name, _)| name != "reports/report.html");
    for (name, part) in &all {
        zip.start_file(name.as_str(), plain()).unwrap();
        zip.write_all(part).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 4 << 20);
    let start = Instant::now();
    assert!(refused(&workspace, "a bomb", &bomb).contains("compressed"));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn names_lead_nowhere() {
    let (workspace, all) = honest();
    for name in
        ["../outside", "/outside", "reports/../../outside", "C:\\outside", "\u{1b}[31m\u{202e}x", "reports/", ""]
    {
        let mut more = all.clone();
        more.push((name.to_owned(), b"x".to_vec()));
        more.sort();
        refused(&workspace, name, &archive(&more));
    }
    assert!(!workspace.path("").parent().unwrap().join("outside").exists());
}

/// A reader that takes the first of two entries would see another package than one that takes the last.
#[test]
fn two_entries_of_one_name_are_refused() {
    let (workspace, all) = honest();
    for at in 0..all.len() {
        for same in [true, false] {
            let name = &all[at].0;
            let mut twice = all.clone();
            // The writer keeps names apart, so the second is renamed in the bytes.
            let stand_in = "~".repeat(name.len());
            let part = if same { all[at].1.clone() } else { b"x".to_vec() };
            twice.push((stand_in.clone(), part));
            let mut package = archive(&twice);
            let places: Vec<_> = (0..package.len() - name.len())
                .filter(|place| package[*place..].starts_with(stand_in.as_bytes()))
                .collect();
            assert_eq!(places.len(), 2);
            for place in places {
                package[place..place + name.len()].copy_from_slice(name.as_bytes());
            }
            refused(&workspace, &format!("{name} twice"), &package);
        }
    }
}

#[test]
fn more_entries_than_any_package_has_are_refused() {
    let (workspace, _) = honest();
    let many: Entries = (0..5000).map(|number| (format!("{number}"), Vec::new())).collect();
    refused(&workspace, "many entries", &archive(&many));
}

/// A thousand entries that are all the same mebibyte of the file would be a gigabyte in memory.
#[test]
fn entries_that_lie_in_each_other_are_refused() {
    let (workspace, _) = honest();
    let mut all: Entries = vec![("0".to_owned(), vec![b'x'; 1 << 20])];
    all.extend((1..1000).map(|number| (number.to_string(), Vec::new())));
    let mut package = archive(&all);
    let records: Vec<_> = (0..package.len() - 46).filter(|at| package[*at..].starts_with(b"PK\x01\x02")).collect();
    assert_eq!(records.len(), 1000);
    // Sums, sizes and the place of the first entry.
    for field in [16..28, 42..46] {
        let first = package[records[0]..][field.clone()].to_vec();
        records.iter().for_each(|at| package[*at..][field.clone()].copy_from_slice(&first));
    }
    assert!(refused(&workspace, "entries in entries", &package).contains("overlap"));
}

#[test]
fn a_manifest_of_another_form_is_refused() {
    let (workspace, all) = honest();
    let at = all.iter().position(|(name, _)| name == "manifest.json").unwrap();
    let text = String::from_utf8(all[at].1.clone()).unwrap();
    let deep = format!("{{\"schema\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for (what, manifest) in [
        ("no JSON", "{".to_owned()),
        ("nothing", String::new()),
        ("another JSON", "[]".to_owned()),
        ("deep", deep),
        ("another form", text.replace("rolecall.evidence/1", "rolecall.evidence/2")),
        ("a key twice", text.replacen("\"product\":", "\"product\": \"calabrio-one\",\n  \"product\":", 1)),
        ("a key more", text.replacen("\"product\":", "\"x\": 1,\n  \"product\":", 1)),
        ("on one line", text.replace('\n', " ")),
    ] {
        let mut changed = all.clone();
        changed[at].1 = manifest.into_bytes();
        // The statement agrees, so that nothing but the form is wrong.
        let (before, after) = (sha256(&all[at].1), sha256(&changed[at].1));
        let statement = changed.iter_mut().find(|(name, _)| name == "statement.json").unwrap();
        statement.1 = String::from_utf8(statement.1.clone()).unwrap().replace(&before, &after).into_bytes();
        refused(&workspace, what, &archive(&changed));
    }
}

#[test]
fn what_is_not_there_or_no_file_is_incomplete() {
    let workspace = Workspace::new();
    for name in ["nowhere.zip", "."] {
        for command in ["verify", "replay"] {
            let ran = workspace.run(&["evidence", command, name]);
            assert_eq!(ran.exit, 3, "{name}: {}{}", ran.out, ran.err);
            assert!(ran.out.contains("INCOMPLETE"), "{}", ran.out);
        }
    }
    for command in ["create", "verify", "replay"] {
        assert_eq!(workspace.run(&["evidence", command]).exit, 2);
    }
}
