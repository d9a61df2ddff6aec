//! Custom key stores as DescribeCustomKeyStores shows them.

use std::fmt;

use super::error::CksError;
use crate::client::Client;
use crate::model::parameters::Parameters;
use crate::operations::DESCRIBE;
use crate::syntax::near_names;
use crate::syntax::printable::printable;
use crate::value::{Map, Value};

/// A custom key store.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) state: State,
    /// Why the state is FAILED.
    pub(crate) error_code: Option<String>,
    pub(crate) cluster: Option<String>,
    pub(crate) proxy: Option<Proxy>,
    /// All that KMS shows.
    pub(crate) shown: Value,
}

/// The proxy of an external key store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxy {
    pub(crate) connectivity: Option<String>,
    pub(crate) access_key_id: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) owner: Option<String>,
}

/// The type of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    CloudHsm,
    External,
}

/// The connection state of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Connected,
    Connecting,
    Failed,
    Disconnected,
    Disconnecting,
    /// One that this program does not know.
    Other(String),
}

impl State {
    pub(crate) fn name(&self) -> &str {
        match self {
            State::Connected => "CONNECTED",
            State::Connecting => "CONNECTING",
            State::Failed => "FAILED",
            State::Disconnected => "DISCONNECTED",
            State::Disconnecting => "DISCONNECTING",
            State::Other(name) => name,
        }
    }

    fn named(name: &str) -> State {
        let known =
            [State::Connected, State::Connecting, State::Failed, State::Disconnected, State::Disconnecting];
        let found = known.into_iter().find(|state| state.name() == name);
        found.unwrap_or_else(|| State::Other(name.to_owned()))
    }

    /// Whether it is known that the keys of a store in this state can be used.
    pub(crate) fn has_usable_keys(&self) -> bool {
        self.keys_usable() == Some(true)
    }

    /// Whether the keys of a store in this state can be used; `None` where that is not known.
    pub(crate) fn keys_usable(&self) -> Option<bool> {
        match self {
            State::Other(_) => None,
            state => Some(*state == State::Connected),
        }
    }

    /// The same in a sentence.
    pub(crate) fn keys(&self) -> &'static str {
        match self {
            State::Connected => "Its keys can be used.",
            State::Connecting => "Its keys cannot be used until it is CONNECTED.",
            State::Failed => "Its keys cannot be used.",
            State::Disconnecting | State::Disconnected => {
                "Its keys cannot be used until it is connected again."
            }
            State::Other(_) => "Whether its keys can be used is not known.",
        }
    }

    /// Whether it passes by itself.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, State::Connecting | State::Disconnecting)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Kind {
    /// The API's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::CloudHsm => "AWS_CLOUDHSM",
            Kind::External => "EXTERNAL_KEY_STORE",
        }
    }

    /// As people say it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Kind::CloudHsm => "CloudHSM",
            Kind::External => "external",
        }
    }
}

impl Store {
    /// `None` if the reply lacks what every store has.
    pub(crate) fn of(shown: &Value) -> Option<Store> {
        let map = shown.as_map()?;
        let proxy = map.get("XksProxyConfiguration").and_then(Value::as_map).map(Proxy::of);
        let is_external = text(map, "CustomKeyStoreType").as_deref() == Some(Kind::External.name());
        Some(Store {
            id: text(map, "CustomKeyStoreId")?,
            name: text(map, "CustomKeyStoreName")?,
            kind: if is_external || proxy.is_some() { Kind::External } else { Kind::CloudHsm },
            state: State::named(&text(map, "ConnectionState")?),
            error_code: text(map, "ConnectionErrorCode"),
            cluster: text(map, "CloudHsmClusterId"),
            proxy,
            shown: shown.clone(),
        })
    }

    /// The name, as texts and commands have it; the identifier, where the name would not be read as a name.
    pub(crate) fn title(&self) -> &str {
        // One that begins as identifiers do may be that of another store.
        let is_other = ["-", "cks-"].iter().any(|begin| self.name.starts_with(begin));
        let is_word = !is_other && !matches!(self.name.as_str(), "" | "help");
        let is_plain = is_word && printable(&self.name) == self.name;
        if is_plain { &self.name } else { &self.id }
    }

    /// The identifier of the proxy's credential.
    pub(crate) fn access_key_id(&self) -> Option<&str> {
        self.proxy.as_ref()?.access_key_id.as_deref()
    }

    /// The value that DescribeCustomKeyStores shows for a member of UpdateCustomKeyStore, if that can be read.
    pub(crate) fn current(&self, member: &str) -> Option<&str> {
        let proxy = self.proxy.as_ref();
        match member {
            "NewCustomKeyStoreName" => Some(&self.name),
            "CloudHsmClusterId" => self.cluster.as_deref(),
            "XksProxyUriEndpoint" => proxy?.endpoint.as_deref(),
            "XksProxyUriPath" => proxy?.path.as_deref(),
            "XksProxyConnectivity" => proxy?.connectivity.as_deref(),
            "XksProxyVpcEndpointServiceName" => proxy?.service.as_deref(),
            "XksProxyVpcEndpointServiceOwner" => proxy?.owner.as_deref(),
            _ => None,
        }
    }
}

