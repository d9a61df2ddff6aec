//! Prose, filled into lines.

/// The words in lines of at most `width` columns, where they are short enough.
pub fn filled(text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut free = width;
    for (at, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        let fits = length < free;
        if at > 0 {
            lines.push(if fits { ' ' } else { '\n' });
        }
        free = if at > 0 && fits { free - length - 1 } else { width.saturating_sub(length) };
        lines += word;
    }
    lines + "\n"
}
