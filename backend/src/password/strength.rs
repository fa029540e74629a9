//! Password strength: how many guesses a password withstands, from the frequency lists and patterns of `zxcvbn`, the
//! list of `passwords`, keyboard walks and phrases. One figure refuses a password and advises on it.

use super::context::Context;
use super::keyboard::without_walks;
use super::variant::{LATIN, Variant, latin_keys, plain, variants};
use contract::Rule;
use contract::rules::canonical_password;
use passwords::analyzer::is_common_password;
use std::collections::HashSet;
use std::iter::once_with;
use std::sync::LazyLock;
use zeroize::Zeroizing;
use zxcvbn::Match;
use zxcvbn::matching::patterns::MatchPattern;

/// Passwords that are guessed within so many powers of ten are refused.
pub(super) const LEAST: f64 = 7.0;
/// What an entry of the list of `passwords` is worth: it has 100 000.
const LISTED: f64 = 5.0;
/// What a word is worth at least, however common it is: people choose from that many by chance.
const WORD_LEAST: f64 = 1.7;
/// What a context word, or a word that stood before, is worth.
const KNOWN: f64 = 1.0;
/// What a second occurrence is worth.
const AGAIN: f64 = 0.5;
/// `zxcvbn` reads no further.
const WINDOW: usize = 100;

const PHRASES: &str = include_str!("phrases.txt");

/// Words of languages that the frequency lists lack, and phrases, as they are typed without spaces.
static PHRASE_WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = PHRASES.lines().filter(|line| !line.starts_with('#'));
    let phrases = lines.flat_map(|line| line.split(','));
    let joined = phrases.map(|phrase| plain(&canonical_password(phrase).to_lowercase()).text.to_string());
    joined.flat_map(|word| [latin_keys(&word), word]).filter(|word| !word.is_empty()).collect()
});

/// Builds the lists now instead of when the first password is set.
pub(crate) fn prepare() {
    strength("password", &Context::default());
}

/// Why a password is refused, of those reasons that concern its strength.
pub(super) fn weakness(canonical: &str, context: &Context) -> Option<Rule> {
    if is_common_password(canonical) {
        return Some(Rule::CommonPassword);
    }
    let weak = figures(&variants(canonical), &Words::of(context)).find(|figure| figure.worth <= LEAST)?;
    Some(if weak.known { Rule::ContextWord } else { Rule::CommonPassword })
}

/// How many guesses a password withstands, in powers of ten: the fewest of its variants.
pub(super) fn strength(canonical: &str, context: &Context) -> f64 {
    let variants = variants(canonical);
    figures(&variants, &Words::of(context)).map(|figure| figure.worth).fold(f64::MAX, f64::min)
}

/// Words beside those of the frequency lists.
struct Words<'a> {
    /// Phrases, and after them the context words.
    all: Vec<&'a str>,
    phrases: usize,
}

impl<'a> Words<'a> {
    fn of(context: &'a Context) -> Self {
        let phrases = PHRASE_WORDS.iter().map(String::as_str);
        Self { all: phrases.chain(context.words()).collect(), phrases: PHRASE_WORDS.len() }
    }
}

/// How many guesses a text withstands, in powers of ten, and whether what is known of the owner counted.
#[derive(Debug, Clone, Copy)]
struct Figure {
    worth: f64,
    known: bool,
}

/// How many guesses each variant withstands: as it stands, as an entry of the list, and without the walks of a layout.
fn figures<'a>(variants: &'a [Variant], words: &'a Words<'a>) -> impl Iterator<Item = Figure> {
    variants.iter().flat_map(move |variant| {
        let whole = once_with(move || figure(&variant.text, words));
        let listed = once_with(|| is_common_password(&variant.text))
            .filter_map(|listed| listed.then_some(Figure { worth: LISTED, known: false }));
        let walked = once_with(|| without_walks(&variant.text)).flatten().map(move |stripped| {
            let rest = figure(&stripped.rest, words);
            Figure { worth: rest.worth + stripped.worth, ..rest }
        });
        let all = whole.chain(listed).chain(walked);
        all.map(move |figure| Figure { worth: figure.worth + variant.worth, ..figure })
    })
}

/// The parts of a text together.
fn figure(text: &str, words: &Words) -> Figure {
    let characters: Zeroizing<Vec<char>> = Zeroizing::new(text.chars().collect());
    let (mut whole, mut before) = (Figure { worth: 0.0, known: false }, HashSet::new());
    for window in characters.chunks(WINDOW) {
        let window: Zeroizing<String> = Zeroizing::new(window.iter().collect());
        for part in zxcvbn::zxcvbn(&window, &words.all).sequence() {
            let part = part_figure(part, words, &mut before);
            whole = Figure { worth: whole.worth + part.worth, known: whole.known || part.known };
        }
    }
    whole
}

fn part_figure(part: &Match, words: &Words, before: &mut HashSet<String>) -> Figure {
    let mut known = false;
    let once = match &part.pattern {
        MatchPattern::Dictionary(found) if words.all.contains(&found.matched_word.as_str()) => {
            known = words.all[words.phrases..].contains(&found.matched_word.as_str());
            KNOWN
        }
        MatchPattern::Dictionary(found) => {
            u32::try_from(found.rank).map_or(f64::MAX, |rank| f64::from(rank).log10()).max(WORD_LEAST)
        }
        MatchPattern::Repeat(found) => {
            let base = found.base_matches.iter().map(|part| part_figure(part, words, &mut HashSet::new()));
            let base: Vec<Figure> = base.collect();
            known = base.iter().any(|figure| figure.known);
            base.iter().map(|figure| figure.worth).sum()
        }
        MatchPattern::Sequence(_) => KNOWN,
        MatchPattern::Regex(_) => WORD_LEAST,
        MatchPattern::Date(_) => 4.0,
        MatchPattern::Spatial(_) | MatchPattern::BruteForce => part.token.chars().map(character_worth).sum(),
    };
    let again = part.token.chars().count() > 2 && !before.insert(part.token.to_lowercase());
    Figure { worth: if again { AGAIN.min(once) } else { once }, known }
}

fn character_worth(character: char) -> f64 {
    if character.is_ascii() && !character.is_ascii_digit() { LATIN } else { 1.0 }
}
