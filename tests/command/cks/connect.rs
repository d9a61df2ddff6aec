//! `aws cks connect`.
