//! `describe-custom-key-stores`: what its pages print.

use kms_emulator::Emulator;

use crate::aws::Aws;

#[test]
fn the_size_of_a_page_is_sent_however_large_it_is() {
    let emulator = Emulator::builder().start().expect("an emulator");
    let line = ["kms", "describe-custom-key-stores", "--page-size", "99999999999999999999"];
    Aws::new(line).to(&emulator).run();
    let body = String::from_utf8_lossy(&emulator.requests()[0].body).replace(' ', "");
    assert_eq!(body, r#"{"Limit":99999999999999999999}"#);
}

#[test]
fn an_empty_page_is_an_element_of_a_yaml_stream_and_nothing_elsewhere() {
    let emulator = Emulator::builder().seed(3).start().expect("an emulator");
    let describe = |format| {
        let paging = ["--page-size", "2", "--query", "@ | `{}`", "--output", format];
        Aws::new(["kms", "describe-custom-key-stores"].iter().chain(&paging)).to(&emulator).run()
    };
    for format in ["json", "text", "table", "yaml"] {
        describe(format).prints("");
    }
    describe("yaml-stream").prints("- {}\n- {}\n");
}
