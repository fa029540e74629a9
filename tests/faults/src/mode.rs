//! The ways to fail, each with a word of its own.

use std::time::Duration;

/// What the proxy does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Carries all.
    Whole,
    /// Nobody listens.
    Refuse,
    /// The connection never comes about.
    BlackHole,
    /// Takes the request and says nothing.
    Silence,
    /// Carries the request, gives the head of the answer and half of its body, and resets the connection.
    ResetMidBody,
    /// Takes the request and closes its side.
    HalfOpen,
    /// Gives the answer one byte at a time, for ever.
    Drip,
    /// Ends the answer in its middle, as if that were all.
    Cut,
    /// Ends the connection in the middle of the answer.
    CutOff,
    /// Gives the answer as something that it is not.
    WrongType,
    /// Answers with 100 MB.
    Huge,
    /// Answers with 100 MB packed into 100 KB.
    GzipBomb,
    /// Answers with JSON a hundred thousand arrays deep.
    DeepJson,
    /// Gives the answer late.
    Delay(Duration),
    /// Changes bytes of the body.
    Corrupt,
    /// Answers in something that is not HTTP.
    NotHttp,
    /// Leads to the page of a network.
    Redirect,
    /// Shows the page of a network.
    Page,
    /// Asks for a sign-in to the network (RFC 6585, 511).
    NetworkSignIn,
    /// Says that there is nothing behind it.
    BadGateway,
    /// Says, as a backend would, that it is busy for this many seconds.
    Busy(u32),
    /// Carries the request, and loses the answer.
    LoseAnswer,
}

impl Mode {
    /// All that are faults. Those with a time have one that a test with short limits can wait for.
    pub const FAULTS: [Self; 20] = [
        Self::Refuse,
        Self::BlackHole,
        Self::Silence,
        Self::ResetMidBody,
        Self::HalfOpen,
        Self::Drip,
        Self::Cut,
        Self::CutOff,
        Self::WrongType,
        Self::Huge,
        Self::GzipBomb,
        Self::DeepJson,
        Self::Delay(Duration::from_mins(1)),
        Self::Corrupt,
        Self::NotHttp,
        Self::Redirect,
        Self::Page,
        Self::NetworkSignIn,
        Self::BadGateway,
        Self::LoseAnswer,
    ];

    /// A host that no resolver knows (RFC 6761): the one fault that is a matter of the address.
    pub const UNKNOWN_NAME: &str = "accounts.harbor.invalid";
}
