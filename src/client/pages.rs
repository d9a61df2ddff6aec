//! Pages: asks for one after the other, as the reference's paginator (botocore's) does.

use std::ops::{ControlFlow, Range};
use std::rc::Rc;

use crate::cli::Invocation;
use crate::client::error::ClientError;
use crate::input::error::ParameterError;
use crate::model::Paginator;
use crate::value::json::write as json;
use crate::value::number::{python_int, saturating_i64};
use crate::value::python::is_truthy;
use crate::value::{Map, Value};

mod show;
mod token;

use token::Position;

/// The member under which the options for pages stand beside the parameters.
const CONFIG: &str = "PaginationConfig";

/// How pages are to be fetched.
#[derive(Debug)]
pub(crate) struct Plan {
    paginator: &'static Paginator,
    start: Option<Position>,
    max_items: Option<i64>,
    page_size: Option<Value>,
}

/// One page, and what comes after it.
#[derive(Debug)]
pub(crate) struct Page {
    /// The reply, its list cut to what was asked for.
    pub(crate) reply: Map,
    /// The token with which a later command can go on, if this is the last page and there is more.
    pub(crate) resume_token: Option<String>,
    pub(crate) is_last: bool,
}

/// Refuses the options for pages beside `--no-paginate` or the members that divide pages by hand.
///
/// # Errors
/// The options that were given in vain.
pub(crate) fn check(invocation: &Invocation, no_paginate: bool) -> Result<(), ParameterError> {
    let Some(paginator) = &invocation.call.operation.paginator else { return Ok(()) };
    let by_hand = invocation.options.keys().any(|name| paginator.is_by_hand(name));
    // An empty token and the number 0 count as not given, as everything empty does in Python.
    let has_number = |option| invocation.number(option).is_some_and(|number| number != 0);
    let token = invocation.options.get("starting-token");
    let has_token = token.is_some_and(|token| token.as_ref().is_none_or(|token| !token.text.is_empty()));
    let options: Vec<&str> = [
        ("--starting-token", has_token),
        ("--page-size", has_number("page-size")),
        ("--max-items", has_number("max-items")),
    ]
    .into_iter()
    .filter_map(|(option, is_given)| is_given.then_some(option))
    .collect();
    if (by_hand || no_paginate) && !options.is_empty() {
        return Err(ParameterError::PagingConflict { options });
    }
    Ok(())
}

/// A reply that is fetched page by page: what was said about that, not yet read.
#[derive(Debug)]
pub(crate) struct Pages {
    paginator: &'static Paginator,
    config: Option<Value>,
}

/// Whether the reply is fetched page by page: `None` is one plain call. What stands for pages among the parameters
/// is taken out; with one plain call it stays, and validation will not know it.
pub(crate) fn pages(
    invocation: &Invocation,
    starting_token: Option<Value>,
    no_paginate: bool,
    parameters: &mut Map,
) -> Option<Pages> {
    let paginator = invocation.call.operation.paginator.as_ref()?;
    if let Some(config) = config_of(invocation, starting_token) {
        parameters.insert(CONFIG, Value::Map(Rc::new(config)));
    }
    if no_paginate || parameters.iter().any(|(name, _)| paginator.is_by_hand(name)) {
        return None;
    }
    Some(Pages { paginator, config: parameters.remove(CONFIG) })
}

impl Pages {
    /// How the pages are to be fetched.
    ///
    /// # Errors
    /// Options for pages that are not what they should be.
    pub(crate) fn plan(self) -> Result<Plan, ParameterError> {
        let Pages { paginator, config } = self;
        let config = config.unwrap_or_else(|| Value::Map(Map::new().into()));
        let config = config.as_map().ok_or(ParameterError::PaginationConfig)?;
        let number = |name: &'static str| match config.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => whole(value).map(Some).ok_or(ParameterError::PagingNumber { name }),
        };
        let max_items = number("MaxItems")?.map(saturating_i64);
        let page_size = number("PageSize")?.map(Value::integer);
        let start = match config.get("StartingToken") {
            None | Some(Value::Null) => None,
            Some(Value::String(token)) => Some(Position::decode(token, paginator.input_token)?),
            Some(_) => return Err(ParameterError::StartingToken),
        };
        Ok(Plan { paginator, start, max_items, page_size })
    }
}

