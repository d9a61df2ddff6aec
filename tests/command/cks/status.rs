//! `aws cks status`.
