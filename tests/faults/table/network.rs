//! Places at which a server is asked.

use crate::cell::{Expected, Row, ends};
use crate::fault::Fault::*;
use crate::places::names;
use crate::places::network::*;
use crate::server::At;

const NO_FILE: &str = "nothing but a socket is read or written here";

const REFUSED: &str = "Could not connect to the endpoint URL";
const CLOSED: &str = "Connection was closed before we received a valid response from endpoint URL";
const TIMEOUT: &str = "Read timeout on endpoint URL";
const NO_CREDENTIALS: &str = "Unable to locate credentials.";
const TOO_LONG: &str = "is longer than 64 MiB.";

pub fn rows() -> Vec<Row> {
    vec![
        names(),
        connect(),
        handshake(),
        headers(),
        body(),
        page(),
        sts(),
        portal(),
        token(),
        instance(),
        container(),
        tunnel(),
        proxy(),
    ]
}

fn names() -> Row {
    let about = "An update, while the name of KMS's endpoint is looked up.";
    let unknown = || ends(255).says(REFUSED);
    Row::new("Name look-up", about, names::stage, ends(0).requests(1))
        .cell(Refused, unknown().note("there is no such name"))
        .cell(Reset, unknown().note("nobody listens where names are served"))
        .cell(Slow, unknown().note("as long as the system's resolver waits"))
        .cell(CutShort, unknown())
        .cell(Garbage, unknown())
        .cell(Endless, unknown().note("a name that stands for itself"))
        .cell(ServerError, unknown().note("SERVFAIL"))
        .never(&[Throttled], "the protocol has no such reply")
        .never(&[FullDisk, ReadOnly, ClosedPipe], NO_FILE)
        .signals(0)
        .needs(|_| names::are_possible())
}

fn connect() -> Row {
    let rest = [Garbage, Endless, ServerError, Throttled];
    let about = "An update, while a connection to KMS is opened.";
    Row::new(
        "Connect",
        about,
        |fault| match fault {
            Some(fault) if fault.is_silence() => silent_port(Some(fault)),
            _ => stage(Place { at: At::Connection, ..UPDATE }, fault),
        },
        ends(0).requests(1),
    )
    .cell(Refused, ends(255).says(REFUSED))
    .cell(Reset, ends(255).says(CLOSED))
    .cell(Slow, ends(255).says("Connect timeout on endpoint URL"))
    .cell(CutShort, ends(255).says(CLOSED))
    .never(&rest, "a connection that is opened has no content yet")
    .never(&[FullDisk, ReadOnly, ClosedPipe], NO_FILE)
    .ended_by_signals(0)
    .cell(Stopped, ends(255).says("Connect timeout on endpoint URL").note("the time goes on"))
}

fn row(place: &'static str, about: &'static str, at: Place, well: Expected) -> Row {
    Row::new(place, about, move |fault| stage(at, fault), well)
        .never(&[FullDisk, ReadOnly, ClosedPipe], NO_FILE)
}

fn handshake() -> Row {
    row("TLS handshake", "An update over TLS.", TLS, ends(0).requests(1))
        .cell(Refused, ends(255).says(REFUSED))
        .cell(Reset, ends(255).says(CLOSED))
        .cell(Slow, ends(255).says(TIMEOUT))
        .cell(CutShort, ends(255).says("EOF occurred in violation of protocol"))
        .cell(Garbage, ends(255).says("[SSL: WRONG_VERSION_NUMBER] wrong version number"))
        .cell(Endless, ends(255).says("the server does not keep to TLS"))
        .never(&[ServerError, Throttled], "a reply comes after the handshake")
        .signals(0)
}

