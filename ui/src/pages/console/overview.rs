//! What the console reads, each part by itself, and read again whenever something changes or the person comes back.

use crate::bridge;
use crate::dom;
use crate::load::{Load, load};
use crate::pages::offline::recalling;
use crate::session::Here;
use postern_contract::account::Account;
use postern_contract::connection::Recalled;
use postern_contract::operation::{GetAccount, GetSecurity, ListSessions};
use postern_contract::security::Security;
use postern_contract::session::Sessions;
use postern_contract::shell::{KeyList, KeyRow, SecretPlace, StoreState, command, event};
use postern_contract::{Problem, ProblemCode};
use sycamore::prelude::*;

/// The parts. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Overview {
    /// The account.
    pub account: Load<Account>,
    /// Its security settings.
    pub security: Load<Security>,
    /// Its keys, and where their secrets are.
    pub keys: Load<KeyList>,
    /// Where it is signed in.
    pub places: Load<Sessions>,
}

impl Overview {
    /// Begins to read.
    pub fn read() -> Self {
        let overview = Self::of(
            load(|| bridge::send(GetAccount { body: () })),
            load(|| bridge::send(GetSecurity { body: () })),
            load(|| bridge::call::<command::ListKeys>(())),
            load(|| bridge::send(ListSessions { body: () })),
        );
        recalling(overview.account, |recalled| recalled.account);
        recalling(overview.security, |recalled| recalled.security);
        recalling(overview.keys, keys_of);
        bridge::listen_here(event::ACCOUNT_CHANGED, move |_: String| overview.again());
        bridge::listen_here(event::STORE_CHANGED, move |_: StoreState| overview.keys.again());
        dom::on_returning_to_window(move || overview.again());
        overview
    }

    /// Over what is read elsewhere.
    pub fn of(
        account: Load<Account>,
        security: Load<Security>,
        keys: Load<KeyList>,
        places: Load<Sessions>,
    ) -> Self {
        let (here, overview) = (Here::get(), Self { account, security, keys, places });
        here.heed_keys(keys);
        // the session is over: sign-in says why
        create_effect(move || {
            let over = overview.problems().find(|problem| problem.code == ProblemCode::Unauthenticated);
            if let Some(problem) = over {
                here.heed_soon(problem);
            }
        });
        overview
    }

    /// Reads all of it again; what is shown stays until the answers are there.
    pub fn again(self) {
        self.account.again();
        self.security.again();
        self.keys.again();
        self.places.again();
    }

    fn problems(self) -> impl Iterator<Item = Problem> {
        [self.account.problem(), self.security.problem(), self.keys.problem(), self.places.problem()]
            .into_iter()
            .flatten()
    }

    /// Why a part could not be read, or only before.
    pub fn problem(self) -> Option<Problem> {
        self.problems().next()
    }
}

/// The keys as they were last seen; where their secrets are is not asked.
pub fn keys_of(recalled: Recalled) -> KeyList {
    let row = |key| KeyRow { key, secret: SecretPlace::Unknown };
    let rows = recalled.keys.into_iter().map(row).collect();
    KeyList { rows, mended: Vec::new(), store: untrack(|| Here::get().store()) }
}
