//! One message above what it speaks of: success, error, warning, or a plain fact.

use super::Icon;
use crate::words::{self, Act, Said};
use postern_contract::{Problem, ProblemCode};
use sycamore::prelude::*;

/// What kind of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It worked. `role=status`.
    Ok,
    /// It did not. `role=alert`.
    Error,
    /// It needs attention. `role=alert`.
    Warn,
    /// There is no connection. `role=status`.
    Offline,
    /// A policy is why. `role=status`.
    Policy,
    /// The secret store. `role=alert`.
    Store,
    /// Files wait. `role=status`.
    Files,
    /// Somebody else saved first. `role=alert`.
    Conflict,
}

impl Kind {
    const fn role(self) -> &'static str {
        match self {
            Self::Ok | Self::Offline | Self::Policy | Self::Files => "status",
            Self::Error | Self::Warn | Self::Store | Self::Conflict => "alert",
        }
    }

    const fn tone(self) -> Option<&'static str> {
        match self {
            Self::Ok => Some("ok"),
            Self::Error => Some("error"),
            Self::Warn | Self::Store | Self::Conflict => Some("warn"),
            Self::Offline | Self::Policy | Self::Files => None,
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Ok => "done",
            Self::Error => "alert",
            Self::Warn => "warn",
            Self::Offline => "offline",
            Self::Policy => "policy",
            Self::Store => "lock",
            Self::Files => "file",
            Self::Conflict => "both",
        }
    }
}

/// `action` is one plain button at the right; `row` holds several under the text.
#[component(inline_props)]
pub fn Banner(
    kind: Kind,
    said: Said,
    #[prop(default)] action: Option<View>,
    #[prop(default)] row: Option<View>,
) -> View {
    let rest = (!said.rest.is_empty()).then(|| view! { p { (said.rest) } });
    let row = row.map(|row| view! { div(class="row") { (row) } });
    view! {
        div(class="banner", "data-kind"=kind.tone(), role=kind.role()) {
            Icon(name=kind.icon())
            div { strong { (said.what) } (rest) (row) }
            (action)
        }
    }
}

/// A problem that is not a matter of one field, in words, with a button where the page has a way on.
#[component(inline_props)]
pub fn ProblemBanner(problem: Problem, act: Act, #[prop(default)] action: Option<View>) -> View {
    let kind = match problem.code {
        ProblemCode::BackendUnreachable | ProblemCode::Offline => Kind::Offline,
        ProblemCode::StepUpRequired => Kind::Warn,
        _ => Kind::Error,
    };
    let said = words::problem(&problem, act);
    let action = action.unwrap_or_default();
    view! { Banner(kind=kind, said=said, action=action) }
}
