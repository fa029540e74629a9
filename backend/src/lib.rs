//! The account backend of Postern: axum over sqlx, a library and a small binary.
