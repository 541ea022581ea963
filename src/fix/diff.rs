//! A unified diff of two texts: edits replace values within their lines, or add lines behind one.

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
    let becomes = paired(&before, &after);
    let changed: Vec<usize> =
        (0..before.len()).filter(|at| after[becomes[*at]..becomes[at + 1]] != before[*at..=*at]).collect();
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
        let [start, count] = [becomes[from] + 1, becomes[to] - becomes[from]];
        out.push_str(&format!("@@ -{},{} +{start},{count} @@\n", from + 1, to - from));
        let mut at = from;
        while at < to {
            let new = &after[becomes[at]..becomes[at + 1]];
            if new[0] == before[at] {
                push(&mut out, ' ', before[at]);
                new[1..].iter().for_each(|line| push(&mut out, '+', line));
                at += 1;
                continue;
            }
            let run = (at..to).take_while(|line| after[becomes[*line]] != before[*line]).count();
            before[at..at + run].iter().for_each(|line| push(&mut out, '-', line));
            after[becomes[at]..becomes[at + run]].iter().for_each(|line| push(&mut out, '+', line));
            at += run;
        }
        rest = others;
    }
    Ok(out)
}

/// For each line, and for the end, the first of the lines that it becomes: itself or a changed one, then added ones.
fn paired(before: &[&str], after: &[&str]) -> Vec<usize> {
    let mut becomes = Vec::with_capacity(before.len() + 1);
    let mut extra = after.len().saturating_sub(before.len());
    let mut at = 0;
    for number in 0..before.len() {
        becomes.push(at);
        let next = before.get(number + 1);
        let added = (0..=extra).find(|added| after.get(at + 1 + added) == next).unwrap_or(0);
        at += 1 + added;
        extra -= added;
    }
    becomes.push(after.len());
    becomes
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
        let added = unified("x", "a\nb\nb\nc\nd", "a\nb\nb\nnew\nC\nd\ne", &none);
        let expected = "--- a/x\n+++ b/x\n@@ -1,5 +1,7 @@\n a\n b\n b\n-c\n-d\n\\ No newline at end of file\n+new\n+C\n+d\n+e\n\\ No newline at end of file\n";
        assert_eq!(added.as_deref(), Ok(expected));
        let added = unified("x", "a\nb\nc\n", "a\nb\nnew\nc\n", &none);
        assert_eq!(added.as_deref(), Ok("--- a/x\n+++ b/x\n@@ -1,3 +1,4 @@\n a\n b\n+new\n c\n"));
    }
}
