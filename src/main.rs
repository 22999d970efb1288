//! The binary `clerk`. Everything it does stands in the library of the same name, where tests reach it.

use std::process::ExitCode;

fn main() -> ExitCode {
    clerk::cli::main()
}
