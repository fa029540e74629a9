//! The way to the backend as a window sees it, and the account as it was last seen, for as long as there is none.

use super::Here;
use crate::{bridge, words};
use postern_contract::connection::{Connection, Recalled};
use postern_contract::shell::{Opening, command};
use postern_contract::{Moment, ProblemCode};
use sycamore::prelude::*;

/// For how long it is said that the backend answers again, in milliseconds: long enough to be read.
const SAID_FOR: u32 = 10_000;

/// What came of asking whether the backend answers, since somebody wanted to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// Nobody asked.
    Not,
    /// It is being asked.
    Asking,
    /// It did not answer, at that time.
    InVain(Moment),
    /// It answered, and that is still news.
    Back,
}

impl Here {
    /// What came of asking whether the backend answers.
    pub fn tried(self) -> Tried {
        self.tried.get()
    }

    /// Asks whether the backend answers, once at a time.
    pub fn try_again(self) {
        if self.tried.replace(Tried::Asking) == Tried::Asking {
            return;
        }
        bridge::spawn_in(self.scope, async move {
            let answer = bridge::call::<command::TryConnection>(()).await;
            self.was_tried(answer.ok());
            bridge::pause(SAID_FOR).await;
            if self.tried.get_untracked() == Tried::Back {
                self.tried.set(Tried::Not);
            }
        });
    }

    /// It was asked; none where it could not be.
    pub fn was_tried(self, answer: Option<Connection>) {
        batch(|| {
            if let Some(connection) = answer {
                self.connection_is(connection);
            }
            let troubled = self.connection.get_untracked().trouble.is_some();
            self.tried.set(if troubled { Tried::InVain(bridge::now()) } else { Tried::Back });
        });
    }

    /// How the way to the backend is.
    pub fn connection(self) -> Connection {
        self.connection.get()
    }

    /// The way to the backend is known anew.
    pub fn connection_is(self, connection: Connection) {
        if self.connection.get_untracked() != connection {
            let troubled = connection.trouble.is_some();
            match self.tried.get_untracked() {
                Tried::Back if troubled => self.tried.set(Tried::Not),
                Tried::InVain(_) if !troubled => self.tried.set(Tried::Back),
                _ => {}
            }
            if !troubled {
                self.seen.set(None);
            }
            self.connection.set(connection);
        }
    }

    /// What is wrong with the way to the backend, if anything is.
    pub fn trouble(self) -> Option<ProblemCode> {
        self.connection.get().trouble
    }

    /// Whether the account as it was last seen is kept here.
    pub fn recalls(self) -> bool {
        self.opening.with(|opening| opening.recalls)
    }

    /// The account was kept here as it was at that time.
    pub fn saw_as_of(self, seen: Moment) {
        batch(|| {
            self.seen.set(Some(seen));
            self.set_recalls(true);
        });
    }

    /// The account was kept here.
    pub fn saw(self, recalled: &Recalled) {
        self.whose.set(Some((recalled.account.name.clone(), recalled.account.email.clone())));
        self.saw_as_of(recalled.seen_at);
    }

    /// Name and address of the account that was kept here, while nobody can be asked who is signed in.
    pub fn whose(self) -> Option<(String, String)> {
        self.whose.get_clone()
    }

    /// Of when the account is that is shown, where it is one that was kept.
    pub fn seen_as_of(self) -> Option<Moment> {
        self.seen.get()
    }

    /// Nothing is kept of an account whose session ended.
    pub(super) fn forgets_what_was_seen(self) {
        self.seen.set(None);
        self.whose.set(None);
        self.set_recalls(false);
    }

    /// Written only where it differs: much is drawn from it.
    fn set_recalls(self, recalls: bool) {
        if self.opening.with_untracked(|opening| opening.recalls) != recalls {
            self.opening.update(|opening| opening.recalls = recalls);
        }
    }

    /// Whether the account as last seen is looked at, since nobody can be asked who is signed in.
    pub fn looks_back(self) -> bool {
        self.trouble().is_some() && self.recalls()
    }

    /// Whether there is an account to show: somebody is signed in, or was when the backend could last be asked. It stays
    /// so until the backend has said who is signed in, however early the way is back.
    pub fn stays(self) -> bool {
        self.signed_in() || self.opening.with(|opening| opening.recalls && unknown_for_now(opening))
    }
}

/// Whether the opening names no session only because there was no way to the backend.
pub fn unknown_for_now(opening: &Opening) -> bool {
    opening.session.is_none()
        && opening.ended.is_none()
        && opening.problem.is_some_and(words::is_of_connection)
}

#[cfg(test)]
mod tests {
    use super::super::sample_opening;
    use super::Here;
    use postern_contract::connection::Connection;
    use postern_contract::shell::{Ended, Opening};
    use postern_contract::{ProblemCode, samples};
    use sycamore::prelude::*;

    fn unasked() -> Opening {
        let trouble = Some(ProblemCode::Offline);
        let connection = Connection { trouble, ..samples::connection() };
        Opening { session: None, problem: trouble, connection, ..sample_opening() }
    }

    #[test]
    fn who_is_signed_in_stays_known_while_nobody_can_be_asked() {
        let _ = create_root(|| {
            let here = Here::provide(sample_opening());
            here.opened(Opening { recalls: false, ..unasked() });
            assert!(here.signed_in() && here.unlocked_seconds() > 0);
            here.opened(Opening { ended: Some(Ended::SignedOut), recalls: false, ..unasked() });
            assert!(!here.signed_in() && !here.stays(), "signing out works without a way");
        });
    }

    #[test]
    fn an_account_as_last_seen_stays_until_the_backend_says_who_is_signed_in() {
        let _ = create_root(|| {
            let here = Here::provide(unasked());
            assert!(here.stays() && here.looks_back());
            here.connection_is(samples::connection());
            assert!(here.stays() && !here.looks_back(), "what is typed waits for the answer");
            here.opened(sample_opening());
            assert!(here.stays() && here.signed_in());
        });
        let _ = create_root(|| {
            let here = Here::provide(unasked());
            here.opened(Opening { session: None, ended: Some(Ended::ByBackend), ..sample_opening() });
            assert!(!here.stays());
        });
    }

    #[test]
    fn what_was_seen_goes_with_the_session() {
        let _ = create_root(|| {
            let here = Here::provide(Opening { recalls: false, ..unasked() });
            assert!(!here.stays());
            here.saw_as_of(samples::now());
            assert!(here.stays() && here.seen_as_of().is_some());
            here.ended();
            assert!(!here.stays() && !here.recalls() && here.seen_as_of().is_none());
        });
    }
}
