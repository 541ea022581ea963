//! Names of types and modules: each stands for one thing, and none is a metaphor.

use std::collections::BTreeMap;

use crate::{Source, none_of, sources};

/// Names of the left-hand column of the glossary's table, and metaphors, that no type and no module may have.
const METAPHORS: &str = "Takings Feed Remark Habit Dictionary Firsts Look Gap Whereabouts Voice Concerned Attention To \
    Because Court Crew Seen Turns Past Frame Phrases Oddity Spread Room Book Sighting takings reckon apart habit look \
    tell sketch crew posing court hear room voice turns feed census brief";

/// The types that a source defines outside tests and functions, but for those that only give JSON its shape.
fn types(source: &Source) -> Vec<(usize, String)> {
    let lines = source.lines();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let words = line.text.strip_prefix("pub").map_or(line.text, |rest| rest.trim_start_matches(|c| c != ' '));
        let mut words = words.split_whitespace().skip_while(|word| ["unsafe", "auto"].contains(word));
        let is_type = words.next().is_some_and(|word| ["struct", "enum", "trait", "type", "union"].contains(&word));
        if line.text.starts_with(' ') || !is_type {
            continue;
        }
        let attributes = lines[..at].iter().rev().take_while(|line| line.text.starts_with(['#', '/', ' ', ')', ']']));
        let is_wire = attributes.into_iter().any(|line| line.text.contains("erialize"));
        let name = words.next().unwrap_or_default().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if !is_wire {
            found.push((line.number, name.to_owned()));
        }
    }
    found
}

#[test]
fn a_type_name_stands_for_one_thing() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for (number, name) in types(&source) {
            places.entry(name).or_default().push(format!("{}:{number}", source.path));
        }
    }
    assert!(places.len() > 200, "only {} types were found", places.len());
    places.retain(|_, places| places.len() > 1);
    let found: Vec<_> = places.into_iter().map(|(name, places)| format!("{name}: {}", places.join(", "))).collect();
    none_of("types that share a name", &found);
}

#[test]
fn no_type_and_no_module_is_a_metaphor() {
    let metaphors: Vec<&str> = METAPHORS.split_whitespace().collect();
    let mut found = Vec::new();
    for source in sources() {
        let module = source.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or_default();
        let names = types(&source).into_iter().chain([(1, module.to_owned())]);
        let is_metaphor = |name: &str| metaphors.contains(&name);
        let names = names.filter(|(_, name)| is_metaphor(name));
        found.extend(names.map(|(number, name)| format!("{}:{number}: {name}", source.path)));
    }
    none_of("names that a stranger would not search for", &found);
}

#[test]
fn types_of_a_source_are_found() {
    let text = "/// A.\n#[derive(Debug)]\npub(crate) struct A<'a>(&'a str);\n#[derive(Serialize)]\nstruct Wire;\nimpl A {\n    type B = u8;\n}\n\
        pub enum C {}\n#[cfg(test)]\nmod tests {\n    struct D;\n}\ntype E = u8;\n";
    let source = Source { path: "src/x.rs".to_owned(), text: text.to_owned() };
    let names: Vec<_> = types(&source).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["A", "C", "E"]);
}
