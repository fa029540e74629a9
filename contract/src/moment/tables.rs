//! [`super`] natively.

pub fn parse(text: &str) -> Option<i64> {
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

pub fn print(millisecond: i64) -> String {
    jiff::Timestamp::from_millisecond(millisecond).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_string()
}
