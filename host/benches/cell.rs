//! Benchmarks of the cell.
fn main() {}
