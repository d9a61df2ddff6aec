//! What the tables of [`crate::operations`] are made of: operations, their members and the shapes of those.
//!
//! The words are those of AWS's service models. Everything that knows an operation reads its table: the
//! flags, binding, validation, skeletons, help, reading the reply and hiding secrets.

use aws_sdk_kms::Client;

use crate::input::parameters::Parameters;
use crate::transport::Sending;

/// One operation of the service and its command.
pub struct Operation {
    /// The API's name, such as `UpdateCustomKeyStore`.
    pub name: &'static str,
    /// What it does: a first sentence, then paragraphs divided by blank lines.
    pub doc: &'static str,
    /// The members of the request, in the order of the service model.
    pub input: &'static [Member],
    /// The members of the reply, in the order of the service model.
    pub output: &'static [Member],
    /// Whether it changes something.
    pub is_change: bool,
    /// How its reply is divided into pages, if it is.
    pub paginator: Option<Paginator>,
    /// Command lines that show its use: a title and the words after `aws kms`.
    pub examples: &'static [(&'static str, &'static str)],
    /// Sends the request through the SDK's typed builder; the reply's bytes are kept by the recorder.
    pub send: for<'a> fn(&'a Client, &'a Parameters) -> Sending<'a>,
}

/// How a service writes its requests and replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// JSON, the operation named in a header: KMS.
    AwsJson,
    /// JSON, the operation named by path and method: IAM Identity Center, AWS Sign-In.
    RestJson,
    /// Forms and XML: STS.
    Query,
}

/// How the reply of an operation is divided into pages: the members that have to do with it.
#[derive(Debug)]
pub struct Paginator {
    /// The member of the request that names the page.
    pub input_token: &'static str,
    /// The member of the reply that names the next page.
    pub output_token: &'static str,
    /// The member of the reply that says whether there are more pages.
    pub more_results: &'static str,
    /// The member of the request that limits the elements of a page.
    pub limit_key: &'static str,
    /// The member of the reply that has the elements.
    pub result_key: &'static str,
}

impl Paginator {
    /// Whether a request that has this member asks for one page by hand.
    pub fn is_by_hand(&self, member: &str) -> bool {
        member == self.input_token || member == self.limit_key
    }
}

/// A member of a structure. Its option is [`Member::option`], never stored.
pub struct Member {
    /// The API's name, such as `CustomKeyStoreId`.
    pub name: &'static str,
    /// What its value must look like.
    pub shape: &'static Shape,
    /// Whether a request without it is refused.
    pub required: bool,
    /// What it is for: a first sentence, then more.
    pub doc: &'static str,
}

/// The shape of a value.
#[derive(Debug)]
pub enum Shape {
    /// A text.
    String(Text),
    /// A whole number, at least `min`.
    Integer {
        /// The least number.
        min: i64,
        /// The greatest number.
        max: i64,
    },
    /// `true` or `false`.
    Boolean,
    /// A moment, as seconds since 1970 in UTC.
    Timestamp,
    /// A list of values of one shape.
    List(&'static Shape),
    /// A structure with named members.
    Structure(&'static [Member]),
}

/// The constraints of a text. Only the minimum length is checked here: the rest is the service's to judge.
#[derive(Debug)]
pub struct Text {
    /// The least number of characters, if there is one.
    pub min: Option<usize>,
    /// The greatest number of characters, if there is one.
    pub max: Option<usize>,
    /// The regular expression of the service model, if there is one.
    pub pattern: Option<&'static str>,
    /// The values of an enumeration; empty for a free text.
    pub values: &'static [&'static str],
    /// Whether the value is a secret.
    pub sensitive: bool,
    /// The other member of the structure, and its value, beside which an empty text or null says that there is to be
    /// none: it is not too short then.
    pub empty_beside: Option<(&'static str, &'static str)>,
}

impl Operation {
    /// The command's name, such as `update-custom-key-store`.
    pub fn command(&self) -> String {
        cli_name(self.name)
    }

    /// The member of the request with this API name.
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.input.iter().find(|member| member.name == name)
    }
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Member {
    /// The option that sets this member, such as `--custom-key-store-id`.
    pub fn option(&self) -> String {
        format!("--{}", cli_name(self.name))
    }
}

impl Shape {
    /// Whether the value is a secret or holds one.
    pub fn holds_secret(&self) -> bool {
        match self {
            Shape::String(text) => text.sensitive,
            Shape::Structure(members) => members.iter().any(|member| member.shape.holds_secret()),
            Shape::List(element) => element.holds_secret(),
            Shape::Integer { .. } | Shape::Boolean | Shape::Timestamp => false,
        }
    }
}

impl Text {
    /// A text without constraints, to start a shape from.
    pub const FREE: Text =
        Text { min: None, max: None, pattern: None, values: &[], sensitive: false, empty_beside: None };
}

/// The command-line form of an API name: `XksProxyUriEndpoint` becomes `xks-proxy-uri-endpoint`.
///
/// A word starts at each capital that follows a lower-case letter or a digit, or that is followed by a
/// lower-case letter; so `KMSKey` would be `kms-key`.
pub fn cli_name(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = String::with_capacity(name.len() + 8);
    for (index, c) in name.char_indices() {
        let before = index.checked_sub(1).map(|before| bytes[before]);
        let after = bytes.get(index + 1);
        let starts_word = c.is_ascii_uppercase()
            && before.is_some_and(|b| !b.is_ascii_uppercase() || after.is_some_and(u8::is_ascii_lowercase));
        if starts_word {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_made_from_api_names() {
        let cases = [
            ("CustomKeyStoreId", "custom-key-store-id"),
            ("CloudHsmClusterId", "cloud-hsm-cluster-id"),
            ("XksProxyVpcEndpointServiceOwner", "xks-proxy-vpc-endpoint-service-owner"),
            ("KMSKeyId", "kms-key-id"),
        ];
        for (name, option) in cases {
            assert_eq!(cli_name(name), option);
        }
    }
}
