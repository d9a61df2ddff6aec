//! The `aws` program.

use std::process::ExitCode;

use aws_kms_cli::environment::Environment;

fn main() -> ExitCode {
    ExitCode::from(aws_kms_cli::run(std::env::args_os().skip(1).collect(), &Environment::of_process()))
}