/// Python's `int()` of a value.
fn whole(value: &Value) -> Option<i128> {
    match value {
        Value::Integer(number) => Some(**number),
        Value::String(text) => python_int(text),
        Value::Bool(bool) => Some(i128::from(*bool)),
        Value::Float(number) if number.is_finite() => Some(*number as i128),
        _ => None,
    }
}

fn config_of(invocation: &Invocation, starting_token: Option<Value>) -> Option<Map> {
    let number = |option| invocation.number(option).map(Value::integer);
    let (page_size, max_items) = (number("page-size"), number("max-items"));
    let entries = [("StartingToken", starting_token), ("PageSize", page_size), ("MaxItems", max_items)];
    let config: Map = entries.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    (!config.is_empty()).then_some(config)
}

impl Plan {
    /// The parameters of the first request.
    pub(crate) fn first(&self, parameters: &Map) -> Map {
        let mut parameters = parameters.clone();
        if let Some(start) = &self.start {
            start.apply(&mut parameters);
        }
        if let Some(page_size) = &self.page_size {
            parameters.insert(self.paginator.limit_key, page_size.clone());
        }
        parameters
    }

    /// Fetches page after page and hands each on as soon as it is there, until `emit` breaks.
    ///
    /// # Errors
    /// What `fetch` or `emit` fail with, or a service that names the same next page twice.
    pub(crate) fn run<E: From<ClientError>>(
        &self,
        mut request: Map,
        mut fetch: impl FnMut(&Map) -> Result<Map, E>,
        mut emit: impl FnMut(Page) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let member = self.paginator.input_token;
        let mut current = self.start.clone().unwrap_or_else(|| Position::at(member, &Value::Null));
        let mut skipped = current.take_truncation();
        let mut total: i64 = 0;
        let mut last_marker = None;
        loop {
            let mut reply = fetch(&request)?;
            if skipped != 0 {
                self.cut(&mut reply, |length| python_index(length, skipped)..length);
            }
            let count = self.count(&reply);
            let excess = self.max_items.map_or(0, |max| total.saturating_add(count).saturating_sub(max));
            if excess > 0 {
                let keep = count - excess;
                self.cut(&mut reply, |length| 0..python_index(length, keep));
                current.truncate_at(keep.saturating_add(skipped));
                let resume_token = Some(current.encode());
                return emit(Page { reply, resume_token, is_last: true }).map(drop);
            }
            total = total.saturating_add(count);
            let Some(marker) = self.next_marker(&reply) else {
                return emit(Page { reply, resume_token: None, is_last: true }).map(drop);
            };
            current = Position::at(member, &marker);
            if self.max_items == Some(total) {
                let resume_token = Some(current.encode());
                return emit(Page { reply, resume_token, is_last: true }).map(drop);
            }
            if emit(Page { reply, resume_token: None, is_last: false })?.is_break() {
                return Ok(());
            }
            let marker_json = json::to_compact(&marker);
            if last_marker.as_ref() == Some(&marker_json) {
                return Err(ClientError::SameTokenTwice { member, token: marker }.into());
            }
            current.apply(&mut request);
            last_marker = Some(marker_json);
            skipped = 0;
        }
    }

    fn count(&self, reply: &Map) -> i64 {
        let list = reply.get(self.paginator.result_key).and_then(Value::as_list);
        list.map_or(0, |list| i64::try_from(list.len()).unwrap_or(i64::MAX))
    }

