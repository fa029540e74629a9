//! THE list: each thing an administrator can do, declared once. Requests, routes, the command `send`, the OpenAPI page
//! and the access matrix are all made from it.
//!
//! Three sections. **webview** operations may be sent by a page, through the one command `send`. **shell** operations
//! hold a secret in their answer or side effect; a page reaches them only through a named command that does the
//! keychain work and answers without the secret. **service** operations are for other programs than the desktop.
//!
//! What sends or creates and could not be told apart from a second wish is marked `once`: it needs an `Idempotency-Key`.
//! Opening a session is not: repeating it opens another, and no token is ever kept to be answered again.

use crate::account::{Account, AccountChange, Created, NewAccount, PasswordChange};
use crate::activity::{Activity, Cursor};
use crate::capabilities::Capabilities;
use crate::export::Export;
use crate::identifier::{ChallengeId, ETag, KeyId, SessionId, VerificationId};
use crate::introspection::{Introspection, Question};
use crate::key::{Key, Keys, NewKey};
use crate::problem::{FieldProblem, Problem, ProblemCode};
use crate::rules::Rule;
use crate::security::{Security, SecurityChange};
use crate::session::{
    Cancellation, Challenge, Credentials, Number, PasswordAgain, Revocation, Session, Sessions, SignIn,
    WhoAmI,
};
use crate::verification::{Confirmation, Proof, VerificationRequest, VerificationSent};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As on the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody.
    Open,
    /// Anybody; a session, where one is sent, must be good and is what the answer is bound to.
    OpenOrSession,
    /// A live session. An authentication key is refused with `not_permitted`.
    Session,
    /// A live session whose password was entered in the last ten minutes.
    StepUp,
    /// An authentication key or a session.
    KeyOrSession,
    /// A service that accepts authentication keys, with a credential of its own.
    Service,
}

/// Where an operation may be called from on the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    /// A page, through `send`.
    Webview,
    /// The shell alone.
    Shell,
    /// Nowhere on the desktop: a service asks it.
    Service,
}

/// An operation without its types, for tables: routes, matrix tests, documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// `GetAccount`; also the OpenAPI operation id.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path with its parameter as `{id}`.
    pub path: &'static str,
    /// Who may ask.
    pub access: Access,
    /// The status of success.
    pub success: u16,
    /// Where it may be called from.
    pub section: Section,
    /// Whether `If-Match` is required.
    pub guarded: bool,
    /// Whether an `Idempotency-Key` is required: repeated under the same key, it is done once and answered alike.
    pub once: bool,
}

/// What travels beside the body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestLine {
    /// The path with its parameter filled in.
    pub path: String,
    /// The value that stands for `{id}`.
    pub id: Option<String>,
    /// The value of the query parameter `cursor`.
    pub cursor: Option<String>,
    /// The `If-Match` header.
    pub if_match: Option<String>,
}

/// Something that travels beside the body: an id in the path, an `If-Match` header, a cursor in the query.
pub trait Part: Sized {
    /// Whether it makes the operation one that needs `If-Match`.
    const GUARDS: bool = false;
    /// Puts it in its place.
    fn write(&self, line: &mut RequestLine);
    /// Takes it from its place.
    fn read(line: &RequestLine) -> Result<Self, Problem>;
}

macro_rules! id_in_path {
    ($($id:ty),*) => {$(
        impl Part for $id {
            fn write(&self, line: &mut RequestLine) {
                line.path = line.path.replace("{id}", &self.to_string());
                line.id = Some(self.to_string());
            }
            /// An id that cannot be one names nothing.
            fn read(line: &RequestLine) -> Result<Self, Problem> {
                line.id.as_deref().and_then(|id| id.parse().ok()).ok_or(Problem::new(ProblemCode::NotFound))
            }
        }
    )*};
}
id_in_path!(ChallengeId, KeyId, SessionId, VerificationId);

impl Part for ETag {
    const GUARDS: bool = true;
    fn write(&self, line: &mut RequestLine) {
        line.if_match = Some(self.as_str().to_owned());
    }
    fn read(line: &RequestLine) -> Result<Self, Problem> {
        let value = line.if_match.as_deref().ok_or(Problem::new(ProblemCode::PreconditionRequired))?;
        Ok(Self::from_header(value))
    }
}

