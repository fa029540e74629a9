//! Sentences for an operator, where a client would have its own.

use contract::{Problem, ProblemCode, Rule};
use postern_backend::operate::NotCreated;

/// What a problem means at the command line.
pub fn words(problem: &Problem) -> String {
    if !problem.fields.is_empty() {
        let fields = problem.fields.iter().map(|field| {
            let name = field.field.trim_end_matches(".address").replace('_', " ");
            format!("the {name} {}", rule(field.rule))
        });
        let fields: Vec<_> = fields.collect();
        return format!("{}; nothing was changed", fields.join("; "));
    }
    match problem.code {
        ProblemCode::NotFound => {
            "there is no such account; nothing was changed. `account list` shows all".to_owned()
        }
        ProblemCode::Overloaded => {
            "the database did not take it (it is busy, or its server is away); try again".to_owned()
        }
        ProblemCode::StorageFull => {
            "there is no room left for the database; nothing was changed. Make room, try again".to_owned()
        }
        code => format!("it failed ({code:?}); the log above says why"),
    }
}

/// Why an account was not created.
pub fn not_created(why: &NotCreated) -> String {
    match why {
        NotCreated::Refused(problem) => words(problem),
        NotCreated::Taken { email, mobile_phone } => {
            let what = match (email, mobile_phone) {
                (true, true) => "the email address and the mobile phone belong",
                (true, false) => "the email address belongs",
                _ => "the mobile phone belongs",
            };
            format!("{what} to another account; nothing was changed")
        }
    }
}

fn rule(rule: Rule) -> String {
    match rule {
        Rule::Missing => "is missing".to_owned(),
        Rule::TooShort { min } => format!("is too short: at least {min} characters"),
        Rule::TooLong { max } => format!("is too long: at most {max} characters"),
        Rule::ForbiddenCharacter { code_point } => {
            format!("is not accepted: {} is not allowed", code_point.named())
        }
        Rule::InvisibleCharacter { code_point } => {
            format!("is not accepted: {code_point} is invisible and not allowed")
        }
        Rule::StackedCharacters => "has too many marks on one character".to_owned(),
        Rule::NotAnEmailAddress => "is not an email address".to_owned(),
        Rule::NotAMobilePhone => "is not a mobile phone number that can be called".to_owned(),
        Rule::CommonPassword => "is one of those that are guessed first".to_owned(),
        Rule::ContextWord => "is made of the name, the address or the product's name".to_owned(),
        other => format!("is refused ({other:?})"),
    }
}
