//! Whatever is changed in a package, or in what it speaks of, is found.

use std::fs;

use super::shelf::{Entries, archive, bytes, create, entries, put, replay, sha256, verify};
use crate::support::workspace::Workspace;

const ARGS: [&str; 3] = ["people.csv", "--config", "rolecall.toml"];

/// A room with a package, and its entries.
fn package(more: &[&str]) -> (Workspace, Entries) {
    let workspace = Workspace::with_fixture("people");
    assert_eq!(create(&workspace, &[&ARGS, more].concat()).exit, 1);
    let entries = entries(&bytes(&workspace));
    assert_eq!(archive(&entries), bytes(&workspace), "packages can be put together as they were");
    (workspace, entries)
}

/// The package of these entries is not taken for what was made.
fn found(workspace: &Workspace, what: &str, entries: &Entries) {
    put(workspace, &archive(entries));
    found_as_it_is(workspace, what);
}

fn found_as_it_is(workspace: &Workspace, what: &str) {
    for (command, ran) in [("verify", verify(workspace)), ("replay", replay(workspace))] {
        assert_eq!(ran.exit, 1, "{command}: {what}\n{}{}", ran.out, ran.err);
        assert!(ran.out.contains("DIFFERS"), "{command}: {what}\n{}", ran.out);
    }
}

#[test]
fn a_changed_byte_of_any_part_is_found_and_the_part_is_named() {
    for more in [&[][..], &["--with-inputs"]] {
        let (workspace, all) = package(more);
        assert_eq!(all.len(), if more.is_empty() { 6 } else { 8 });
        for at in 0..all.len() {
            for place in [0, all[at].1.len() / 2, all[at].1.len() - 1] {
                let mut changed = all.clone();
                changed[at].1[place] ^= 1;
                found(&workspace, &format!("byte {place} of {}", all[at].0), &changed);
                assert!(verify(&workspace).out.contains(&all[at].0), "{} is named", all[at].0);
                // The same in the file itself, so that the sums of the archive are wrong, too.
                let whole = archive(&all);
                let start = whole.windows(all[at].1.len()).position(|window| window == all[at].1).unwrap();
                let mut raw = whole.clone();
                raw[start + place] ^= 1;
                put(&workspace, &raw);
                found_as_it_is(&workspace, &format!("raw byte {place} of {}", all[at].0));
                assert!(verify(&workspace).out.contains(&all[at].0), "{} is named", all[at].0);
            }
        }
    }
}

#[test]
fn parts_that_go_come_or_change_places_are_found() {
    let (workspace, all) = package(&["--with-inputs"]);
    for at in 0..all.len() {
        let mut fewer = all.clone();
        fewer.remove(at);
        found(&workspace, &format!("without {}", all[at].0), &fewer);
        let mut renamed = all.clone();
        renamed[at].0.push('x');
        renamed.sort();
        found(&workspace, &format!("{} under another name", all[at].0), &renamed);
        let mut empty = all.clone();
        empty[at].1.clear();
        found(&workspace, &format!("{} empty", all[at].0), &empty);
        for other in at + 1..all.len() {
            let mut swapped = all.clone();
            (swapped[at].1, swapped[other].1) = (all[other].1.clone(), all[at].1.clone());
            found(&workspace, &format!("{} for {}", all[at].0, all[other].0), &swapped);
        }
    }
    let mut more = all.clone();
    more.push(("reports/another.html".to_owned(), b"x".to_vec()));
    found(&workspace, "one more, at the end", &more);
    // Where it would be if it had been written with the others.
    more.sort();
    found(&workspace, "one more, in its place", &more);
    assert!(verify(&workspace).out.contains("`reports/another.html` was not recorded"), "it is named");
    let mut turned = all.clone();
    turned.reverse();
    found(&workspace, "in another order", &turned);
}

#[test]
fn bytes_around_the_parts_are_found() {
    let (workspace, all) = package(&[]);
    let whole = archive(&all);
    for (what, changed) in [
        ("bytes before", [b"hidden", &whole[..]].concat()),
        ("bytes behind", [&whole[..], b"hidden"].concat()),
        ("the last byte gone", whole[..whole.len() - 1].to_vec()),
        ("half of it gone", whole[..whole.len() / 2].to_vec()),
        ("nothing left", Vec::new()),
    ] {
        put(&workspace, &changed);
        found_as_it_is(&workspace, what);
    }
    // A time of the archive, which no part knows.
    let mut changed = whole.clone();
    changed[10] ^= 1;
    put(&workspace, &changed);
    found_as_it_is(&workspace, "a time");
}

