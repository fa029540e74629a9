//! What is typed on the way to an account, and what is still needed.

use crate::bridge;
use crate::form::{Field, Form};
use crate::pages::advising::advice_on;
use crate::pages::proving::Proving;
use crate::words::{Act, Needed};
use postern_contract::account::{Created, NewAccount};
use postern_contract::advice::PasswordAdvice;
use postern_contract::operation::CreateAccount;
use postern_contract::verification::{Channel, Purpose};
use postern_contract::{AskerId, Problem, ProblemCode, Rule, Secret, rules};
use std::rc::Rc;
use sycamore::prelude::*;

type Done = Rc<dyn Fn(Created)>;

/// The draft. Copy it where it is needed.
#[derive(Clone, Copy)]
pub struct Draft {
    /// Who it is for.
    pub name: Field,
    /// The address that will sign in.
    pub email: Proving,
    /// The mobile phone.
    pub phone: Proving,
    /// The password.
    pub password: Field,
    /// The password once more.
    pub confirm: Field,
    /// All of it, with the button.
    pub form: Form,
    /// What the shell says of the password.
    pub advice: Signal<Option<PasswordAdvice>>,
    asker: AskerId,
    /// The button was pressed while a number was still being confirmed.
    wanted: Signal<Option<Done>>,
}

impl Draft {
    /// Nothing typed; passwords of `password_min` characters or more.
    pub fn new(password_min: u32) -> Self {
        let asker = bridge::random_asker();
        let purpose = Purpose::SignUp { asker };
        let name = Field::new("name", "name", rules::display_name);
        let email = Field::new("email", "email.address", rules::email_address);
        let phone = Field::new("phone", "mobile_phone.address", rules::mobile_phone);
        let email = Proving::new(email, "number-email", Channel::Email, purpose);
        let phone = Proving::new(phone, "number-phone", Channel::TextMessage, purpose);
        let password =
            Field::new("password", "password", move |text: &str| rules::new_password(text, password_min));
        let confirm = Field::new("confirm", "confirm", move |text: &str| match text {
            "" => Err(Rule::Missing),
            text if text == password.value() => Ok(()),
            _ => Err(Rule::Differs),
        });
        let fields = [name, email.address, email.entered, phone.address, phone.entered, password, confirm];
        let draft = Self {
            name,
            email,
            phone,
            password,
            confirm,
            form: Form::new(&fields),
            advice: advice_on(
                password,
                move || password_min,
                move || vec![name.value(), email.address.value(), phone.address.value()],
            ),
            asker,
            wanted: create_signal(None),
        };
        email.when_settled(move |proven| draft.settled(proven));
        phone.when_settled(move |proven| draft.settled(proven));
        draft
    }

    /// Whether an answer is awaited.
    pub fn busy(self) -> bool {
        self.form.busy() || self.wanted.with(Option::is_some)
    }

    /// What went wrong and is not a matter of one field.
    pub fn problem(self) -> Option<(Problem, Act)> {
        let own = self.form.problem().map(|problem| (problem, Act::Create));
        own.or_else(|| self.email.problem(Act::Create)).or_else(|| self.phone.problem(Act::Create))
    }

    /// What is still needed, in the order of the page.
    pub fn needed(self) -> Vec<Needed> {
        let empty = |field: Field| field.value().trim().is_empty();
        let address = |proving: Proving, channel| match (empty(proving.address), proving.number.sent()) {
            _ if proving.proven() => None,
            (true, _) => Some(Needed::Address(channel)),
            (false, false) => Some(Needed::NumberSent(channel)),
            (false, true) => Some(Needed::Number(channel)),
        };
        let password = match self.password.broken() {
            None => None,
            Some(Rule::Missing) => Some(Needed::Password),
            Some(Rule::TooLong { .. }) => Some(Needed::ShorterPassword),
            Some(_) => Some(Needed::LongerPassword),
        };
        [
            empty(self.name).then_some(Needed::Name),
            address(self.email, Channel::Email),
            address(self.phone, Channel::TextMessage),
            password,
            self.confirm.broken().map(|_| Needed::PasswordAgain),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The button was pressed. A number that is typed but not confirmed is confirmed first.
    pub fn submit(self, created: impl Fn(Created) + 'static) {
        if !untrack(|| self.busy()) {
            self.go_on(Rc::new(created));
        }
    }

    fn go_on(self, created: Done) {
        if !self.form.check() {
            return;
        }
        let unproven: Vec<_> =
            [self.email, self.phone].into_iter().filter(|proving| !untrack(|| proving.proven())).collect();
        if unproven.is_empty() {
            return self.create(created);
        }
        let unsent: Vec<_> = unproven.iter().filter(|proving| !proving.insist()).collect();
        if let Some(first) = unsent.first() {
            return first.address.focus();
        }
        self.wanted.set(Some(created));
        if !unproven.into_iter().all(Proving::confirm) {
            self.wanted.set(None);
        }
    }

    fn settled(self, proven: bool) {
        if let Some(created) = self.wanted.take()
            && proven
        {
            self.go_on(created);
        }
    }

    fn create(self, created: Done) {
        let (Some(email), Some(mobile_phone)) = (self.email.proof(), self.phone.proof()) else { return };
        let body = NewAccount {
            asker: self.asker,
            name: self.name.now(),
            email,
            mobile_phone,
            task: None,
            password: Secret::new(self.password.now()),
        };
        let done = move |account: Created| created(account);
        self.form.ask_heeding(
            || bridge::send(CreateAccount { body }),
            done,
            move |problem| self.unproven(problem),
        );
    }

    /// A proof that waited too long is no longer one: its address is asked about again.
    pub fn unproven(self, problem: &Problem) -> bool {
        if problem.code != ProblemCode::ProofRefused {
            return false;
        }
        let named = [(self.email, "email.proof"), (self.phone, "mobile_phone.proof")];
        let refused: Vec<_> = named.into_iter().filter(|(_, name)| problem.rule_of(name).is_some()).collect();
        for (proving, _) in &refused {
            proving.forget();
            proving.address.refuse(Rule::NotProven);
        }
        if let Some((first, _)) = refused.first() {
            first.address.focus();
        }
        !refused.is_empty()
    }
}
