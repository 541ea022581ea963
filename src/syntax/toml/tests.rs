//! What the TOML reader takes, refuses, and where it says so.

use proptest::prelude::*;

use super::*;
use crate::syntax::tree::Node;
use crate::syntax::tree::debug_dump::{assert_sound, parsed, slice, with_root};

fn read(text: &str) -> Result<String, Vec<Fault>> {
    parsed(text, parse)
}

#[test]
fn documents_become_trees() {
    let cases = [
        ("", "{}"),
        ("# nothing\n", "{}"),
        ("\u{feff}a = 1", "{a: n'1'}"),
        ("b = 'é😀'\na = \"\\n\"", "{b: s'é😀', a: s'\n'<'\\n'}"),
        ("\"q\\u00e9\" = true\n'x y' = false", "{qé<'q\\u00e9': true, x y: false}"),
        ("a = \"\"\"\nx\n\"\"\"\nb = '''y'''", "{a: s'x\n', b: s'y'}"),
        ("a = \"\"\nb = ''", "{a: s'', b: s''}"),
        ("a = [1, [ ], {}]", "{a: [n'1', [], {}]}"),
        ("a = 0x1F\nb = 1_000\nc = +1.5e3\nd = -0", "{a: n'31'<'0x1F', b: n'1000'<'1_000', c: n'+1.5e3', d: n'-0'}"),
        (
            "d = 2026-12-01\nt = 10:00:00\nm = 2026-12-01 10:00:00Z",
            "{d: s'2026-12-01', t: s'10:00:00', m: s'2026-12-01 10:00:00Z'}",
        ),
        ("a.b = 1\na.c = {x = 1, y.z = 2}", "{a: {b: n'1', c: {x: n'1', y: {z: n'2'}}}}"),
        (
            "[b.c]\nd = 1\n[[e]]\nf = 1\n[[e]]\nf = 2\n[e.g]\nh = 1",
            "{b: {c: {d: n'1'}}, e: [{f: n'1'}, {f: n'2', g: {h: n'1'}}]}",
        ),
        ("a = 1\r\n[t]\r\nb = 2\r\n", "{a: n'1', t: {b: n'2'}}"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn tables_begin_under_their_header_and_end_with_their_content() {
    let text = "# first\n'é' = 1\n\n[b]\nc = [1,\n 2] # end\n\n[b.d]\ne.f = 'x'\ne.g = \"y\"\n\n[[k]]\n[[k]]\nl = 1\n\n# last\n";
    with_root(text, parse, |root| {
        let actual = |node: Node<'_>| slice(node, node.outer()).to_owned();
        let at = |path: &[&str]| path.iter().fold(root, |node, key| node.get(key).expect("there"));
        assert_eq!(actual(root), text.trim_start_matches("# first\n").trim_end_matches("\n\n# last\n"));
        assert_eq!(actual(at(&["b"])), "c = [1,\n 2] # end\n\n[b.d]\ne.f = 'x'\ne.g = \"y\"");
        assert_eq!(actual(at(&["b", "c"])), "[1,\n 2]");
        assert_eq!(actual(at(&["b", "d"])), "e.f = 'x'\ne.g = \"y\"");
        assert_eq!(actual(at(&["b", "d", "e"])), "e.f = 'x'\ne.g = \"y\"");
        assert_eq!(actual(at(&["k"])), "[[k]]\n[[k]]\nl = 1");
        let items: Vec<_> = at(&["k"]).children().map(actual).collect();
        assert_eq!(items, ["[[k]]", "l = 1"]);
        let (key, value) = (at(&["b", "d", "e", "g"]).key_span(), at(&["b", "d", "e", "g"]));
        assert_eq!(
            (slice(value, key.expect("a key")), slice(value, value.span()), actual(value).as_str()),
            ("g", "y", "\"y\"")
        );
    });
}

/// Text, kind, message, the source at the first mark with its offset, and the offset of the second mark.
type Refusal = (&'static str, FaultKind, &'static str, (usize, &'static str), Option<usize>);

const SYNTAX: FaultKind = FaultKind::SyntaxInvalid;
const TWICE: FaultKind = FaultKind::KeyDuplicate;
const A_TWICE: &str = "a mapping has the same key twice";

const REFUSALS: &[Refusal] = &[
    ("a = 1\na = 2", TWICE, A_TWICE, (6, "a"), Some(0)),
    ("b = 0\na = 1\n\"\\u0061\" = 2", TWICE, A_TWICE, (13, "\\u0061"), Some(6)),
    ("'a' = 1\n[a]\n", TWICE, A_TWICE, (9, "a"), Some(1)),
    ("[x]\n[a]\nb=1\n[a]\nc=1", TWICE, A_TWICE, (13, "a"), Some(5)),
    ("[[a]]\n[a]", TWICE, A_TWICE, (7, "a"), Some(2)),
    ("[a]\n[[a]]", TWICE, A_TWICE, (6, "a"), Some(1)),
    ("x = {'é' = 1, a = 1, b.c = 2, a = 3}", TWICE, A_TWICE, (31, "a"), Some(15)),
    ("a = 1\na.b = 1", TWICE, A_TWICE, (6, "a"), Some(0)),
    ("a = [1]\na.b = 1", TWICE, A_TWICE, (8, "a"), Some(0)),
    ("a.b = 1\n[a]\nc = 1", TWICE, A_TWICE, (9, "a"), Some(0)),
    ("[k.a]\n[k]\na.c = 1", TWICE, A_TWICE, (10, "a"), Some(3)),
    ("[[t]]\na = 1\n[[t]]\na = 1\na = 2", TWICE, A_TWICE, (24, "a"), Some(18)),
    ("a = ", SYNTAX, "expected a value", (4, ""), None),
    ("a = hunter2", SYNTAX, "expected a value; strings need quotes", (4, "hunter2"), None),
    ("a = 1 2", SYNTAX, "expected a value; strings need quotes", (4, "1 2"), None),
    ("a = True", SYNTAX, "expected `true` or `false`", (4, "True"), None),
    ("é = 1", SYNTAX, "a key has a character that needs quotes", (0, "é"), None),
    ("a = 'é", SYNTAX, "a string is never closed", (7, ""), None),
    ("a = \"x\nb = 1", SYNTAX, "a string is never closed", (6, ""), None),
    ("a = \"\u{1}\"", SYNTAX, "a string contains a control character", (5, "\u{1}"), None),
    ("a = \"\\q\"", SYNTAX, "a string has an escape that TOML does not know", (6, ""), None),
    ("a b = 1", SYNTAX, "expected `=` after a key", (2, ""), None),
    ("= 1", SYNTAX, "expected a key", (0, ""), None),
    ("[a\nb = 1", SYNTAX, "expected `]` at the end of a table header", (2, ""), None),
    ("[a]]", SYNTAX, "expected the end of the line", (3, ""), None),
    ("a = [1\n", SYNTAX, "an array is never closed", (6, ""), None),
    ("a = {x = 1\n y = 2}", SYNTAX, "expected `,`", (12, ""), None),
    ("a = 01", SYNTAX, "a number has a leading zero", (4, "0"), None),
    ("a = 2026-13-01", SYNTAX, "a date or time that does not exist", (4, "2026-13-01"), None),
    ("a = 1\rb = 2", SYNTAX, "a carriage return has no line feed", (6, ""), None),
    ("a = inf", FaultKind::ShapeInvalid, "a number that is infinite or not a number", (4, "inf"), None),
    ("a = -nan", FaultKind::ShapeInvalid, "a number that is infinite or not a number", (4, "-nan"), None),
    (
        "a = 18446744073709551616",
        FaultKind::ShapeInvalid,
        "a whole number of more than 64 bits",
        (4, "18446744073709551616"),
        None,
    ),
];

#[test]
fn refusals_say_what_and_where() {
    for &(text, kind, message, place, second) in REFUSALS {
        let faults = read(text).expect_err(text);
        let fault = &faults[0];
        assert_eq!((fault.kind, fault.message.as_str()), (kind, message), "{text:?} {faults:?}");
        let span = fault.labels[0].span;
        let marked = (span.start as usize, &text[span.start as usize..span.end as usize]);
        assert_eq!(marked, place, "{text:?}");
        assert_eq!(fault.labels.get(1).map(|mark| mark.span.start as usize), second, "{text:?}");
        assert!(!format!("{faults:?}").contains("hunter2"), "{faults:?}");
    }
}

#[test]
fn several_faults_are_told_at_once_and_one_for_a_line() {
    let text = "a = x\nb = \"y\nc = 1\nc = 2\n[c]\n";
    let actual: Vec<_> =
        read(text).expect_err(text).iter().map(|fault| (fault.kind, fault.labels[0].span.start)).collect();
    assert_eq!(actual, [(SYNTAX, 4), (SYNTAX, 12), (TWICE, 19), (TWICE, 26)]);
    assert_eq!(read(&"a = x\n".repeat(1000)).expect_err("many").len(), MAX_FAULTS);
}

#[test]
fn depth_is_limited() {
    let array = |depth: usize| format!("a = {}{}", "[".repeat(depth), "]".repeat(depth));
    let inline = |depth: usize| format!("a = {}1{}", "{a=".repeat(depth), "}".repeat(depth));
    let dotted = |depth: usize| format!("{}a = 1", "a.".repeat(depth));
    let header = |depth: usize| format!("[{}a]", "a.".repeat(depth - 1));
    for write in [array, inline, dotted, header] as [fn(usize) -> String; 4] {
        assert!(read(&write(MAX_DEPTH - 1)).is_ok());
        for depth in [MAX_DEPTH, MAX_DEPTH + 1, 100, 50_000] {
            let faults = read(&write(depth)).expect_err("too deep");
            assert_eq!(faults[0].kind, FaultKind::TooDeep, "{depth}");
        }
    }
}

/// Lines that look like TOML, in any order.
fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a = 1",
        "b.c = 'é'",
        "b.d = {x = 1, y.z = \"😀\"}",
        "[t]",
        "[t.u]",
        "[[v]]",
        "[v.w]",
        "'q é' = [1, [2], {a = 3}]",
        "e = \"\"\"",
        "text\"\"\"",
        "# c",
        "",
        "f = 2026-12-01",
        "g = [",
        "]",
        "h = x",
        "i = \"\\u00e9\"",
        "[",
        "j =",
        "[t]]",
        "a.k = 2",
        "\"a\" = 3",
    ]);
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

fn agrees(node: Node<'_>, value: &toml::de::DeValue<'_>) -> Result<(), TestCaseError> {
    match value {
        DeValue::Table(table) => {
            prop_assert_eq!(node.children().count(), table.len());
            table.iter().try_for_each(|(key, value)| agrees(node.get(key.get_ref()).expect("kept"), value.get_ref()))
        }
        DeValue::Array(items) => {
            prop_assert_eq!(node.children().count(), items.len());
            node.children().zip(items.iter()).try_for_each(|(node, item)| agrees(node, item.get_ref()))
        }
        DeValue::String(text) => {
            prop_assert_eq!(node.text(), text.as_ref());
            Ok(())
        }
        _ => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn nothing_of_a_document_is_lost_and_every_place_is_in_it(text in lines()) {
        let mut tree = Tree::new();
        match parse(&text, 0, &mut tree) {
            Ok(()) => {
                let root = tree.root(&text, 0).expect("a value");
                assert_sound(root, false);
                agrees(root, &DeValue::Table(DeTable::parse(&text).expect("sound").into_inner()))?;
            }
            Err(faults) => for mark in faults.iter().flat_map(|fault| &fault.labels) {
                let place = mark.span.start as usize..mark.span.end as usize;
                prop_assert!(text.get(place).is_some(), "{:?}", mark);
            },
        }
    }
}

/// Lines of which most documents are plain.
fn plain_lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a = 1",
        "b = 'é'",
        "c = \"x\\ny\\\"\" # c",
        "d = [1, -20, # c\n 'x', ]",
        "[t]",
        "[ t . u ]",
        "[t.\"u v\"]",
        "[w.x]",
        "[w]",
        "[[v]]",
        "[[ v ]]",
        "[v.w]",
        "'q é' = [true, [], {a = 3, 'b c' = false}]",
        "e = \"\"\"\n\ntext \\\n\n  more\\t\\\\\"\"\"",
        "f = '''\nx 'y' ''z\n'''",
        "g = \"\"\"x\"\"\"\"",
        "h = ''",
        "i = \"\"",
        "j = {}",
        "k = { }",
        "l = { a = 1, }",
        "m = 01",
        "n = -0",
        "o = 1_0",
        "p = 2026-12-01",
        "q = 1.5",
        "r.s = 1",
        "\"a\" = 3",
        "# \u{1}",
        "# é",
        "",
        "  \t",
        "s = 'x' y",
        "t = tru",
        "[x]]",
        "u = 123456789012345678901",
        "v = '\u{7f}'",
        "w = \"\t\"",
        "[[t]]",
        "[\"\"]",
        "x = \"\"\"\n\"\"\"",
        "y = [\n]",
        "z = [,]",
    ]);
    prop::collection::vec(line, 0..10).prop_map(|lines| lines.join("\n"))
}

#[test]
fn what_is_plain_becomes_the_same_tree() {
    let plain = std::cell::Cell::new(0);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20_000) };
    let outcome = proptest::test_runner::TestRunner::new(config).run(&plain_lines(), |text| {
        let (mut quick, mut whole) = (Tree::new(), Tree::new());
        if subset::parse(&text, 7, &mut quick).is_some() {
            prop_assert!(parse_any(&text, 7, &mut whole).is_ok(), "{}", text);
            prop_assert_eq!(format!("{quick:?}"), format!("{whole:?}"), "{}", text);
            plain.set(plain.get() + 1);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
    assert!(plain.get() > 3000, "{}", plain.get());
}

#[test]
fn rule_files_are_read_without_the_crate() {
    for folder in ["rules", "demands"] {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/site-rules").join(folder);
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let text = std::fs::read_to_string(entry.expect("a file").path()).expect("a text");
            let (mut quick, mut whole) = (Tree::new(), Tree::new());
            subset::parse(&text, 0, &mut quick).unwrap_or_else(|| panic!("{text}"));
            parse_any(&text, 0, &mut whole).expect("sound");
            assert_eq!(format!("{quick:?}"), format!("{whole:?}"));
        }
    }
}