    fn cut(&self, reply: &mut Map, range: impl Fn(usize) -> Range<usize>) {
        let key = self.paginator.result_key;
        let list = reply.get(key).and_then(Value::as_list).unwrap_or_default();
        reply.insert(key, Value::list(list[range(list.len())].to_vec()));
    }

    /// The marker of the next page, if the service says that there is one.
    fn next_marker(&self, reply: &Map) -> Option<Value> {
        let more = reply.get(self.paginator.more_results).is_some_and(is_truthy);
        reply.get(self.paginator.output_token).filter(|marker| more && is_truthy(marker)).cloned()
    }

    /// The elements of all pages as one reply.
    pub(crate) fn merged(&self, pages: Vec<Page>) -> Map {
        let key = self.paginator.result_key;
        let mut merged: Option<Vec<Value>> = None;
        let mut token = None;
        for mut page in pages {
            if let Some(Value::List(list)) = page.reply.remove(key) {
                merged.get_or_insert_default().extend(Rc::unwrap_or_clone(list));
            }
            token = page.resume_token;
        }
        let list = merged.map(|list| (key, Value::list(list)));
        list.into_iter().chain(token.map(|token| ("NextToken", Value::string(token)))).collect()
    }

    /// Only the elements of a page, as `--output text` shows them.
    pub(crate) fn elements(&self, page: &Page) -> Value {
        let key = self.paginator.result_key;
        Value::map([(key, page.reply.get(key).cloned().unwrap_or(Value::Null))])
    }
}

/// A place in a list as Python's slices count it: from the end when negative, never outside.
fn python_index(length: usize, index: i64) -> usize {
    let magnitude = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    if index < 0 { length.saturating_sub(magnitude) } else { magnitude.min(length) }
}

/// What the targets of fuzzing need of this module.
#[cfg(fuzzing)]
pub(crate) mod fuzzing {
    use super::*;
    use crate::operations::DESCRIBE;
    use crate::value::json::{parse, parse_reply};

    /// A place that a token names is named by its own token too.
    pub(crate) fn token(token: &str) {
        let Ok(position) = Position::decode(token, "Marker") else { return };
        let mut request = Map::new();
        position.apply(&mut request);
        let again = Position::decode(&position.encode(), "Marker");
        assert_eq!(again.ok().map(|position| position.encode()), Some(position.encode()));
    }