impl Proxy {
    fn of(map: &Map) -> Proxy {
        Proxy {
            connectivity: text(map, "Connectivity"),
            access_key_id: text(map, "AccessKeyId"),
            endpoint: text(map, "UriEndpoint"),
            path: text(map, "UriPath"),
            service: text(map, "VpcEndpointServiceName"),
            owner: text(map, "VpcEndpointServiceOwner"),
        }
    }
}

fn text(map: &Map, name: &str) -> Option<String> {
    map.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// The most stores that are looked at; no account has nearly as many.
const MOST_STORES: usize = 1_000_000;

/// Pages in a row that have nothing; KMS leaves some short, not many empty.
#[derive(Default)]
pub(crate) struct EmptyPages(usize);

impl EmptyPages {
    /// The most there may be.
    const MOST: usize = 1000;

    /// Takes notice of the next page of a list of these.
    ///
    /// # Errors
    /// There have been too many: the list does not end.
    pub(crate) fn see(&mut self, is_empty: bool, what: &'static str) -> Result<(), CksError> {
        self.0 = if is_empty { self.0 + 1 } else { 0 };
        if self.0 > Self::MOST { Err(CksError::EndlessPages { what, pages: self.0 }) } else { Ok(()) }
    }
}

/// All stores of the account and Region.
///
/// # Errors
/// What calls of KMS fail with; a reply without the members that stores have.
pub(crate) fn all(client: &Client) -> Result<Vec<Store>, CksError> {
    let (mut stores, mut empty) = (Vec::new(), EmptyPages::default());
    let mut request = Some(Map::new());
    while let Some(page) = request {
        let reply = client.call(DESCRIBE, &Parameters::new(page.clone(), true))?;
        request = take(&reply, &page, &mut stores, &mut empty)?;
    }
    Ok(stores)
}

/// The same as [`all`], while something else is waited for, too.
///
/// # Errors
/// As for [`all`].
pub(crate) async fn all_beside(client: &Client<'_>) -> Result<Vec<Store>, CksError> {
    let (mut stores, mut empty) = (Vec::new(), EmptyPages::default());
    let mut request = Some(Map::new());
    while let Some(page) = request {
        let reply = client.call_beside(DESCRIBE, &Parameters::new(page.clone(), true)).await?;
        request = take(&reply, &page, &mut stores, &mut empty)?;
    }
    Ok(stores)
}

/// Takes the stores of a page, and counts the pages in a row that have none. Returns the request for the next one, if there is
/// one.
fn take(
    reply: &Value,
    request: &Map,
    stores: &mut Vec<Store>,
    empty: &mut EmptyPages,
) -> Result<Option<Map>, CksError> {
    let page = reply.as_map().ok_or(CksError::NotShown)?;
    let before = stores.len();
    for store in page.get("CustomKeyStores").and_then(Value::as_list).unwrap_or_default() {
        stores.push(Store::of(store).ok_or(CksError::NotShown)?);
    }
    empty.see(stores.len() == before, "custom key stores")?;
    if stores.len() > MOST_STORES {
        return Err(CksError::TooManyStores(MOST_STORES));
    }
    let marker = page.get("NextMarker").filter(|marker| {
        matches!(marker, Value::String(_)) && request.get("Marker").and_then(Value::as_str) != marker.as_str()
    });
    Ok(marker.map(|marker| [("Marker", marker.clone())].into_iter().collect()))
}

/// The stores of the first page, which are all but in large accounts.
///
/// # Errors
/// As for [`all`].
pub(crate) fn first_page(client: &Client) -> Result<Vec<Store>, CksError> {
    let reply = client.call(DESCRIBE, &Parameters::new(Map::new(), true))?;
    let page = reply.as_map().and_then(|page| page.get("CustomKeyStores")).and_then(Value::as_list);
    Ok(page.unwrap_or_default().iter().filter_map(Store::of).collect())
}

/// The place of the store with this identifier or exact name.
///
/// # Errors
/// There is none.
pub(crate) fn find(stores: &[Store], given: &str) -> Result<usize, CksError> {
    let by_id = stores.iter().position(|store| store.id == given);
    by_id.or_else(|| stores.iter().position(|store| store.name == given)).ok_or_else(|| {
        let names = stores.iter().flat_map(|store| [store.name.as_str(), store.id.as_str()]);
        let mut near = near_names::close_matches(given, names.clone());
        if near.is_empty() && !given.is_empty() {
            let given = given.to_lowercase();
            near = names.filter(|name| name.to_lowercase().contains(&given)).take(10).collect();
        }
        let given = if given.is_empty() { "''" } else { given };
        CksError::NoStore { given: given.to_owned(), near: near.into_iter().map(str::to_owned).collect() }
    })
}

/// The store with this identifier, as it is now.
///
/// # Errors
/// As for [`all`]; KMS's CustomKeyStoreNotFoundException, if there is none.
pub(crate) fn look(client: &Client, id: &str) -> Result<Store, CksError> {
    look_by(client, "CustomKeyStoreId", id)
}

/// The store whose identifier or name, as `member` says, is this.
///
/// # Errors
/// As for [`look`].
pub(crate) fn look_by(client: &Client, member: &'static str, given: &str) -> Result<Store, CksError> {
    let request = [(member, Value::string(given))].into_iter().collect();
    let reply = client.call(DESCRIBE, &Parameters::new(request, true))?;
    let stores = reply.as_map().and_then(|page| page.get("CustomKeyStores")).and_then(Value::as_list);
    stores.and_then(<[Value]>::first).and_then(Store::of).ok_or(CksError::NotShown)
}
