//! An address on its way to being proven: a number is sent to it, entered, and traded for a single-use proof.
//!
//! A number is confirmed as soon as six digits stand in it. Editing the address takes everything back, an answer that was
//! under way included.

use crate::bridge;
use crate::form::{Field, Form};
use crate::parts::{Enter, OpenMessages, SentNumber};
use crate::session::Here;
use crate::words::Act;
use postern_contract::account::ProvenAddress;
use postern_contract::operation::{ConfirmVerification, StartVerification};
use postern_contract::shell::command;
use postern_contract::verification::{
    Channel, Confirmation, Proof, Purpose, VerificationRequest, VerificationSent,
};
use postern_contract::{Problem, Rule, VerificationId, rules};
use std::rc::Rc;
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

type Settled = Rc<dyn Fn(bool)>;
type Refused = Rc<dyn Fn(&Problem, Rc<dyn Fn()>) -> bool>;

/// One address, the number sent to it, and the proof that it became. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Proving {
    /// The address as it is typed.
    pub address: Field,
    /// The number as it is typed.
    pub entered: Field,
    /// What may still be done with the number that was sent.
    pub number: SentNumber,
    channel: Channel,
    purpose: Purpose,
    sending: Form,
    checking: Form,
    opening: Form,
    verification: Signal<Option<VerificationId>>,
    proof: Signal<Option<String>>,
    tried: Signal<Option<String>>,
    wrong: Signal<Option<String>>,
    settled: Signal<Option<Settled>>,
    refused: Signal<Option<Refused>>,
    scope: NodeHandle,
}

impl Proving {
    /// Nothing sent yet. `number_id` is the id of the number's input.
    pub fn new(address: Field, number_id: &'static str, channel: Channel, purpose: Purpose) -> Self {
        let (verification, proof) = (create_signal(None), create_signal(None::<String>));
        let waits = move || verification.get().is_some() && proof.with(Option::is_none);
        let check = move |text: &str| if waits() { rules::number(text).map(drop) } else { Ok(()) };
        let proving = Self {
            address,
            entered: Field::new(number_id, "number", check),
            number: SentNumber::none(),
            channel,
            purpose,
            sending: Form::new(&[]),
            checking: Form::new(&[]),
            opening: Form::new(&[]),
            verification,
            proof,
            tried: create_signal(None),
            wrong: create_signal(None),
            settled: create_signal(None),
            refused: create_signal(None),
            scope: use_current_scope(),
        };
        create_effect(move || {
            address.track_edits();
            untrack(|| proving.forget());
        });
        create_effect(move || {
            proving.entered.track_edits();
            untrack(|| proving.confirm_once());
        });
        proving
    }

    /// Calls back when a number was right (`true`) or could not be confirmed.
    pub fn when_settled(self, settled: impl Fn(bool) + 'static) {
        self.settled.set(Some(Rc::new(settled)));
    }

    /// Calls back with each problem before anything is shown, and with the attempt; answers whether it was dealt with.
    pub fn when_refused(self, refused: impl Fn(&Problem, Rc<dyn Fn()>) -> bool + 'static) {
        self.refused.set(Some(Rc::new(refused)));
    }

    fn dealt_with(self, problem: &Problem, attempt: impl Fn() + 'static) -> bool {
        self.refused.get_clone_untracked().is_some_and(|refused| refused(problem, Rc::new(attempt)))
    }

    /// Begins anew with the address as it stands.
    pub fn forget(self) {
        batch(|| {
            self.verification.set(None);
            self.proof.set(None);
            self.tried.set(None);
            self.wrong.set(None);
            self.number.forget();
            self.entered.start("");
            self.sending.solved();
            self.checking.solved();
        });
    }

    /// Whether the address as it stands is proven.
    pub fn proven(self) -> bool {
        self.proof.with(Option::is_some)
    }

    /// The address with its proof.
    pub fn proof(self) -> Option<ProvenAddress> {
        let proof = self.proof.get_clone_untracked()?;
        Some(ProvenAddress { address: self.address.now(), proof })
    }

    /// Whether a number is being sent.
    pub fn sending(self) -> bool {
        self.sending.busy()
    }

    /// What went wrong and is not a matter of one field, with what was being done; `act` is what the page is for.
    pub fn problem(self, act: Act) -> Option<(Problem, Act)> {
        let of = |form: Form, act| form.problem().map(|problem| (problem, act));
        of(self.sending, Act::SendNumber)
            .or_else(|| of(self.checking, act))
            .or_else(|| of(self.opening, Act::Open))
    }

