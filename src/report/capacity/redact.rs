//! Redaction of what a capacity report says besides its run: accounts that take seats, begin or end, or could give a seat
//! back.

use crate::capacity::accounts::SeatChangeKind;
use crate::capacity::advice::Advice;
use crate::capacity::what_if::AssumedSubject;
use crate::capacity::{Capacity, License, StepCause};
use crate::diagnostic::RecordRef;
use crate::report::redact::{NamesAccounts, Pseudonyms};

impl NamesAccounts for Capacity {
    fn keys(&self) -> Vec<&str> {
        let licenses = || self.licenses.iter();
        let causes = licenses().flat_map(|license| &license.steps).flat_map(|step| &step.because);
        let holders = licenses().flat_map(|license| &license.holders.listed).map(|one| &one.subject);
        let advised = licenses().flat_map(|license| &license.advice).flat_map(Advice::accounts);
        let candidates = self.reclaim.candidates.iter().map(|one| &one.subject);
        let subjects = holders.chain(advised).chain(candidates).map(|subject| subject.key.as_str());
        subjects.chain(causes.filter(|cause| is_account(cause)).map(|cause| cause.key.as_str())).collect()
    }

    fn redact(&mut self, names: &mut Pseudonyms<'_>) {
        for license in &mut self.licenses {
            redact_license(license, names);
        }
        for candidate in &mut self.reclaim.candidates {
            subject(&mut candidate.subject, names);
            candidate.license = names.mask_known(&candidate.license);
            candidate.labels.iter_mut().for_each(|label| label.message = names.text(&label.message, false));
        }
        for what_if in &mut self.what_ifs {
            let (AssumedSubject::Role(name) | AssumedSubject::Seats(name)) = &mut what_if.subject;
            *name = names.mask_known(name);
        }
    }
}

fn redact_license(license: &mut License, names: &mut Pseudonyms<'_>) {
    license.name = names.mask_known(&license.name);
    license.holders.listed.iter_mut().for_each(|one| subject(&mut one.subject, names));
    for advice in &mut license.advice {
        if let Advice::Postpone { accounts, .. } = advice {
            accounts.iter_mut().for_each(|account| subject(account, names));
        }
    }
    for cause in license.steps.iter_mut().flat_map(|step| &mut step.because) {
        cause.key = if is_account(cause) { names.key(&cause.key) } else { names.mask_known(&cause.key) };
    }
    if let Some(trend) = &mut license.trend {
        let doubts = trend.points.iter_mut().filter_map(|point| point.doubt.as_mut());
        doubts.chain(trend.forecast.as_mut().err()).for_each(|reason| *reason = names.text(reason, false));
    }
}

const fn is_account(cause: &StepCause) -> bool {
    matches!(cause.change, SeatChangeKind::Activate | SeatChangeKind::Deactivate | SeatChangeKind::Release)
}

fn subject(subject: &mut RecordRef, names: &mut Pseudonyms<'_>) {
    subject.key = names.account(&subject.key, subject.number);
}
