//! Arguments in, exit status out.

/// A sixth of a short run is memory asked for and given back, which this does quicker than most systems' own.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    firesale::cli::main()
}
