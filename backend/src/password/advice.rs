//! Password advice: how good a password is while it is typed, and what would make it better. It comes from the rule that
//! accepts and refuses, so that it never praises what is refused.

use super::accept;
use super::context::Context;
use super::strength::strength;
use contract::advice::{AdviceInput, PasswordAdvice, PasswordHint};
use contract::rules::{PASSWORD_MIN_ALONE, canonical_password, password_length};
use contract::{Rule, rules};
use zxcvbn::feedback::{Feedback, Suggestion, Warning};

/// The highest level of a password that is too short to stand alone.
const SHORT_LEVEL: u8 = 2;

/// Judges a password by the rule that the backend accepts it by.
pub fn advise(input: &AdviceInput) -> PasswordAdvice {
    let typed = input.password.expose().as_str();
    if typed.is_empty() {
        return PasswordAdvice { level: 0, hint: PasswordHint::AddWords, rule: Some(Rule::Missing) };
    }
    // a text that is too long is not taken apart
    if let Err(rule @ Rule::TooLong { .. }) = rules::new_password(typed, input.min) {
        return PasswordAdvice { level: 1, hint: PasswordHint::None, rule: Some(rule) };
    }
    let context = Context::of(input.context.iter().map(String::as_str));
    let rule = accept(typed, input.min, &context).err();
    let canonical = canonical_password(typed);
    let level = if rule.is_some() { 1 } else { level(strength(&canonical, &context)) };
    let short = password_length(typed) < PASSWORD_MIN_ALONE;
    let level = if short { level.min(SHORT_LEVEL) } else { level };
    let hint = match rule {
        Some(Rule::ContextWord) => PasswordHint::AvoidContext,
        _ if level >= 3 => PasswordHint::None,
        rule => {
            let hint = zxcvbn::zxcvbn(&canonical, &[]).feedback().and_then(hint);
            let common = rule == Some(Rule::CommonPassword);
            hint.unwrap_or(if common { PasswordHint::AvoidCommon } else { PasswordHint::AddWords })
        }
    };
    PasswordAdvice { level, hint, rule }
}

/// Fair, good or strong, of a password that is accepted.
fn level(strength: f64) -> u8 {
    if strength <= 8.5 {
        2
    } else if strength <= 10.5 {
        3
    } else {
        4
    }
}

fn hint(feedback: &Feedback) -> Option<PasswordHint> {
    let suggested = || feedback.suggestions().iter().copied().find_map(of_suggestion);
    feedback.warning().map(of_warning).or_else(suggested)
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
    use super::{Context, accept, advise};
    use contract::Secret;
    use contract::advice::{AdviceInput, PasswordHint};

    fn judge(password: &str) -> (u8, PasswordHint) {
        let context = vec!["Mina Park".to_owned(), "mina.park@harbor.example".to_owned()];
        let advice = advise(&AdviceInput { password: Secret::from(password), context, min: 15 });
        (advice.level, advice.hint)
    }

    #[test]
    fn advice_names_what_would_help_most() {
        // PW-6
        assert_eq!(judge(""), (0, PasswordHint::AddWords));
        assert_eq!(judge("password"), (1, PasswordHint::AvoidCommon));
        assert_eq!(judge("mina park mina park").1, PasswordHint::AvoidContext);
        assert_eq!(judge("aaaaaaaaaaaaaaa").1, PasswordHint::AvoidRepeats);
        assert_eq!(judge("abcdefghijklmnop").1, PasswordHint::AvoidSequences);
        assert_eq!(judge("qwertyuiop").0, 1);
        assert_eq!(judge("seven lamps over quiet water"), (4, PasswordHint::None));
    }

    // D3: what is refused is never praised, and the reason is the one that the backend gives
    #[test]
    fn d3_advice_never_contradicts_the_rule() {
        let context = ["Mina Park", "mina.park@harbor.example", "+821055501234"];
        let known = Context::of(context);
        for typed in [
            "mina.park@harbor.example",
            "password password",
            "123456789987654321",
            "1234567890qwerty",
            "corvette",
            "010-5550-1234 mina",
            "seven harbor lamps",
            "kelp 41 tide",
            "\u{fdfa}",
            "x9#Kq2!vTz",
            "비밀번호 비밀번호 비밀번호",
        ] {
            for min in [8, 15] {
                let advice = advise(&AdviceInput {
                    password: Secret::from(typed),
                    context: context.map(str::to_owned).to_vec(),
                    min,
                });
                let refused = accept(typed, min, &known).err();
                assert_eq!(advice.rule, refused, "{typed}");
                assert_eq!(advice.level <= 1, refused.is_some(), "{typed}: {advice:?}");
            }
        }
    }

    // PW-6: a text that is too long is not judged at all, and one that is as long as may be is judged soon
    #[test]
    fn pw_6_a_long_password_is_not_taken_apart() {
        assert_eq!(judge(&"lamp water quiet ".repeat(6_000)), (1, PasswordHint::None));
        // marks that stand for many letters each are what the judge takes longest for
        assert!(judge(&"4@8({[<369&#!1/|0$5+7%2/".repeat(10)).0 > 1);
    }
}
