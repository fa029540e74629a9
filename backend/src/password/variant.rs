//! Password normalisation: the simpler texts that a password is a trivial change of. Doubling, mirroring, separators,
//! accents, stuttered or interleaved characters, and Korean typed on Latin keys are undone.

use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::Zeroizing;

/// A character of a Latin keyboard that is guessed, in powers of ten.
pub(super) const LATIN: f64 = 1.4;
/// What it is worth to have been taken apart, in powers of ten.
const INTERLEAVED: f64 = 2.0;
/// What a digit or mark at either end is worth.
const HABIT: f64 = 0.5;
/// A shorter text is not taken apart into every second, third or fourth character.
const INTERLEAVED_MIN: usize = 8;
/// The shortest word that digits and marks are taken from.
const CORE_MIN: usize = 3;

/// A simpler text, and what undoing the change is worth in powers of ten.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variant {
    pub text: Zeroizing<String>,
    pub worth: f64,
}

impl Variant {
    fn new(text: String, worth: f64) -> Self {
        Self { text: Zeroizing::new(text), worth }
    }
}

/// The variants of a password in its canonical form, that form in lower case among them. None is empty.
pub(super) fn variants(canonical: &str) -> Vec<Variant> {
    let lower = canonical.to_lowercase();
    let plain = plain(&lower);
    let mut all: Vec<Variant> = Vec::new();
    for k in 2..=4 {
        all.push(Variant::new(interleaved(&plain.text, k), plain.worth + INTERLEAVED));
    }
    all.push(Variant::new(stuttered(&plain.text), plain.worth));
    all.push(Variant::new(latin_keys(&plain.text), plain.worth));
    all.push(Variant::new(stuttered(&lower), 0.0));
    all.push(plain);
    all.push(Variant::new(lower, 0.0));
    let peeled: Vec<_> = all.iter().map(peel).collect();
    all.extend(peeled);
    all.retain(|variant| !variant.text.is_empty());
    for variant in &mut all {
        reduce(&mut variant.text);
    }
    all.sort_by(|one, other| one.text.cmp(&other.text).then(one.worth.total_cmp(&other.worth)));
    all.dedup_by(|later, first| later.text == first.text);
    all
}

/// Letters and digits without accents. One or two kinds of separators are a habit; more marks than that are guessed.
pub(super) fn plain(lower: &str) -> Variant {
    let kept: String = lower.nfkd().filter(|c| !is_combining_mark(*c) && c.is_alphanumeric()).collect();
    Variant::new(kept.nfc().collect(), marks_worth(lower.chars().filter(|c| !c.is_alphanumeric()), 0.0))
}

/// What marks are worth: `habit` each where there are at most two kinds of them.
fn marks_worth(marks: impl Iterator<Item = char>, habit: f64) -> f64 {
    let marks: Vec<char> = marks.collect();
    let kinds = marks.iter().collect::<BTreeSet<_>>().len();
    let each = if kinds <= 2 { habit } else { LATIN };
    each * f64::from(u32::try_from(marks.len()).unwrap_or(u32::MAX))
}

/// Each run of one character as one, where most characters are repeated: `112233`, `ppaassss`, `122333`.
fn stuttered(text: &str) -> String {
    let mut squeezed: Vec<char> = text.chars().collect();
    let before = squeezed.len();
    squeezed.dedup();
    if squeezed.len() * 2 <= before + 1 { squeezed.into_iter().collect() } else { String::new() }
}

/// Every `k`-th character one after another: `a1b2c3d4` is `abcd1234`.
fn interleaved(text: &str, k: usize) -> String {
    let characters: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    if characters.len() < INTERLEAVED_MIN {
        return String::new();
    }
    (0..k).flat_map(|first| characters.iter().skip(first).step_by(k)).collect()
}

/// What begins and ends with digits and marks without them. Up to four digits are a habit and worth little each.
fn peel(variant: &Variant) -> Variant {
    let text = variant.text.as_str();
    let core = text.trim_matches(|c: char| !c.is_alphabetic());
    if core.chars().count() < CORE_MIN {
        return Variant::new(String::new(), 0.0);
    }
    let before = text.len() - text.trim_start_matches(|c: char| !c.is_alphabetic()).len();
    let gone = || text[..before].chars().chain(text[before + core.len()..].chars());
    let digits = u32::try_from(gone().filter(|c| c.is_numeric()).count()).unwrap_or(u32::MAX);
    let digits = HABIT * f64::from(digits.min(4)) + f64::from(digits.saturating_sub(4));
    let marks = marks_worth(gone().filter(|c| !c.is_numeric()), HABIT);
    Variant::new(core.to_owned(), variant.worth + digits + marks)
}

/// A text that repeats itself becomes the part that is repeated; one that reads the same backwards becomes its half.
fn reduce(text: &mut Zeroizing<String>) {
    let characters: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    let mut part = characters.as_slice();
    loop {
        let length = part.len();
        let shorter = if let Some(period) = period(part) {
            period
        } else if length >= 6 && part.iter().eq(part.iter().rev()) {
            length.div_ceil(2)
        } else {
            break;
        };
        part = &part[..shorter];
    }
    if part.len() < characters.len() {
        **text = part.iter().collect();
    }
}

/// The length of the part that fills the text at least twice; its last repetition may be cut.
fn period(text: &[char]) -> Option<usize> {
    (1..=text.len() / 2).find(|period| text[*period..] == text[..text.len() - period])
}

/// The keys of a Latin keyboard that type these Korean syllables; empty where there are none.
pub(super) fn latin_keys(text: &str) -> String {
    const INITIAL: [&str; 19] =
        ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"];
    const VOWEL: [&str; 21] = [
        "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m",
        "ml", "l",
    ];
    const FINAL: [&str; 27] = [
        "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt",
        "t", "T", "d", "w", "c", "z", "x", "v", "g",
    ];
    let key = |character: char| {
        let code = u32::from(character);
        let at = |table: &'static [&'static str], first: u32| {
            table.get(usize::try_from(code.checked_sub(first)?).ok()?).copied()
        };
        at(&INITIAL, 0x1100).or_else(|| at(&VOWEL, 0x1161)).or_else(|| at(&FINAL, 0x11a8))
    };
    if !text.nfkd().any(|character| key(character).is_some()) {
        return String::new();
    }
    let mut keys = String::with_capacity(text.len());
    for character in text.nfkd() {
        match key(character) {
            Some(key) => keys.push_str(key),
            None => keys.push(character),
        }
    }
    keys.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{latin_keys, variants};

    #[test]
    fn a3_a_trivial_change_is_undone() {
        for (changed, simple) in [
            ("Corvette", "corvette"),
            ("corvette corvette", "corvette"),
            ("corvettecorvettecorv", "corvette"),
            ("!!corvette12", "corvette"),
            ("c.o.r.v.e.t.t.e", "corvette"),
            ("ccoorrvveettttee", "corvete"),
            ("çörvétte", "corvette"),
            ("a1b2c3d4e5f6", "abcdef123456"),
            ("112233445566", "123456"),
            ("123456789987654321", "123456789"),
            ("비밀번호", "qlalfqjsgh"),
            ("ㅂㅈㄷㄱ쇼ㅕㅑㅐㅔ", "qwertyuiop"),
        ] {
            let found = variants(&contract::rules::canonical_password(changed));
            assert!(found.iter().any(|variant| variant.text.as_str() == simple), "{changed}: {found:?}");
        }
        assert_eq!(latin_keys("harbor"), "");
    }
}
