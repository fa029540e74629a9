//! What happens on OK, for the draft as it stands.

use super::Draft;
use crate::parts::Line;
use crate::words;

/// A text that was typed, in quotes: it may end with a full stop of its own.
fn becomes(what: &'static str, text: String) -> Line {
    let end = format!("”{}", words::full_stop(&text));
    Line::with("person", what, text, end)
}

/// The lines of the aside.
pub fn of(draft: Draft) -> Vec<Line> {
    let mut lines = Vec::new();
    let (email, phone) = (draft.email.address, draft.phone.address);
    if email.changed() {
        lines.push(Line::with("mail", "You sign in with ", email.value(), " from then on."));
    }
    if draft.name.changed() && !draft.name.value().trim().is_empty() {
        lines.push(becomes("Your name becomes “", draft.name.value()));
    }
    if phone.changed() {
        lines.push(Line::with("text", "Text messages go to ", phone.value(), " from then on."));
    }
    if draft.task.changed() {
        lines.push(match draft.task.value().trim() {
            "" => Line::new("person", "Your task is removed."),
            task => becomes("Your task becomes “", task.to_owned()),
        });
    }
    if email.changed() || phone.changed() {
        lines.push(Line::new("info", "Both the old and the new address are told about the change."));
    }
    if [draft.email, draft.phone].into_iter().any(|proving| proving.address.changed() && !proving.proven()) {
        lines.push(Line::new("lock", "Nothing changes if a number is wrong or too late."));
    }
    if lines.is_empty() {
        lines.push(Line::new("check", "No unsaved changes."));
    }
    lines
}
