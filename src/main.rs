//! The `aws` program.

use std::process::ExitCode;

use aws_kms_cli::Environment;

fn main() -> ExitCode {
    let environment = Environment::of_process();
    ExitCode::from(aws_kms_cli::run(std::env::args_os().skip(1).collect(), &environment))
}
