//! Which members fit which store, which change fits which state, and which values must be unique.
//!
//! Source: the texts of CreateCustomKeyStore and UpdateCustomKeyStore in the KMS API (2014-11-01) and the
//! chapter on external key stores in the KMS Developer Guide. All functions here are pure.

use crate::error::{Reason, ServiceError};
use crate::state::Needs;
use crate::store::{Backing, Connectivity, CustomKeyStore, Secret, StoreType, XksProxy};
use crate::validation::Input;

const PUBLIC: &str = "PUBLIC_ENDPOINT";
const VPC: &str = "VPC_ENDPOINT_SERVICE";

/// The members that belong to one type of store, and the state in which each can be changed.
///
/// TrustAnchorCertificate is no member of UpdateCustomKeyStore, so its state is never asked for.
const MEMBERS_OF_TYPE: [(&str, StoreType, Needs); 9] = [
    ("CloudHsmClusterId", StoreType::AwsCloudHsm, Needs::Disconnected),
    ("TrustAnchorCertificate", StoreType::AwsCloudHsm, Needs::Disconnected),
    ("KeyStorePassword", StoreType::AwsCloudHsm, Needs::Disconnected),
    ("XksProxyUriEndpoint", StoreType::ExternalKeyStore, Needs::Disconnected),
    ("XksProxyUriPath", StoreType::ExternalKeyStore, Needs::Settled),
    ("XksProxyVpcEndpointServiceName", StoreType::ExternalKeyStore, Needs::Disconnected),
    ("XksProxyVpcEndpointServiceOwner", StoreType::ExternalKeyStore, Needs::Disconnected),
    ("XksProxyAuthenticationCredential", StoreType::ExternalKeyStore, Needs::Settled),
    ("XksProxyConnectivity", StoreType::ExternalKeyStore, Needs::Disconnected),
];

/// What stands behind the store that a CreateCustomKeyStore input asks for.
///
/// `account` owns the VPC endpoint service when the input names no owner. Error: ValidationException when a
/// member is missing or belongs to the other type or connectivity.
pub(crate) fn created(input: &Input, account: &str) -> Result<Backing, ServiceError> {
    let store_type = match input.text("CustomKeyStoreType") {
        Some("EXTERNAL_KEY_STORE") => StoreType::ExternalKeyStore,
        Some(_) | None => StoreType::AwsCloudHsm,
    };
    check_type(input, store_type)?;
    let needed = |member| required(input, member, Reason::Type(store_type));
    match store_type {
        StoreType::AwsCloudHsm => {
            let cluster_id = needed("CloudHsmClusterId")?;
            let trust_anchor_certificate = needed("TrustAnchorCertificate")?;
            let password = Some(Secret::new(needed("KeyStorePassword")?));
            Ok(Backing::CloudHsm { cluster_id, trust_anchor_certificate, password })
        }
        StoreType::ExternalKeyStore => {
            let connectivity = needed("XksProxyConnectivity")?;
            let uri_endpoint = needed("XksProxyUriEndpoint")?;
            let uri_path = needed("XksProxyUriPath")?;
            let (access_key_id, secret) = credential(input).ok_or(ServiceError::MemberMissing {
                member: "XksProxyAuthenticationCredential",
                reason: Reason::Type(store_type),
            })?;
            let connectivity = connectivity_of(input, &connectivity, None, account)?;
            let replaced = None;
            Ok(Backing::External(XksProxy {
                connectivity,
                access_key_id,
                secret,
                replaced,
                uri_endpoint,
                uri_path,
            }))
        }
    }
}

/// The store as an UpdateCustomKeyStore input would leave it.
///
/// Errors: ValidationException when a member does not fit the store's type or connectivity,
/// CustomKeyStoreInvalidStateException when the store's state forbids one of the changes.
pub(crate) fn updated(store: &CustomKeyStore, input: &Input) -> Result<CustomKeyStore, ServiceError> {
    check_type(input, store.backing.store_type())?;
    check_state(store, input)?;
    changed(store, input)
}

