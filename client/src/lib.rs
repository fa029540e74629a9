//! The administrator's side of Postern without pixels: transport, vault, keys.
