//! What every subcommand is given beside its own arguments.

/// What every subcommand is given.
#[derive(Debug, Clone)]
pub struct Around {
    /// Whether the result is printed as JSON: the contract's own types, for scripts.
    pub json: bool,
}