/// The store as an UpdateCustomKeyStore input would leave it, whatever the store's state is.
pub(crate) fn changed(store: &CustomKeyStore, input: &Input) -> Result<CustomKeyStore, ServiceError> {
    check_type(input, store.backing.store_type())?;
    let mut store = store.clone();
    if let Some(name) = input.text("NewCustomKeyStoreName") {
        name.clone_into(&mut store.name);
    }
    match &mut store.backing {
        Backing::CloudHsm { cluster_id, password, .. } => {
            if let Some(new) = input.text("CloudHsmClusterId") {
                new.clone_into(cluster_id);
            }
            if let Some(new) = input.text("KeyStorePassword") {
                *password = Some(Secret::new(new));
            }
        }
        Backing::External(proxy) => update_proxy(proxy, input, &store.owner.account)?,
    }
    Ok(store)
}

/// Checks the values that no two stores may share: the name in the account and Region, the cluster in the
/// account, the address of the proxy in the account and Region, and in the Region, across all accounts, the
/// VPC endpoint service and the endpoint as soon as one of the two stores uses a VPC endpoint service.
pub(crate) fn check_unique(
    stores: &[CustomKeyStore],
    candidate: &CustomKeyStore,
) -> Result<(), ServiceError> {
    let others = || stores.iter().filter(|other| other.sequence != candidate.sequence);
    let of_owner = || others().filter(|other| other.owner == candidate.owner);
    if of_owner().any(|other| other.name == candidate.name) {
        return Err(ServiceError::NameInUse(candidate.name.clone()));
    }
    let proxy = match &candidate.backing {
        Backing::External(proxy) => proxy,
        Backing::CloudHsm { cluster_id, .. } => {
            let same = |other: &CustomKeyStore| matches!(&other.backing, Backing::CloudHsm { cluster_id: used, .. } if used == cluster_id);
            return match of_owner().any(same) {
                true => Err(ServiceError::ClusterInUse(cluster_id.clone())),
                false => Ok(()),
            };
        }
    };
    let same_address =
        |other: &XksProxy| (&other.uri_endpoint, &other.uri_path) == (&proxy.uri_endpoint, &proxy.uri_path);
    if of_owner().filter_map(proxy_of).any(same_address) {
        return Err(ServiceError::UriInUse(format!("{}{}", proxy.uri_endpoint, proxy.uri_path)));
    }
    let mut in_region =
        others().filter(|other| other.owner.region == candidate.owner.region).filter_map(proxy_of);
    in_region.try_for_each(|other| check_shared(proxy, other))
}

fn proxy_of(store: &CustomKeyStore) -> Option<&XksProxy> {
    match &store.backing {
        Backing::External(proxy) => Some(proxy),
        Backing::CloudHsm { .. } => None,
    }
}

/// What two proxies of the same Region may share: public ones the endpoint, others nothing.
fn check_shared(proxy: &XksProxy, other: &XksProxy) -> Result<(), ServiceError> {
    match (&proxy.connectivity, &other.connectivity) {
        (Connectivity::Public, Connectivity::Public) => Ok(()),
        _ if proxy.uri_endpoint == other.uri_endpoint => {
            Err(ServiceError::UriEndpointInUse(proxy.uri_endpoint.clone()))
        }
        (Connectivity::Vpc { service_name, .. }, Connectivity::Vpc { service_name: used, .. })
            if service_name == used =>
        {
            Err(ServiceError::VpcEndpointServiceInUse(service_name.clone()))
        }
        _ => Ok(()),
    }
}

/// Refuses members of the other type.
fn check_type(input: &Input, store_type: StoreType) -> Result<(), ServiceError> {
    let foreign = MEMBERS_OF_TYPE.iter().find(|(member, owner, _)| *owner != store_type && input.has(member));
    foreign.map_or(Ok(()), |(member, _, _)| {
        Err(ServiceError::MemberNotValid { member, reason: Reason::Type(store_type) })
    })
}

