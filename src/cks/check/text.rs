//! Findings as text for people: a mark, what was looked at, what was found, and the time; below it what that means.

use super::finding::{Finding, Outcome, whole_milliseconds};
use crate::cks::view;

/// The columns before what was found: two, the mark, two spaces, what was looked at, one.
const BEFORE: usize = 2 + 2 + CHECK + 1;

/// The fewest columns that are filled, however narrow the terminal is.
const NARROWEST: usize = 20;

/// The columns of what was looked at.
const CHECK: usize = 10;

/// The columns of a time: two before it, five digits, and the unit.
const TIME: usize = 2 + 5 + 3;

/// The lines of findings, of so many columns at most where words are short enough.
pub(super) fn lines(findings: &[Finding], width: usize) -> Vec<String> {
    let timed = findings.iter().filter(|finding| finding.time.is_some());
    let longest = timed.map(|finding| finding.message.chars().count()).max().unwrap_or_default();
    let timed = longest.min(width.saturating_sub(BEFORE + TIME)).max(NARROWEST);
    let mut lines = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        let mark = match finding.outcome {
            Outcome::Ok => '✓',
            Outcome::Warning => '!',
            Outcome::Failed => '✗',
            Outcome::Unknown => '–',
        };
        let room = if finding.time.is_some() { timed } else { width.saturating_sub(BEFORE).max(NARROWEST) };
        let mut message = wrapped(&finding.message, room).into_iter();
        let first = message.next().unwrap_or_default();
        let check = finding.check;
        lines.push(match finding.time.map(whole_milliseconds) {
            Some(time) => format!("  {mark} {check:<CHECK$} {first:<timed$}{time:>7} ms"),
            None => format!("  {mark} {check:<CHECK$} {first}"),
        });
        lines.extend(message.map(|line| format!("{:BEFORE$}{line}", "")));
        // What holds for several of a kind is said below the last of them.
        if findings.get(at + 1).is_none_or(|next| next.reason != finding.reason) {
            let below = finding.reason.iter().cloned().chain(refusal(finding));
            let below = below.flat_map(|text| wrapped(&text, width.saturating_sub(6).max(NARROWEST)));
            lines.extend(below.map(|line| format!("      {line}")));
        }
    }
    lines
}

/// What KMS would do.
fn refusal(finding: &Finding) -> Option<String> {
    let update = finding.refusal.exception.map(|exception| format!("An update fails with {exception}"))?;
    let connect = finding.refusal.connection_error_code.map(|code| format!(", a connect with {code}"));
    Some(format!("{update}{}.", connect.unwrap_or_default()))
}

/// The lines of a text of so many columns.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    view::wrapped(text, width).lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cks::check::finding::Refusal;

    #[test]
    fn findings_are_aligned_and_fit_the_width() {
        let all = [
            Finding::ok("name", "h → 203.0.113.7").took(Duration::from_millis(2)),
            Finding::warning("manager", "DEGRADED: hsm-1, Example", "The same."),
            Finding::warning("manager", "DEGRADED: hsm-2, Example", "The same."),
            Finding::failed("health", "401", "Not known here, not at all.", Refusal::CREDENTIAL)
                .took(Duration::from_millis(12_345)),
        ];
        let expected = "  ✓ name       h → 203.0.113.7           2 ms
  ! manager    DEGRADED: hsm-1, Example
  ! manager    DEGRADED: hsm-2, Example
      The same.
  ✗ health     401                   12345 ms
      Not known here, not at all.
      An update fails with
      XksProxyIncorrectAuthenticationCredentialException, a
      connect with INVALID_CREDENTIALS.";
        assert_eq!(lines(&all, 60).join("\n"), expected);
    }
}
