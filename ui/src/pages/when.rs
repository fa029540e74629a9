//! A moment as a person reads it: the time of today, or date and time.

use crate::bridge;
use postern_contract::Moment;

/// `14:03` today, else `3 Nov 2026, 14:03`; local time.
pub fn when(moment: Moment) -> String {
    let (date, time) = (bridge::local_date(moment), bridge::local_time(moment));
    let time: String = time.chars().take(5).collect();
    if date == bridge::local_date(bridge::now()) { time } else { format!("{date}, {time}") }
}