    /// The options for pages as JSON, then the replies, each up to a zero byte.
    pub(crate) fn pages(data: &[u8]) {
        let Some(paginator) = &DESCRIBE.operation.paginator else { return };
        let Ok(text) = std::str::from_utf8(data) else { return };
        let mut parts = text.split('\0');
        let config = parts.next().and_then(|config| parse(config).ok());
        let Ok(plan) = (Pages { paginator, config }).plan() else { return };
        let fetch = |_: &Map| {
            let reply = parts.next().and_then(|reply| parse_reply(reply).ok());
            Ok::<Map, ClientError>(reply.and_then(|reply| reply.as_map().cloned()).unwrap_or_default())
        };
        let emit = |page: Page| {
            page.resume_token.iter().for_each(|text| token(text));
            Ok(ControlFlow::Continue(()))
        };
        let _ = plan.run(plan.first(&Map::new()), fetch, emit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations;
    use crate::value::{json, python};

    fn plan(max_items: Option<i64>, token: Option<&str>) -> Plan {
        let describe =
            operations::operations().find(|o| o.paginator.is_some()).expect("a paginated operation");
        let paginator = describe.paginator.as_ref().expect("a paginator");
        let start = token.map(|token| Position::decode(token, paginator.input_token).expect("a token"));
        Plan { paginator, start, max_items, page_size: None }
    }

    /// What is asked for and what is emitted, on a service with pages of two stores.
    fn run(plan: &Plan) -> (Vec<String>, Vec<Page>) {
        let mut requests = Vec::new();
        let mut pages = Vec::new();
        let result = plan.run::<ClientError>(
            plan.first(&Map::new()),
            |request| {
                requests.push(format!("{:?}", Value::Map(Rc::new(request.clone()))));
                let text = match request.get("Marker").and_then(Value::as_str) {
                    None => r#"{"CustomKeyStores":[1,2],"NextMarker":"m1","Truncated":true}"#,
                    Some("m1") => r#"{"CustomKeyStores":[3,4],"NextMarker":"m2","Truncated":true}"#,
                    Some(_) => r#"{"CustomKeyStores":[5],"Truncated":false}"#,
                };
                let Ok(Value::Map(map)) = json::parse(text) else { panic!("an object") };
                Ok((*map).clone())
            },
            |page| {
                pages.push(page);
                Ok(ControlFlow::Continue(()))
            },
        );
        assert!(result.is_ok());
        (requests, pages)
    }

    fn merged(max_items: Option<i64>, token: Option<&str>) -> String {
        let plan = plan(max_items, token);
        let (_, pages) = run(&plan);
        python::repr(&Value::Map(Rc::new(plan.merged(pages))))
    }

    #[test]
    fn all_pages_are_fetched_with_the_marker_of_the_one_before() {
        let (requests, pages) = run(&plan(None, None));
        assert_eq!(requests, ["{}", "{'Marker': 'm1'}", "{'Marker': 'm2'}"]);
        assert_eq!(pages.len(), 3);
        assert_eq!(merged(None, None), "{'CustomKeyStores': [1, 2, 3, 4, 5]}");
    }

    #[test]
    fn a_limit_inside_a_page_gives_a_token_that_goes_on_there() {
        let token = "eyJNYXJrZXIiOiAibTEiLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==";
        assert_eq!(
            merged(Some(3), None),
            format!("{{'CustomKeyStores': [1, 2, 3], 'NextToken': '{token}'}}")
        );
        assert_eq!(merged(None, Some(token)), "{'CustomKeyStores': [4, 5]}");
    }

    #[test]
    fn a_resumed_page_that_is_cut_again_gives_a_token_that_counts_from_its_beginning() {
        let token = |index| {
            let mut position = Position::at("Marker", &Value::Null);
            position.truncate_at(index);
            position.encode()
        };
        let merged = |max_items, index| {
            let plan = plan(Some(max_items), Some(&token(index)));
            let elements = (1..=5).map(Value::integer).collect();
            let reply: Map = [("CustomKeyStores", Value::list(elements))].into_iter().collect();
            let mut pages = Vec::new();
            let outcome = plan.run::<ClientError>(
                plan.first(&Map::new()),
                |_| Ok(reply.clone()),
                |page| {
                    pages.push(page);
                    Ok(ControlFlow::Continue(()))
                },
            );
            assert!(outcome.is_ok());
            python::repr(&Value::Map(Rc::new(plan.merged(pages))))
        };
        let cut =
            |elements, index| format!("{{'CustomKeyStores': [{elements}], 'NextToken': '{}'}}", token(index));
        assert_eq!(merged(1, 1), cut("2", 2));
        assert_eq!(merged(2, 2), cut("3, 4", 4));
        assert_eq!(merged(1, 4), "{'CustomKeyStores': [5]}");
    }

    #[test]
    fn a_limit_at_the_end_of_a_page_gives_the_next_marker() {
        assert_eq!(
            merged(Some(2), None),
            "{'CustomKeyStores': [1, 2], 'NextToken': 'eyJNYXJrZXIiOiAibTEifQ=='}"
        );
        assert_eq!(merged(Some(5), None), "{'CustomKeyStores': [1, 2, 3, 4, 5]}");
    }

    #[test]
    fn limits_that_are_not_positive_behave_as_slices() {
        let zero = "eyJNYXJrZXIiOiBudWxsLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAwfQ==";
        assert_eq!(merged(Some(0), None), format!("{{'CustomKeyStores': [], 'NextToken': '{zero}'}}"));
        assert!(merged(Some(-1), None).starts_with("{'CustomKeyStores': [1], 'NextToken': "));
    }
}
