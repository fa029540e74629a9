//! What happens on OK, for the settings as they are chosen.

use super::Draft;
use crate::pages::change_password::other_places;
use crate::parts::Line;
use crate::words;

/// The lines of the aside.
pub fn of(draft: Draft) -> Vec<Line> {
    if !draft.changed() {
        return vec![Line::new("check", "No unsaved changes.")];
    }
    let method = words::channel(draft.method.get());
    let mut lines = Vec::new();
    match (draft.two_factor.get(), draft.two_factor_changed()) {
        (true, true) => {
            lines.push(Line::with(
                "shield",
                "From the next sign-in, a number is asked for, sent by ",
                method,
                ".",
            ));
        }
        (true, false) => {
            let instead = format!(" instead of {}.", words::channel(draft.in_use()));
            lines.push(Line::with("text", "From the next sign-in, the number goes by ", method, instead));
        }
        (false, true) => lines.push(Line::new("warn", "The next sign-in asks for the password alone.")),
        (false, false) => {}
    }
    lines.extend(draft.places.value().map(|places| other_places(&places)));
    lines.push(Line::new("mail", "A notice goes to your email address and your mobile phone."));
    lines
}
