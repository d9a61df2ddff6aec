//! The prompt on its terminal: keys, signals and the stores that are fetched, whatever comes first.

use std::future::{Future, poll_fn};
use std::io::{self, BufWriter};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use crossterm::event::{Event, EventStream, KeyEvent, KeyEventKind};
#[cfg(unix)]
use crossterm::event::{KeyCode, KeyModifiers};
use futures_core::Stream;
use ratatui_core::layout::Size;
#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGQUIT, SIGTERM, SIGTSTP};
use tokio::time::{Interval, interval};

use super::PromptError;
use super::app::{App, Outcome};
use super::draw;
use super::screen::Lines;
use super::terminal::{self, Tty};
use crate::cks::error::CksError;
use crate::cks::store::Store;
#[cfg(unix)]
use crate::signals::Listening;

/// How often something moves while the stores are fetched.
const TICK: Duration = Duration::from_millis(100);

/// How often it is looked whether the terminal is still there.
#[cfg(unix)]
const LOOK: Duration = Duration::from_secs(1);

/// The bytes of a frame, so that it comes to the terminal as a whole.
const FRAME: usize = 1 << 16;

/// The stores, once they are here.
pub(super) type Fetch<'f> = Pin<Box<dyn Future<Output = Result<Vec<Store>, CksError>> + 'f>>;

/// What happens.
enum Happening {
    Key(KeyEvent),
    Pasted(String),
    Resized,
    Stores(Result<Vec<Store>, CksError>),
    Tick,
    /// Ctrl-Z, typed elsewhere.
    #[cfg(unix)]
    Stop,
    /// A signal that ends the process.
    #[cfg(unix)]
    End(i32),
    /// Nothing can be read any more.
    Broken(io::Error),
}

struct Happenings<'f> {
    #[cfg(unix)]
    tty: &'f Tty,
    /// When the terminal is looked at: what reads its keys waits for ever where it is gone, with all its might.
    #[cfg(unix)]
    looks: Interval,
    events: EventStream,
    fetch: Option<Fetch<'f>>,
    ticks: Interval,
    /// On Windows every event that ends the process is an interrupt (`Runtime::wait`), and nothing stops it.
    #[cfg(unix)]
    signals: Listening,
}

impl<'f> Happenings<'f> {
    #[cfg_attr(windows, expect(unused_variables, reason = "a console does not go"))]
    fn new(tty: &'f Tty, fetch: Option<Fetch<'f>>) -> Happenings<'f> {
        Happenings {
            #[cfg(unix)]
            tty,
            #[cfg(unix)]
            looks: interval(LOOK),
            events: EventStream::new(),
            fetch,
            ticks: interval(TICK),
            #[cfg(unix)]
            signals: Listening::to(&[SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]),
        }
    }

    async fn next(&mut self) -> Happening {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context) -> Poll<Happening> {
        #[cfg(unix)]
        match self.signals.poll(context) {
            Poll::Ready(SIGTSTP) => return Poll::Ready(Happening::Stop),
            Poll::Ready(number) => return Poll::Ready(Happening::End(number)),
            Poll::Pending => {}
        }
        #[cfg(unix)]
        {
            while self.looks.poll_tick(context).is_ready() {}
            if self.tty.is_gone() {
                return Poll::Ready(Happening::Broken(io::ErrorKind::UnexpectedEof.into()));
            }
        }
        if let Some(fetch) = &mut self.fetch {
            if let Poll::Ready(stores) = fetch.as_mut().poll(context) {
                self.fetch = None;
                return Poll::Ready(Happening::Stores(stores));
            }
            if self.ticks.poll_tick(context).is_ready() {
                return Poll::Ready(Happening::Tick);
            }
        }
        loop {
            return match Pin::new(&mut self.events).poll_next(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(Some(Ok(Event::Key(key)))) if key.kind != KeyEventKind::Release => {
                    Poll::Ready(Happening::Key(key))
                }
                Poll::Ready(Some(Ok(Event::Paste(text)))) => Poll::Ready(Happening::Pasted(text)),
                Poll::Ready(Some(Ok(Event::Resize(..)))) => Poll::Ready(Happening::Resized),
                Poll::Ready(Some(Ok(_))) => continue,
                Poll::Ready(Some(Err(error))) => Poll::Ready(Happening::Broken(error)),
                Poll::Ready(None) => Poll::Ready(Happening::Broken(io::ErrorKind::UnexpectedEof.into())),
            };
        }
    }
}

