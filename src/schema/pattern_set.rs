//! Many patterns put to a text at once: one walk over its bytes tells which of them match.
//!
//! All patterns are one automaton of `regex-automata`, whose states are made when a text first leads to them. Where it ends
//! stands for the patterns that matched, so that nothing is collected on the way.

use hashbrown::HashMap;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::util::start;
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::{Dot, Hir, Look, Repetition};

use super::LazyRegex;

/// The most memory for states. Then all are forgotten.
const MAX_STATE_BYTES: usize = 1 << 20;

/// States forgotten so often mean that nearly every text leads to new ones.
const MAX_CLEARS: usize = 4;

/// Patterns that are matched together.
pub struct PatternSet {
    automaton: DFA,
    states: Cache,
    /// Where a text begins; `None` before the first, and when states were forgotten.
    start: Option<LazyStateID>,
    clears: usize,
    /// Which of `matches` a state at the end of a text stands for.
    by_end: HashMap<LazyStateID, u32, foldhash::fast::FixedState>,
    last_end: Option<(LazyStateID, u32)>,
    /// For each pattern whether it matched, as it came up for some text.
    matches: Vec<Vec<bool>>,
}

impl PatternSet {
    /// The set of patterns [that can be shared](LazyRegex::can_be_shared), for texts of ASCII or for all. `None` if no
    /// automaton can be made of them.
    #[must_use]
    pub fn new(patterns: &[&LazyRegex], is_ascii: bool) -> Option<Self> {
        let parsed: Option<Vec<Hir>> = patterns.iter().map(|pattern| up_to_the_end(pattern.as_str())).collect();
        let config = NFA::config().utf8(false).which_captures(WhichCaptures::None);
        let nfa = NFA::compiler().configure(config).build_many_from_hir(&parsed?).ok()?;
        let config = DFA::config()
            .match_kind(MatchKind::All)
            .unicode_word_boundary(is_ascii)
            .cache_capacity(MAX_STATE_BYTES)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(MAX_CLEARS));
        let automaton = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let (states, by_end) = (automaton.create_cache(), HashMap::default());
        Some(Self { automaton, states, start: None, clears: 0, by_end, last_end: None, matches: Vec::new() })
    }

    /// A number for the patterns that match somewhere in `text`: the same for the same patterns. `None` once states are no
    /// longer remembered long enough.
    pub fn number(&mut self, text: &str) -> Option<u32> {
        let start = self.start()?;
        self.number_from(start, text.as_bytes())
    }

    /// The same of several texts, side by side: a step waits for the one before it, but not for those of other texts.
    #[inline]
    pub fn numbers<const N: usize>(&mut self, texts: [&str; N]) -> [Option<u32>; N] {
        let Some(start) = self.start().filter(|start| !start.is_tagged()) else {
            return texts.map(|text| self.number(text));
        };
        let texts = texts.map(str::as_bytes);
        let together = texts.iter().map(|text| text.len()).min().unwrap_or(0);
        let mut states = [start; N];
        let mut walked = 0;
        let parts = texts.map(|text| &text[..together]);
        while walked < together {
            let next = std::array::from_fn(|at| {
                self.automaton.next_state_untagged(&self.states, states[at], parts[at][walked])
            });
            // New states are made one by one.
            if next.iter().any(|state: &LazyStateID| state.is_tagged()) {
                break;
            }
            (states, walked) = (next, walked + 1);
        }
        let clears = self.states.clear_count();
        std::array::from_fn(|at| {
            // The walk of another text may have used the numbers of states for others.
            let is_known = clears == self.states.clear_count();
            let (state, rest) = if is_known { (states[at], &texts[at][walked..]) } else { (self.start()?, texts[at]) };
            self.number_from(state, rest)
        })
    }

    /// The state before a text.
    #[inline]
    fn start(&mut self) -> Option<LazyStateID> {
        if self.clears != self.states.clear_count() {
            self.forget_states();
        }
        if self.start.is_none() {
            self.start =
                self.automaton.start_state(&mut self.states, &start::Config::new().anchored(Anchored::No)).ok();
        }
        self.start
    }

    #[inline]
    fn number_from(&mut self, mut state: LazyStateID, rest: &[u8]) -> Option<u32> {
        let Self { automaton, states, .. } = self;
        for byte in rest {
            // No pattern has matched before the end of a text, so what is tagged is new, or no state to go on from.
            if state.is_tagged() {
                break;
            }
            let next = automaton.next_state_untagged(states, state, *byte);
            state = if next.is_tagged() { make_next(automaton, states, state, *byte)? } else { next };
        }
        if state.is_quit() {
            return None;
        }
        let end = automaton.next_eoi_state(states, state).ok()?;
        match self.last_end {
            Some((known, number)) if known == end && self.clears == states.clear_count() => Some(number),
            _ => Some(self.number_of_end(end)),
        }
    }

    #[inline(never)]
    fn number_of_end(&mut self, end: LazyStateID) -> u32 {
        if self.clears != self.states.clear_count() {
            self.forget_states();
        }
        let known = self.by_end.get(&end).copied();
        let number = known.unwrap_or_else(|| {
            let number = self.number_of_matches(self.matches_at(end));
            self.by_end.insert(end, number);
            number
        });
        self.last_end = Some((end, number));
        number
    }

    /// The automaton has used the numbers of its states for others.
    #[cold]
    fn forget_states(&mut self) {
        self.clears = self.states.clear_count();
        self.start = None;
        self.by_end.clear();
        self.last_end = None;
    }

    /// For each pattern whether it has matched.
    fn matches_at(&self, end: LazyStateID) -> Vec<bool> {
        let mut matches = vec![false; self.automaton.pattern_len()];
        let count = if end.is_match() { self.automaton.match_len(&self.states, end) } else { 0 };
        (0..count).for_each(|at| matches[self.automaton.match_pattern(&self.states, end, at).as_usize()] = true);
        matches
    }

    fn number_of_matches(&mut self, matches: Vec<bool>) -> u32 {
        let at = self.matches.iter().position(|known| *known == matches).unwrap_or_else(|| {
            self.matches.push(matches);
            self.matches.len() - 1
        });
        u32::try_from(at).expect("internal error: patterns match together in few ways")
    }
}

