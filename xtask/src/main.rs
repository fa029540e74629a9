//! Developer tasks: run, test, build, tour, bench.

fn main() {}
