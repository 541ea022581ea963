//! What the YAML reader takes, refuses, and where it says so.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::syntax::json;
use crate::syntax::tree::debug_dump::{assert_sound, debug_dump, parsed, slice, with_root};

fn read(text: &str) -> Result<String, Vec<Fault>> {
    parsed(text, parse)
}

#[test]
fn documents_become_trees() {
    let cases = [
        ("", "-"),
        ("# nothing\n", "-"),
        ("---\n", "-"),
        ("é😀", "s'é😀'"),
        (
            "a: é😀x # c\nb: 'it''s é'\nc: \"q\\n\\u00e9\"\n",
            r"{a: s'é😀x', b: s'it's é'<'it''s é', c: s'q
é'<'q\n\u00e9'}",
        ),
        ("d:\ne: ~\nf: null", "{d: -, e: -, f: -}"),
        ("t: true\nf: FALSE\nn: no", "{t: true, f: false<'FALSE', n: s'no'}"),
        ("[0x1F, 0o17, 012, +1.50, 1_0]", "[n'31'<'0x1F', n'15'<'0o17', n'012', n'+1.50', s'1_0']"),
        ("- 2026-12-01\n- '12'\n- ${env:X}\n", "[s'2026-12-01', s'12', s'${env:X}']"),
        ("a:\n- 1\n- b: 2\n  c: 3\nd: {e: [f, \"g\"]}\n", "{a: [n'1', {b: n'2', c: n'3'}], d: {e: [s'f', s'g']}}"),
        ("'a': 1\n\"b\\n\": 2", "{a: n'1', b\n<'b\\n': n'2'}"),
        ("{a, b: , c: 1}", "{a: -, b: -, c: n'1'}"),
        ("[a: 1, b]", "[{a: n'1'}, s'b']"),
        ("x: multi\n  line\ny: 1", "{x: s'multi line'<'multi\n  line', y: n'1'}"),
        ("x: |\n  é\n  two\n\ny: >-\n  a\n  b\nz: |\n", "{x: s'é\ntwo\n'<'é\n  two', y: s'a b'<'a\n  b', z: s''}"),
        ("? plain\n: v\n", "{plain: s'v'}"),
        ("{\"a\":1,\n\t\"b\":[true,null]}", "{a: n'1', b: [true, -]}"),
        (
            "a: &x {b: [1, é]}\nc: *x\n",
            "{a: {b: [n'1', s'é']}, c: {b<'*x': [n'1'<'*x'^'1', s'é'<'*x'^'é']^'[1, é]'}^'{b: [1, é]}'}",
        ),
        ("a: &x 1\nb: &x 2\nc: *x", "{a: n'1', b: n'2', c: n'2'<'*x'^'2'}"),
        ("\"<<\": 1", "{<<: n'1'}"),
        ("%YAML 1.2 # c\n---\na: 1\n...\n", "{a: n'1'}"),
        ("--- a\n---\n", "s'a'"),
        ("a: 1\n---\n# c\n...\n", "{a: n'1'}"),
        ("x: &d {a: 1, b: 2}\ny: {<<: *d, b: 3}", "{x: {a: n'1', b: n'2'}, y: {b: n'3', a<'*d': n'1'<'*d'^'1'}}"),
        ("a: 1\n<<: {a: 2, b: 3}\nc: 4", "{a: n'1', c: n'4', b: n'3'}"),
        ("<<: [{a: 1}, {a: 2, b: {c: 3}}]", "{a: n'1', b: {c: n'3'}}"),
        (
            "x: &x {a: 1}\ny: &y {<<: *x, b: 2}\nz: {<<: *y}",
            "{x: {a: n'1'}, y: {b: n'2', a<'*x': n'1'<'*x'^'1'}, \
             z: {b<'*y': n'2'<'*y'^'2', a<'*y': n'1'<'*y'^'1'}}",
        ),
        ("a: 1\r\nb: x\r\n", "{a: n'1', b: s'x'}"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn spans_are_bytes_and_blocks_end_with_their_content() {
    let text = "é: 'ü'\nlist:\n  - 😀\n  - b # c\n\n\nlast: {x: \"y\"}\n\n# end\n";
    with_root(text, parse, |root| {
        assert_eq!(slice(root, root.outer()), text.trim_end_matches("\n\n# end\n"));
        let first = root.get("é").expect("there");
        assert_eq!(slice(first, first.key_span().expect("a key")), "é");
        assert_eq!((slice(first, first.outer()), slice(first, first.span())), ("'ü'", "ü"));
        let list = root.get("list").expect("there");
        assert_eq!(slice(list, list.outer()), "- 😀\n  - b");
        let inline = root.get("last").expect("there");
        assert_eq!(slice(inline, inline.outer()), "{x: \"y\"}");
    });
}

#[test]
fn a_blank_value_stands_where_it_would_be_written() {
    let text = "a:\nb: \nc: 1";
    with_root(text, parse, |root| {
        let blank = |key: &str| root.get(key).expect("there").span();
        assert!(blank("a").is_empty() && blank("b").is_empty());
        assert_eq!(blank("a").start - 500, 2);
    });
}

#[test]
fn aliases_say_where_they_stand_and_where_they_were_defined() {
    let text = "a: &x {k: \"v\"}\nb: *x\n";
    with_root(text, parse, |root| {
        let copy = root.get("b").expect("there");
        assert_eq!(slice(copy, copy.outer()), "*x");
        let value = copy.get("k").expect("there");
        assert_eq!((value.text(), slice(value, value.span())), ("v", "*x"));
        assert_eq!(value.defined().map(|span| slice(value, span)), Some("v"));
    });
}

/// Text, kind, message, and the source at the first mark with its offset.
type Refusal = (&'static str, FaultKind, &'static str, (usize, &'static str));

const SYNTAX: FaultKind = FaultKind::SyntaxInvalid;
const SHAPE: FaultKind = FaultKind::ShapeInvalid;

const REFUSALS: &[Refusal] = &[
    ("a: 1\nb: 2\n\"\\u0061\": 3", FaultKind::KeyDuplicate, "a mapping has the same key twice", (11, "\\u0061")),
    ("--- a\n--- b", SYNTAX, "a second document begins in one file", (6, "---")),
    ("a: 1\n...\nb: 2", SYNTAX, "a second document begins in one file", (9, "b")),
    ("a: !!str 12", SYNTAX, "a value has a tag", (3, "!!str")),
    ("a: !include x", SYNTAX, "a value has a tag", (3, "!include")),
    ("é: !x [1]", SYNTAX, "a value has a tag", (4, "!x")),
    ("!x a: 1", SYNTAX, "a value has a tag", (0, "!x")),
    ("<<: 1", SHAPE, "a merge key needs a mapping or a list of mappings", (4, "")),
    ("a: &x 1\n<<: *x", SHAPE, "a merge key needs a mapping or a list of mappings", (12, "*x")),
    ("<<: [{a: 1}, 2]", SHAPE, "a merge key needs a mapping or a list of mappings", (4, "[")),
    ("a: &x {<<: *x}", SYNTAX, "an alias refers to the value that contains it, or to a key", (11, "*x")),
    ("<<: {a: 1}\n<<: {b: 1}", FaultKind::KeyDuplicate, "a mapping has the same key twice", (11, "<<")),
    ("1: a", SHAPE, "a key is not a string", (0, "1")),
    ("true: a", SHAPE, "a key is not a string", (0, "true")),
    ("~: a", SHAPE, "a key is not a string", (0, "~")),
    (": a", SYNTAX, "a key is missing before `:`", (0, "")),
    ("? [a]\n: b", SHAPE, "a key is a list or a mapping", (2, "[")),
    ("? - a\n: b", SHAPE, "a key is a list or a mapping", (2, "-")),
    ("a: &x 1\n*x : b", SHAPE, "an alias is used as a key", (8, "*x")),
    ("a: *x", SYNTAX, "an alias refers to no earlier anchor", (3, "*x")),
    ("*x : 1", SYNTAX, "an alias refers to no earlier anchor", (0, "*x")),
    ("a: &x [*x]", SYNTAX, "an alias refers to the value that contains it, or to a key", (7, "*x")),
    ("&x a: 1", SYNTAX, "a key has an anchor", (0, "&x")),
    ("a: .inf", SHAPE, "a number that is infinite, too large or not a number", (3, ".inf")),
    ("a: -.INF", SHAPE, "a number that is infinite, too large or not a number", (3, "-.INF")),
    ("a: .nan", SHAPE, "a number that is infinite, too large or not a number", (3, ".nan")),
    ("a:\n\tb: 1", SYNTAX, "the indentation contains a tab", (4, "b")),
    ("\tx: 1", SYNTAX, "the indentation contains a tab", (0, "\t")),
    ("\t- a", SYNTAX, "the indentation contains a tab", (0, "\t")),
    ("-\ta: 1", SYNTAX, "the indentation contains a tab", (1, "\t")),
    ("a: [1\nb: 2", SYNTAX, "a line inside brackets must be indented deeper than their key", (6, "b")),
    ("a: {b: 1", SYNTAX, "a bracket is never closed", (3, "{")),
    ("é: 'x", SYNTAX, "a quoted string is never closed", (4, "'")),
    ("a: \"\\q\"", SYNTAX, "a quoted string has an escape that YAML does not know", (3, "\"")),
    ("a: \"\\ud800\"", SYNTAX, "an escape is not a character", (3, "\"")),
    ("a: x: y", SYNTAX, "a second `:` in one value, or a key whose indentation matches no other", (4, ":")),
    ("a: 1\n b: 2", SYNTAX, "a second `:` in one value, or a key whose indentation matches no other", (7, ":")),
    ("a:\n   b: 1\n  c: 2", SYNTAX, "expected a key", (13, "c")),
    ("- a\nb: 1", SYNTAX, "expected `-` for the next item of the list", (4, "b")),
    ("a: @x", SYNTAX, "a value cannot begin like this", (3, "@")),
    ("a: 1\na", SYNTAX, "expected `:` after this key", (5, "a")),
    ("a: ]", SYNTAX, "a closing bracket has no opening bracket", (3, "]")),
    ("{\"a\":1}x", SYNTAX, "something follows the end of the document", (7, "x")),
    ("%YAML 1.1\n---\na: 1", SYNTAX, "a directive other than `%YAML 1.2`", (0, "%")),
    ("# c\n%TAG ! x\n---\na: 1", SYNTAX, "a directive other than `%YAML 1.2`", (4, "%")),
    ("a: 1\n---\nb: 2", SYNTAX, "a second document begins in one file", (5, "---")),
    ("a: 1\n---\n# c\n---\nb: 2", SYNTAX, "a second document begins in one file", (5, "---")),
    ("a: \u{1b}b", SYNTAX, "a value cannot begin like this", (3, "\u{1b}")),
    ("a: 1\n\0b: 2", SYNTAX, "a value cannot begin like this", (5, "\0")),
];

#[test]
fn refusals_say_what_and_where() {
    for &(text, kind, message, expected) in REFUSALS {
        let faults = read(text).expect_err(text);
        let fault = &faults[0];
        assert_eq!((fault.kind, fault.message.as_str()), (kind, message), "{text:?}");
        let span = fault.labels[0].span;
        let marked = (span.start as usize, &text[span.start as usize..span.end as usize]);
        assert_eq!(marked, expected, "{text:?}");
    }
}

#[test]
fn several_faults_are_told_at_once() {
    let text = "a: !t 1\na: .inf\n1: *nope\nb: ok\n";
    let faults = read(text).expect_err(text);
    let actual: Vec<_> = faults.iter().map(|fault| (fault.kind, fault.labels[0].span.start)).collect();
    assert_eq!(actual, [(SYNTAX, 3), (FaultKind::KeyDuplicate, 8), (SHAPE, 11), (SHAPE, 16), (SYNTAX, 19)]);
    let hostile = "? !t a\n".repeat(5000);
    assert!(read(&hostile).expect_err("tags").len() <= MAX_FAULTS + 2);
}

#[test]
fn the_first_key_is_shown_beside_the_second() {
    let text = "é: 1\nb: {x: 1}\n'é': 2";
    let fault = &read(text).expect_err(text)[0];
    assert_eq!(fault.labels[1].span, Span::new(0, 2));
    assert_eq!(fault.labels[0].span, Span::new(17, 19));
}

#[test]
fn alias_bombs_are_refused_before_they_grow() {
    let mut bomb = String::from("l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let aliases = vec![format!("*l{}", level - 1); 9].join(", ");
        writeln!(bomb, "l{level}: &l{level} [{aliases}]").expect("a string");
    }
    let faults = read(&bomb).expect_err("too large");
    assert_eq!(faults[0].kind, FaultKind::TooLarge);
    let span = faults[0].labels[0].span;
    assert!(bomb[span.start as usize..span.end as usize].starts_with("*l"));
}

#[test]
fn depth_is_limited_through_brackets_blocks_and_aliases() {
    let flow = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&flow(MAX_DEPTH)).is_ok());
    for depth in [MAX_DEPTH + 1, 50_000] {
        assert_eq!(read(&flow(depth)).expect_err("too deep")[0].kind, FaultKind::TooDeep);
    }
    let block = |depth: usize| "- ".repeat(depth) + "x";
    assert!(read(&block(MAX_DEPTH)).is_ok());
    for depth in [MAX_DEPTH + 1, 50_000] {
        assert_eq!(read(&block(depth)).expect_err("too deep")[0].kind, FaultKind::TooDeep);
    }
    let mut chain = String::from("l0: &l0 [x]\n");
    for level in 1..MAX_DEPTH {
        writeln!(chain, "l{level}: &l{level} [*l{}]", level - 1).expect("a string");
    }
    let faults = read(&chain).expect_err("too deep");
    assert_eq!(faults[0].kind, FaultKind::TooDeep);
    assert_eq!(read(&chain.replace(&format!("l{}: ", MAX_DEPTH - 1), "# ")).map(|_| ()), Ok(()));
}

#[test]
fn no_message_shows_a_value() {
    for text in
        ["a: 'hunter2", "a: hunter2: x", "a: \"hunter2\\q\"", "a: &hunter2", "a: *hunter2", "hunter2 - x:y\n b: c"]
    {
        if let Err(faults) = read(text) {
            assert!(!format!("{faults:?}").contains("hunter2"), "{faults:?}");
        }
    }
}

/// Values that JSON and YAML write alike.
fn json_text() -> impl Strategy<Value = String> {
    let string = "\"([a-zé😀 :#,-]|\\\\n|\\\\u00e9){0,8}\"";
    let leaf = prop_oneof![Just("null".to_owned()), Just("true".to_owned()), "-?[1-9][0-9]{0,5}(\\.[0-9])?", string];
    leaf.prop_recursive(4, 30, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", ")));
        let object = prop::collection::vec(inner, 0..4).prop_map(|items| {
            let members: Vec<_> = items.iter().enumerate().map(|(at, item)| format!("\"é{at}\": {item}")).collect();
            format!("{{{}}}", members.join(",\n "))
        });
        prop_oneof![list, object]
    })
}

