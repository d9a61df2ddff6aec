//! `aws cks apply`: a change of a store, step by step, and back.

mod back;
mod interrupts;
mod proxies;
mod refusals;
mod replies;
mod stores;
mod terminal;
mod way;
