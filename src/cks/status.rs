//! `aws cks status`: in which state stores are, why, and what to do about it.

mod report;
mod text;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::change;
use super::error::CksError;
use super::progress::Progress;
use super::store::{self, State, Store};
use super::view::{Screen, View};
use super::{Context, Order};
use crate::client::error::ClientError;
use crate::output;
use crate::secret::{self, urls};
use crate::session::Session;
use crate::session::secrets::Secrets;

/// The pause between two looks unless given.
const INTERVAL: Duration = Duration::from_secs(5);

/// The longest pause: any longer one is this one, since moments have a limit.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The title of a table of data.
const TITLE: &str = "CustomKeyStores";

/// For how long each store, by its identifier, has been seen in its state. KMS does not tell since when it is.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<String, (State, Instant)>);

pub(super) fn run(order: &Order, context: &Context) -> Result<u8, CksError> {
    let stores = chosen(store::all(context.client)?, &order.invocation.stores)?;
    if order.invocation.options.has("watch") {
        return watch(order, context, stores);
    }
    let view = &context.view;
    if view.is_data() {
        let _ = view.value(TITLE, &report::data(&stores, None))?;
    } else {
        view.text(&text::page(&stores, order, None, view.width()))?;
    }
    Ok(0)
}

/// The stores that the line names, each once and in its order; all, if it names none.
///
/// # Errors
/// There is no such store.
fn chosen(stores: Vec<Store>, given: &[String]) -> Result<Vec<Store>, CksError> {
    if given.is_empty() {
        return Ok(stores);
    }
    let mut places = Vec::new();
    for name in given {
        let place = store::find(&stores, name)?;
        if !places.contains(&place) {
            places.push(place);
        }
    }
    Ok(places.into_iter().map(|place| stores[place].clone()).collect())
}

/// Shows the stores until an interrupt. A terminal is drawn anew after each look; elsewhere they are shown again only when
/// something has changed. Failures that pass are said and ridden out. It ends when nobody reads any more.
fn watch(order: &Order, context: &Context, mut stores: Vec<Store>) -> Result<u8, CksError> {
    context.session.settings.runtime.heed_termination(false).map_err(ClientError::from)?;
    let view = context.view.without_pager();
    let interval = order.invocation.options.duration("interval").unwrap_or(INTERVAL).min(LONGEST);
    // Names may change meanwhile.
    let ids: Vec<String> = match order.invocation.stores[..] {
        [] => Vec::new(),
        _ => stores.iter().map(|store| store.id.clone()).collect(),
    };
    let (mut seen, mut shown, progress) = (Seen::default(), None, Progress::new());
    let screen = if view.is_data() { None } else { Screen::open(context.session.settings.environment)? };
    let mut failure = String::new();
    loop {
        seen.look(&stores);
        match &screen {
            Some(screen) => {
                let page = text::page(&stores, order, Some(&seen), view.width());
                screen.show(&format!("{page}\nEvery {interval:?}, until Ctrl-C.\n"))?;
            }
            None if show_changes(&stores, order, &seen, &view, &mut shown)?.is_break() => return Ok(0),
            None => {}
        }
        stores = loop {
            context.client.pause(interval)?;
            if output::is_reader_gone() {
                return Ok(0);
            }
            match store::all(context.client) {
                Err(CksError::Client(error)) if change::passes(&error) => {
                    let text = without_secrets(&error, context.session);
                    if text != failure {
                        progress.line(&format!("Not seen again yet: {text}"));
                        failure = text;
                    }
                }
                looked => break looked?,
            }
        };
        failure.clear();
        stores.retain(|store| ids.is_empty() || ids.contains(&store.id));
        if let (Some(id), []) = (ids.first(), &stores[..]) {
            return Err(CksError::NoStore { given: id.clone(), near: Vec::new() });
        }
    }
}

/// Shows the stores where something has changed since what was shown last. `Break` says that nobody reads any more.
fn show_changes(
    stores: &[Store],
    order: &Order,
    seen: &Seen,
    view: &View,
    shown: &mut Option<String>,
) -> Result<ControlFlow<()>, CksError> {
    // Whatever KMS shows counts, but not the time that has gone by.
    let now = format!("{:?}", report::data(stores, None));
    if shown.as_ref() == Some(&now) {
        return Ok(ControlFlow::Continue(()));
    }
    let blank = if shown.replace(now).is_some() { "\n" } else { "" };
    if view.is_data() {
        view.value(TITLE, &report::data(stores, Some(seen)))
    } else {
        Ok(output::print_on(&format!("{blank}{}", text::page(stores, order, Some(seen), view.width())))?)
    }
}

/// The words of a failure in one line.
fn without_secrets(error: &ClientError, session: &Session) -> String {
    let settings = session.settings;
    let text = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let endpoint = settings.globals.endpoint_url.as_deref().map(urls::secrets).unwrap_or_default();
    Secrets::of(settings.environment, settings.files).hidden_in(&secret::text_without(&text, &endpoint))
}

impl Seen {
    fn look(&mut self, stores: &[Store]) {
        for Store { id, state, .. } in stores {
            match self.0.get(id) {
                Some((seen, _)) if seen == state => {}
                _ => _ = self.0.insert(id.clone(), (state.clone(), Instant::now())),
            }
        }
    }

    fn time(&self, store: &Store) -> Duration {
        self.0.get(&store.id).map_or(Duration::ZERO, |(_, since)| since.elapsed())
    }
}
