//! Arguments in, exit status out.

fn main() -> std::process::ExitCode {
    firesale::cli::main()
}
