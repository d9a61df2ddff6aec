//! The styles of the prompt. Everything can be read without colours: they only repeat what signs and words say.

use ratatui_core::style::{Color, Modifier, Style};

pub(super) fn title() -> Style {
    Style::new().add_modifier(Modifier::BOLD)
}

pub(super) fn faint() -> Style {
    Style::new().fg(Color::DarkGray)
}

pub(super) fn keys() -> Style {
    Style::new().fg(Color::Cyan)
}

pub(super) fn warning() -> Style {
    Style::new().fg(Color::Yellow)
}

pub(super) fn typed() -> Style {
    Style::new().add_modifier(Modifier::UNDERLINED)
}

pub(super) fn label(has_focus: bool) -> Style {
    if has_focus { title() } else { Style::new() }
}

pub(super) fn field(has_focus: bool) -> Style {
    if has_focus { typed() } else { Style::new() }
}

pub(super) fn row(is_chosen: bool) -> Style {
    if is_chosen { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() }
}

pub(super) fn note(blocks: bool) -> Style {
    Style::new().fg(if blocks { Color::Red } else { Color::Yellow })
}
