//! The steps of a plan, in the order in which they are done: user information, security, keys deleted, keys added, the end.

use super::file::{Doomed, Method, Plan, Security};
use postern_backend::{phone_masked, phone_shown};
use postern_contract::plan::{CountersignedAct, Need, StepSubject};
use postern_contract::rules::email_address;
use postern_contract::verification::Channel;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it is about.
    pub subject: StepSubject,
    /// What is wanted.
    pub wanted: Wanted,
}

/// What a step wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// This value in the field of the user information that the subject names.
    Value(String),
    /// These security settings.
    Security(Security),
    /// This key gone.
    Gone(Doomed),
    /// A key of this label.
    Made(String),
    /// The end of the subscription.
    Canceled,
}

/// The steps of a plan.
pub fn of(plan: &Plan) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |subject, wanted| steps.push(Step { subject, wanted });
    let information = &plan.user_information;
    for (subject, value) in [
        (StepSubject::Name, &information.name),
        (StepSubject::Task, &information.task),
        (StepSubject::Email, &information.email),
        (StepSubject::MobilePhone, &information.mobile_phone),
    ] {
        if let Some(value) = value {
            add(subject, Wanted::Value(value.clone()));
        }
    }
    if let Some(security) = plan.security {
        add(StepSubject::TwoFactor, Wanted::Security(security));
    }
    for doomed in &plan.keys.delete {
        add(StepSubject::DeleteKey(doomed.label.clone()), Wanted::Gone(doomed.clone()));
    }
    for label in &plan.keys.add {
        add(StepSubject::AddKey(label.clone()), Wanted::Made(label.clone()));
    }
    if plan.subscription.cancel {
        add(StepSubject::Cancel, Wanted::Canceled);
    }
    steps
}

impl Step {
    /// What it wants, as shown; none where it removes.
    pub fn shown(&self) -> Option<String> {
        match &self.wanted {
            Wanted::Value(value) if value.is_empty() => None,
            Wanted::Value(value) if self.subject == StepSubject::MobilePhone => Some(phone_shown(value)),
            Wanted::Value(value) if self.subject == StepSubject::Email => {
                Some(email_address(value).unwrap_or_else(|_| value.clone()))
            }
            Wanted::Value(value) | Wanted::Made(value) => Some(value.clone()),
            Wanted::Security(security) => Some(security.as_str().to_owned()),
            Wanted::Gone(_) | Wanted::Canceled => None,
        }
    }

    /// The new address that is to be proven.
    pub fn address(&self) -> Option<String> {
        match &self.wanted {
            Wanted::Value(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// By what way a new address is proven, if it is one.
    pub fn proven_by(&self) -> Option<Channel> {
        match self.subject {
            StepSubject::Email => Some(Channel::Email),
            StepSubject::MobilePhone => Some(Channel::TextMessage),
            _ => None,
        }
    }
}

impl Security {
    /// As a step shows it and as a fingerprint is made of it.
    pub const fn as_str(self) -> &'static str {
        match (self.two_factor, self.method) {
            (true, Some(Method::TextMessage)) => "text_message",
            (true, _) => "email",
            (false, _) => "disabled",
        }
    }
}

impl From<Method> for Channel {
    fn from(method: Method) -> Self {
        match method {
            Method::Email => Self::Email,
            Method::TextMessage => Self::TextMessage,
        }
    }
}

impl From<Channel> for Method {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Email => Self::Email,
            Channel::TextMessage => Self::TextMessage,
        }
    }
}

/// What applying the plan needs, as far as the plan alone can tell.
pub fn needs(plan: &Plan) -> Vec<Need> {
    let mut needs = vec![Need::Password];
    if let Some(email) = &plan.user_information.email {
        needs.push(Need::Mailbox(email.clone()));
    }
    if let Some(phone) = &plan.user_information.mobile_phone {
        needs.push(Need::Phone(phone_masked(phone)));
    }
    if !plan.keys.add.is_empty() {
        needs.push(Need::SecretStore);
    }
    needs
}

/// The same in the words of the file.
pub fn needs_in_words(plan: &Plan) -> Vec<String> {
    let word = |need| match need {
        Need::Password => Some("password".to_owned()),
        Need::Mailbox(address) => Some(format!("mailbox {address}")),
        Need::Phone(masked) => Some(format!("phone {masked} in hand")),
        Need::SecretStore => Some("secret store".to_owned()),
        Need::SecondFactor(_) | Need::Countersignature(_) => None,
    };
    needs(plan).into_iter().filter_map(word).collect()
}

/// What of it a policy may want a second administrator to sign.
pub fn acts(plan: &Plan) -> Vec<CountersignedAct> {
    let all = [
        (CountersignedAct::DisableTwoFactor, plan.security.is_some_and(|security| !security.two_factor)),
        (CountersignedAct::AddKeys, !plan.keys.add.is_empty()),
        (CountersignedAct::Cancel, plan.subscription.cancel),
    ];
    all.into_iter().filter_map(|(act, is)| is.then_some(act)).collect()
}