/// Refuses changes that the store's state forbids.
fn check_state(store: &CustomKeyStore, input: &Input) -> Result<(), ServiceError> {
    let name = ("NewCustomKeyStoreName", Needs::Settled);
    let state = store.connection.state();
    let members = MEMBERS_OF_TYPE.iter().map(|(member, _, needs)| (*member, *needs));
    let refused = members.chain([name]).find(|(member, needs)| input.has(member) && !needs.met_by(state));
    refused.map_or(Ok(()), |(member, needs)| {
        Err(ServiceError::ChangeNeedsState { member, id: store.id.clone(), state, needs })
    })
}

fn update_proxy(proxy: &mut XksProxy, input: &Input, account: &str) -> Result<(), ServiceError> {
    let wanted = input.text("XksProxyConnectivity").unwrap_or(proxy.connectivity.as_str()).to_owned();
    if wanted != proxy.connectivity.as_str() {
        required(input, "XksProxyUriEndpoint", Reason::ChangeTo(if wanted == VPC { VPC } else { PUBLIC }))?;
    }
    proxy.connectivity = connectivity_of(input, &wanted, Some(&proxy.connectivity), account)?;
    if let Some(endpoint) = input.text("XksProxyUriEndpoint") {
        endpoint.clone_into(&mut proxy.uri_endpoint);
    }
    if let Some(path) = input.text("XksProxyUriPath") {
        path.clone_into(&mut proxy.uri_path);
    }
    if let Some((id, secret)) = credential(input) {
        (proxy.access_key_id, proxy.secret) = (id, secret);
    }
    Ok(())
}

/// The connectivity named `wanted`, with the VPC endpoint service of the input, else of `current`.
///
/// An empty service name is the same as none.
fn connectivity_of(
    input: &Input,
    wanted: &str,
    current: Option<&Connectivity>,
    account: &str,
) -> Result<Connectivity, ServiceError> {
    let service_name = input.text("XksProxyVpcEndpointServiceName");
    let service_owner = input.text("XksProxyVpcEndpointServiceOwner");
    if wanted == PUBLIC {
        let given = service_name.filter(|name| !name.is_empty()).map(|_| "XksProxyVpcEndpointServiceName");
        let member = given.or(service_owner.map(|_| "XksProxyVpcEndpointServiceOwner"));
        return match member {
            Some(member) => {
                Err(ServiceError::MemberNotValid { member, reason: Reason::Connectivity(PUBLIC) })
            }
            None => Ok(Connectivity::Public),
        };
    }
    let (kept_name, kept_owner) = match current {
        Some(Connectivity::Vpc { service_name, service_owner }) => {
            (Some(service_name.as_str()), service_owner.as_str())
        }
        Some(Connectivity::Public) | None => (None, account),
    };
    let name = service_name.or(kept_name).filter(|name| !name.is_empty());
    let service_name = name.ok_or(ServiceError::MemberMissing {
        member: "XksProxyVpcEndpointServiceName",
        reason: Reason::Connectivity(VPC),
    })?;
    Ok(Connectivity::Vpc {
        service_name: service_name.to_owned(),
        service_owner: service_owner.unwrap_or(kept_owner).to_owned(),
    })
}

fn credential(input: &Input) -> Option<(String, Secret)> {
    let member = |name| input.text_in("XksProxyAuthenticationCredential", name);
    Some((member("AccessKeyId")?.to_owned(), Secret::new(member("RawSecretAccessKey")?)))
}

fn required(input: &Input, member: &'static str, reason: Reason) -> Result<String, ServiceError> {
    input.text(member).map(str::to_owned).ok_or(ServiceError::MemberMissing { member, reason })
}

#[cfg(test)]
mod tests;
