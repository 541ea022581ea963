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

/// How many texts are put to the patterns side by side, up to the end of the shortest.
const SIDE_BY_SIDE: usize = 4;

/// So many texts are judged sooner than what is asked of them is compiled.
const FEW_TEXTS: u64 = 4;

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
    /// Texts that were to be classed.
    asked: u64,
    cache_policy: CachePolicy,
    /// Room to work in: the records of a batch whose class is yet to be found.
    open: Vec<(u32, ConcernBits)>,
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
    /// By the number of the patterns that match: the latest answers with it, and their class.
    latest: Vec<Option<(Answers, Symbol)>>,
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
        let mut open = std::mem::take(&mut self.open);
        // Most records concern whom the one before it concerned.
        let (mut last, mut concerns) = (None, 0);
        let all = flags.all().iter().zip(symbols);
        for (place, (flags, symbol)) in (0_u32..).zip(all) {
            if last != Some(*flags) {
                let bit = |(at, concern): (usize, &Concern)| ConcernBits::from(concern.takes(*flags)) << at;
                (last, concerns) = (Some(*flags), self.concerns.iter().enumerate().map(bit).sum());
            }
            if concerns == 0 {
                continue;
            }
            match self.known_class(field, concerns, *symbol) {
                NO_SYMBOL => open.push((place, concerns)),
                class => classes[place as usize] = class,
            }
        }
        let mut context = ClassContext { field, site, interner };
        let column = batch.column(field).filter(|_| !site.values.has_blanks());
        let plain_text = |place: u32| batch.plain_text(column?, place as usize);
        let (parts, rest) = open.as_chunks::<SIDE_BY_SIDE>();
        for part in parts {
            let ((_, concerns), texts) = (part[0], part.map(|(place, _)| plain_text(place)));
            if texts.iter().all(Option::is_some) && part.iter().all(|one| one.1 == concerns) {
                let found = self.classes_of_texts(texts, concerns, &mut context);
                for (symbol, (place, _)) in found.into_iter().zip(part) {
                    self.put(symbol, *place, concerns, field, symbols, classes);
                }
            } else {
                part.iter().for_each(|one| self.classify_one(*one, batch, &mut context, symbols, classes));
            }
        }
        rest.iter().for_each(|one| self.classify_one(*one, batch, &mut context, symbols, classes));
        open.clear();
        self.open = open;
    }

    /// Finds the class of the text of a record with some concerns.
    fn classify_one(
        &mut self,
        (place, concerns): (u32, ConcernBits),
        batch: &impl RecordBatch,
        context: &mut ClassContext<'_>,
        symbols: &[Symbol],
        classes: &mut [Symbol],
    ) {
        let class = self.class_of_record(&batch.record(place as usize), concerns, context);
        self.put(class, place, concerns, context.field, symbols, classes);
    }

    /// The same of any record: compiled once.
    #[inline(never)]
    fn class_of_record(
        &mut self,
        record: &dyn Record,
        concerns: ConcernBits,
        context: &mut ClassContext<'_>,
    ) -> Symbol {
        let field = context.field;
        let record = DeclaredBlanks::new(record, &context.site.values);
        match record.text(field) {
            None if matches!(record.cell(field), Cell::Blank(_)) => self.class_of_blanks(concerns, context),
            text => {
                let [class] = self.classes_of_texts([text.as_deref()], concerns, context);
                class
            }
        }
    }

    /// Puts the class of a text in its place, if it has one, and learns it.
    fn put(
        &mut self,
        class: Symbol,
        place: u32,
        concerns: ConcernBits,
        field: Field,
        symbols: &[Symbol],
        classes: &mut [Symbol],
    ) {
        let symbol = symbols[place as usize];
        let class = if class == NO_SYMBOL { symbol } else { class };
        classes[place as usize] = class;
        if symbol != NO_SYMBOL {
            self.learn(field, concerns, symbol, class);
        }
    }

    /// The class of a text that came up before; [`NO_SYMBOL`] for any other.
    #[inline]
    fn known_class(&mut self, field: Field, concerns: ConcernBits, symbol: Symbol) -> Symbol {
        if symbol == NO_SYMBOL {
            return NO_SYMBOL;
        }
        let (classifier, _) = self.classifier(field, concerns);
        classifier.by_symbol.get(symbol as usize).copied().unwrap_or(NO_SYMBOL)
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

    /// The classes of some texts; [`NO_SYMBOL`] for one that is not there, cannot be read with certainty or seen at all, or if
    /// there are too many.
    #[inline(never)]
    fn classes_of_texts<const N: usize>(
        &mut self,
        texts: [Option<&str>; N],
        concerns: ConcernBits,
        context: &mut ClassContext<'_>,
    ) -> [Symbol; N] {
        self.asked += N as u64;
        if self.asked <= FEW_TEXTS || !self.cache_policy.ask(N as u64) {
            return [NO_SYMBOL; N];
        }
        let is_certain = |text: &&str| is_exempt(context.field) || uncertainty_of_text(text).is_none();
        let texts = texts.map(|text| text.filter(is_certain).filter(|text| !is_blank(text)));
        let (classifier, cache_policy) = self.classifier(context.field, concerns);
        let answers = classifier.answers(texts, context.site);
        std::array::from_fn(|at| match (texts[at], answers[at]) {
            (None, _) => NO_SYMBOL,
            (Some(_), Some(answers)) => classifier.class_of(answers, cache_policy, context.interner),
            (Some(_), None) => {
                cache_policy.miss();
                NO_SYMBOL
            }
        })
    }

    #[cold]
    fn class_of_blanks(&mut self, concerns: ConcernBits, context: &mut ClassContext<'_>) -> Symbol {
        let (classifier, _) = self.classifier(context.field, concerns);
        *classifier.blank.get_or_insert_with(|| context.interner.add_class())
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
        Self {
            of_ascii,
            of_others,
            blank: None,
            classes: HashMap::default(),
            latest: Vec::new(),
            by_symbol: Vec::new(),
        }
    }

    /// What tells the classes of texts. `None` for one that is not there, and if there would be too many.
    fn answers<const N: usize>(&mut self, texts: [Option<&str>; N], site: &Site) -> [Option<Answers>; N] {
        let is_for_others = |text: &str| self.of_others.is_some() && !text.is_ascii();
        let (mut of_ascii, mut of_others) = (texts, [None; N]);
        for (text, other) in of_ascii.iter_mut().zip(&mut of_others) {
            *other = text.take_if(|text| is_for_others(text));
        }
        let mut answers =
            self.of_ascii.answers(of_ascii, site).map(|found| found.map(|(number, bits)| (true, number, bits)));
        if let Some(questions) = self.of_others.as_mut().filter(|_| of_others.iter().any(Option::is_some)) {
            for (known, found) in answers.iter_mut().zip(questions.answers(of_others, site)) {
                *known = found.map(|(number, bits)| (false, number, bits)).or(*known);
            }
        }
        answers
    }

    /// The class of texts with these answers; [`NO_SYMBOL`] if there are too many.
    #[inline]
    fn class_of(&mut self, answers: Answers, cache_policy: &mut CachePolicy, interner: &mut StringInterner) -> Symbol {
        match self.latest.get(answers.1 as usize) {
            Some(Some((known, symbol))) if *known == answers => *symbol,
            _ => self.look_up(answers, cache_policy, interner),
        }
    }

    #[inline(never)]
    fn look_up(&mut self, answers: Answers, cache_policy: &mut CachePolicy, interner: &mut StringInterner) -> Symbol {
        let symbol = self.classes.get(&answers).copied().unwrap_or_else(|| {
            cache_policy.miss();
            let is_full = self.classes.len() >= MAX_CLASSES;
            let symbol = if is_full { NO_SYMBOL } else { interner.add_class() };
            if symbol != NO_SYMBOL {
                self.classes.insert(answers, symbol);
            }
            symbol
        });
        if symbol != NO_SYMBOL {
            let at = answers.1 as usize;
            self.latest.resize(self.latest.len().max(at + 1), None);
            self.latest[at] = Some((answers, symbol));
        }
        symbol
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

    /// The number of the patterns that match, and a bit for each test. `None` for a text that is not there, and if there would
    /// be too many.
    fn answers<const N: usize>(&mut self, texts: [Option<&str>; N], site: &Site) -> [Option<(u32, u128)>; N] {
        if self.tests.len() > u128::BITS as usize {
            return [None; N];
        }
        let numbers = match &mut self.patterns {
            Some(patterns) if N > 1 && texts.iter().all(Option::is_some) => {
                patterns.numbers(texts.map(Option::unwrap_or_default))
            }
            Some(patterns) => texts.map(|text| patterns.number(text?)),
            None => texts.map(|text| text.map(|_| 0)),
        };
        std::array::from_fn(|at| {
            let (text, number) = (texts[at]?, numbers[at]?);
            let bits = self.tests.iter().fold(0, |bits, test| bits << 1 | u128::from(test.answer(text, site)));
            Some((number, bits))
        })
    }
}

/// What stays the same over the texts of a batch.
struct ClassContext<'s> {
    field: Field,
    site: &'s Site,
    interner: &'s mut StringInterner,
}
