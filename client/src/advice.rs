//! Advice on a password while it is typed, computed on this computer. It never decides: the backend does.

use postern_contract::advice::{AdviceInput, PasswordAdvice, PasswordHint};
use postern_contract::rules::PASSWORD_MIN_ALONE;
use zxcvbn::feedback::{Suggestion, Warning};
use zxcvbn::{Entropy, Score};

/// Shorter words than this stand in many good passwords by chance.
const CONTEXT_WORD_MIN: usize = 4;
/// The highest level of a password that is too short to stand alone.
const SHORT_LEVEL: u8 = 2;

/// Judges a password.
pub fn advise(input: &AdviceInput) -> PasswordAdvice {
    let password = input.password.expose().as_str();
    if password.is_empty() {
        return PasswordAdvice { level: 0, hint: PasswordHint::AddWords };
    }
    let words: Vec<String> = context_words(&input.context);
    let known: Vec<&str> = words.iter().map(String::as_str).chain(["postern"]).collect();
    let judged = zxcvbn::zxcvbn(password, &known);
    let short = password.chars().count() < PASSWORD_MIN_ALONE as usize;
    let level = level(judged.score());
    let level = if short { level.min(SHORT_LEVEL) } else { level };
    let lower = password.to_lowercase();
    let hint = if level >= 3 {
        PasswordHint::None
    } else if known.iter().any(|word| lower.contains(word)) {
        PasswordHint::AvoidContext
    } else {
        hint(&judged)
    };
    PasswordAdvice { level, hint }
}

fn context_words(context: &[String]) -> Vec<String> {
    let words = context.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    words.filter(|word| word.chars().count() >= CONTEXT_WORD_MIN).map(str::to_lowercase).collect()
}

fn level(score: Score) -> u8 {
    match score {
        Score::Two => 2,
        Score::Three => 3,
        Score::Four => 4,
        _ => 1,
    }
}

fn hint(judged: &Entropy) -> PasswordHint {
    let Some(feedback) = judged.feedback() else { return PasswordHint::AddWords };
    if let Some(warning) = feedback.warning() {
        return of_warning(warning);
    }
    feedback.suggestions().iter().copied().find_map(of_suggestion).unwrap_or(PasswordHint::AddWords)
}

fn of_warning(warning: Warning) -> PasswordHint {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess
        | Warning::ShortKeyboardPatternsAreEasyToGuess
        | Warning::SequencesLikeAbcAreEasyToGuess => PasswordHint::AvoidSequences,
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            PasswordHint::AvoidRepeats
        }
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => PasswordHint::AvoidDates,
        Warning::ThisIsATop10Password
        | Warning::ThisIsATop100Password
        | Warning::ThisIsACommonPassword
        | Warning::ThisIsSimilarToACommonlyUsedPassword
        | Warning::AWordByItselfIsEasyToGuess
        | Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => PasswordHint::AvoidCommon,
    }
}

fn of_suggestion(suggestion: Suggestion) -> Option<PasswordHint> {
    match suggestion {
        Suggestion::AvoidRepeatedWordsAndCharacters => Some(PasswordHint::AvoidRepeats),
        Suggestion::AvoidSequences | Suggestion::UseALongerKeyboardPatternWithMoreTurns => {
            Some(PasswordHint::AvoidSequences)
        }
        Suggestion::AvoidRecentYears
        | Suggestion::AvoidYearsThatAreAssociatedWithYou
        | Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Some(PasswordHint::AvoidDates),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::advise;
    use postern_contract::Secret;
    use postern_contract::advice::{AdviceInput, PasswordHint};

    fn judge(password: &str) -> (u8, PasswordHint) {
        let context = vec!["Mina Park".to_owned(), "mina.park@harbor.example".to_owned()];
        let advice = advise(&AdviceInput { password: Secret::from(password), context });
        (advice.level, advice.hint)
    }

    #[test]
    fn advice_names_what_would_help_most() {
        // PW-6
        assert_eq!(judge(""), (0, PasswordHint::AddWords));
        assert_eq!(judge("password"), (1, PasswordHint::AvoidCommon));
        assert_eq!(judge("harbor harbor").1, PasswordHint::AvoidContext);
        assert_eq!(judge("aaaaaaaaaaaaaaa").1, PasswordHint::AvoidRepeats);
        assert_eq!(judge("abcdefghijklmnop").1, PasswordHint::AvoidSequences);
        assert_eq!(judge("qwertyuiop").0, 1);
        assert_eq!(judge("seven lamps over quiet water"), (4, PasswordHint::None));
        assert_eq!(judge("x9#Kq2!vTz").0, 2, "too short to stand alone");
    }

    #[test]
    fn a_long_password_costs_no_more_than_its_beginning() {
        // PW-6: judged whole, this one would take for ever
        let long = "lamp water quiet ".repeat(6_000);
        assert_eq!(judge(&long), judge(&long[..1_000]));
    }
}
