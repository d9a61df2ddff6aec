//! `aws cks apply`: a change of a store, step by step, and back.

#[cfg(unix)]
mod accepted;
mod back;
#[cfg(unix)]
mod interrupts;
mod proxies;
#[cfg(unix)]
mod refusals;
mod replies;
mod stores;
mod terminal;
mod way;
