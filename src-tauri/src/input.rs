//! What a page passes to a command, read in one place: whatever the JSON is, the answer is a typed problem naming the
//! field, never a string and never a panic. The text of serde's error is dropped, since it may quote a password.

use contract::{FieldProblem, Problem, ProblemCode, Rule};
use postern_contract as contract;
use serde::de::DeserializeOwned;
use tauri::ipc::{CommandArg, CommandItem, InvokeBody, InvokeError};

/// The argument named `input` of a command. There is no `Debug`: an input may hold a password.
pub struct Input<T>(pub T);

impl<'de, R: tauri::Runtime, T: DeserializeOwned> CommandArg<'de, R> for Input<T> {
    fn from_command(command: CommandItem<'de, R>) -> Result<Self, InvokeError> {
        let value = match command.message.payload() {
            InvokeBody::Json(arguments) => arguments.get(command.key),
            InvokeBody::Raw(_) => None,
        };
        read(value).map(Self).map_err(InvokeError::from)
    }
}

/// Reads an input, or says which field is wrong and how.
pub fn read<T: DeserializeOwned>(value: Option<&serde_json::Value>) -> Result<T, Problem> {
    let Some(value) = value else {
        return Err(Problem::field(ProblemCode::Malformed, "input", Rule::Missing));
    };
    serde_path_to_error::deserialize(value).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let text = error.inner().to_string();
    let (rule, name) = rule(&text);
    let mut field = error.path().to_string();
    if field == "." {
        field.clear();
    }
    match name {
        Some(name) if field.is_empty() => name.clone_into(&mut field),
        Some(name) if field.rsplit('.').next() != Some(name) => field = format!("{field}.{name}"),
        _ => {}
    }
    // a name that the page made up may be anything: only one that could be a field of ours is given back
    if field.len() > 128 || !field.chars().all(|c| c.is_ascii_alphanumeric() || "_.[]".contains(c)) {
        field.clear();
    }
    Problem { fields: vec![FieldProblem { field, rule }], ..Problem::new(ProblemCode::Malformed) }
}

/// The rule that serde's sentence speaks of, and the field it names where the path does not.
fn rule(text: &str) -> (Rule, Option<&str>) {
    let name = text.split('`').nth(1);
    if text.starts_with("missing field") {
        (Rule::Missing, name)
    } else if text.starts_with("unknown field") {
        (Rule::Unknown, name)
    } else if text.starts_with("duplicate field") {
        (Rule::Duplicate, name)
    } else {
        (Rule::WrongType, None)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use contract::advice::AdviceInput;
    use contract::operation::WebviewRequest;
    use contract::shell::{AddKeyInput, AnswerNumberInput, PasswordInput, SignInInput, Tab};
    use contract::{ProblemCode, Rule};
    use postern_contract as contract;
    use serde_json::{Value, json};

    fn refused<T: serde::de::DeserializeOwned>(value: &Value) -> (String, Rule) {
        let problem = read::<T>(Some(value)).err().expect("must be refused");
        assert_eq!(problem.code, ProblemCode::Malformed);
        let field = problem.fields.into_iter().next().expect("a field is named");
        (field.field, field.rule)
    }

    #[test]
    fn the_field_and_its_rule_are_named() {
        // IPC-2
        assert_eq!(refused::<AddKeyInput>(&json!({})), ("label".into(), Rule::Missing));
        assert_eq!(refused::<AddKeyInput>(&json!({"label": 7})), ("label".into(), Rule::WrongType));
        assert_eq!(refused::<AddKeyInput>(&json!({"label": "a", "x": 1})), ("x".into(), Rule::Unknown));
        assert_eq!(refused::<AdviceInput>(&json!({"password": "a", "context": [1]})).1, Rule::WrongType);
        assert_eq!(refused::<Tab>(&json!("nowhere")).1, Rule::WrongType);
        assert_eq!(read::<Tab>(None).err().and_then(|p| p.rule_of("input")), Some(Rule::Missing));
    }

    #[test]
    fn what_was_typed_is_not_in_the_problem() {
        // LOG-1
        let canary = "canary-5b1f";
        for value in [
            json!({"email": 1, "password": canary}),
            json!({"email": "a@b.c", "password": [canary]}),
            json!({"email": "a@b.c", "password": {"canary-5b1f": 1}}),
            json!({"email": "a@b.c", "password": "x", "canary-5b1f with spaces": 1}),
            json!(canary),
        ] {
            let problem = read::<SignInInput>(Some(&value)).expect_err("must be refused");
            assert!(!format!("{problem:?} {problem}").contains(canary), "{problem:?}");
        }
    }

    #[test]
    fn what_was_read_does_not_print_what_was_typed() {
        // LOG-1
        let canary = "canary-77e0";
        let challenge = "00000000-0000-0000-0000-000000000007";
        let printed = [
            print::<SignInInput>(json!({"email": "a@b.c", "password": canary})),
            print::<PasswordInput>(json!({"password": canary})),
            print::<AdviceInput>(json!({"password": canary, "context": [], "min": 15})),
            print::<AnswerNumberInput>(json!({"challenge": challenge, "number": canary})),
            print::<WebviewRequest>(json!({"operation": "ChangePassword", "request":
                {"body": {"current_password": canary, "new_password": canary}}})),
            print::<WebviewRequest>(json!({"operation": "ConfirmVerification", "request":
                {"id": challenge, "body": {"number": canary}}})),
        ];
        assert!(!printed.join(" ").contains(canary), "{printed:?}");
    }

    #[allow(clippy::needless_pass_by_value, reason = "reads better at the call")]
    fn print<T: serde::de::DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        format!("{:?}", read::<T>(Some(&value)).expect("it is what the contract says"))
    }
}
