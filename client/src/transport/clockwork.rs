//! What is known of the true time beside this computer's clock, to tell a certificate that is too old from a clock that is
//! wrong. Two things are known: this release was not made before [`RELEASED`], and a backend that proved who it is said a
//! date with each answer. The second is kept with the account as last seen, so that a clock that fell back while the
//! computer was off is found out too. A clock that ran ahead while nothing was heard cannot be; then the certificate is
//! called what it looks like, and refused all the same.

use postern_contract::Moment;
use postern_contract::connection::CertificateFault;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// No clock that is right shows an earlier time: 2026-11-01T00:00:00Z, before this release was made. A constant, since a
/// date taken at build time would make two builds of one source differ.
pub const RELEASED: i64 = 1_793_491_200_000;

/// How far a clock may be off before it is called wrong: five minutes, as Kerberos has it.
const SLACK: i64 = 5 * 60 * 1000;

/// What a backend said of the time.
#[derive(Debug, Default)]
pub struct KnownTime(Mutex<Known>);

#[derive(Debug, Default, Clone, Copy)]
struct Known {
    /// It is at least this late.
    earliest: Option<Moment>,
    /// What a backend said in this run, and how long the monotonic clock had been running.
    said: Option<(Moment, Duration)>,
}

impl KnownTime {
    /// A backend that proved who it is said what time it is.
    pub fn said(&self, date: Moment, running: Duration) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.said = Some((date, running));
        known.earliest = known.earliest.max(Some(date));
    }

    /// It said so in an earlier run.
    pub fn said_before(&self, date: Moment) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.earliest = known.earliest.max(Some(date));
    }

    /// The latest date that a backend said; none where none did.
    pub fn latest(&self) -> Option<Moment> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).earliest
    }

    /// Whether a certificate is refused only because the clock, which shows `now`, is wrong. `bound` is where its validity
    /// begins or ends.
    pub fn blames_the_clock(
        &self,
        fault: CertificateFault,
        bound: Option<Moment>,
        now: Moment,
        running: Duration,
    ) -> bool {
        let known = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let by_backend = known.said.map(|(date, then)| {
            let since = running.saturating_sub(then).as_millis();
            date.as_millisecond().saturating_add(i64::try_from(since).unwrap_or(i64::MAX))
        });
        let bound = bound.map(Moment::as_millisecond);
        match fault {
            CertificateFault::NotYetValid => {
                let earliest = known.earliest.map_or(RELEASED, |date| date.as_millisecond().max(RELEASED));
                now.as_millisecond() + SLACK < earliest
                    || by_backend.zip(bound).is_some_and(|(time, begins)| time >= begins)
            }
            CertificateFault::Expired => by_backend.zip(bound).is_some_and(|(time, ends)| time <= ends),
            _ => false,
        }
    }
}

/// Whole seconds since 1970.
pub fn seconds(moment: Moment) -> i64 {
    moment.as_millisecond().div_euclid(1000)
}

/// The moment of a `Date` header (RFC 9110, 5.6.7); none where it cannot be read.
pub fn date(header: &str) -> Option<Moment> {
    let read = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
    Some(Moment::from_millisecond(read.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::{KnownTime, RELEASED, date};
    use postern_contract::Moment;
    use postern_contract::connection::CertificateFault::{Expired, NotYetValid, WrongName};
    use std::time::Duration;

    const DAY: i64 = 86_400_000;

    fn at(offset: i64) -> Moment {
        Moment::from_millisecond(RELEASED + offset)
    }

    #[test]
    fn a_date_header_is_read() {
        assert_eq!(date("Sun, 01 Nov 2026 00:00:00 GMT"), Some(at(0)));
        assert_eq!(date("yesterday"), None);
    }

    #[test]
    fn net_2_the_clock_is_blamed_only_where_it_is_known_to_be_wrong() {
        let zero = Duration::ZERO;
        let known = KnownTime::default();
        // a clock before this release was made
        assert!(known.blames_the_clock(NotYetValid, Some(at(-DAY)), at(-300 * DAY), zero));
        // a clock that may be right
        assert!(!known.blames_the_clock(NotYetValid, Some(at(2 * DAY)), at(DAY), zero));
        assert!(!known.blames_the_clock(Expired, Some(at(DAY)), at(2 * DAY), zero));
        // a backend said it is later than the clock shows, in an earlier run
        known.said_before(at(100 * DAY));
        assert!(known.blames_the_clock(NotYetValid, Some(at(50 * DAY)), at(DAY), zero));
        assert!(!known.blames_the_clock(Expired, Some(at(DAY)), at(200 * DAY), zero));
        // in this run it said what time it is: a clock that was set ahead is found out too
        known.said(at(101 * DAY), zero);
        assert!(known.blames_the_clock(Expired, Some(at(102 * DAY)), at(900 * DAY), Duration::from_mins(5)));
        assert!(!known.blames_the_clock(Expired, Some(at(100 * DAY)), at(101 * DAY), zero));
        assert!(!known.blames_the_clock(WrongName, None, at(-900 * DAY), zero));
        assert_eq!(known.latest(), Some(at(101 * DAY)));
    }
}
