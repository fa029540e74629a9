//! What every subcommand is given beside its own arguments.

/// What every subcommand is given.
#[derive(Debug, Clone)]
pub struct Around {
    /// Whether the result is printed as JSON, in the envelope.
    pub json: bool,
}
