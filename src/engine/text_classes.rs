//! Texts that no rule tells apart, as one: the classes of a column.
//!
//! Where the texts of a column are many, or all different, their symbols are of little use. But all that most rules ask of a text
//! is whether it matches a pattern, is on a list or has some length ([`TextTest`]), and few combinations of answers come up. Each
//! is a class with a symbol of its own, and the rules judge it once, as they judge a text that repeats.

use hashbrown::HashMap;

use super::account_flags::{AccountFlags, Concern};
use crate::check::{Check, TextTest};
use crate::diagnostic::visible::is_blank;
use crate::fast::intern::cache_policy::CachePolicy;
use crate::fast::intern::{NO_SYMBOL, StringInterner, Symbol};
use crate::read::RecordBatch;
use crate::record::declared_blanks::DeclaredBlanks;
use crate::record::meaning::{holds_one_name, is_exempt, uncertainty_of_text};
use crate::record::site::Site;
use crate::record::{Cell, Field, Record};
use crate::rule::Rule;
use crate::schema::PatternSet;

/// The most classes of a column.
const MAX_CLASSES: usize = 4096;

/// The classes of a column.
#[derive(Default)]
pub struct TextClasses<'c> {
    /// Whom the rules concern that read it.
    concerns: Vec<Concern>,
    /// The rules, each with the bit of its concern.
    rules: Vec<(&'c Rule, ConcernBits)>,
    /// By the concerns of a record: what is asked of its text. Each is made when it is first needed.
    classifiers: Vec<(ConcernBits, TextClassifier<'c>)>,
    /// The class of the texts of records that concern no rule.
    of_no_concern: Option<Symbol>,
    cache_policy: CachePolicy,
}

/// A bit for each concern of a column: there are fewer than sixteen.
type ConcernBits = u16;

/// What the rules ask of texts.
struct TextClassifier<'c> {
    of_ascii: Questions<'c>,
    /// The same for texts beyond ASCII, if some pattern is put to them in another way.
    of_others: Option<Questions<'c>>,
    /// The class of records without a text.
    blank: Option<Symbol>,
    classes: HashMap<Answers, Symbol, foldhash::fast::FixedState>,
    last: Option<(Answers, Symbol)>,
    /// By the symbols of texts that have one; [`NO_SYMBOL`] for those that did not come up.
    by_symbol: Vec<Symbol>,
}

/// Patterns that are put to a text together, and tests that are not.
struct Questions<'c> {
    patterns: Option<PatternSet>,
    tests: Vec<TextTest<'c>>,
}

/// Whether the text is ASCII, the number of the patterns that match together, and a bit for each other test.
type Answers = (bool, u32, u128);

/// True for a field whose text no other cell of its column puts in doubt, so that it can be classed by itself.
pub fn has_classes(field: Field) -> bool {
    !field.is_list() && !holds_one_name(field) && field != Field::Kind && field != Field::Password
}

impl<'c> TextClasses<'c> {
    /// Tells apart what this rule on single records does.
    pub fn add(&mut self, rule: &'c Rule, concern: Concern) {
        let at = self.concerns.iter().position(|known| *known == concern).unwrap_or_else(|| {
            self.concerns.push(concern);
            self.concerns.len() - 1
        });
        self.rules.push((rule, 1 << at));
    }

    /// Puts the classes of the texts of a batch into `classes`, of which `symbols` has the symbols. A text without a class keeps
    /// its symbol.
    pub fn classify(
        &mut self,
        field: Field,
        batch: &impl RecordBatch,
        (flags, site): (&AccountFlags, &Site),
        (interner, symbols): (&mut StringInterner, &[Symbol]),
        classes: &mut Vec<Symbol>,
    ) {
        classes.clear();
        classes.resize(symbols.len(), *self.of_no_concern.get_or_insert_with(|| interner.add_class()));
        for (((place, flags), symbol), class) in flags.all().iter().enumerate().zip(symbols).zip(classes) {
            let mut concerns: ConcernBits = 0;
            for (at, concern) in self.concerns.iter().enumerate() {
                concerns |= ConcernBits::from(concern.takes(*flags)) << at;
            }
            if concerns == 0 {
                continue;
            }
            let (classifier, _) = self.classifier(field, concerns);
            *class = classifier.by_symbol.get(*symbol as usize).copied().unwrap_or(NO_SYMBOL);
            if *class == NO_SYMBOL {
                let record = DeclaredBlanks::new(batch.record(place), &site.values);
                let found = match record.text(field) {
                    Some(text) => self.class_of_text(field, &text, concerns, site, interner),
                    None if matches!(record.cell(field), Cell::Blank(_)) => {
                        self.class_of_blanks(field, concerns, interner)
                    }
                    None => NO_SYMBOL,
                };
                *class = if found == NO_SYMBOL { *symbol } else { found };
                if *symbol != NO_SYMBOL {
                    self.learn(field, concerns, *symbol, *class);
                }
            }
        }
    }

    #[cold]
    fn learn(&mut self, field: Field, concerns: ConcernBits, symbol: Symbol, class: Symbol) {
        let (classifier, _) = self.classifier(field, concerns);
        let at = symbol as usize;
        if classifier.by_symbol.len() <= at {
            classifier.by_symbol.resize(at + 1, NO_SYMBOL);
        }
        classifier.by_symbol[at] = class;
    }

