//! Change password: the current one, the new one twice, advice, and what it means for the other places.

use crate::bridge;
use crate::form::{Field, Form};
use crate::load::{Load, load};
use crate::pages::advising::advice_on;
use crate::pages::manage_account::{Notice, Panel, Sheet, Unlock};
use crate::pages::unsaved::{Drafts, Unsaved};
use crate::parts::{Actions, Icon, Line, Next, PasswordField, Results, Strength};
use crate::session::Here;
use crate::words::{self, Act};
use postern_contract::account::PasswordChange;
use postern_contract::advice::PasswordAdvice;
use postern_contract::operation::{ChangePassword as Change, GetAccount, GetSecurity, ListSessions};
use postern_contract::security::Security;
use postern_contract::session::Sessions;
use postern_contract::shell::{Tab, event};
use postern_contract::{Problem, Rule, Secret, rules};
use std::rc::Rc;
use sycamore::prelude::*;

/// What is typed and what is known. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The current password.
    pub current: Field,
    /// The new one.
    pub new: Field,
    /// The new one again.
    pub confirm: Field,
    /// All three.
    pub form: Form,
    /// The owner's phone number, which makes a password weaker; none until it is known.
    pub phone: Signal<Option<String>>,
    /// The places that are signed in.
    pub places: Load<Sessions>,
    security: Load<Security>,
    unlock: Unlock,
    here: Here,
}

impl Draft {
    /// Nothing typed.
    pub fn new(places: Load<Sessions>, security: Load<Security>) -> Self {
        let here = Here::get();
        let min = move || least(here, security);
        let current = Field::new("current", "current_password", rules::password);
        let new = Field::new("new", "new_password", move |text| rules::new_password(text, min()));
        let confirm = Field::new("confirm", "confirm_password", move |text| match text {
            "" => Err(Rule::Missing),
            text if text != new.value() => Err(Rule::Differs),
            _ => Ok(()),
        });
        let form = Form::new(&[current, new, confirm]);
        let draft = Self {
            current,
            new,
            confirm,
            form,
            phone: create_signal(None),
            places,
            security,
            unlock: Unlock::get(),
            here,
        };
        Drafts::hold(draft);
        draft
    }

    fn save(self) {
        let ask = move || {
            let body = PasswordChange {
                current_password: Secret::new(self.current.now()),
                new_password: Secret::new(self.new.now()),
            };
            bridge::send(Change { body })
        };
        let done = move |()| {
            self.form.undo();
            self.places.again();
        };
        self.form.submit_heeding(ask, done, move |problem| self.unlock.heed(problem, move || self.save()));
    }

    fn undo(self) {
        self.form.undo();
        self.current.focus();
    }

    fn min(self) -> u32 {
        least(self.here, self.security)
    }

    fn note(self) -> String {
        if self.here.trouble().is_some() {
            return words::needs_connection(words::Waits::Password).to_owned();
        }
        let (new, again) = (self.new.value(), self.confirm.value());
        match (self.form.changed(), new == again) {
            (false, _) => String::new(),
            (true, false) => "OK works once both new passwords are the same.".to_owned(),
            (true, true) => "Not saved yet: password".to_owned(),
        }
    }
}

impl Unsaved for Draft {
    fn name(&self) -> &'static str {
        words::tab(Tab::ChangePassword)
    }

    fn tab(&self) -> Option<Tab> {
        Some(Tab::ChangePassword)
    }

    fn changed(&self) -> bool {
        self.form.changed()
    }

    fn busy(&self) -> bool {
        self.form.busy()
    }

    fn saves(&self) -> Option<Rc<dyn Fn()>> {
        let draft = *self;
        Some(Rc::new(move || draft.save()))
    }

    fn problem(&self) -> Option<(Problem, Act)> {
        self.form.problem().map(|problem| (problem, Act::Change))
    }
}

/// The least length of a new password: less where a second factor stands beside it.
fn least(here: Here, security: Load<Security>) -> u32 {
    let limits = here.capabilities();
    match security.value() {
        Some(security) if security.two_factor => limits.password_min_with_two_factor,
        _ => limits.password_min_alone,
    }
}

