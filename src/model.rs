//! What the tables of [`crate::operations`] are made of: operations, their members and the shapes of those.
//!
//! The words are those of AWS's service models. Everything that knows an operation reads its table: the
//! flags, binding, validation, skeletons, help, reading the reply and hiding secrets.

pub(crate) mod parameters;
pub(crate) mod send;

/// An operation of a service.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The API's name, such as `UpdateCustomKeyStore`.
    pub(crate) name: &'static str,
    pub(crate) service: &'static Service,
    /// What it does: a first sentence, then paragraphs divided by blank lines.
    pub(crate) doc: &'static str,
    /// The members of the request, in the order of the service model.
    pub(crate) input: &'static [Member],
    /// The members of the reply, in the order of the service model.
    pub(crate) output: &'static [Member],
    /// Whether it changes something.
    pub(crate) is_change: bool,
    /// How its reply is divided into pages, if it is.
    pub(crate) paginator: Option<Paginator>,
    /// Command lines that show its use: a title and the words after `aws kms`.
    pub(crate) examples: &'static [(&'static str, &'static str)],
}

/// A service: the names that its endpoint has, how it writes, and the errors of its model.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name in a services section of the configuration and, in capitals, in `AWS_ENDPOINT_URL_…`.
    pub(crate) key: &'static str,
    /// What its host names begin with.
    pub(crate) host: &'static str,
    pub(crate) protocol: Protocol,
    /// The codes of the modelled errors whose members are shown, one a line.
    pub(crate) errors: &'static str,
    /// The members of those errors.
    pub(crate) error_members: &'static [&'static str],
}

/// How a service writes its requests and replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// JSON, the operation named in a header: KMS.
    AwsJson,
    /// JSON, the operation named by path and method: IAM Identity Center, AWS Sign-In.
    RestJson,
    /// Forms and XML: STS.
    Query,
}

/// How the reply of an operation is divided into pages: the members that have to do with it.
#[derive(Debug)]
pub(crate) struct Paginator {
    /// The member of the request that names the page.
    pub(crate) input_token: &'static str,
    /// The member of the reply that names the next page.
    pub(crate) output_token: &'static str,
    /// The member of the reply that says whether there are more pages.
    pub(crate) more_results: &'static str,
    /// The member of the request that limits the elements of a page.
    pub(crate) limit_key: &'static str,
    /// The member of the reply that has the elements.
    pub(crate) result_key: &'static str,
}

impl Paginator {
    /// Whether a request that has this member asks for one page by hand.
    pub(crate) fn is_by_hand(&self, member: &str) -> bool {
        member == self.input_token || member == self.limit_key
    }
}

/// A member of a structure. Its option is [`Member::option`], never stored.
#[derive(Debug)]
pub(crate) struct Member {
    /// The API's name, such as `CustomKeyStoreId`.
    pub(crate) name: &'static str,
    /// What its value must look like.
    pub(crate) shape: &'static Shape,
    /// Whether a request without it is refused.
    pub(crate) required: bool,
    /// What it is for: a first sentence, then more.
    pub(crate) doc: &'static str,
}

/// The shape of a value.
#[derive(Debug)]
pub(crate) enum Shape {
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
pub(crate) struct Text {
    /// The least number of characters, if there is one.
    pub(crate) min: Option<usize>,
    /// The greatest number of characters, if there is one.
    pub(crate) max: Option<usize>,
    /// The regular expression of the service model, if there is one.
    pub(crate) pattern: Option<&'static str>,
    /// The values of an enumeration; empty for a free text.
    pub(crate) values: &'static [&'static str],
    /// Whether the value is a secret.
    pub(crate) sensitive: bool,
    /// The other member of the structure, and its value, beside which an empty text or null says that there is to be
    /// none: it is not too short then.
    pub(crate) empty_beside: Option<(&'static str, &'static str)>,
}

impl Operation {
    /// An operation without members that changes nothing.
    pub(crate) const fn new(name: &'static str, service: &'static Service) -> Operation {
        Operation {
            name,
            service,
            doc: "",
            input: &[],
            output: &[],
            is_change: false,
            paginator: None,
            examples: &[],
        }
    }

    /// The command's name, such as `update-custom-key-store`.
    pub(crate) fn command(&self) -> String {
        cli_name(self.name)
    }
}

impl Member {
    /// A member that every request or reply must have.
    pub(crate) const fn required(name: &'static str, shape: &'static Shape) -> Member {
        Member { name, shape, required: true, doc: "" }
    }

    pub(crate) const fn optional(name: &'static str, shape: &'static Shape) -> Member {
        Member { name, shape, required: false, doc: "" }
    }

    pub(crate) const fn doc(self, doc: &'static str) -> Member {
        Member { doc, ..self }
    }

    /// The option that sets this member, such as `--custom-key-store-id`.
    pub(crate) fn option(&self) -> String {
        format!("--{}", cli_name(self.name))
    }
}

impl Shape {
    /// Its kind, in the words of the reference's help.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Shape::String(_) => "string",
            Shape::Integer { .. } => "integer",
            Shape::Boolean => "boolean",
            Shape::Timestamp => "timestamp",
            Shape::List(_) => "list",
            Shape::Structure(_) => "structure",
        }
    }

    /// The member of this name, if it is a structure that has one.
    pub(crate) fn member(&self, name: &str) -> Option<&'static Member> {
        match self {
            Shape::Structure(members) => members.iter().find(|member| member.name == name),
            _ => None,
        }
    }

    /// Whether the value is a secret.
    pub(crate) fn is_secret(&self) -> bool {
        matches!(self, Shape::String(text) if text.sensitive)
    }

    /// Whether the value is a secret or holds one.
    pub(crate) fn holds_secret(&self) -> bool {
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
    pub(crate) const FREE: Text =
        Text { min: None, max: None, pattern: None, values: &[], sensitive: false, empty_beside: None };

    /// A text of at least `min` and at most `max` characters.
    pub(crate) const fn length(min: usize, max: usize) -> Text {
        Text { min: Some(min), max: Some(max), ..Text::FREE }
    }
}

/// The command-line form of an API name: `XksProxyUriEndpoint` becomes `xks-proxy-uri-endpoint`.
///
/// A word starts at each capital that follows a lower-case letter or a digit, or that is followed by a
/// lower-case letter; so `KMSKey` would be `kms-key`.
pub(crate) fn cli_name(name: &str) -> String {
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
