//! `aws cks apply`.
