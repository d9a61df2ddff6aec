//! `aws cks secrets`.
