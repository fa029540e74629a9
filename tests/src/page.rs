//! One window's page, as a person works with it.

use crate::find::{self, Role};
use crate::patience::until;
use anyhow::{Context, Result};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use thirtyfour::session::handle::SessionHandle;
use thirtyfour::{Key, WebElement, WindowHandle};
use tokio::time::timeout;

/// More than a move of the pointer takes on a busy computer.
const MOVE: Duration = Duration::from_secs(8);

/// Where a control is, or null where it cannot be used.
const USABLE: &str = "
    const control = arguments[0].control ?? arguments[0];
    if (control.matches(':disabled')) return null;
    const place = arguments[0].getBoundingClientRect();
    return [place.x, place.y, place.width, place.height];";

/// A window that is being driven. Each act first makes it the driven one.
#[derive(Debug, Clone)]
pub struct Page {
    session: Arc<SessionHandle>,
    window: WindowHandle,
}

impl Page {
    /// The page of a window.
    pub fn new(session: Arc<SessionHandle>, window: WindowHandle) -> Self {
        Self { session, window }
    }

    /// Makes this the window that WebDriver speaks to.
    pub async fn face(&self) -> Result<&Arc<SessionHandle>> {
        self.session.switch_to_window(self.window.clone()).await?;
        Ok(&self.session)
    }