/// The part of the terminal that belongs to the prompt.
struct Screen<'t> {
    tty: &'t Tty,
    lines: Lines<BufWriter<terminal::Screen>>,
    /// For the next one, behind a stop.
    #[cfg(unix)]
    has_colour: bool,
}

impl<'t> Screen<'t> {
    fn open(tty: &'t Tty, has_colour: bool) -> io::Result<Screen<'t>> {
        let out = BufWriter::with_capacity(FRAME, tty.screen()?);
        let lines = Lines::open(out, Screen::size(tty), has_colour)?;
        Ok(Screen {
            tty,
            lines,
            #[cfg(unix)]
            has_colour,
        })
    }

    /// As many lines as the prompt needs, and one less than there are.
    fn size(tty: &Tty) -> Size {
        let Size { width, height } = tty.size();
        Size::new(width, draw::LINES.min(height.saturating_sub(1)).max(1))
    }

    fn draw(&mut self, app: &App) -> io::Result<()> {
        let mut frame = self.lines.frame();
        let cursor = draw::draw(app, &mut frame);
        self.lines.show(frame, cursor)
    }
}

/// Lets the user fill in the form until it ends.
///
/// # Errors
/// The terminal is gone, or a signal ends the process.
pub(super) async fn run(
    app: &mut App<'_>,
    tty: &Tty,
    has_colour: bool,
    fetch: Option<Fetch<'_>>,
) -> Result<Outcome, PromptError> {
    let mut happenings = Happenings::new(tty, fetch);
    let mut screen = Screen::open(tty, has_colour)?;
    let outcome = steps(app, &mut happenings, &mut screen).await;
    // A signal that the terminal is gone counts, and not that nothing can be written to it any more.
    let closed = screen.lines.close();
    let outcome = outcome?;
    closed?;
    Ok(outcome)
}

async fn steps(
    app: &mut App<'_>,
    happenings: &mut Happenings<'_>,
    screen: &mut Screen<'_>,
) -> Result<Outcome, PromptError> {
    loop {
        screen.draw(app)?;
        match happenings.next().await {
            #[cfg(unix)]
            Happening::Key(key) if is_stop(key) => Tty::ask_to_stop(),
            Happening::Key(key) => match app.key(key) {
                Some(Outcome::Write { file, text, line }) => {
                    match super::document::write(&file, &text, app.environment) {
                        Ok(()) => return Ok(Outcome::Print(line)),
                        Err(reason) => app.say(format!("{file} cannot be written: {reason}")),
                    }
                }
                Some(outcome) => return Ok(outcome),
                None => {}
            },
            Happening::Pasted(text) => app.paste(&text),
            Happening::Resized => screen.lines.resize(Screen::size(screen.tty))?,
            Happening::Stores(stores) => app.set_stores(stores.map_err(|error| error.to_string())),
            Happening::Tick => app.tick(),
            #[cfg(unix)]
            Happening::Stop => {
                screen.lines.close()?;
                screen.tty.stop()?;
                *screen = Screen::open(screen.tty, screen.has_colour)?;
            }
            #[cfg(unix)]
            Happening::End(number) => return Err(PromptError::Ended(number)),
            Happening::Broken(error) => return Err(error.into()),
        }
    }
}

#[cfg(unix)]
fn is_stop(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('z') && key.modifiers.contains(KeyModifiers::CONTROL)
}
