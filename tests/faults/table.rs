//! The table: what must come of each fault at each place.

mod cks;
mod local;
mod network;
mod questions;

use crate::cell::Row;
use crate::fault;

/// All rows. None has an empty cell.
pub fn rows() -> Vec<Row> {
    let rows: Vec<Row> =
        [network::rows(), local::rows(), questions::rows(), cks::rows()].into_iter().flatten().collect();
    for row in &rows {
        for (fault, name) in fault::ALL {
            assert!(row.cells.contains_key(&fault), "{}: nothing is said about {}", row.place, name);
        }
    }
    rows
}