fn headers() -> Row {
    row("Reply headers", "An update, in place of the head of KMS's reply.", UPDATE, ends(0).requests(1))
        .cell(Refused, ends(255).says(REFUSED))
        .cell(Reset, ends(255).says(CLOSED).requests(2))
        .cell(Slow, ends(255).says(TIMEOUT).requests(2))
        .cell(CutShort, ends(255).says(CLOSED).requests(2))
        .cell(Garbage, ends(255).says(CLOSED).requests(2))
        .cell(Endless, ends(255).says(CLOSED).requests(2))
        .cell(
            ServerError,
            ends(254)
                .says("(503) when calling the UpdateCustomKeyStore operation (reached max retries: 1)")
                .requests(2),
        )
        .cell(Throttled, ends(254).says("(429) when calling the UpdateCustomKeyStore operation").requests(1))
        .signals(1)
}

fn body() -> Row {
    row("Reply body", "An update, behind the head of KMS's reply.", Place { at: At::Body, ..UPDATE }, ends(0).requests(1))
        .cell(Refused, ends(255).says(REFUSED))
        .cell(Reset, ends(255).says(CLOSED).requests(2))
        .cell(Slow, ends(255).says(TIMEOUT).requests(2))
        .cell(CutShort, ends(255).says(CLOSED).requests(2))
        .cell(Garbage, ends(255).says("is not one of the service").requests(1))
        .cell(Endless, ends(255).says(TOO_LONG).requests(1))
        .cell(ServerError, ends(254).says("(InternalFailure) when calling the UpdateCustomKeyStore operation (reached max retries: 1)").requests(2))
        .cell(Throttled, ends(254).says("(ThrottlingException) when calling the UpdateCustomKeyStore operation (reached max retries: 1)").requests(2))
        .signals(1)
}

fn page() -> Row {
    let well = ends(0).prints("1\n").requests(2);
    row(
        "Each page",
        "`describe-custom-key-stores --page-size 1`: the reply with the second page.",
        Place { at: At::Body, ..PAGE },
        well,
    )
    .cell(Refused, ends(255).says(REFUSED).requests(1))
    .cell(Reset, ends(255).says(CLOSED).requests(3))
    .cell(Slow, ends(255).says(TIMEOUT).requests(3))
    .cell(CutShort, ends(255).says(CLOSED).requests(3))
    .cell(Garbage, ends(255).says("is not one of the service").requests(2))
    .cell(Endless, ends(255).says(TOO_LONG).requests(2))
    .cell(ServerError, ends(254).says("(InternalFailure)").requests(3))
    .cell(Throttled, ends(254).says("(ThrottlingException)").requests(3))
    .signals(2)
}

const ROLE: &[&str] = &[".aws/cli/cache/*.json"];

fn sts() -> Row {
    let row = row(
        "STS",
        "An update with a role: the reply to AssumeRole.",
        Place { at: At::Body, ..STS },
        ends(0).requests(2).left(ROLE),
    );
    service(row)
        .cell(Garbage, ends(255).says("The reply of AssumeRole has no AssumeRoleResult.").requests(1))
        .cell(
            ServerError,
            ends(254).says("(InternalFailure) when calling the AssumeRole operation").requests(2),
        )
        .cell(Throttled, ends(254).says("(Throttling) when calling the AssumeRole operation").requests(2))
}

fn portal() -> Row {
    let row = row(
        "SSO",
        "An update with a role of IAM Identity Center: the reply of its portal.",
        Place { at: At::Body, ..PORTAL },
        ends(0).requests(2).left(ROLE),
    );
    service(row)
        .cell(Garbage, ends(255).says("is not one of the service").requests(1))
        .cell(
            ServerError,
            ends(254).says("(InternalFailure) when calling the GetRoleCredentials operation").requests(2),
        )
        .cell(
            Throttled,
            ends(254).says("(ThrottlingException) when calling the GetRoleCredentials operation").requests(2),
        )
}

fn token() -> Row {
    let left = &[".aws/cli/cache/*.json", ".aws/sso/cache/*.json"];
    let row = row(
        "SSO token",
        "The same with a token that has expired: the reply with a new one.",
        Place { at: At::Body, ..TOKEN },
        ends(0).requests(3).left(left),
    );
    let refused = || ends(255).says("Token has expired and refresh failed").requests(2);
    service(row)
        .cell(Garbage, ends(255).says("is not one of the service").requests(1))
        .cell(ServerError, refused())
        .cell(Throttled, refused())
}

