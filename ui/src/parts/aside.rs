//! "What happens on OK": the consequences of the draft, as it stands.

use super::Icon;
use sycamore::prelude::*;

/// One consequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its icon.
    pub icon: &'static str,
    /// Before the words that matter.
    pub before: String,
    /// The words that matter, set off.
    pub strong: String,
    /// After them.
    pub after: String,
}

impl Line {
    /// A plain consequence.
    pub fn new(icon: &'static str, text: impl Into<String>) -> Self {
        Self { icon, before: text.into(), strong: String::new(), after: String::new() }
    }

    /// One with words set off in it.
    pub fn with(
        icon: &'static str,
        before: impl Into<String>,
        strong: impl Into<String>,
        after: impl Into<String>,
    ) -> Self {
        Self { icon, before: before.into(), strong: strong.into(), after: after.into() }
    }
}

/// The aside; `lines` is read again whenever the draft changes.
#[component(inline_props)]
pub fn Next(
    #[prop(default = "What happens on OK")] heading: &'static str,
    lines: impl Fn() -> Vec<Line> + 'static,
) -> View {
    list(heading, Box::new(lines))
}

/// Boxed, so that the page holds one copy for all drafts.
fn list(heading: &'static str, lines: Box<dyn Fn() -> Vec<Line>>) -> View {
    let lines = create_selector(lines);
    view! {
        aside(class="next", "aria-label"=heading) {
            h2 { (heading) }
            ul(role="list") { (lines.get_clone().into_iter().map(one).collect::<Vec<View>>()) }
        }
    }
}

fn one(line: Line) -> View {
    let strong = (!line.strong.is_empty()).then(|| view! { b { (line.strong) } });
    view! { li { Icon(name=line.icon, class="icon small") span { (line.before) (strong) (line.after) } } }
}