    /// The class of a text; [`NO_SYMBOL`] if it cannot be read with certainty or seen at all, or if there are too many.
    fn class_of_text(
        &mut self,
        field: Field,
        text: &str,
        concerns: ConcernBits,
        site: &Site,
        interner: &mut StringInterner,
    ) -> Symbol {
        let is_in_doubt = !is_exempt(field) && uncertainty_of_text(text).is_some();
        if !self.cache_policy.ask(1) || is_in_doubt || is_blank(text) {
            return NO_SYMBOL;
        }
        let (classifier, cache_policy) = self.classifier(field, concerns);
        let Some(answers) = classifier.answers(text, site) else {
            cache_policy.miss();
            return NO_SYMBOL;
        };
        if let Some((_, symbol)) = classifier.last.filter(|(last, _)| *last == answers) {
            return symbol;
        }
        let symbol = classifier.classes.get(&answers).copied().unwrap_or_else(|| {
            cache_policy.miss();
            let is_full = classifier.classes.len() >= MAX_CLASSES;
            let symbol = if is_full { NO_SYMBOL } else { interner.add_class() };
            if symbol != NO_SYMBOL {
                classifier.classes.insert(answers, symbol);
            }
            symbol
        });
        classifier.last = (symbol != NO_SYMBOL).then_some((answers, symbol));
        symbol
    }

    #[cold]
    fn class_of_blanks(&mut self, field: Field, concerns: ConcernBits, interner: &mut StringInterner) -> Symbol {
        let (classifier, _) = self.classifier(field, concerns);
        *classifier.blank.get_or_insert_with(|| interner.add_class())
    }

    /// What the rules with some of these concerns ask.
    #[inline]
    fn classifier(&mut self, field: Field, concerns: ConcernBits) -> (&mut TextClassifier<'c>, &mut CachePolicy) {
        let at = match self.classifiers.iter().position(|(known, _)| *known == concerns) {
            Some(at) => at,
            None => self.add_classifier(field, concerns),
        };
        (&mut self.classifiers[at].1, &mut self.cache_policy)
    }

    #[cold]
    fn add_classifier(&mut self, field: Field, concerns: ConcernBits) -> usize {
        let mut rules: Vec<&'c Rule> = Vec::new();
        for (rule, _) in self.rules.iter().filter(|(_, of_rule)| of_rule & concerns != 0) {
            // Two rules of one demand ask the same.
            if !rules.iter().any(|known| (known.kind, &known.parameters) == (rule.kind, &rule.parameters)) {
                rules.push(rule);
            }
        }
        self.classifiers.push((concerns, TextClassifier::new(&rules, field)));
        self.classifiers.len() - 1
    }
}

impl<'c> TextClassifier<'c> {
    fn new(rules: &[&'c Rule], field: Field) -> Self {
        let asks = |rule: &&'c Rule| match &rule.check {
            Check::Record(check) => check.asks(field),
            Check::Population(_) => None,
        };
        let tests: Vec<TextTest<'c>> = rules.iter().filter_map(asks).flatten().collect();
        let is_shared = |is_ascii| tests.iter().filter(|test| test.can_be_shared(is_ascii)).count();
        let of_others = (is_shared(false) < is_shared(true)).then(|| Questions::new(&tests, false));
        let of_ascii = Questions::new(&tests, of_others.is_some());
        Self { of_ascii, of_others, blank: None, classes: HashMap::default(), last: None, by_symbol: Vec::new() }
    }

    /// What tells the class of a text. `None` if there would be too many.
    fn answers(&mut self, text: &str, site: &Site) -> Option<Answers> {
        match &mut self.of_others {
            Some(questions) if !text.is_ascii() => {
                questions.answers(text, site).map(|(number, bits)| (false, number, bits))
            }
            _ => self.of_ascii.answers(text, site).map(|(number, bits)| (true, number, bits)),
        }
    }
}

impl<'c> Questions<'c> {
    /// The questions that are put to texts of ASCII, or to all.
    fn new(tests: &[TextTest<'c>], is_ascii: bool) -> Self {
        let (shared, others): (Vec<_>, Vec<_>) =
            tests.iter().copied().partition(|test: &TextTest<'_>| test.can_be_shared(is_ascii));
        let patterns: Vec<_> = shared.iter().filter_map(|test| test.pattern()).collect();
        match PatternSet::new(&patterns, is_ascii).filter(|_| !patterns.is_empty()) {
            Some(set) => Self { patterns: Some(set), tests: others },
            None => Self { patterns: None, tests: tests.to_vec() },
        }
    }

    /// The number of the patterns that match, and a bit for each test. `None` if there would be too many.
    fn answers(&mut self, text: &str, site: &Site) -> Option<(u32, u128)> {
        if self.tests.len() > u128::BITS as usize {
            return None;
        }
        let number = match &mut self.patterns {
            Some(patterns) => patterns.number(text)?,
            None => 0,
        };
        let bits = self.tests.iter().fold(0, |bits, test| bits << 1 | u128::from(test.answer(text, site)));
        Some((number, bits))
    }
}
