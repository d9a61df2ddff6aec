//! `aws cks waiters`.
