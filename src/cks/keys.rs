//! `aws cks keys`: the KMS keys in a store.

mod text;

use std::time::Duration;

use serde::{Serialize, Serializer};

use super::error::CksError;
use super::progress::Progress;
use super::store::{self, EmptyPages, State, Store};
use super::{Context, Order, change};
use crate::client::error::ClientError;
use crate::client::many::Limits;
use crate::model::parameters::Parameters;
use crate::operations::{describe_key, list_keys};
use crate::value::{Map, Value};

/// The keys of a page, the most that KMS allows.
const PAGE: i32 = 1000;

/// The most keys that are looked at; no account has nearly as many.
const MOST_KEYS: usize = 1_000_000;

/// Half of what KMS allows all callers of an account and Region together, so that others have their part.
const LIMITS: Limits = Limits { at_once: 50, rate: 1000 };

/// The pause before a page is asked for again.
const PAUSE: Duration = Duration::from_secs(1);

/// How often a page is asked for at most.
const MOST_TIMES: usize = 10;

/// What was found.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Report<'s> {
    custom_key_store_id: &'s str,
    custom_key_store_name: &'s str,
    #[serde(serialize_with = "name_of")]
    connection_state: &'s State,
    keys: Vec<Key>,
    /// How many keys of the account and Region were looked at.
    examined: usize,
    /// The keys of which nobody knows in which store they are.
    not_readable: Vec<NotReadable>,
}

/// A key in the store, as DescribeKey shows it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    key_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    arn: Option<String>,
    description: String,
    key_state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    /// The identifier of the key in the external key manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    xks_key_id: Option<String>,
}

/// A key that KMS does not show.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NotReadable {
    key_id: String,
    error_code: String,
}

fn name_of<S: Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.name())
}

pub(super) fn run(order: &Order, context: &Context) -> Result<u8, CksError> {
    let stores = store::all(context.client)?;
    let given = order.invocation.stores.first().map_or("", String::as_str);
    let store = &stores[store::find(&stores, given)?];
    let ids = list(context)?;
    let report = examine(store, &ids, context)?;
    if context.view.is_data() {
        context.view.data("Keys", &report)?;
    } else {
        context.view.text(&text::page(&report, context.view.width()))?;
    }
    Ok(0)
}

/// The identifiers of all keys of the account and Region.
fn list(context: &Context) -> Result<Vec<Box<str>>, CksError> {
    let progress = Progress::new();
    let mut ids: Vec<Box<str>> = Vec::new();
    let mut empty = EmptyPages::default();
    let mut request: Map = [("Limit", Value::integer(PAGE))].into_iter().collect();
    loop {
        progress.moving(&format!("Listing the keys of the account and Region: {}", ids.len()));
        let reply = page(context, &Parameters::new(request.clone(), true))?;
        let page = reply.as_map().ok_or(CksError::NotShown)?;
        let keys = page.get("Keys").and_then(Value::as_list).unwrap_or_default();
        empty.see(keys.is_empty(), "keys")?;
        ids.extend(keys.iter().filter_map(|key| key.as_map()?.get("KeyId")?.as_str()).map(Box::from));
        if ids.len() > MOST_KEYS {
            return Err(CksError::TooManyKeys(MOST_KEYS));
        }
        match page.get("NextMarker") {
            Some(next @ Value::String(_))
                if request.get("Marker").and_then(Value::as_str) != next.as_str() =>
            {
                request.insert("Marker", next.clone());
            }
            _ => return Ok(ids),
        }
    }
}

/// A page of the list, past failures that pass.
fn page(context: &Context, request: &Parameters) -> Result<Value, ClientError> {
    let client = context.client;
    for _ in 1..MOST_TIMES {
        match client.call(&list_keys::CALL, request) {
            Err(error) if change::passes(&error) => client.pause(PAUSE)?,
            result => return result,
        }
    }
    client.call(&list_keys::CALL, request)
}

/// Looks at each key.
fn examine<'s>(store: &'s Store, ids: &[Box<str>], context: &Context) -> Result<Report<'s>, CksError> {
    let progress = Progress::new();
    let mut found = Vec::new();
    let mut not_readable = Vec::new();
    let mut refusal = None;
    let mut examined = 0;
    let requests = ids.iter().map(|id| of_key(id));
    context.client.call_many(&describe_key::CALL, requests, LIMITS, &mut |place, result| {
        examined += 1;
        progress.count("Looking at the keys", examined, ids.len());
        match result {
            Ok(reply) => found.extend(key_in(store, &reply).map(|key| (place, key))),
            Err(error) => {
                let Some(code) = code_of_one(&error) else { return Err(error) };
                let error_code = code.to_owned();
                not_readable.push((place, NotReadable { key_id: ids[place].to_string(), error_code }));
                refusal.get_or_insert(error);
            }
        }
        Ok(())
    })?;
    drop(progress);
    match refusal {
        // Nothing is known then, which is not the same as no keys.
        Some(error) if not_readable.len() == ids.len() => Err(error.into()),
        _ => Ok(Report {
            custom_key_store_id: &store.id,
            custom_key_store_name: &store.name,
            connection_state: &store.state,
            keys: in_order(found),
            examined,
            not_readable: in_order(not_readable),
        }),
    }
}

/// The request that describes a key.
fn of_key(id: &str) -> Parameters {
    Parameters::new([("KeyId", Value::string(id))].into_iter().collect(), true)
}

/// The code of an error that is about one key only: the caller may not see it, or it has gone meanwhile.
fn code_of_one(error: &ClientError) -> Option<&str> {
    let code = error.service()?.code.as_str();
    matches!(code, "AccessDeniedException" | "NotFoundException").then_some(code)
}

/// The key of a reply, if it is in the store.
fn key_in(store: &Store, reply: &Value) -> Option<Key> {
    let key = reply.as_map()?.get("KeyMetadata")?.as_map()?;
    let text = |map: &Map, name| map.get(name).and_then(Value::as_str).map(str::to_owned);
    (text(key, "CustomKeyStoreId")? == store.id).then(|| Key {
        key_id: text(key, "KeyId").unwrap_or_default(),
        arn: text(key, "Arn"),
        description: text(key, "Description").unwrap_or_default(),
        key_state: text(key, "KeyState").unwrap_or_default(),
        enabled: match key.get("Enabled") {
            Some(Value::Bool(enabled)) => Some(*enabled),
            _ => None,
        },
        xks_key_id: key.get("XksKeyConfiguration").and_then(Value::as_map).and_then(|key| text(key, "Id")),
    })
}

/// In the order of the list, whatever the order of the replies.
fn in_order<T>(mut found: Vec<(usize, T)>) -> Vec<T> {
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, found)| found).collect()
}