    /// Runs a script in the page and answers what it returns.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.face().await?.execute(script, arguments).await?.json().clone())
    }

    /// The one control with that role and accessible name, waited for.
    pub async fn find(&self, role: Role, name: &str) -> Result<WebElement> {
        until(&format!("{role:?} “{name}”"), async || {
            find::one(self.face().await?, role, &|label| label == name).await
        })
        .await
        .with_context(|| format!("no {role:?} is named “{name}”"))
    }

    /// The first control with that role whose name begins so, for names that go on with a time.
    pub async fn find_starting(&self, role: Role, start: &str) -> Result<WebElement> {
        until(&format!("{role:?} “{start}…”"), async || {
            find::one(self.face().await?, role, &|label| label.starts_with(start)).await
        })
        .await
    }

    /// Whether such a control is there now.
    pub async fn has(&self, role: Role, name: &str) -> Result<bool> {
        Ok(find::one(self.face().await?, role, &|label| label == name).await?.is_some())
    }

    /// Waits until no such control is there.
    pub async fn lacks(&self, role: Role, name: &str) -> Result<()> {
        until(&format!("{role:?} “{name}” is gone"), async || {
            Ok((!self.has(role, name).await?).then_some(()))
        })
        .await
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) -> Result<()> {
        self.click(Role::Button, name).await
    }

    /// Presses a button that closes its window, which may be gone before the driver has seen the end of the click.
    pub async fn press_last(&self, name: &str) -> Result<()> {
        match self.press(name).await {
            Err(error) if format!("{error:#}").contains("no such window") => Ok(()),
            done => done,
        }
    }

    /// Clicks any control; where it is drawn by its label, as radio buttons are, the label is what a person hits.
    pub async fn click(&self, role: Role, name: &str) -> Result<()> {
        // a list that is drawn anew takes its controls away between finding and clicking: the new one is what a person hits
        until(&format!("{role:?} “{name}” stays to be clicked"), async || {
            match self.click_once(role, name).await {
                Err(error) if format!("{error:#}").contains("stale") => Ok(None),
                done => Ok(Some(done)),
            }
        })
        .await?
    }

    async fn click_once(&self, role: Role, name: &str) -> Result<()> {
        let control = self.find(role, name).await?;
        let label = "const l = arguments[0].labels; return l && l.length && arguments[0].type !== 'submit' ? l[0] : null";
        let target = if matches!(role, Role::Radio | Role::Checkbox) {
            let found = self.session.execute(label, vec![control.to_json()?]).await?;
            if found.json().is_null() { control } else { found.element()? }
        } else {
            control
        };
        target.scroll_into_view().await?;
        // usable, and at rest: what is read meanwhile may move it from under the pointer. One that is gone ends the wait
        let mut before = None;
        until(&format!("{role:?} “{name}” can be used"), async || {
            let now = match self.session.execute(USABLE, vec![target.to_json()?]).await {
                Ok(now) => now.json().clone(),
                Err(gone) => return Ok(Some(Err(gone))),
            };
            let rests = !now.is_null() && before.as_ref() == Some(&now);
            before = Some(now);
            Ok(rests.then_some(Ok(())))
        })
        .await??;
        self.click_element(&target).await.with_context(|| format!("{role:?} “{name}” cannot be clicked"))
    }

    /// Clicks an element. In a page that is zoomed by the desktop's text size the driver's pointer misses: there the
    /// element is asked to act.
    pub async fn click_element(&self, element: &WebElement) -> Result<()> {
        let script = "
            const zoomed = Math.abs(window.outerWidth / window.innerWidth - 1) > 0.01;
            if (zoomed) { arguments[0].focus(); arguments[0].click(); }
            return zoomed;";
        let done = self.face().await?.execute(script, vec![element.to_json()?]).await?;
        if done.json() == true { Ok(()) } else { element.click().await.map_err(Into::into) }
    }

    /// Replaces what a field holds by typing.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(Role::Textbox, name).await?;
        field.scroll_into_view().await?;
        field.send_keys(Key::Control + "a").await?;
        field.send_keys(Key::Delete + "").await?;
        if !text.is_empty() {
            field.send_keys(text).await?;
        }
        // keys are delivered after the driver has answered; fields may space what is typed
        let same = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        until(&format!("“{name}” holds “{text}”"), async || {
            let typed = field.prop("value").await?.unwrap_or_default();
            Ok((same(&typed) == same(text)).then_some(()))
        })
        .await
    }

    /// Types into an empty field that acts by itself once it is complete, and may be gone by then.
    pub async fn type_last(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(Role::Textbox, name).await?;
        field.scroll_into_view().await?;
        field.send_keys(text).await.map_err(Into::into)
    }

    /// What a field holds.
    pub async fn value(&self, name: &str) -> Result<String> {
        Ok(self.find(Role::Textbox, name).await?.prop("value").await?.unwrap_or_default())
    }

    /// Everything that can be read on the page now.
    pub async fn text(&self) -> Result<String> {
        let text = self.ask("return document.body.innerText", vec![]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the page shows this.
    pub async fn sees(&self, text: &str) -> Result<()> {
        until(&format!("the page shows “{text}”"), async || {
            Ok(self.text().await?.contains(text).then_some(()))
        })
        .await
    }

    /// Waits until the page no longer shows this.
    pub async fn sees_no(&self, text: &str) -> Result<()> {
        until(&format!("the page no longer shows “{text}”"), async || {
            Ok((!self.text().await?.contains(text)).then_some(()))
        })
        .await
    }

    /// Waits until a live region says this: what somebody who listens is told.
    pub async fn hears(&self, text: &str) -> Result<()> {
        until(&format!("“{text}” is announced"), async || {
            let said = find::announced(self.face().await?).await?;
            Ok(said.contains(text).then_some(()))
        })
        .await
    }

    /// The name of the control that has the focus.
    pub async fn focused(&self) -> Result<String> {
        let active = self.face().await?.active_element().await?;
        find::name_of(&active).await
    }

    /// Waits until the focus is on the control of that name.
    pub async fn focus_is_on(&self, name: &str) -> Result<()> {
        until(&format!("the focus is on “{name}”"), async || {
            Ok((self.focused().await? == name).then_some(()))
        })
        .await
    }

    /// Presses keys where the focus is.
    pub async fn keys(&self, keys: impl Into<String>) -> Result<()> {
        self.face().await?.action_chain().send_keys(keys.into()).perform().await.map_err(Into::into)
    }

    /// Puts the pointer on a control without pressing, coming from elsewhere on the page. The driver now and then waits
    /// long until a move was seen, and takes no other meanwhile: it is asked until it does.
    pub async fn hover(&self, control: &WebElement) -> Result<()> {
        until("the pointer was moved", async || {
            let pointer = self.face().await?.action_chain().move_to(1, 1).move_to_element_center(control);
            match timeout(MOVE, pointer.perform()).await {
                Ok(moved) => moved.map(Some).map_err(Into::into),
                Err(_) => Ok(None),
            }
        })
        .await
    }
}
