//! Figures in words, and how they stand to their limits.

/// A limit, and how the figure stands to it.
pub struct Check {
    measured: bool,
    broken: bool,
    limit: String,
}

impl Check {
    /// So many times at most.
    pub fn times_at_most(figure: Option<f64>, limit: f64) -> Self {
        Check::at_most(figure, limit, times(Some(limit)))
    }

    /// So many times at least.
    pub fn times_at_least(figure: Option<f64>, limit: f64) -> Self {
        let broken = figure.is_some_and(|figure| figure < limit);
        Check { measured: figure.is_some(), broken, limit: format!("at least {}", times(Some(limit))) }
    }

    /// So many instructions at most.
    pub fn instructions(figure: Option<u64>, limit: u64) -> Self {
        let words = format!("{} M instr", millions(Some(limit)));
        Check::at_most(figure.map(|count| count as f64), limit as f64, words)
    }

    /// So many bytes at most.
    pub fn bytes(figure: Option<u64>, limit: u64) -> Self {
        let words = format!("{} MB", megabytes(Some(limit)));
        Check::at_most(figure.map(|count| count as f64), limit as f64, words)
    }

    fn at_most(figure: Option<f64>, limit: f64, words: String) -> Self {
        let broken = figure.is_some_and(|figure| figure > limit);
        Check { measured: figure.is_some(), broken, limit: words }
    }
}

/// The limits in words.
pub fn allowed(checks: &[Check]) -> String {
    checks.iter().map(|check| check.limit.as_str()).collect::<Vec<_>>().join(", ")
}

/// Whether the figures keep to the limits.
pub fn verdict(checks: &[Check]) -> String {
    let broken: Vec<&str> =
        checks.iter().filter(|check| check.broken).map(|check| check.limit.as_str()).collect();
    if !broken.is_empty() {
        format!("**missed** {}", broken.join(", "))
    } else if checks.iter().any(|check| !check.measured) {
        "not measured".to_owned()
    } else if checks.is_empty() {
        String::new()
    } else {
        "ok".to_owned()
    }
}

/// How many limits were checked, and how many figures are over theirs.
pub fn summary(checks: &[Check]) -> String {
    let measured = checks.iter().filter(|check| check.measured).count();
    let broken = checks.iter().filter(|check| check.broken).count();
    format!(
        "{broken} of {measured} figures with a limit do not keep to it; {} more were not measured.",
        checks.len() - measured
    )
}

/// A count in millions.
pub fn millions(count: Option<u64>) -> String {
    count.map_or_else(none, |count| format!("{:.2}", count as f64 / 1e6))
}

/// Bytes in MB.
pub fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(none, |bytes| format!("{:.1}", bytes as f64 / 1e6))
}

/// A factor; small ones are shares, where a hundredth counts.
pub fn times(factor: Option<f64>) -> String {
    let digits = |factor| if factor < 10.0 { 2 } else { 1 };
    factor.map_or_else(none, |factor| format!("{factor:.*} ×", digits(factor)))
}

/// What stands where there is no figure.
pub fn none() -> String {
    "–".to_owned()
}
