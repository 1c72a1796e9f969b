//! The program: arguments to a command to an exit code.

fn main() -> std::process::ExitCode {
    replsim::main()
}
