//! Two versions of the same thing, yours and theirs, side by side. Only what both sides changed is asked, and nothing is
//! chosen for the person.

use sycamore::prelude::*;

/// Whose version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is typed here.
    Yours,
    /// What was saved elsewhere in the meantime.
    Theirs,
}

/// Which sides changed something since both last agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// Neither, or both to the same.
    Same,
    /// Yours alone: it is kept by itself.
    Yours,
    /// Theirs alone: it is taken by itself.
    Theirs,
    /// Both, differently: the person chooses.
    Both,
}

/// Compares both sides with what they last agreed on.
pub fn changed<T: PartialEq + ?Sized>(before: &T, yours: &T, theirs: &T) -> Changed {
    match (yours == theirs, yours == before, theirs == before) {
        (true, ..) => Changed::Same,
        (_, false, false) => Changed::Both,
        (_, false, true) => Changed::Yours,
        (_, true, _) => Changed::Theirs,
    }
}

/// One field in both versions, and what was chosen for it.
#[derive(Clone)]
pub struct Version {
    /// The field's id in the document.
    pub id: &'static str,
    /// Its words.
    pub legend: &'static str,
    /// What is typed here.
    pub yours: String,
    /// What was saved elsewhere.
    pub theirs: String,
    /// Which sides changed it.
    pub changed: Changed,
    /// Whose version was chosen, where that is asked.
    pub chosen: Signal<Option<Side>>,
}

impl Version {
    /// The field as it was `before`, as it is typed here and as it was saved elsewhere.
    pub fn new(id: &'static str, legend: &'static str, before: &str, yours: &str, theirs: &str) -> Self {
        let changed = changed(before, yours, theirs);
        let (yours, theirs) = (yours.to_owned(), theirs.to_owned());
        Self { id, legend, yours, theirs, changed, chosen: create_signal(None) }
    }

    /// Whose version counts; none while the person has to choose.
    pub fn side(&self) -> Option<Side> {
        match self.changed {
            Changed::Yours => Some(Side::Yours),
            Changed::Theirs | Changed::Same => Some(Side::Theirs),
            Changed::Both => self.chosen.get(),
        }
    }

    /// The text that counts; none while the person has to choose.
    pub fn text(&self) -> Option<&str> {
        self.side().map(|side| match side {
            Side::Yours => self.yours.as_str(),
            Side::Theirs => self.theirs.as_str(),
        })
    }

    /// The id of its first choice, to move the focus to.
    pub fn first_choice(&self) -> String {
        format!("{}-yours", self.id)
    }
}

/// What is asked.
#[component(inline_props)]
pub fn Versions(versions: Vec<Version>) -> View {
    let asked: Vec<View> = versions
        .into_iter()
        .filter(|version| version.changed == Changed::Both)
        .map(|version| one(&version))
        .collect();
    view! { div(class="versions") { (asked) } }
}

fn one(version: &Version) -> View {
    let legend_id = format!("{}-legend", version.id);
    let (name, legend) = (legend_id.clone(), version.legend);
    let (yours, theirs) = (&version.yours, &version.theirs);
    let yours_card = card(version, Side::Yours, "Yours", parted(yours, theirs));
    let theirs_card = card(version, Side::Theirs, "Theirs", parted(theirs, yours));
    view! {
        fieldset(role="radiogroup", "aria-labelledby"=legend_id) {
            span(class="legend", id=name) { (legend) }
            div(class="choices") { (yours_card) (theirs_card) }
        }
    }
}

fn card(version: &Version, side: Side, label: &'static str, (same, differs, rest): Parted) -> View {
    let word = if side == Side::Yours { "yours" } else { "theirs" };
    let id = format!("{}-{word}", version.id);
    let (r#for, about) = (id.clone(), format!("{id}-value"));
    let (described, chosen, node) = (about.clone(), version.chosen, create_node_ref());
    let differs = if differs.is_empty() && same.is_empty() { "(empty)".to_owned() } else { differs };
    let card = view! {
        div(class="choice") {
            input(
                r#type="radio",
                id=id,
                name=version.id,
                r#ref=node,
                "aria-describedby"=described,
                on:change=move |_| chosen.set(Some(side)),
            )
            label(r#for=r#for) { (label) }
            p(class="value", id=about) { (same) ins { (differs) } (rest) }
        }
    };
    crate::dom::keep_ticked(node, move || chosen.get() == Some(side));
    card
}

/// What a text begins with as the other does, where it differs, and what it ends with as the other does.
type Parted = (String, String, String);

/// Parts a text word by word.
fn parted(text: &str, other: &str) -> Parted {
    let words = |text: &str| text.split_inclusive(' ').map(str::to_owned).collect::<Vec<_>>();
    let (mine, others) = (words(text), words(other));
    let alike = |(one, two): &(&String, &String)| one.trim_end() == two.trim_end();
    let first = mine.iter().zip(&others).take_while(alike).count();
    let left = mine.len().min(others.len()) - first;
    let last = mine.iter().rev().zip(others.iter().rev()).take_while(alike).count().min(left);
    let end = mine.len() - last;
    (mine[..first].concat(), mine[first..end].concat(), mine[end..].concat())
}

#[cfg(test)]
mod tests {
    use super::{Changed, changed, parted};

    #[test]
    fn only_what_both_sides_changed_differently_is_asked() {
        assert_eq!(changed("a", "a", "a"), Changed::Same);
        assert_eq!(changed("a", "b", "b"), Changed::Same);
        assert_eq!(changed("a", "b", "a"), Changed::Yours);
        assert_eq!(changed("a", "a", "b"), Changed::Theirs);
        assert_eq!(changed("a", "b", "c"), Changed::Both);
    }

    #[test]
    fn the_words_that_differ_are_set_off() {
        let parted = |one, two| {
            let (same, differs, rest) = parted(one, two);
            [same, differs, rest].join("|")
        };
        assert_eq!(parted("Mina Park-Lee", "Mina Lee"), "Mina |Park-Lee|");
        assert_eq!(parted("Harbor gate keys", "Harbor cranes and keys"), "Harbor |gate |keys");
        assert_eq!(parted("Mina", "Mina Park"), "Mina||");
        assert_eq!(parted("Mina Park", "Mina"), "Mina |Park|");
        assert_eq!(parted("", "Gate"), "||");
    }
}