#[cold]
#[inline(never)]
fn make_next(automaton: &DFA, states: &mut Cache, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
    automaton.next_state(states, state, byte).ok()
}

/// The pattern and whatever follows, so that what has matched is known at the end of the text.
fn up_to_the_end(pattern: &str) -> Option<Hir> {
    let rest = Repetition { min: 0, max: None, greedy: true, sub: Box::new(Hir::dot(Dot::AnyByte)) };
    Some(Hir::concat(vec![regex_syntax::parse(pattern).ok()?, Hir::repetition(rest), Hir::look(Look::End)]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::lazy_regex::tests::pattern;
    use super::*;

    fn text() -> impl Strategy<Value = String> {
        let letters = ["a", "ä", "ü", "1", " ", "<", "@", "é", "ß", "ss", "straße", "Ω", "\n", "-", "Z"];
        prop::collection::vec(prop::sample::select(letters.to_vec()), 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        /// Two texts have one number if and only if the same patterns match them, each put to them alone.
        #[test]
        fn a_number_stands_for_the_patterns_that_match(
            patterns in prop::collection::vec(pattern(), 1..8),
            texts in prop::collection::vec(text(), 1..30),
            is_ascii in any::<bool>(),
        ) {
            let patterns: Vec<LazyRegex> = patterns.into_iter().filter_map(LazyRegex::new).collect();
            let shared: Vec<_> = patterns.iter().filter(|pattern| pattern.can_be_shared(is_ascii)).collect();
            let Some(mut set) = PatternSet::new(&shared, is_ascii) else { return Ok(()) };
            let mut known: Vec<(u32, Vec<bool>)> = Vec::new();
            for text in texts.iter().filter(|text| !is_ascii || text.is_ascii()) {
                let Some(number) = set.number(text) else { continue };
                let alone: Vec<bool> = shared.iter().map(|pattern| pattern.is_match(text)).collect();
                for (other, matches) in &known {
                    prop_assert_eq!(*other == number, *matches == alone, "{:?}", text);
                }
                known.push((number, alone));
            }
            let texts: Vec<&str> = texts.iter().map(String::as_str).filter(|text| !is_ascii || text.is_ascii()).collect();
            for four in texts.windows(4) {
                let four = [four[0], four[1], four[2], four[3]];
                prop_assert_eq!(set.numbers(four), four.map(|text| set.number(text)), "{:?}", four);
            }
        }
    }

    /// More states than are kept at once: numbers still mean the same patterns, until the set gives up.
    #[test]
    fn forgotten_states_are_made_again() {
        let patterns: Vec<_> =
            (0..9).filter_map(|at| LazyRegex::new(format!("{}.{{12}}$", char::from(b'a' + at)))).collect();
        let mut set = PatternSet::new(&patterns.iter().collect::<Vec<_>>(), false).expect("a set");
        let (mut known, mut seed, mut count) = (std::collections::HashMap::<u32, Vec<bool>>::new(), 7_u64, 0);
        for _ in 0..20_000 {
            let letter = |_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(b'a' + u8::try_from(seed >> 60).expect("four bits"))
            };
            let letters: String = (0..37).map(letter).collect();
            let texts = [&letters[..30], &letters[4..31], &letters[..28], &letters[7..]];
            for (text, number) in texts.into_iter().zip(set.numbers(texts)) {
                let Some(number) = number else { continue };
                let alone: Vec<bool> = patterns.iter().map(|pattern| pattern.is_match(text)).collect();
                assert_eq!(known.entry(number).or_insert_with(|| alone.clone()), &alone, "{text}");
                count += 1;
            }
        }
        assert!(set.states.clear_count() > 0 && count > 100, "{} {count}", set.states.clear_count());
    }
}
