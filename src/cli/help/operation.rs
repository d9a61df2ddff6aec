//! The page of an operation.

use clap::Command;

use super::options;
use super::page::{Block, Page, Section};
use crate::model::{Member, Operation, Shape};
use crate::operations::remedies::{self, CONNECTION_ERRORS};
use crate::operations::states::STATES;
use crate::operations::{self, DESCRIBE, UPDATE};

pub(super) fn page(operation: &'static Operation, top: &Command, level: &Command) -> Page {
    let command = format!("aws kms {}", operation.command());
    let about = operation.doc;
    let mut sections = Vec::new();
    let mut options = options::section(level, operation.input);
    options.iter_mut().for_each(|section| section.blocks.push(Block::text(VALUES)));
    sections.extend(options);
    let examples: Vec<Example> =
        operation.examples.iter().map(|(title, words)| (*title, format!("aws kms {words}"))).collect();
    sections.push(self::examples(&examples));
    sections.push(output(operation));
    sections.push(errors(operation));
    if [UPDATE, DESCRIBE].iter().any(|call| call.operation.name == operation.name) {
        sections.extend(states());
    }
    sections.push(see_also(operation));
    sections.push(options::globals(top));
    Page {
        about: level.get_about().map(ToString::to_string).unwrap_or_default(),
        description: Block::paragraphs(about),
        synopsis: options::synopsis(&command, level),
        command,
        sections,
    }
}

/// A title and a whole line.
pub(super) type Example = (&'static str, String);

pub(super) fn examples(examples: &[Example]) -> Section {
    let item = |(title, line): &Example| Block::Item(format!("{title}:"), vec![Block::Command(line.clone())]);
    Section::new("EXAMPLES", examples.iter().map(item))
}

const VALUES: &str = "\
Any option takes its value from a file with file://path (text) or fileb://path (bytes). So a secret is neither in the history \
of the shell nor among the processes.";

fn output(operation: &Operation) -> Section {
    let blocks = match operation.output {
        [] => vec![Block::text("None. The exit code says whether it has worked.")],
        members => {
            let shown = members.iter().filter(|member| !is_paging(operation, member)).map(member);
            let mut blocks: Vec<Block> = shown.collect();
            if operation.paginator.is_some() {
                blocks.push(Block::item(
                    "NextToken (string)",
                    "Only where --max-items has cut the list off: the value of --starting-token to go on with.",
                ));
            }
            blocks.push(Block::text("--generate-cli-skeleton output shows what a reply looks like."));
            blocks
        }
    };
    Section::new("OUTPUT", blocks)
}

/// Whether a member of the reply is about pages, which are put together.
fn is_paging(operation: &Operation, member: &Member) -> bool {
    operation
        .paginator
        .as_ref()
        .is_some_and(|pages| [pages.output_token, pages.more_results].contains(&member.name))
}

fn member(member: &Member) -> Block {
    let shape = match member.shape {
        Shape::List(element) => element,
        shape => shape,
    };
    let mut blocks: Vec<Block> = about(member.name).map(Block::text).into_iter().collect();
    if let Shape::Structure(members) = shape {
        blocks.extend(members.iter().map(self::member));
    }
    Block::Item(format!("{} ({})", member.name, member.shape.word()), blocks)
}

/// What a member of a reply says, where its name does not.
fn about(member: &str) -> Option<&'static str> {
    Some(match member {
        "CustomKeyStores" => "The stores.",
        "CustomKeyStoreId" => "The identifier, which all other commands take.",
        "CustomKeyStoreName" => "The name, unique in the account and Region.",
        "CustomKeyStoreType" => "AWS_CLOUDHSM or EXTERNAL_KEY_STORE.",
        "CloudHsmClusterId" => "The cluster of an AWS_CLOUDHSM store.",
        "TrustAnchorCertificate" => "The certificate of the cluster's trust anchor (customerCA.crt).",
        "ConnectionState" => {
            "DISCONNECTED, CONNECTING, CONNECTED, DISCONNECTING or FAILED; see CONNECTION STATES."
        }
        "ConnectionErrorCode" => "Why a store is FAILED; see CONNECTION ERROR CODES.",
        "CreationDate" => "When the store was created.",
        "XksProxyConfiguration" => "How KMS reaches the proxy of an EXTERNAL_KEY_STORE store.",
        "Connectivity" => "PUBLIC_ENDPOINT or VPC_ENDPOINT_SERVICE.",
        "AccessKeyId" => "The identifier of the proxy's credential. Its secret half is never shown.",
        "UriEndpoint" => "The address of the proxy.",
        "UriPath" => "The path to the proxy's API.",
        "VpcEndpointServiceName" => "The VPC endpoint service, where the proxy is reached through one.",
        "VpcEndpointServiceOwner" => "The account that owns this service.",
        _ => return None,
    })
}

