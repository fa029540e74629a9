//! Who is signed in, at which backend, for how long changes are unlocked, and whether secrets can be kept: what every
//! page of a window may need, given by context.

mod mended;
mod way;

pub use way::Tried;

use crate::beat::{Beat, Countdown};
use crate::{bridge, route};
use postern_contract::capabilities::Capabilities;
use postern_contract::configuration::Appearance;
use postern_contract::connection::Connection;
use postern_contract::operation::GetSession;
use postern_contract::session::Session;
use postern_contract::shell::{BackendFace, Ended, Mended, Opening, StoreState, Tab, Window, command, event};
use postern_contract::{Moment, Problem, ProblemCode};
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

/// Seconds until the backend is asked again whether the session is over, where it could not be asked.
const ASK_AGAIN: u32 = 60;

/// The window's view of the desk it works at. Copy it where it is needed; get it with [`Here::get`].
#[derive(Clone, Copy)]
pub struct Here {
    opening: Signal<Opening>,
    session: Signal<Option<Session>>,
    store: Signal<StoreState>,
    connection: Signal<Connection>,
    seen: Signal<Option<Moment>>,
    whose: Signal<Option<(String, String)>>,
    tried: Signal<Tried>,
    problem: Signal<Option<ProblemCode>>,
    unlocked: Signal<Countdown>,
    ends: Signal<Countdown>,
    mended: Signal<Vec<Mended>>,
    beat: Beat,
    scope: NodeHandle,
}

impl Here {
    /// Takes what the shell opened with and gives it to everything below. Listens to what changes it.
    pub fn provide(opening: Opening) -> Self {
        let here = Self {
            session: create_signal(None),
            store: create_signal(opening.store),
            connection: create_signal(opening.connection),
            seen: create_signal(None),
            whose: create_signal(None),
            tried: create_signal(Tried::Not),
            problem: create_signal(opening.problem),
            unlocked: create_signal(Countdown::over()),
            ends: create_signal(Countdown::over()),
            mended: create_signal(Vec::new()),
            beat: Beat::here(),
            scope: use_current_scope(),
            opening: create_signal(opening),
        };
        here.opened(here.opening.get_clone_untracked());
        provide_context(here);
        bridge::listen_here(event::SESSION_CHANGED, move |()| here.refresh());
        // a store that answers again may hold the session, and what it could not say before is solved
        bridge::listen_here(event::STORE_CHANGED, move |store| {
            here.store_is(store);
            if store == StoreState::Ready {
                here.refresh();
            }
        });
        // a backend that answers again says who is signed in, and its limits
        bridge::listen_here(event::CONNECTION_CHANGED, move |connection: Connection| {
            here.connection_is(connection);
            if connection.trouble.is_none() {
                here.refresh();
            }
        });
        bridge::listen_here(event::SETTINGS_CHANGED, move |()| here.refresh());
        let mut whose = None;
        create_effect(move || {
            if let Some(session) = here.session()
                && whose.replace(session.account_id).is_some_and(|before| before != session.account_id)
            {
                here.mended_seen();
            }
        });
        // asking counts as use: windows that asked each in its turn would keep the session alive among themselves, so
        // only the one window that is always open asks; where it is over the shell tells the others
        if route::window() == Some(Window::Main) {
            let over = create_selector(move || here.time_is_over());
            create_effect(move || {
                if over.get() {
                    here.ask_whether_over();
                }
            });
        }
        here
    }

    /// The one given by the window.
    pub fn get() -> Self {
        use_context()
    }

    /// Asks the shell again. A failure leaves everything as it was.
    pub fn refresh(self) {
        bridge::spawn_in(self.scope, async move {
            if let Ok(opening) = bridge::call::<command::Start>(()).await {
                self.opened(opening);
            }
        });
    }

    /// Nobody has to be there for a session to end. Where it was used meanwhile, its time starts anew.
    fn ask_whether_over(self) {
        bridge::spawn_in(self.scope, async move {
            match bridge::send(GetSession { body: () }).await {
                Ok(session) => self.took(session),
                Err(problem) if problem.code == ProblemCode::Unauthenticated => self.refresh(),
                Err(_) => self.ends.set(self.beat.countdown(ASK_AGAIN)),
            }
        });
    }

    /// Whether the time that the backend gave the session is over, as far as this window knows. A second is added, since
    /// a backend asked too early would prolong it.
    fn time_is_over(self) -> bool {
        self.signed_in() && self.beat.left(self.ends.get()) == 0
    }

    fn times(self, session: Option<&Session>) {
        let (unlocked, ends) =
            session.map_or((0, 0), |session| (session.unlocked_for_seconds, session.ends_in_seconds));
        self.unlocked.set(self.beat.countdown(unlocked));
        self.ends.set(self.beat.countdown(ends.saturating_add(1)));
    }