/// The tab.
#[component(inline_props)]
pub fn ChangePassword(sheet: Sheet) -> View {
    let places = load(|| bridge::send(ListSessions { body: () }));
    let security = load(|| bridge::send(GetSecurity { body: () }));
    bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| {
        places.again();
        security.again();
    });
    let account = load(|| bridge::send(GetAccount { body: () }));
    let draft = Draft::new(places, security);
    create_effect(move || {
        if let Some(account) = account.value() {
            draft.phone.set(Some(account.mobile_phone));
        }
    });
    view! { ChangePasswordWith(sheet=sheet, draft=draft) }
}

/// The tab over a draft.
#[component(inline_props)]
pub fn ChangePasswordWith(sheet: Sheet, draft: Draft) -> View {
    let Draft { form, here, .. } = draft;
    let context = move || {
        let session = here.session().map_or_else(Vec::new, |session| vec![session.name, session.email]);
        session.into_iter().chain(draft.phone.get_clone()).collect()
    };
    let advice = *advice_on(draft.new, move || draft.min(), context);
    let email = untrack(|| here.session()).map(|session| session.email).unwrap_or_default();
    let strength = view! { Strength(id="advice", field=draft.new, min=move || draft.min(), advice=advice) };
    let done = move || form.done().then(|| words::changed(sheet.tab).to_owned());
    view! {
        Panel(sheet=sheet) {
            form(class="page", id="password-form", novalidate=true, on:submit=move |event: web_sys::SubmitEvent| {
                event.prevent_default();
                draft.save();
            }) {
                input(hidden=true, readonly=true, autocomplete="username", "value"=email)
                div(class="stack") {
                    PasswordField(field=draft.current, label="Current password")
                    PasswordField(field=draft.new, label="New password", autocomplete="new-password",
                        described="advice rules", after=strength)
                    Rules(draft=draft, advice=advice)
                    PasswordField(field=draft.confirm, label="Confirm new password", autocomplete="new-password")
                }
                Next(lines=move || lines(draft))
            }
        }
        Results {
            Notice(problem=move || form.problem().map(|p| (p, Act::Change)), said=|| None, again=move || draft.save())
        }
        Actions(form="password-form", note=move || draft.note(), done=Rc::new(done), changed=move || form.changed(),
            busy=move || form.busy(), go_back=move || draft.undo())
    }
}

/// The rules with what is met already. What needs the backend's lists is checked on OK.
#[component(inline_props)]
fn Rules(draft: Draft, advice: ReadSignal<Option<PasswordAdvice>>) -> View {
    let length = create_selector(move || rules::password_length(&draft.new.value()));
    let long = create_selector(move || length.get() >= draft.min());
    let uncommon = create_selector(move || {
        length.get() > 0
            && advice
                .get()
                .is_some_and(|advice| !matches!(advice.rule, Some(Rule::CommonPassword | Rule::ContextWord)))
    });
    let history = draft.here.capabilities().password_history;
    view! {
        ul(class="rules", role="list", id="rules") {
            (rule(long.get(), view! {
                (draft.min()) " characters or more "
                span(class="num") { "(" (length.get()) " now)" }
            }))
            (rule(uncommon.get(), view! { "Not a commonly used password, and without your name or email address" }))
            li { Icon(name="clock") span { "Not one of your last " (history) " passwords: checked when you press OK" } }
        }
    }
}

fn rule(met: bool, text: View) -> View {
    if met {
        view! { li(class="met") { Icon(name="check") span { (text) } } }
    } else {
        view! { li { Icon(name="info") span { (text) } } }
    }
}

fn lines(draft: Draft) -> Vec<Line> {
    let mut lines = vec![Line::with("laptop", "You stay signed in ", "here", ".")];
    lines.extend(draft.places.value().map(|places| other_places(&places)));
    lines.push(Line::new("key", "Authentication keys keep working."));
    lines.push(Line::new("mail", "A notice goes to your email address and your mobile phone."));
    lines
}

/// What becomes of the other places when they are signed out.
pub fn other_places(places: &Sessions) -> Line {
    let others: Vec<String> = places
        .sessions
        .iter()
        .filter(|place| !place.here)
        .map(|place| place.place.clone().unwrap_or_else(|| "a place without a name".to_owned()))
        .collect();
    match others.len() {
        0 => Line::new("sign-out", "No other place is signed in."),
        many => {
            let (names, out) = (
                others.join(", "),
                if many == 1 { "1 other place is".to_owned() } else { format!("{many} other places are") },
            );
            let end = words::full_stop(&names);
            Line::with("sign-out", format!("{out} signed out: "), names, end)
        }
    }
}
