//! Signatures that a service accepts, whatever blanks and digits the configuration has.

use kms_emulator::{AccessKey, Emulator};

use crate::aws::Aws;

fn describe() -> Aws {
    Aws::new(["kms", "describe-custom-key-stores", "--query", "length(CustomKeyStores)"])
}

#[test]
fn a_token_is_signed_without_the_blanks_that_no_header_keeps() {
    for (given, sent) in [("tok ", "tok"), (" \ttok", "tok"), ("t  o \t k", "t o k")] {
        let key = AccessKey::new("AKID", "hush-hush").with_session_token(sent);
        let emulator = Emulator::builder().access_key(key).start().expect("an emulator");
        let aws = describe().env("AWS_ACCESS_KEY_ID", "AKID").env("AWS_SECRET_ACCESS_KEY", "hush-hush");
        aws.env("AWS_SESSION_TOKEN", given).to(&emulator).run().prints("0\n");
    }
}

#[test]
fn a_port_is_signed_as_the_number_that_is_sent() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let (start, port) = emulator.endpoint().rsplit_once(':').expect("a port");
    for end in ["", "/"] {
        let url = format!("{start}:00{port}{end}");
        describe().env("AWS_ENDPOINT_URL_KMS", url).run().prints("0\n");
    }
}
