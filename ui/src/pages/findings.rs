//! What is wrong with files, as a list: where, what, and how to mend it.

use crate::parts::Icon;
use crate::words;
use postern_contract::configuration::{Finding, Gravity};
use sycamore::prelude::*;

/// The list `Findings`; nothing where there are none.
pub fn findings(all: &[Finding]) -> View {
    if all.is_empty() {
        return view! {};
    }
    let rows: Vec<View> = all.iter().map(one).collect();
    view! { ul(class="rows", role="list", "aria-label"="Findings") { (rows) } }
}

fn one(finding: &Finding) -> View {
    let (icon, class) = match finding.gravity {
        Gravity::Error => ("alert", "icon attention"),
        Gravity::Warning => ("warn", "icon attention"),
    };
    let (said, place) = (words::finding(finding), words::place_of(finding));
    view! {
        li(class="row-item") {
            Icon(name=icon, class=class)
            div { strong { (said.what) } p(class="mono") { (place) } p { (said.rest) } }
        }
    }
}