    /// Sends a number to the address as it stands, or another one.
    pub fn send(self) {
        if untrack(|| self.sending.busy()) {
            return;
        }
        // what was refused for want of a number is what is being done about
        self.address.forgive();
        if !self.address.ask() {
            return self.address.focus();
        }
        if untrack(|| self.number.next_at()).is_some() {
            return;
        }
        let asked = self.address.now();
        let (body, unedited) = (
            VerificationRequest { purpose: self.purpose, channel: self.channel, address: asked.clone() },
            move || self.address.now() == asked,
        );
        let sent = {
            let unedited = unedited.clone();
            move |sent: VerificationSent| {
                if unedited() {
                    self.was_sent(&sent);
                }
            }
        };
        self.sending.ask_heeding(
            || bridge::send(StartVerification { body }),
            sent,
            move |problem| {
                !unedited() || self.dealt_with(problem, move || self.send()) || self.not_sent(problem)
            },
        );
    }

    /// A number is on its way.
    pub fn was_sent(self, sent: &VerificationSent) {
        batch(|| {
            self.forget();
            self.verification.set(Some(sent.id));
            self.number.was_sent(sent.number);
        });
        self.entered.focus();
    }

    fn not_sent(self, problem: &Problem) -> bool {
        let rule = problem.rule_of("address");
        if let Some(rule) = rule {
            self.address.refuse(rule);
            self.address.focus();
        }
        self.number.wait(problem) || rule.is_some()
    }

    /// What is missing before this address counts is said at it; answers whether it waits for a number that was sent.
    pub fn insist(self) -> bool {
        let sent = untrack(|| self.number.sent());
        if !sent {
            self.address.refuse(Rule::NotProven);
        }
        sent
    }

    /// Enter in an address that has to be proven: sends a number to it, or goes on to the one that was sent.
    pub fn enter_address(self) -> Enter {
        Rc::new(move || {
            let unproven = self.unproven();
            if unproven && untrack(|| self.number.live()) {
                self.entered.focus();
            } else if unproven {
                self.send();
            }
            unproven
        })
    }

    /// Enter in the number: confirms it, or says what is missing.
    pub fn enter_number(self) -> Enter {
        Rc::new(move || {
            let unproven = self.unproven();
            if unproven && !untrack(|| self.number.sent()) {
                self.send();
            } else if unproven && !(self.entered.ask() && self.confirm()) {
                self.entered.focus();
            }
            unproven
        })
    }

    fn unproven(self) -> bool {
        untrack(|| self.address.changed() && !self.proven())
    }

    /// Confirms what is typed unless these very digits were tried before.
    fn confirm_once(self) {
        if self.tried.get_clone_untracked() != Some(self.entered.now()) {
            self.confirm();
        }
    }

    /// Confirms what is typed; answers whether an answer is under way. A number known to be wrong is not sent again.
    pub fn confirm(self) -> bool {
        if untrack(|| self.checking.busy()) {
            return true;
        }
        let (Some(id), Ok(number)) = (self.verification.get_untracked(), rules::number(&self.entered.now()))
        else {
            return false;
        };
        if untrack(|| self.proven()) {
            return false;
        }
        // the field says that it is dead
        if untrack(|| !self.number.live()) {
            self.entered.focus();
            return false;
        }
        if self.wrong.get_clone_untracked().as_ref() == Some(&number) {
            self.entered.focus();
            return false;
        }
        let asker = match self.purpose {
            Purpose::SignUp { asker } => Some(asker),
            Purpose::ChangeContact => None,
        };
        let current = move || self.verification.get_untracked() == Some(id);
        let typed = number.clone();
        self.tried.set(Some(number.clone()));
        self.checking.ask_heeding(
            || bridge::send(ConfirmVerification { id, body: Confirmation { number, asker } }),
            move |proof: Proof| if current() { self.was_right(proof.proof) } else { self.tell(false) },
            move |problem| {
                let again = move || {
                    self.confirm();
                };
                if current() {
                    self.dealt_with(problem, again) || self.was_refused(problem, typed)
                } else {
                    self.outdated()
                }
            },
        );
        true
    }

    /// The address was edited in the meantime: what is refused is no longer there.
    fn outdated(self) -> bool {
        self.tell(false);
        true
    }

    /// The number was right.
    pub fn was_right(self, proof: String) {
        self.proof.set(Some(proof));
        self.number.was_right();
        self.tell(true);
    }

    fn was_refused(self, problem: &Problem, typed: String) -> bool {
        let about_it = self.number.refuse(problem);
        if about_it {
            self.wrong.set(Some(typed));
            self.entered.focus();
        }
        self.tell(false);
        // a number typed while this one was being checked gets its turn
        bridge::spawn_in(self.scope, async move {
            self.confirm_once();
        });
        about_it
    }

    fn tell(self, proven: bool) {
        if let Some(settled) = self.settled.get_clone_untracked() {
            settled(proven);
        }
    }

    /// `Open messages`, while a number is waited for and where the backend is embedded.
    pub fn messages(self) -> View {
        if !untrack(|| Here::get().backend().embedded) {
            return view! {};
        }
        let waits = create_selector(move || self.number.sent() && !self.number.proven());
        let open = move || self.opening.ask(|| bridge::call::<command::OpenMessages>(()), |()| {});
        view! { (if waits.get() { view! { OpenMessages(press=open) } } else { view! {} }) }
    }
}
