#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| aws_kms_cli_fuzz::run(aws_kms_cli::fuzzing::health, data));