impl Part for Option<Cursor> {
    fn write(&self, line: &mut RequestLine) {
        line.cursor = self.as_ref().map(ToString::to_string);
    }
    fn read(line: &RequestLine) -> Result<Self, Problem> {
        let wrong = || Problem::field(ProblemCode::Malformed, "cursor", Rule::WrongType);
        line.cursor.as_deref().map(|text| text.parse().map_err(|_| wrong())).transpose()
    }
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`, where a standard asks for it.
    Form,
}

impl Media {
    /// The media type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

/// What an operation sends as its body. `()` sends none.
pub trait Body: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Whether there is a body at all.
    const PRESENT: bool = true;
    /// How it is written.
    const MEDIA: Media = Media::Json;
    /// Everything wrong with it that can be seen without a database; both sides ask.
    fn check(&self) -> Vec<FieldProblem> {
        Vec::new()
    }
}

impl Body for () {
    const PRESENT: bool = false;
}

/// What an operation answers. `()` answers 204 without a body.
pub trait Answer: Serialize + DeserializeOwned + Send + 'static {
    /// The version of what is answered, sent as the `ETag` header too.
    fn etag(&self) -> Option<&ETag> {
        None
    }
}

impl Answer for () {}

/// One thing that can be done. Implemented by the list below, nowhere else.
pub trait Operation: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The row of the table.
    const DECLARED: Declared;
    /// Its description, line by line as it stands above the operation in the list.
    const DOC: &'static [&'static str];
    /// What is sent.
    type Body: Body;
    /// What comes back.
    type Answer: Answer;
    /// The request line and headers of this request.
    fn line(&self) -> RequestLine;
    /// The body of this request.
    fn body(&self) -> &Self::Body;
    /// The request again, from what arrived.
    fn read(line: &RequestLine, body: Self::Body) -> Result<Self, Problem>;
}

/// An operation a page may send.
pub trait WebviewOperation: Operation {
    /// As the one closed enum that crosses to the shell.
    fn into_request(self) -> WebviewRequest;
}

macro_rules! operations {
    (($d:tt)
        webview { $($(#[doc = $wdoc:literal])* $wname:ident $([$($wpart:ident: $wpart_type:ty),*])? : $wmethod:ident $wpath:literal
            $(, $wonce:ident,)? $waccess:ident $wbody:ty => $wstatus:literal $wanswer:ty;)* }
        shell { $($(#[doc = $sdoc:literal])* $sname:ident $([$($spart:ident: $spart_type:ty),*])? : $smethod:ident $spath:literal
            $(, $sonce:ident,)? $saccess:ident $sbody:ty => $sstatus:literal $sanswer:ty;)* }
        service { $($(#[doc = $vdoc:literal])* $vname:ident : $vmethod:ident $vpath:literal
            $vaccess:ident $vbody:ty => $vstatus:literal $vanswer:ty;)* }
    ) => {
        $(operations!(@one Webview [$($wdoc)*] $wname [$($($wpart: $wpart_type),*)?] $wmethod $wpath [$($wonce)?] $waccess $wbody, $wstatus, $wanswer);)*
        $(operations!(@one Shell [$($sdoc)*] $sname [$($($spart: $spart_type),*)?] $smethod $spath [$($sonce)?] $saccess $sbody, $sstatus, $sanswer);)*
        $(operations!(@one Service [$($vdoc)*] $vname [] $vmethod $vpath [] $vaccess $vbody, $vstatus, $vanswer);)*

        /// Every operation, in the order of the list.
        pub const OPERATIONS: &[Declared] =
            &[$(<$wname as Operation>::DECLARED,)* $(<$sname as Operation>::DECLARED,)*
                $(<$vname as Operation>::DECLARED,)*];

        /// What a page may send: the webview section as one closed enum, carried by the command `send`.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(tag = "operation", content = "request", deny_unknown_fields)]
        #[allow(missing_docs)]
        pub enum WebviewRequest { $($wname($wname),)* }

        $(impl WebviewOperation for $wname {
            fn into_request(self) -> WebviewRequest { WebviewRequest::$wname(self) }
        })*

        /// Calls `$callback! { Name, Name, … }` with every operation: how the backend makes its router, so that an
        /// operation without a handler does not compile.
        #[macro_export]
        macro_rules! with_operations {
            ($d callback:ident) => { $d callback! { $($wname,)* $($sname,)* $($vname,)* } };
        }

        /// Calls `$callback! { Name, Name, … }` with every webview operation: how the client dispatches `send`.
        #[macro_export]
        macro_rules! with_webview_operations {
            ($d callback:ident) => { $d callback! { $($wname,)* } };
        }
    };

    (@once) => { false };
    (@once once) => { true };

    (@one $section:ident [$($doc:literal)*] $name:ident [$($part:ident: $part_type:ty),*] $method:ident $path:literal
        [$($once:ident)?] $access:ident $body:ty, $status:literal, $answer:ty) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                /// Travels beside the body.
                pub $part: $part_type,
            )*
            /// What is sent.
            pub body: $body,
        }

        impl Operation for $name {
            const DECLARED: Declared = Declared {
                name: stringify!($name),
                method: Method::$method,
                path: $path,
                access: Access::$access,
                success: $status,
                section: Section::$section,
                guarded: false $(|| <$part_type as Part>::GUARDS)*,
                once: operations!(@once $($once)?),
            };
            const DOC: &'static [&'static str] = &[$($doc),*];
            type Body = $body;
            type Answer = $answer;
            fn line(&self) -> RequestLine {
                #[allow(unused_mut)]
                let mut line = RequestLine { path: $path.to_owned(), ..RequestLine::default() };
                $(self.$part.write(&mut line);)*
                line
            }
            fn body(&self) -> &$body {
                &self.body
            }
            fn read(#[allow(unused_variables)] line: &RequestLine, body: $body) -> Result<Self, Problem> {
                Ok(Self { $($part: <$part_type as Part>::read(line)?,)* body })
            }
        }
    };
}

operations! { ($)
    webview {
        /// Limits and policies that a client must not hard-code.
        GetCapabilities: Get "/v1/capabilities" Open () => 200 Capabilities;
        /// Sends an authentication number to an address for one purpose. Sign-up is open and bound to the asker; the
        /// other purposes need a stepped-up session. Asking again replaces the number and keeps the count of tries.
        StartVerification: Post "/v1/verifications", once, OpenOrSession VerificationRequest => 202 VerificationSent;
        /// Trades the number for a single-use proof of the address.
        ConfirmVerification[id: VerificationId]: Post "/v1/verifications/{id}/confirmation", once, OpenOrSession Confirmation => 200 Proof;
        /// Creates an account, where the backend allows it. Both proofs must be the asker's.
        CreateAccount: Post "/v1/accounts", once, Open NewAccount => 201 Created;
        /// Sends the second factor's number again; the old one stops working, the count of tries stays.
        ResendChallenge[id: ChallengeId]: Post "/v1/sessions/challenges/{id}/resend", once, OpenOrSession () => 202 Challenge;
        /// Who is signed in here, and for how long.
        GetSession: Get "/v1/session" Session () => 200 Session;
        /// The account.
        GetAccount: Get "/v1/account" Session () => 200 Account;
        /// Changes name, task and, with proofs, the addresses: all of it or nothing.
        ChangeAccount[if_match: ETag]: Patch "/v1/account" StepUp AccountChange => 200 Account;
        /// Changes the password; every other session ends and the owner is told.
        ChangePassword: Put "/v1/account/password" StepUp PasswordChange => 204 ();
        /// The security settings.
        GetSecurity: Get "/v1/account/security" Session () => 200 Security;
        /// Two-factor on or off, and by which method; every other session ends and the owner is told.
        ChangeSecurity[if_match: ETag]: Put "/v1/account/security" StepUp SecurityChange => 200 Security;
        /// Where the account is signed in.
        ListSessions: Get "/v1/account/sessions" Session () => 200 Sessions;
        /// Signs one place out. Unknown and foreign ids are `not_found`.
        EndSession[id: SessionId]: Delete "/v1/account/sessions/{id}" StepUp () => 204 ();
        /// The account's own audit trail, newest first, 50 a page.
        ListActivity[cursor: Option<Cursor>]: Get "/v1/account/activity" Session () => 200 Activity;
    }
    shell {
        /// Signs in with a password. The answer holds the session's token, or asks for the second factor.
        OpenSession: Post "/v1/sessions" Open Credentials => 200 SignIn;
        /// Answers a second factor. The answer holds the session's token. A challenge of a step-up needs that session.
        AnswerChallenge[id: ChallengeId]: Post "/v1/sessions/challenges/{id}" OpenOrSession Number => 200 SignIn;
        /// Signs out.
        CloseSession: Delete "/v1/session" Session () => 204 ();
        /// Signs out, for a desktop on which somebody did while the backend could not be reached: it keeps no token for that,
        /// only what the token's hash is. Knowing the hash lets one end that session and nothing else. Whether there was one
        /// is not told, and there being none is no failure (compare RFC 7009), so that it may be sent again.
        RevokeSession: Post "/v1/session/revocations" Open Revocation => 204 ();
        /// Enters the password again. The answer holds a new token, or asks for the second factor; the old token dies.
        StepUp: Post "/v1/session/step-up" Session PasswordAgain => 200 SignIn;
        /// The authentication keys. In the shell because each row also says whether its secret is on this computer.
        ListKeys: Get "/v1/account/keys" Session () => 200 Keys;
        /// Registers a key born on this desktop. Same id and hash again: the same answer and no second key.
        AddKey[id: KeyId]: Put "/v1/account/keys/{id}" StepUp NewKey => 200 Key;
        /// Deletes a key; it stops working at once. Unknown and foreign ids are `not_found`.
        DeleteKey[id: KeyId]: Delete "/v1/account/keys/{id}" StepUp () => 204 ();
        /// Cancels the subscription: whole erasure or nothing.
        CancelSubscription: Delete "/v1/account" StepUp Cancellation => 204 ();
        /// Whose the key or session is: proves that a key works.
        GetWhoAmI: Get "/v1/whoami" KeyOrSession () => 200 WhoAmI;
        /// Everything the backend keeps of the account, for its owner. In the shell because it is saved to a file.
        ExportAccount: Get "/v1/account/export" StepUp () => 200 Export;
    }
    service {
        /// Whether an authentication key works, and whose it is (RFC 7662). Of anything else it says that it does not.
        Introspect: Post "/v1/introspection" Service Question => 200 Introspection;
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, ChangeAccount, DeleteKey, ListActivity, Method, OPERATIONS, Operation, Section};
    use crate::account::AccountChange;
    use crate::identifier::{ETag, KeyId};
    use std::collections::HashSet;
    use uuid::Uuid;

    #[test]
    fn every_operation_has_its_own_name_and_route() {
        let names: HashSet<_> = OPERATIONS.iter().map(|o| o.name).collect();
        let routes: HashSet<_> = OPERATIONS.iter().map(|o| (o.method, o.path)).collect();
        assert_eq!((names.len(), routes.len()), (OPERATIONS.len(), OPERATIONS.len()));
    }

    #[test]
    fn a_guarded_operation_is_stepped_up_and_a_change_is_never_open() {
        for operation in OPERATIONS.iter().filter(|o| o.guarded) {
            assert_eq!(operation.access, Access::StepUp, "{}", operation.name);
        }
        for operation in
            OPERATIONS.iter().filter(|o| o.path.starts_with("/v1/account/") || o.path == "/v1/account")
        {
            // everything at once is worth the password
            let reads = operation.method == Method::Get && operation.name != "ExportAccount";
            let expected = if reads { Access::Session } else { Access::StepUp };
            assert_eq!(operation.access, expected, "{}", operation.name);
        }
    }

    #[test]
    fn keys_are_for_the_shell_alone() {
        for operation in OPERATIONS.iter().filter(|o| o.path.contains("/keys")) {
            assert_eq!(operation.section, Section::Shell, "{}", operation.name);
        }
    }

    #[test]
    fn what_travels_beside_the_body_survives_the_way() {
        let delete = DeleteKey { id: KeyId(Uuid::from_u128(7)), body: () };
        let line = delete.line();
        assert_eq!(line.path, "/v1/account/keys/00000000-0000-0000-0000-000000000007");
        assert_eq!(DeleteKey::read(&line, ()).unwrap().id, delete.id);

        let change = ChangeAccount { if_match: ETag::of_version(3), body: AccountChange::default() };
        assert_eq!(change.line().if_match.as_deref(), Some("\"3\""));
        assert!(ChangeAccount::read(&super::RequestLine::default(), AccountChange::default()).is_err());

        let page = ListActivity { cursor: Some("12".parse().unwrap()), body: () };
        assert_eq!(ListActivity::read(&page.line(), ()).unwrap().cursor, page.cursor);
    }
}
