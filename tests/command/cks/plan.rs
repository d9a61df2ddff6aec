//! `aws cks plan`.
