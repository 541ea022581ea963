//! A unified diff of two texts whose lines are the same in number: edits replace values within their lines.

use std::collections::BTreeSet;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// The diff from `old` to `new`, as `patch` and `git apply` take it; empty if they are the same.
///
/// # Errors
/// The number of the first line, counted from 1, that it would show although it is one of `secret`, counted from 0.
pub fn unified(name: &str, old: &str, new: &str, secret: &BTreeSet<usize>) -> Result<String, usize> {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let changed: Vec<usize> = (0..before.len()).filter(|at| before[*at] != after[*at]).collect();
    let mut out = String::new();
    let mut rest = changed.as_slice();
    while let Some(first) = rest.first() {
        // Changes whose context touches are one hunk.
        let together = 1 + rest.windows(2).take_while(|pair| pair[1] - pair[0] <= 2 * CONTEXT).count();
        let (hunk, others) = rest.split_at(together);
        let from = first.saturating_sub(CONTEXT);
        let to = (hunk[together - 1] + CONTEXT + 1).min(before.len());
        if let Some(line) = secret.range(from..to).next() {
            return Err(line + 1);
        }
        if out.is_empty() {
            out.push_str(&format!("--- a/{name}\n+++ b/{name}\n"));
        }
        out.push_str(&format!("@@ -{0},{1} +{0},{1} @@\n", from + 1, to - from));
        let mut at = from;
        while at < to {
            let run = (at..to).take_while(|line| hunk.contains(line)).count();
            if run == 0 {
                push(&mut out, ' ', before[at]);
                at += 1;
                continue;
            }
            before[at..at + run].iter().for_each(|line| push(&mut out, '-', line));
            after[at..at + run].iter().for_each(|line| push(&mut out, '+', line));
            at += run;
        }
        rest = others;
    }
    Ok(out)
}

fn push(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_with_their_surroundings() {
        let old: String = (1..=20).map(|number| format!("{number}\n")).collect();
        let new = old.replace("\n2\n", "\ntwo\n").replace("\n12\n", "\ntwelve\n");
        let expected = "--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n@@ -9,7 +9,7 @@\n 9\n 10\n 11\n-12\n+twelve\n 13\n 14\n 15\n";
        let none = BTreeSet::new();
        assert_eq!(unified("x", &old, &new, &none).as_deref(), Ok(expected));
        assert_eq!(unified("x", &old, &new, &BTreeSet::from([6])).as_deref(), Ok(expected), "it is not shown");
        assert_eq!(unified("x", &old, &new, &BTreeSet::from([8, 19])), Err(9));
        assert_eq!(
            unified("x", "a", "b", &none).as_deref(),
            Ok(
                "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
            )
        );
        assert_eq!(unified("x", "a\n", "a\n", &none).as_deref(), Ok(""));
    }
}
