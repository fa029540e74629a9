//! Account changes that are prepared without a network and applied later, as a window shows them. The file is read and
//! written by the desktop's Rust side.

use crate::capabilities::Capabilities;
use crate::configuration::{Finding, OfferId};
use crate::connection::Recalled;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::rules::Rule;
use crate::secret::Secret;
use crate::session::Challenge;
use crate::verification::Channel;
use serde::{Deserialize, Serialize};

/// What preparing starts from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanBase {
    /// The account as it was last seen.
    pub base: Recalled,
    /// The backend's limits, or the product's own where it was never asked.
    pub capabilities: Capabilities,
    /// What the author is called until somebody types another name: the account's name.
    pub author: String,
    /// Which acts the policy wants a second signature for.
    pub countersigned: Vec<CountersignedAct>,
}

/// An act that a policy may want a second administrator to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum CountersignedAct {
    /// Two-factor is disabled.
    DisableTwoFactor,
    /// An authentication key is added.
    AddKeys,
    /// The subscription is canceled.
    Cancel,
}

/// What is to change, as it is typed. A field that is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanInput {
    /// Who prepares it, 1–64 characters.
    pub author: String,
    /// What for, 1–200 characters.
    pub reason: String,
    /// Not to be applied before.
    pub not_before: Option<Moment>,
    /// Not to be applied after.
    pub expires_at: Option<Moment>,
    /// The new name.
    pub name: Option<String>,
    /// The new task; empty removes it.
    pub task: Option<String>,
    /// The new email address.
    pub email: Option<String>,
    /// The new mobile phone, as typed.
    pub mobile_phone: Option<String>,
    /// Whether signing in is to ask for a number.
    pub two_factor: Option<bool>,
    /// How the number is to be sent.
    pub method: Option<Channel>,
    /// Labels of keys to be made when it is applied.
    pub add_keys: Vec<String>,
    /// Labels of keys to be deleted.
    pub delete_keys: Vec<String>,
    /// Whether the subscription is to be canceled, last of all.
    pub cancel: bool,
}

/// What was typed in a tab and could not be saved, for a plan to begin with. A field that is none was not touched. Nothing
/// that is secret ever stands here: passwords and numbers have no field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The new name.
    pub name: Option<String>,
    /// The new task; empty removes it.
    pub task: Option<String>,
    /// The new email address.
    pub email: Option<String>,
    /// The new mobile phone, as typed.
    pub mobile_phone: Option<String>,
    /// Whether signing in is to ask for a number.
    pub two_factor: Option<bool>,
    /// How the number is to be sent.
    pub method: Option<Channel>,
}

impl Typed {
    /// This, with what was typed later in its place.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        Self {
            name: later.name.or(self.name),
            task: later.task.or(self.task),
            email: later.email.or(self.email),
            mobile_phone: later.mobile_phone.or(self.mobile_phone),
            two_factor: later.two_factor.or(self.two_factor),
            method: later.method.or(self.method),
        }
    }
}

/// What a plan would do, before it is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanReview {
    /// What is wrong with what was typed; nothing can be saved until this is empty.
    pub fields: Vec<PlanFieldProblem>,
    /// The steps with what stands now and what is wanted.
    pub steps: Vec<PlanStep>,
    /// What applying will need.
    pub needs: Vec<Need>,
}

/// One field of what was typed, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct PlanFieldProblem {
    /// The field's name in [`PlanInput`]; a key's as `add_keys.0`; empty for the plan as a whole.
    pub field: String,
    /// What is wrong.
    pub fault: PlanFault,
}

/// What is wrong with a field of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlanFault {
    /// It breaks a rule that the account's own forms have too.
    Rule(Rule),
    /// The plan as a whole changes nothing.
    NothingToDo,
    /// The account has no key of that label.
    NoSuchKey,
    /// The account has several keys of that label, so it does not say which.
    SeveralKeys,
    /// A key of that label is there, or stands in this plan, already.
    KeyThere,
    /// The account would have more keys than it may.
    TooManyKeys {
        /// How many it may have.
        max: u32,
    },
    /// The plan would end before it begins.
    EndsBeforeItBegins,
    /// The time is over already.
    Over,
}

