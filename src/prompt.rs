//! The prompt: a form for the parameters of a command, on the terminal. Nothing of it runs in a line without a prompt.
//!
//! `app` is the whole prompt without a terminal: what it shows, and what becomes of a key. `draw` and `review` say how that
//! looks. Only `terminal` (`console` on Windows), `screen` and `session` know the terminal, and `document` writes a file.

mod app;
mod checks;
mod document;
mod draw;
mod edit;
mod field;
mod files;
mod form;
mod list;
mod offers;
mod request;
mod review;
mod screen;
mod session;
mod styles;
#[cfg(unix)]
mod terminal;
#[cfg(windows)]
#[path = "prompt/console.rs"]
mod terminal;

use std::io;

pub(crate) use app::Outcome;

use crate::cli::partial::Partial;
use crate::session::settings::Settings;
use crate::transport::runtime::Stopped;

/// What ends the prompt without an outcome.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PromptError {
    #[error(
        "There is no terminal to prompt on. Leave out --cli-auto-prompt, or switch a configured prompt off with \
         --no-cli-auto-prompt."
    )]
    NoTerminal,
    #[error("The prompt has lost its terminal: {0}.")]
    Terminal(io::ErrorKind),
    /// A signal of this number, which would have ended the program at once but for the terminal.
    #[cfg(unix)]
    #[error("The signal {0} ended the prompt.")]
    Ended(i32),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<io::Error> for PromptError {
    fn from(error: io::Error) -> PromptError {
        PromptError::Terminal(error.kind())
    }
}

impl PromptError {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            PromptError::NoTerminal => 252,
            #[cfg(unix)]
            PromptError::Ended(_) => 255,
            PromptError::Terminal(_) | PromptError::Stopped(_) => 255,
        }
    }
}

/// What a prompt starts with.
pub(crate) struct Start {
    /// What is already said on the line.
    pub(crate) partial: Partial,
    /// What was wrong with it.
    pub(crate) message: Option<String>,
    /// Whether there is a program that takes all other commands.
    pub(crate) can_hand_over: bool,
}

/// Whether there is a terminal to prompt on.
pub(crate) fn is_possible() -> bool {
    terminal::is_there()
}

/// Lets the user fill in the form of a command. What was chosen is left on the terminal as a line without secrets.
///
/// # Errors
/// No terminal; an interrupt or another signal.
pub(crate) fn ask(start: Start, settings: &Settings) -> Result<Outcome, PromptError> {
    use crate::client::Client;
    use crate::client::error::ClientError;
    use crate::hints::Hints;
    use crate::session::Session;
    use crate::session::error::SessionError;
    use std::io::Write;

    if !is_possible() {
        return Err(PromptError::NoTerminal);
    }
    let hints = Hints::new(false);
    // Whoever has to be asked for credentials is asked before the form is there.
    let session = Session::resolve(settings, &hints, "describe-custom-key-stores");
    if let Err(SessionError::Stopped(stopped)) = session {
        return Err(stopped.into());
    }
    let client = match session.as_ref().map(Client::new) {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(ClientError::Stopped(stopped))) => return Err(stopped.into()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    let region = session.as_ref().map(|session| session.client.region.clone()).unwrap_or_default();
    let place = [settings.profile_name.as_str(), region.as_str()].into_iter().filter(|text| !text.is_empty());
    let place = place.collect::<Vec<_>>().join(" · ");
    let environment = settings.environment;
    let mut app = app::App::new(start.partial, place, start.can_hand_over, environment);
    start.message.into_iter().for_each(|message| app.say(message));
    let fetch: Option<session::Fetch> = match &client {
        Ok(client) => Some(Box::pin(crate::cks::store::all_beside(client))),
        Err(reason) => {
            app.set_stores(Err(reason.clone()));
            None
        }
    };
    let is_set = |name| environment.get_os(name).is_some_and(|value| !value.is_empty());
    let has_colour = !is_set("NO_COLOR") && environment.get("TERM").as_deref() != Some("dumb");
    let tty = terminal::Tty::open().ok_or(PromptError::NoTerminal)?;
    let outcome = settings.runtime.wait(session::run(&mut app, &tty, has_colour, fetch));
    let outcome = match outcome {
        Err(Stopped::Interrupted) => Ok(Outcome::Leave),
        other => other?,
    };
    let screen = tty.screen();
    drop(tty);
    #[cfg(unix)]
    if let Err(PromptError::Ended(number)) = outcome {
        let _ = signal_hook::low_level::emulate_default_handler(number);
    }
    if let (Ok(Outcome::Run { line, .. }), Ok(mut screen)) = (&outcome, screen) {
        let _ = screen.write_all(format!("{line}\n").as_bytes());
    }
    outcome
}

#[cfg(test)]
mod tests;