    fn opened(self, opening: Opening) {
        batch(|| {
            // without a way to the backend nobody can be asked, so who is known to be signed in still is
            if !way::unknown_for_now(&opening) {
                self.times(opening.session.as_ref());
                if self.session.with_untracked(|known| *known != opening.session) {
                    self.session.set(opening.session.clone());
                }
            }
            self.store_is(opening.store);
            self.connection_is(opening.connection);
            self.problem.set(opening.problem);
            self.opening.set(opening);
        });
    }

    /// Changes were locked.
    pub fn lock(self) {
        self.unlocked.set(Countdown::over());
    }

    /// Somebody signed in or entered the password again.
    pub fn took(self, session: Session) {
        batch(|| {
            self.times(Some(&session));
            self.problem.set(None);
            self.session.set(Some(session));
        });
    }

    /// The session ended: the window shows sign-in, or Login where the shell closes it.
    pub fn ended(self) {
        batch(|| {
            self.unlocked.set(Countdown::over());
            self.session.set(None);
            self.forgets_what_was_seen();
        });
    }

    /// The secret store's state is known anew.
    pub fn store_is(self, store: StoreState) {
        if self.store.get_untracked() != store {
            self.store.set(store);
        }
    }

    /// Takes from a problem what it says about the session and the store, before a page shows it.
    pub fn heed(self, problem: &Problem) {
        match problem.code {
            ProblemCode::Unauthenticated => self.ended(),
            ProblemCode::StepUpRequired => self.unlocked.set(Countdown::over()),
            _ => {}
        }
    }

    /// [`Here::heed`] once what runs now is finished, for effects: ending the session ends the page they belong to. Asks
    /// the shell again too, since it knows why.
    pub fn heed_soon(self, problem: Problem) {
        bridge::spawn_in(self.scope, async move {
            self.heed(&problem);
            self.refresh();
        });
    }

    /// Who is signed in.
    pub fn session(self) -> Option<Session> {
        self.session.get_clone()
    }

    /// Whether anybody is.
    pub fn signed_in(self) -> bool {
        self.session.with(Option::is_some)
    }

    /// Why the last session ended; none while somebody is signed in.
    pub fn why_ended(self) -> Option<Ended> {
        if self.signed_in() { None } else { self.opening.with(|opening| opening.ended) }
    }

    /// Why the session could not be asked about when the window opened, if it could not.
    pub fn problem(self) -> Option<ProblemCode> {
        self.problem.get()
    }

    /// Seconds for which changes are still unlocked; drawn again each second.
    pub fn unlocked_seconds(self) -> u32 {
        self.beat.left(self.unlocked.get())
    }

    /// The secret store's state.
    pub fn store(self) -> StoreState {
        self.store.get()
    }

    /// Where requests go.
    pub fn backend(self) -> BackendFace {
        self.opening.with(|opening| opening.backend.clone())
    }

    /// The backend's limits, or the product's own while it cannot be reached.
    pub fn capabilities(self) -> Capabilities {
        self.opening.with(|opening| opening.capabilities.clone().unwrap_or_default())
    }

    /// How many findings there are in the configuration's files.
    pub fn findings(self) -> u32 {
        self.opening.with(|opening| opening.findings)
    }

    /// How the window looks.
    pub fn appearance(self) -> Appearance {
        self.opening.with(|opening| opening.appearance.clone())
    }

    /// The tab to open at.
    pub fn tab(self) -> Tab {
        self.opening.with(|opening| opening.tab)
    }

    /// Seconds after which a copied secret leaves the clipboard.
    pub fn clipboard_seconds(self) -> u32 {
        self.opening.with(|opening| opening.clipboard_seconds)
    }
}

/// What a window opens with in tests: the sample session at the embedded backend, store ready.
pub fn sample_opening() -> Opening {
    use postern_contract::samples;
    Opening {
        backend: samples::backend(),
        capabilities: Some(Capabilities::default()),
        session: Some(samples::session()),
        ended: None,
        problem: None,
        store: StoreState::Ready,
        tab: Tab::UserInformation,
        clipboard_seconds: 30,
        connection: samples::connection(),
        appearance: Appearance::default(),
        recalls: true,
        findings: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{Here, sample_opening};
    use crate::beat::Beat;
    use postern_contract::samples;
    use postern_contract::session::Session;
    use sycamore::prelude::*;

    #[test]
    fn a_session_is_asked_about_only_once_its_time_is_over() {
        // SES-2
        let _ = create_root(|| {
            let beat = Beat::provide();
            let mut opening = sample_opening();
            opening.session = Some(Session { ends_in_seconds: 600, ..samples::session() });
            let here = Here::provide(opening);
            let began = beat.now_ms();
            beat.moves_to(began + 600_000.0);
            assert!(!here.time_is_over(), "it is asked a second later");
            beat.moves_to(began + 601_000.0);
            assert!(here.time_is_over());
            here.took(Session { ends_in_seconds: 30, ..samples::session() });
            assert!(!here.time_is_over(), "it was used meanwhile");
            here.ended();
            beat.moves_to(began + 900_000.0);
            assert!(!here.time_is_over(), "nobody is signed in");
        });
    }
}