/// The codes of the errors that the service model names for an operation.
pub(super) fn codes(operation: &Operation) -> String {
    let connection = "CloudHsmClusterInvalidConfigurationException CloudHsmClusterNotActiveException ";
    let proxy = "XksProxyIncorrectAuthenticationCredentialException XksProxyInvalidConfigurationException \
                 XksProxyInvalidResponseException XksProxyUriEndpointInUseException XksProxyUriInUseException \
                 XksProxyUriUnreachableException XksProxyVpcEndpointServiceInUseException \
                 XksProxyVpcEndpointServiceInvalidConfigurationException XksProxyVpcEndpointServiceNotFoundException ";
    let state = "CustomKeyStoreInvalidStateException ";
    let store = "CustomKeyStoreNotFoundException ";
    let name = "CloudHsmClusterNotFoundException CustomKeyStoreNameInUseException ";
    let parts: &[&str] = match operation.name {
        "ConnectCustomKeyStore" => &[connection, state, store],
        "CreateCustomKeyStore" => &[
            connection,
            name,
            proxy,
            "CloudHsmClusterInUseException IncorrectTrustAnchorException LimitExceededException ",
        ],
        "DeleteCustomKeyStore" => &["CustomKeyStoreHasCMKsException ", state, store],
        "DescribeCustomKeyStores" => &[store, "InvalidMarkerException "],
        "DisconnectCustomKeyStore" => &[state, store],
        _ => &[connection, name, "CloudHsmClusterNotRelatedException ", state, store, proxy],
    };
    format!("{}KMSInternalException", parts.concat())
}

fn errors(operation: &Operation) -> Section {
    let codes = codes(operation);
    let mut codes: Vec<&str> = codes.split(' ').collect();
    codes.sort_unstable_by_key(|code| code.to_lowercase());
    let text = |code: &str| match code {
        "LimitExceededException" => "A quota of KMS is reached. See Service Quotas.".to_owned(),
        "InvalidMarkerException" => {
            "The marker or token is not one that an earlier command has printed.".to_owned()
        }
        code => remedies::of_exception(code).map(remedies::Remedy::text).unwrap_or_default(),
    };
    let intro = "The exit code is 254 for these, and for errors of permissions, signatures and throttling.";
    let items = codes.into_iter().map(|code| Block::item(code, text(code)));
    Section::new("ERRORS", [Block::text(intro)].into_iter().chain(items))
}

/// The states of a store, why it can be FAILED, and where there is help.
fn states() -> [Section; 2] {
    let states = STATES.iter().map(|(state, meaning)| Block::item(*state, *meaning));
    let codes = CONNECTION_ERRORS.iter().map(|remedy| Block::item(remedy.code, remedy.text()));
    let end = [Block::text(STATES_END)];
    [Section::new("CONNECTION STATES", states), Section::new("CONNECTION ERROR CODES", codes.chain(end))]
}

const STATES_END: &str = "\
aws cks status shows all stores with these remedies as commands. aws cks plan shows what a change would take, and aws cks \
apply does it: it disconnects the store where that is needed, updates it, connects it and waits.";

fn see_also(operation: &Operation) -> Section {
    let others = operations::operations().filter(|other| other.name != operation.name);
    let others = others.map(|other| format!("aws kms {}", other.command()));
    let own = match operation.name {
        "UpdateCustomKeyStore" => "aws cks plan, aws cks apply, aws cks check",
        "ConnectCustomKeyStore" => "aws cks connect, aws kms wait custom-key-store-connected",
        "DisconnectCustomKeyStore" => "aws cks disconnect, aws kms wait custom-key-store-disconnected",
        "DeleteCustomKeyStore" => "aws cks keys",
        "CreateCustomKeyStore" => "aws cks connect",
        _ => "aws cks status",
    };
    let api = format!("https://docs.aws.amazon.com/kms/latest/APIReference/API_{}.html", operation.name);
    Section::new(
        "SEE ALSO",
        [Block::list(own.split(", ").map(str::to_owned).chain(others)), Block::Lines(api)],
    )
}