/// A plan was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSaved {
    /// The file's name without its folder.
    pub name: String,
}

/// What applying needs of whoever does it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Need {
    /// The account's password.
    Password,
    /// The second factor, sent this way.
    SecondFactor(Channel),
    /// Access to this mailbox, which gets a number.
    Mailbox(String),
    /// This phone in hand: it gets a number. Partly masked: `+82 10 •••• ••34`.
    Phone(String),
    /// A secret store that can be used, since keys are made.
    SecretStore,
    /// The signature of another administrator, by one of these names.
    Countersignature(Vec<String>),
}

/// What one step is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum StepSubject {
    /// The name.
    Name,
    /// The task.
    Task,
    /// The email address.
    Email,
    /// The mobile phone.
    MobilePhone,
    /// Whether signing in asks for a number, and how it is sent: `email`, `text_message`, or `disabled`.
    TwoFactor,
    /// A key to be made, by its label.
    AddKey(String),
    /// A key to be deleted, by its label.
    DeleteKey(String),
    /// The end of the subscription.
    Cancel,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct PlanStep {
    /// What it is about.
    pub subject: StepSubject,
    /// What stands now, as shown; none where nothing does, or where it is not known.
    pub from: Option<String>,
    /// What the plan wants, as shown; none where it removes.
    pub to: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// Why a drifted step is asked about; none for any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
}

/// Why a step drifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// The value is not the one that the plan was prepared for.
    Changed,
    /// The value, or the key, that the plan was prepared for is not known here.
    Unknown,
    /// The key that the plan was prepared for has another label now: `from`.
    Renamed,
    /// The key `from` has the label that the plan names, or one that looks like it, and is not the key that it was prepared for.
    OtherKey,
    /// A key of the label that is to be made exists already.
    KeyThere,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum Standing {
    /// The plan wants what was there when it was prepared, and it still is.
    Same,
    /// It is as it was when the plan was prepared: to be done.
    ToDo,
    /// It is what the plan wants already.
    AlreadyDone,
    /// Somebody changed it since the plan was prepared: `from` is theirs, `to` is yours. It is asked about.
    Drifted,
    /// Done by this application of the plan.
    Done,
    /// Left as it is, by choice.
    Skipped,
    /// It could not be done.
    Failed(Box<Problem>),
    /// It was sent and left before its answer came, and the account could not be looked at: it may have been done.
    NotKnown,
    /// A person stated that it is done, and the account could not be looked at.
    Stated,
}

/// A plan that was opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct PlanView {
    /// The file it was read from.
    pub offer: OfferId,
    /// The file's name.
    pub file: String,
    /// Who prepared it.
    pub author: String,
    /// What for.
    pub reason: String,
    /// The account it is for.
    pub account: String,
    /// The backend it is for, as the configuration names it.
    pub backend: String,
    /// When it was prepared; none where the file cannot be read.
    pub prepared_at: Option<Moment>,
    /// Not before.
    pub not_before: Option<Moment>,
    /// Not after.
    pub expires_at: Option<Moment>,
    /// The steps; their standing is known only where the account could be read.
    pub steps: Vec<PlanStep>,
    /// What applying needs.
    pub needs: Vec<Need>,
    /// Whose good signatures it bears.
    pub signed_by: Vec<String>,
    /// What is wrong with the file.
    pub findings: Vec<Finding>,
    /// Why it cannot be applied; none where it can.
    pub refused: Option<PlanRefusal>,
    /// Whether an earlier application was interrupted and goes on where it stopped.
    pub interrupted: bool,
}

