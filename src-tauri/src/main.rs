//! The desktop shell of Postern: windows and short commands.

fn main() {}