/// A service that credentials come from.
fn service(row: Row) -> Row {
    row.cell(Refused, ends(255).says(REFUSED))
        .cell(Reset, ends(255).says(CLOSED).requests(2))
        .cell(Slow, ends(255).says(TIMEOUT).requests(2))
        .cell(CutShort, ends(255).says(CLOSED).requests(2))
        .cell(Endless, ends(255).says(TOO_LONG).requests(1))
        .signals(1)
}

fn instance() -> Row {
    row(
        "Instance metadata",
        "An update with the role of an instance: the reply of its metadata service with a token.",
        Place { at: At::Body, ..INSTANCE },
        ends(0).requests(4),
    )
    .cell(Refused, ends(253).says(NO_CREDENTIALS))
    .cell(Reset, ends(253).says(NO_CREDENTIALS).requests(2))
    .cell(Slow, ends(253).says(NO_CREDENTIALS).requests(2))
    .cell(CutShort, ends(253).says(NO_CREDENTIALS).requests(2))
    .cell(Garbage, ends(253).says(NO_CREDENTIALS).requests(3))
    .cell(Endless, ends(255).says("is longer than 1 MiB.").requests(1))
    .cell(ServerError, ends(253).says(NO_CREDENTIALS).requests(2))
    .cell(Throttled, ends(253).says(NO_CREDENTIALS).requests(1))
    .signals(1)
}

fn container() -> Row {
    row(
        "Container metadata",
        "An update with the role of a container: the reply of its endpoint.",
        Place { at: At::Body, ..CONTAINER },
        ends(0).requests(2),
    )
    .cell(Refused, ends(255).says("retrieve container metadata: Could not connect"))
    .cell(Reset, ends(255).says("retrieve container metadata: Connection was closed").requests(3))
    .cell(Slow, ends(255).says("retrieve container metadata: Read timeout").requests(3))
    .cell(CutShort, ends(255).says("retrieve container metadata: Connection was closed").requests(3))
    .cell(Garbage, ends(255).says("Unable to parse JSON returned from container metadata").requests(3))
    .cell(Endless, ends(255).says("is longer than 1 MiB.").requests(1))
    .cell(ServerError, ends(255).says("Received non 200 response 503 from container metadata").requests(3))
    .cell(Throttled, ends(255).says("Received non 200 response 400 from container metadata").requests(3))
    .signals(1)
}

fn tunnel() -> Row {
    row(
        "Proxy, CONNECT",
        "An update over TLS through a proxy: the reply to CONNECT.",
        TUNNEL,
        ends(0).requests(2),
    )
    .cell(Refused, ends(255).says("Failed to connect to proxy URL"))
    .cell(Reset, ends(255).says("closes the connection").requests(2))
    .cell(Slow, ends(255).says("does not answer").requests(2))
    .cell(CutShort, ends(255).says("EOF occurred in violation of protocol").requests(2))
    .cell(Garbage, ends(255).says("closes the connection").requests(2))
    .cell(Endless, ends(255).says("closes the connection").requests(2))
    .cell(ServerError, ends(255).says("It refuses to connect, with status 503").requests(2))
    .cell(Throttled, ends(255).says("It refuses to connect, with status 429").requests(2))
    .signals(1)
}

fn proxy() -> Row {
    row("Proxy", "An update over HTTP through a proxy: its reply.", PROXY, ends(0).requests(1))
        .cell(Refused, ends(255).says("Failed to connect to proxy URL"))
        .cell(Reset, ends(255).says("Failed to connect to proxy URL").requests(2))
        .cell(Slow, ends(255).says(TIMEOUT).requests(2))
        .cell(CutShort, ends(255).says("Failed to connect to proxy URL").requests(2))
        .cell(Garbage, ends(255).says(CLOSED).requests(2))
        .cell(Endless, ends(255).says(CLOSED).requests(2))
        .cell(ServerError, ends(254).says("(503) when calling").requests(2))
        .cell(Throttled, ends(254).says("(429) when calling").requests(1))
        .signals(1)
}