/// The entry of a name.
fn text<'e>(entries: &'e mut Entries, name: &str) -> &'e mut Vec<u8> {
    &mut entries.iter_mut().find(|(known, _)| known == name).unwrap().1
}

fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(text.contains(from), "{from} stands there");
    *bytes = text.replace(from, to).into_bytes();
}

/// Changes a part and every digest of it, as a forger who knows the form would.
fn forge(entries: &mut Entries, name: &str, from: &str, to: &str) {
    let before = sha256(text(entries, name));
    replace(text(entries, name), from, to);
    let after = sha256(text(entries, name));
    if name != "manifest.json" {
        let manifest = sha256(text(entries, "manifest.json"));
        replace(text(entries, "manifest.json"), &before, &after);
        let now = sha256(text(entries, "manifest.json"));
        replace(text(entries, "statement.json"), &manifest, &now);
    }
    replace(text(entries, "statement.json"), &before, &after);
}

#[test]
fn a_verdict_cannot_be_changed_in_one_place() {
    let (workspace, all) = package(&[]);
    let verdict = ("\"verdict\": \"fail\"", "\"verdict\": \"pass\"");
    for part in ["manifest.json", "statement.json"] {
        let mut changed = all.clone();
        replace(text(&mut changed, part), verdict.0, verdict.1);
        found(&workspace, part, &changed);
    }
    for part in ["manifest.json", "reports/report.json"] {
        let mut forged = all.clone();
        forge(&mut forged, part, verdict.0, verdict.1);
        found(&workspace, &format!("{part} with its digests"), &forged);
    }
}

/// A package made again from scratch has digests that agree; only the run can show it.
#[test]
fn a_forgery_with_all_its_digests_does_not_replay() {
    let (workspace, mut all) = package(&[]);
    forge(&mut all, "reports/report.html", "<h1", "<h2");
    put(&workspace, &archive(&all));
    let ran = replay(&workspace);
    assert_eq!(ran.exit, 1, "{}", ran.out);
    assert!(ran.out.contains("reports/report.html: the first byte that differs"), "{}", ran.out);
    assert!(ran.out.contains("reports/report.json: the same"), "{}", ran.out);
}

#[test]
fn another_version_of_the_tool_is_said() {
    let (workspace, mut all) = package(&[]);
    let version = concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"");
    let other = "\"version\": \"9.9.9\"";
    replace(text(&mut all, "statement.json"), version, other);
    forge(&mut all, "manifest.json", version, other);
    put(&workspace, &archive(&all));
    for ran in [verify(&workspace), replay(&workspace)] {
        assert!(ran.out.contains("note: made by rolecall 9.9.9; this is rolecall"), "{}", ran.out);
        assert_eq!(ran.exit, 0, "the reports are the same all the same\n{}", ran.out);
    }
}

#[test]
fn inputs_that_changed_are_found_and_not_judged() {
    for file in ["people.csv", "rolecall.toml"] {
        let (workspace, _) = package(&[]);
        let before = workspace.read(file);
        workspace.write(file, format!("{before}\n"));
        found_as_it_is(&workspace, file);
        assert!(verify(&workspace).out.contains(file));
        assert!(replay(&workspace).out.contains("nothing was replayed"));
        // As long as before, and other bytes.
        workspace.write(file, before.replacen('a', "b", 1));
        found_as_it_is(&workspace, file);
        workspace.write(file, &before);
        assert_eq!((verify(&workspace).exit, replay(&workspace).exit), (0, 0));
        fs::remove_file(workspace.path(file)).unwrap();
        for ran in [verify(&workspace), replay(&workspace)] {
            assert_eq!(ran.exit, 3, "{}", ran.out);
            assert!(ran.out.contains("INCOMPLETE") && ran.out.contains("no such file"), "{}", ran.out);
        }
    }
}

#[test]
fn a_file_that_could_not_be_read_then_and_can_now_is_found() {
    let workspace = Workspace::with_fixture("people");
    assert_eq!(create(&workspace, &["people.csv", "late.csv"]).exit, 3);
    assert_eq!((verify(&workspace).exit, replay(&workspace).exit), (0, 0));
    workspace.write("late.csv", "x");
    found_as_it_is(&workspace, "late.csv");
}
