//! `aws cks check`.
