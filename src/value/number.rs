//! STUB
/// x
pub fn python_int(text: &str) -> Option<i64> { text.trim().parse().ok() }
