//! `aws cks keys`.
