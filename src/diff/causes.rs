//! Why a finding is not what it was. A set of factors is the cause if the earlier run, with these factors of the later one,
//! finds what the later one finds. Small sets are tried first: a factor that alone makes the change is a cause by itself.

use std::collections::HashMap;

use super::factors::{FactorSet, FactorStates};
use super::findings::{FindingCondition, FindingKey, by_key};
use super::{FindingBucket, FindingDiff};
use crate::engine::Run;

/// Up to so many differing factors all their subsets are judged; of more, single ones and pairs.
const MAX_FOR_ALL_SUBSETS: usize = 4;

/// Finds the causes by judging again.
pub(super) fn explain(
    findings: &mut [FindingDiff],
    (old, new): (&Run, &Run),
    differing: FactorSet,
    judge: &mut dyn FnMut(FactorSet) -> Option<Run>,
) {
    let mut open: Vec<(usize, FindingKey)> = Vec::new();
    for (at, one) in findings.iter().enumerate().filter(|(_, one)| one.bucket != FindingBucket::Unchanged) {
        let diagnostic = super::shown(one, old, new);
        open.extend(FindingKey::of(diagnostic).map(|key| (at, key)));
    }
    let in_new = conditions(new);
    let longest = if differing.length() > MAX_FOR_ALL_SUBSETS { 2 } else { differing.length().saturating_sub(1) };
    for length in 1..=longest {
        if open.is_empty() {
            return;
        }
        for subset in differing.subsets(length).filter(|subset| *subset != differing) {
            let Some(run) = judge(subset) else { continue };
            let there = conditions(&run);
            for (at, _) in open.iter().filter(|(_, key)| there.get(key) == in_new.get(key)) {
                findings[*at].causes.push(subset);
            }
        }
        open.retain(|(at, _)| findings[*at].causes.is_empty());
    }
    for (at, _) in open.into_iter().filter(|_| !differing.is_empty()) {
        findings[at].causes.push(differing);
    }
}

fn conditions(run: &Run) -> HashMap<FindingKey, Vec<FindingCondition>> {
    let of = |places: Vec<usize>| {
        let mut all: Vec<_> = places.into_iter().map(|at| FindingCondition::of(&run.diagnostics[at])).collect();
        all.sort_unstable();
        all
    };
    by_key(run).into_iter().map(|(key, places)| (key, of(places))).collect()
}

/// Names the factors that may be the cause: the one that differs, if it is certain that no other does.
pub(super) fn explain_by_digests(findings: &mut [FindingDiff], factors: FactorStates) {
    let possible = factors.possible();
    let is_certain = possible.length() == 1 && factors.differing() == possible;
    for one in findings.iter_mut().filter(|one| one.bucket != FindingBucket::Unchanged) {
        if is_certain {
            one.causes.push(possible);
        } else {
            one.one_of = possible;
        }
    }
}
