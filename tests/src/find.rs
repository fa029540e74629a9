//! Finds controls by role and accessible name, both as the engine computes them: if a screen reader cannot find it, neither
//! can a story.

use anyhow::Result;
use std::ops::Add as _;
use std::sync::Arc;
use thirtyfour::WebElement;
use thirtyfour::common::command::{Command, FormatRequestData};
use thirtyfour::common::requestdata::RequestData;
use thirtyfour::session::handle::SessionHandle;
use thirtyfour::{ElementId, SessionId};

/// What a control is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Role {
    Alert,
    Alertdialog,
    Button,
    Checkbox,
    Dialog,
    Heading,
    Menuitem,
    Radio,
    Radiogroup,
    Status,
    Tab,
    Table,
    Textbox,
}

impl Role {
    /// Elements that may have the role: written out, or by their nature.
    const fn candidates(self) -> &'static str {
        match self {
            Self::Alert => "[role=alert]",
            Self::Alertdialog => "[role=alertdialog]",
            Self::Button => "button:not([role]), [role=button], input[type=submit]",
            Self::Checkbox => "input[type=checkbox], [role=checkbox]",
            Self::Dialog => "dialog:not([role]), [role=dialog]",
            Self::Heading => "h1, h2, h3, h4, [role=heading]",
            Self::Menuitem => "[role=menuitem]",
            Self::Radio => "input[type=radio], [role=radio]",
            Self::Radiogroup => "[role=radiogroup]",
            Self::Status => "[role=status]",
            Self::Tab => "[role=tab]",
            Self::Table => "table, [role=table]",
            Self::Textbox => {
                "input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=password], textarea"
            }
        }
    }

    /// Whether the engine’s word for an element's role is this one.
    fn is(self, computed: &str) -> bool {
        let own = format!("{self:?}").to_lowercase();
        // a password field has no role of its own in ARIA, and engines answer differently
        computed == own || (self == Self::Textbox && matches!(computed, "" | "generic" | "none"))
    }
}

/// What is drawn and can be reached: behind an open modal dialog, nothing is.
const REACHABLE: &str = "
    const modal = [...document.querySelectorAll('dialog')].filter(d => d.matches(':modal')).pop();
    const root = modal ? modal.parentElement : document;
    return [...root.querySelectorAll(arguments[0])].filter(e =>
        (!modal || modal.contains(e)) && !e.closest('[inert]') && e.checkVisibility({ visibilityProperty: true }));";

/// The first reachable control of that role whose accessible name is wanted.
pub async fn one(
    session: &Arc<SessionHandle>,
    role: Role,
    wanted: &(dyn Fn(&str) -> bool + Sync),
) -> Result<Option<WebElement>> {
    let found = session.execute(REACHABLE, vec![role.candidates().into()]).await?;
    for element in found.elements()? {
        if wanted(&name_of(&element).await?) && role.is(&computed(&element, "computedrole").await?) {
            return Ok(Some(element));
        }
    }
    Ok(None)
}

/// The accessible name of an element, spaces folded.
pub async fn name_of(element: &WebElement) -> Result<String> {
    let name = computed(element, "computedlabel").await?;
    Ok(name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What all live regions say now.
pub async fn announced(session: &Arc<SessionHandle>) -> Result<String> {
    let script = "return [...document.querySelectorAll('[role=status], [role=alert], [aria-live]')]
        .map(e => e.innerText).join('\\n')";
    let said = session.execute(script, vec![]).await?;
    Ok(said.json().as_str().unwrap_or_default().to_owned())
}

async fn computed(element: &WebElement, what: &'static str) -> Result<String> {
    let answer = element.handle().cmd(Computed { element: element.element_id(), what }).await?;
    Ok(answer.value::<Option<String>>()?.unwrap_or_default())
}

/// W3C WebDriver's “get computed role” and “get computed label”, which the client library does not have.
#[derive(Debug)]
struct Computed {
    element: ElementId,
    what: &'static str,
}

impl FormatRequestData for Computed {
    fn format_request(&self, session: &SessionId) -> RequestData {
        // the same request as for the element's tag, but for its last word
        let mut request = Command::GetElementTagName(self.element.clone()).format_request(session);
        request.uri = request.uri.trim_end_matches("name").to_owned().add(self.what).into();
        request
    }
}
