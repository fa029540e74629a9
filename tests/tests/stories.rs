//! Every story, one file each, named as a sentence. All are one binary, since linking is what costs.

mod an_administrator_signs_in;
mod the_backend_cannot_be_reached;
