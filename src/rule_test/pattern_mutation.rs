//! Regular expressions changed in one place: a repetition, an alternative, a class, an escaped character, a flag.

/// The mutants of a pattern; some may not be patterns.
pub(super) fn patterns(pattern: &str) -> Vec<String> {
    let atoms = atoms(pattern);
    let replaced = |(start, end): (usize, usize), by: &str| format!("{}{by}{}", &pattern[..start], &pattern[end..]);
    let mut mutants = vec![".*".to_owned()];
    for &(start, end) in &atoms {
        let atom = &pattern[start..end];
        match atom {
            "*" => mutants.push(replaced((start, end), "+")),
            "+" => mutants.push(replaced((start, end), "*")),
            "?" => mutants.push(replaced((start, end), "")),
            "|" => {}
            _ if atom.starts_with('{') => {
                mutants.extend(repetitions(atom).into_iter().map(|by| replaced((start, end), &by)));
            }
            _ if atom.starts_with("(?") && atom.ends_with(')') => mutants.push(replaced((start, end), "")),
            _ if atom.starts_with(['[', '\\']) => mutants.push(replaced((start, end), ".")),
            _ => {}
        }
    }
    mutants.extend(without_alternatives(pattern, &atoms));
    mutants.retain(|mutant| mutant != pattern);
    mutants.dedup();
    mutants
}

/// `pattern` in pieces: classes, escapes, repetitions in braces, flags and the openings of groups are whole.
fn atoms(pattern: &str) -> Vec<(usize, usize)> {
    let (mut atoms, mut start) = (Vec::new(), 0);
    while let Some(first) = pattern[start..].chars().next() {
        let rest = &pattern[start..];
        let length = match first {
            '\\' => escape_length(rest),
            '[' => class_length(rest),
            '{' => rest.find('}').map_or(1, |end| end + 1),
            '(' if rest.starts_with("(?") => group_length(rest),
            other => other.len_utf8(),
        };
        atoms.push((start, start + length));
        start += length;
    }
    atoms
}

fn escape_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    let Some((at, escaped)) = chars.next() else { return 1 };
    let has_braces = matches!(escaped, 'p' | 'P' | 'x' | 'u') && chars.next().is_some_and(|(_, c)| c == '{');
    if has_braces { rest.find('}').map_or(2, |end| end + 1) } else { at + escaped.len_utf8() }
}

fn class_length(rest: &str) -> usize {
    let (mut depth, mut is_escaped) = (0, false);
    for (at, c) in rest.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => depth += 1,
            // A bracket that comes first is a member of the class.
            ']' if !matches!(at, 1) && &rest[..at] != "[^" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    rest.len()
}

/// Flags alone, `(?i)`, or the opening of a group, `(?:` or `(?<name>`.
fn group_length(rest: &str) -> usize {
    let is_end = |c: char| matches!(c, ')' | ':' | '>');
    rest.find(is_end).map_or(rest.len(), |end| end + 1)
}

/// `{2,5}` with each number one lower and one higher.
fn repetitions(braces: &str) -> Vec<String> {
    let inner = braces.trim_start_matches('{').trim_end_matches('}');
    let numbers: Vec<&str> = inner.split(',').collect();
    let mut mutants = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        let Ok(number) = number.trim().parse::<u32>() else { continue };
        for other in [number.checked_sub(1), number.checked_add(1)].into_iter().flatten() {
            let mut changed: Vec<String> = numbers.iter().map(|&one| one.to_owned()).collect();
            changed[at] = other.to_string();
            mutants.push(format!("{{{}}}", changed.join(",")));
        }
    }
    mutants
}

/// The pattern without each alternative of each group.
fn without_alternatives(pattern: &str, atoms: &[(usize, usize)]) -> Vec<String> {
    // Where the alternatives of the groups that are open begin, the innermost last.
    let mut open = vec![vec![0]];
    let mut mutants = Vec::new();
    let mut close = |starts: Vec<usize>, end: usize| {
        for (at, start) in starts.iter().enumerate().filter(|_| starts.len() > 1) {
            // With the bar behind it, or before it if it is the last.
            let (from, to) = match starts.get(at + 1) {
                Some(next) => (*start, *next),
                None => (start - 1, end),
            };
            mutants.push(format!("{}{}", &pattern[..from], &pattern[to..]));
        }
    };
    for &(start, end) in atoms {
        let atom = &pattern[start..end];
        match atom {
            "|" => {
                if let Some(starts) = open.last_mut() {
                    starts.push(end);
                }
            }
            ")" => close(open.pop().unwrap_or_default(), start),
            _ if atom.starts_with('(') && !atom.ends_with(')') => open.push(vec![end]),
            _ => {}
        }
    }
    close(open.pop().unwrap_or_default(), pattern.len());
    mutants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_of_a_pattern_is_changed_once() {
        for (pattern, mutants) in [
            (r"svc-[a-z]+@.*", &[".*", "svc-.+@.*", "svc-[a-z]*@.*", "svc-[a-z]+@.+"][..]),
            (r"a\.b?", &[".*", "a.b?", r"a\.b"]),
            (r"(?i)x{2,3}", &[".*", "x{2,3}", "(?i)x{1,3}", "(?i)x{3,3}", "(?i)x{2,2}", "(?i)x{2,4}"]),
            (r"Agent|Supervisor", &[".*", "Supervisor", "Agent"]),
            (r"x(?:a|b|)[|(]", &[".*", "x(?:a|b|).", "x(?:b|)[|(]", "x(?:a|)[|(]", "x(?:a|b)[|(]"]),
            (r"\p{Lu}[]a]", &[".*", ".[]a]", r"\p{Lu}."]),
        ] {
            assert_eq!(patterns(pattern), mutants, "{pattern}");
        }
    }
}
