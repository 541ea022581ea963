//! The account of one input: every record of it is judged, left out or refused, each with its reason.

use super::Hole;
use crate::record::Field;

/// The account of one input.
#[derive(Clone, Debug, Default)]
pub struct InputLedger {
    /// Its path as typed.
    pub file: String,
    /// How it was read; `None` if unknown.
    pub format: Option<&'static str>,
    /// The encoding of its text.
    pub encoding: Option<&'static str>,
    /// Its digest, when asked for.
    pub sha256: Option<String>,
    /// Its bytes.
    pub bytes: u64,
    /// Data records in it: judged, left out or refused.
    pub records: u64,
    /// Records that at least one rule judged.
    pub judged: u64,
    /// Records that no rule concerns.
    pub left_out: Vec<LeftOut>,
    /// Records that could not be read with certainty.
    pub refused: Vec<Refused>,
    /// Headers or keys and the fields they became.
    pub columns: Vec<(String, Field)>,
    /// Headers or keys that mean nothing.
    pub unknown_columns: Vec<String>,
}

impl InputLedger {
    /// Counts accounts, of which no rule concerns the inactive ones.
    pub(in crate::engine) fn count(&mut self, accounts: u64, inactive: u64, superseded: u64) {
        self.records += accounts;
        self.judged += accounts - inactive - superseded;
        self.leave_out("inactive", inactive);
        self.leave_out("the plan decides", superseded);
    }

    /// Leaves out all records of an input, which were not read.
    pub(in crate::engine) fn leave_out_all(&mut self, reason: &str, records: u64) {
        self.records += records;
        self.leave_out(reason, records);
    }

    fn leave_out(&mut self, reason: &str, count: u64) {
        match self.left_out.iter_mut().find(|one| one.reason == reason) {
            Some(one) => one.count += count,
            None if count > 0 => self.left_out.push(LeftOut { reason: reason.to_owned(), count }),
            None => {}
        }
    }

    /// Adds what another thread counted of this input.
    pub(in crate::engine) fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.judged += other.judged;
        self.refused.extend(other.refused);
        other.left_out.iter().for_each(|one| self.leave_out(&one.reason, one.count));
    }

    /// Its refused records as holes: one for each kind of fault.
    pub(in crate::engine) fn holes(&self) -> Vec<Hole> {
        let mut holes: Vec<Hole> = Vec::new();
        for refused in &self.refused {
            match holes.iter_mut().find(|hole| hole.rule == refused.rule) {
                Some(hole) => hole.count += 1,
                None => holes.push(Hole {
                    rule: refused.rule.to_owned(),
                    reason: format!("record refused: {}", refused.reason),
                    count: 1,
                    file: Some(self.file.clone()),
                    line: Some(refused.line),
                }),
            }
        }
        holes
    }
}

/// Records left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Why.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// A record that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its number.
    pub number: u64,
    /// Its user name, if that is certain; else `#N`.
    pub key: String,
    /// Its line.
    pub line: u64,
    /// The id of the fault.
    pub rule: &'static str,
    /// Why, in one line.
    pub reason: String,
}
