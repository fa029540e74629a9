//! The frontend of Postern: pages and parts.