/// Why a plan is not applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub enum PlanRefusal {
    /// Something is wrong with the file: the findings say what.
    Findings,
    /// It is for another backend, which is named.
    OtherBackend(String),
    /// Somebody else is signed in; the account it is for is named.
    OtherAccount(String),
    /// The account with that address is signed in, and the plan's fingerprints are another account's.
    OtherFingerprints(String),
    /// Nobody is signed in, so it cannot be held against the account.
    SignedOut,
    /// It is not to be applied before this time.
    TooEarly(Moment),
    /// It was to be applied before this time.
    TooLate(Moment),
    /// The policy wants another administrator's signature: one of these.
    CountersignatureMissing(Vec<String>),
    /// A signature beside it does not fit it. The key's id, or empty.
    SignatureWrong(String),
    /// It was applied already; the receipt says when.
    AppliedAlready(Moment),
    /// The backend cannot be reached.
    Unreachable,
}

/// What applying a plan waits for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanAsk {
    /// The password.
    Password,
    /// The second factor.
    SecondFactor {
        /// Under which it is answered.
        challenge: Challenge,
    },
    /// The authentication number that was sent to a new address.
    Number {
        /// The step it is for.
        subject: StepSubject,
        /// Where it was sent, as shown.
        address: String,
        /// Seconds until it may be sent again.
        resend_in_seconds: u32,
        /// Seconds until it is no longer valid.
        expires_in_seconds: u32,
        /// How many times it may still be tried.
        tries_left: u32,
        /// Whether it was sent in the place of an earlier one that no longer counts, since its session has ended.
        anew: bool,
    },
    /// What to do about a step that drifted.
    Drift {
        /// The step.
        step: Box<PlanStep>,
    },
    /// A step could not be done: try it again, leave it, or stop.
    Trouble {
        /// The step.
        subject: StepSubject,
        /// What happened.
        problem: Box<Problem>,
        /// Whether it was sent, so that it may have been done.
        sent: bool,
        /// Whether it is the cancellation, and nobody is signed in who could look: a person may say that it is done.
        over: bool,
    },
}

/// What a person answers.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PlanAnswer {
    /// Begin, or go on.
    Go,
    /// The password.
    Password(#[serde(with = "crate::secret::exposed")] Secret<String>),
    /// Six digits.
    Number(String),
    /// Send another number.
    Resend,
    /// Leave what is there: the step is skipped.
    KeepTheirs,
    /// Put what the plan wants in its place.
    TakeMine,
    /// Try the step again.
    Again,
    /// Leave the step.
    Skip,
    /// The cancellation that was sent is done: nobody can sign in any more.
    Canceled,
    /// Stop here; what is done stays done, and the plan can be gone on with.
    Stop,
}

crate::secret::unprinted!(PlanAnswer);

/// An answer for one plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanAnswerInput {
    /// Which plan.
    pub offer: OfferId,
    /// The answer.
    pub answer: PlanAnswer,
}

/// How far applying a plan has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanProgress {
    /// The steps.
    pub steps: Vec<PlanStep>,
    /// What it waits for; none once it has ended.
    pub ask: Option<PlanAsk>,
    /// Why the last answer was not taken, where it was not.
    pub problem: Option<Problem>,
    /// The receipt, once it has ended.
    pub receipt: Option<Receipt>,
}

/// Names a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct ReceiptNumber(pub u64);

/// What was done, when, and how each step ended. Each receipt names the one before by its hash, so that one that was lost,
/// damaged or altered by hand is seen; who recomputes them all is found by an exported one alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Receipt {
    /// Its number on this computer, from 1.
    pub number: ReceiptNumber,
    /// The plan's file.
    pub file: String,
    /// Who prepared the plan.
    pub author: String,
    /// What for.
    pub reason: String,
    /// The account.
    pub account: String,
    /// The backend.
    pub backend: String,
    /// When applying began.
    pub began_at: Moment,
    /// When it ended.
    pub ended_at: Moment,
    /// How each step ended; values are not kept.
    pub steps: Vec<Outcome>,
    /// SHA-256 of this receipt in hexadecimal digits.
    pub hash: String,
    /// Whether the chain up to this receipt is whole.
    pub intact: bool,
}

/// How one step ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "json-schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// The step.
    pub subject: StepSubject,
    /// How it ended.
    pub standing: Standing,
    /// When.
    pub at: Moment,
}
