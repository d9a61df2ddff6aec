//! `aws cks apply`: a change of a store, step by step, and back.

mod back;
mod interrupts;
mod refusals;
mod replies;
mod stores;
mod way;