/// Lines that look like YAML, in any order.
fn lines() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec![
        "a: 1",
        "  b: é",
        "- c",
        "  - d: 'x'",
        "e: &n [1, 2]",
        "f: *n",
        "g: |",
        "    text 😀",
        "h: \"q",
        "\"",
        "{i: [",
        "]}",
        "#c",
        "",
        "---",
        "!t x",
        "? k",
        ": v",
        "\tz: 1",
        "<<: *n",
        "  &m j: 2",
        "l: >-",
        "  ",
        "m: 'a",
        "  b'",
        "n: [a,",
        "  b]",
    ]);
    prop::collection::vec(line, 0..10).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn json_reads_the_same_as_yaml(text in json_text()) {
        let (mut ours, mut theirs) = (Tree::new(), Tree::new());
        parse(&text, 0, &mut ours).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
        json::parse_document(&text, 0, &mut theirs).expect("JSON");
        let (yaml, json) = (ours.root(&text, 0).expect("a value"), theirs.root(&text, 0).expect("a value"));
        prop_assert_eq!(debug_dump(yaml), debug_dump(json));
        prop_assert_eq!(yaml.outer(), json.outer());
        assert_sound(yaml, true);
    }

    #[test]
    fn whatever_is_read_or_refused_has_its_place_in_the_text(text in lines()) {
        let mut tree = Tree::new();
        match parse(&text, 0, &mut tree) {
            Ok(()) => assert_sound(tree.root(&text, 0).expect("a value"), true),
            Err(faults) => for mark in faults.iter().flat_map(|fault| &fault.labels) {
                let span = mark.span.start as usize..mark.span.end as usize;
                prop_assert!(text.get(span).is_some(), "{:?}", mark);
            },
        }
    }
}
