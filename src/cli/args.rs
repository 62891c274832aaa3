//! The language of the command line.

use crate::explain::When;
use crate::sweep::identity::Shard;
use crate::sweep::request::Rule;
use crate::sweep::sample::Method;
use crate::sweep::split::outside;
use crate::sweep::spread::Axis;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use language::text::Override;
use results::keep::Keep;
use std::path::PathBuf;

const EXIT_STATUS: &str = "\
Exit status:
  0    done
  1    done, but an enforced expectation or the audit failed, or a run of a sweep broke down
  2    the input was wrong; nothing was written
  3    the environment failed (disk, permissions)
  101  a fault of the program; nothing half-written is left
  130  stopped by Ctrl-C; what was complete is kept";

const RUN_EXAMPLES: &str = "\
Examples:
  firesale run archegos-2021
  firesale run two-funds --set traders.fund-a.leverage=3 --seed 7
  firesale run my-world.ron --counterfactual --out crash";

const SWEEP_EXAMPLES: &str = "\
What varies:
  --vary PATH=3,4,5              these values
  --vary PATH=2..6:5             five values from 2 to 6, both ends among them
  --vary PATH=2:6:0.5            from 2 up to 6 in steps of a half
  --vary 'PATH=log 1e6..1e9:4'   four values, each as many times the one before
  --vary 'PATH=2,3; OTHER=4,6'   two paths that move together
  --vary 'PATH; OTHER=2,3'       two paths that have the same values
  --vary PATH=2..6               anything between, with --sample
  --vary seed=3,5,9              these seeds
Times have their unit at both ends: 5m..30m:6. `firesale params WORLD` lists the paths.

A value that the language of worlds refuses is refused before anything runs; values that only make
no sense together are a row that says so. Stop a sweep or kill it, and run the same command: it goes
on where it was.

Examples:
  firesale sweep two-funds --vary traders.fund-a.leverage=3,4,5,6 --seeds 20 --out l.parquet
  firesale sweep two-funds --vary traders.fund-a.leverage=2..6 --sample sobol --points 64 --out s.parquet
  firesale sweep two-funds --against lenders.broker.calls.grace=2h --seeds 50 --out rule.parquet
  firesale sweep my-sweep.ron --jobs 4 --out all.parquet
  firesale sweep my-sweep.ron --shard 1/2 --out one.parquet   (2/2 elsewhere; then `gather`)

A sweep file holds the same in writing:
  Sweep(
      version: 1,
      world: \"two-funds\",
      vary: {
          \"traders.fund-a.leverage\": [3, 4, 5, 6],
          \"lenders.broker.capital\": \"log 1e6..1e9:4\",
      },
      seeds: 20,
  )";

const GATHER_EXAMPLES: &str = "\
Examples:
  firesale gather one.parquet two.parquet --out sweep.parquet";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  firesale explain two-funds --account fund-a --tick breach
  firesale explain two-funds --set traders.fund-a.leverage=5 --account fund-a --tick 60
  firesale explain output/archegos-2021/seed-1 --account archegos@nomura --tick '2021-03-26 10:30'";

const COMPARE_EXAMPLES: &str = "\
Examples:
  firesale compare output/two-funds/seed-1 output/two-funds/seed-2
  firesale compare six three --out six-and-three";

const BUFFER_EXAMPLES: &str = "\
Examples:
  firesale buffer two-funds --firm fund-a --survive 0.95
  firesale buffer helios --firm helios --scale-shocks 0.5:2 --seeds 400 --out helios-buffer";

const PROBE_EXAMPLES: &str = "\
Examples:
  firesale probe liquid-large-cap
  firesale probe two-funds --seeds 20 --out two-funds-probe
  firesale probe my-world.ron --instrument acme --no-impact --json --quiet";

const PARAMS_EXAMPLES: &str = "\
Examples:
  firesale params two-funds
  firesale params two-funds traders.fund-a
  firesale params archegos-2021 --json > paths.json";

const WORKER_EXAMPLES: &str = "\
A request holds `world` (a name or a path) or `text` (a world itself), and what else is wanted of
  set                   values by path, as --set takes them
  seed                  of all random draws
  keep                  larger tables that come back: prices, trades, accounts, firms, lenders, refusals, cascade
  without_liquidation   no lender places a forced order
  counterfactual        also the same seed without forced selling
  id                    comes back with the answer
A bad request is answered with everything that is wrong with it, and the next is awaited.

Examples:
  echo '{\"id\": 1, \"world\": \"two-funds\", \"seed\": 3, \"set\": {\"traders.fund-a.leverage\": 3}}' | firesale worker";

const LANGUAGE_EXAMPLES: &str = "\
Examples:
  firesale language lenders.broker.margin
  firesale language Momentum
  firesale language --json > language.json";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  firesale completions bash > ~/.local/share/bash-completion/completions/firesale
  firesale completions zsh > _firesale        # into a folder of $fpath
  firesale completions fish > ~/.config/fish/completions/firesale.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  firesale man > ~/.local/share/man/man1/firesale.1
  firesale man run > ~/.local/share/man/man1/firesale-run.1";

const WORLD_OR_SWEEP: &str = "Name of a built-in world (see `firesale list`), or path of a world or sweep file";

/// How leveraged markets unwind: traders, margin accounts and order books in which fire sales emerge.
#[derive(Debug, Parser)]
#[command(name = "firesale", version, after_help = EXIT_STATUS, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Clone, Copy, Debug, Args)]
pub struct Common {
    /// Print nothing but errors (and, with --json, the result)
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print a machine-readable result on stdout and everything else on stderr
    #[arg(long, global = true)]
    pub json: bool,
    /// Use at most this many threads
    #[arg(long, value_name = "N", global = true, value_parser = positive)]
    pub threads: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a world once: summary, tables, charts and a report page
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Run a world many times, parameters and seeds varied, into one table with one row a run
    #[command(after_help = SWEEP_EXAMPLES, mut_arg("world", |arg| arg.help(WORLD_OR_SWEEP)))]
    Sweep(SweepArgs),
    /// Put the parts of a sweep that was run with --shard together: the table is that of the whole, byte for byte
    #[command(after_help = GATHER_EXAMPLES)]
    Gather(GatherArgs),
    /// Check a world or a sweep without running it, and report everything that is wrong with it
    #[command(mut_arg("world", |arg| arg.help(WORLD_OR_SWEEP)))]
    Check(CheckArgs),
    /// List the worlds that are built in
    List,
    /// Print a world as it is written, to read or to start a world of your own from
    Show(ShowArgs),
    /// Write a world file to start a world of your own from
    Init(InitArgs),
    /// Print the reference of the world language: fields with their types, what leaving them out means, and all kinds
    #[command(after_help = LANGUAGE_EXAMPLES)]
    Language(LanguageArgs),
    /// List every path of a world that may be varied, with its type, unit, value, bounds, and what its author says of it
    #[command(after_help = PARAMS_EXAMPLES)]
    Params(ParamsArgs),
    /// Answer requests: one run a line of JSON on stdin, one answer a line on stdout
    #[command(after_help = WORKER_EXAMPLES)]
    Worker(WorkerArgs),
    /// Tell what tables a run or a buffer writes, and what their columns mean (those of a probe say it in themselves)
    Tables(TablesArgs),
    /// Draw the charts and the report page of a finished run again, or the chart of a sweep
    Chart(ChartArgs),
    /// Hold finished runs against one another: what differs in what went in, and in what came out
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(CompareArgs),
    /// Say why an account stood where it stood: its money, its margin, and the prices that would break it
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Size a firm's liquid buffer: the least with which it survives this world's stresses
    #[command(after_help = BUFFER_EXAMPLES)]
    Buffer(BufferArgs),
    /// Say what kind of market a world has before anything happens: returns, tails, memory, depth, impact
    #[command(after_help = PROBE_EXAMPLES)]
    Probe(ProbeArgs),
    /// Print a script by which a shell completes commands and options
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Print the manual page, of the program or of one command
    #[command(after_help = MAN_EXAMPLES)]
    Man(ManArgs),
}

#[derive(Clone, Copy, Debug, Args)]
pub struct CompletionsArgs {
    /// For which shell
    pub shell: Shell,
}

#[derive(Clone, Debug, Args)]
pub struct ManArgs {
    /// One command by its name; the program as a whole if left out
    pub command: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub struct InitArgs {
    /// File to write; must not exist
    pub file: PathBuf,
    /// World to copy: a built-in one by name, or a file
    #[arg(long, default_value = "two-funds")]
    pub from: String,
}

#[derive(Clone, Debug, Args)]
pub struct ShowArgs {
    /// Name of a built-in world (see `firesale list`) or path of a world file
    pub world: String,
}

#[derive(Clone, Debug, Args)]
pub struct ParamsArgs {
    /// Name of a built-in world (see `firesale list`) or path of a world file
    pub world: String,
    /// Only paths that begin so
    pub under: Option<String>,
    /// Change a field of the world before it is looked at (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<Override>,
}

#[derive(Clone, Debug, Args)]
pub struct WorkerArgs {}

#[derive(Clone, Debug, Args)]
pub struct TablesArgs {
    /// One table by its name; all of them if left out
    pub name: Option<String>,
}

#[derive(Debug, Args)]
pub struct LanguageArgs {
    /// A path as in --set (lenders.broker.margin) or the name of a kind (Momentum); left out: everything
    pub what: Option<String>,
}

/// Which world, with what changed.
#[derive(Clone, Debug, Args)]
pub struct WorldArgs {
    /// Name of a built-in world (see `firesale list`) or path of a world file
    pub world: String,
    /// Change a field of the world before it is checked, e.g. traders.archegos.leverage=3 (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<Override>,
    /// Seed of all random draws [default: the world's]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
}

/// How the world is run.
#[derive(Clone, Copy, Debug, Args)]
pub struct ModeArgs {
    /// Accounts break all the same, but no lender places a forced order
    #[arg(long)]
    pub without_liquidation: bool,
    /// Run the same seed with and without forced selling, and report the difference
    #[arg(long, conflicts_with = "without_liquidation")]
    pub counterfactual: bool,
}

#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    #[command(flatten)]
    pub mode: ModeArgs,
    /// Folder to write; must not exist [default: output/<world>/seed-<n>; where anything but the seed is
    /// asked for, a mark of it stands behind the number, and the last line says where the run lies]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Which of the larger tables to keep: any of prices,trades,accounts,firms,lenders,refusals,cascade; or all, none.
    /// With prices go pegs and pools, with accounts populations and deposits, with lenders funds. A chart of a table that is
    /// not kept is not drawn
    #[arg(long, value_name = "LIST", default_value = "all", value_parser = record)]
    pub record: Keep,
    /// Write no charts and no report page
    #[arg(long)]
    pub no_charts: bool,
}

#[derive(Debug, Args)]
pub struct SweepArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    #[command(flatten)]
    pub mode: ModeArgs,
    /// Values for a field of the world, see below; several --vary are combined each with each, the first varying slowest
    #[arg(long, value_name = "PATH=VALUES", value_parser = Axis::read)]
    pub vary: Vec<Axis>,
    /// Draw so many points instead of taking every combination: latin-hypercube, sobol or random
    #[arg(long, value_name = "METHOD", value_parser = method, requires = "points")]
    pub sample: Option<Method>,
    /// Points of the sample
    #[arg(long, value_name = "N", requires = "sample", value_parser = clap::value_parser!(u32).range(1..))]
    pub points: Option<u32>,
    /// Hold the world against one in which this is changed, seed by seed; several changes of one rule are joined by `;`,
    /// and a rule may have a name: 'longer grace: lenders.broker.calls.grace=2h'. Repeatable: each is a rule of its own
    #[arg(long, value_name = "PATH=VALUE", value_parser = rule)]
    pub against: Vec<Rule>,
    /// Say how many seeds --against would need for its difference to be known to within so much, in the figure's own unit
    /// [default: a tenth of the difference]
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    pub precision: Option<f64>,
    /// Seeds for each combination: the first and those that follow it [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub seeds: Option<u32>,
    /// Tables of each run to keep beside the sweep's, in NAME.parts/TABLE/RUN.parquet, parameters and seed in each row:
    /// prices, trades, accounts, firms, lenders, refusals, cascade, all
    #[arg(long, value_name = "TABLES", default_value = "none", hide_default_value = true, value_parser = record)]
    pub record: Keep,
    /// Do only the k-th of n parts of the runs, on this machine
    #[arg(long, value_name = "K/N")]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub shown: ShownArgs,
    /// Draw no chart
    #[arg(long)]
    pub no_charts: bool,
    /// Runs side by side (0: as many as there are cores)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    /// Parquet file to write; must not exist. The unfinished rows are kept beside it, in FILE.journal
    #[arg(long, value_name = "FILE", default_value = "sweep.parquet")]
    pub out: PathBuf,
}

/// What is shown of a sweep.
#[derive(Clone, Debug, Default, Args)]
pub struct ShownArgs {
    /// Figure to print and to draw, by the name of its column (repeatable) [default: what varies most]
    #[arg(long, value_name = "NAME")]
    pub figure: Vec<String>,
}

#[derive(Debug, Args)]
pub struct GatherArgs {
    /// Tables that `firesale sweep --shard` wrote, in any order
    #[arg(required = true, value_name = "PART")]
    pub parts: Vec<PathBuf>,
    #[command(flatten)]
    pub shown: ShownArgs,
    /// Draw no chart
    #[arg(long)]
    pub no_charts: bool,
    /// Parquet file to write; must not exist
    #[arg(long, value_name = "FILE", default_value = "sweep.parquet")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct BufferArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// The firm, by its name in the world
    #[arg(long, value_name = "NAME")]
    pub firm: String,
    /// Share of runs in which every call is to be paid in full and in time
    #[arg(long, value_name = "SHARE", default_value_t = 0.99, value_parser = share)]
    pub survive: f64,
    /// Runs: the first seed and those that follow it
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub seeds: u32,
    /// Multiply the world's news, jumps and cash shocks by factors spread over this range, one a run
    #[arg(long, value_name = "LOW:HIGH", value_parser = range)]
    pub scale_shocks: Option<(f64, f64)>,
    /// Runs side by side (0: as many as there are cores)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    /// Folder to write; must not exist [default: output/<world>/buffer-<firm>-survive-<share>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ProbeArgs {
    #[command(flatten)]
    pub world: WorldArgs,
    /// Which instrument [default: the world's choice, else the first with a market of its own]
    #[arg(long, value_name = "NAME")]
    pub instrument: Option<String>,
    /// Seeds: the first and those that follow it [default: the world's choice, else 4]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub seeds: Option<u32>,
    /// Leave out the impact curve, which takes most of the time
    #[arg(long)]
    pub no_impact: bool,
    /// Runs side by side (0: as many as there are cores)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    /// Folder to write; must not exist [default: output/<world>/probe-<instrument>-seed-<n>-seeds-<n>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Name of a built-in world (see `firesale list`) or path of a world file
    pub world: String,
    /// Change a field of the world before it is checked, e.g. traders.archegos.leverage=3 (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<Override>,
}

#[derive(Debug, Args)]
pub struct ChartArgs {
    /// Folder of a finished run, or the table of a sweep
    #[arg(value_name = "RUN|SWEEP")]
    pub run: PathBuf,
    /// Of a run, draw these charts alone, by their names, and leave its other files and its page as they are
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// With --only: draw from this moment on ("2021-03-25 10:30"; of a day alone, from its beginning)
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// With --only: draw up to this moment; of a day alone, to its end
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// With --only: the size of the picture in pixels, such as 1600x900; a chart stands in the middle of it, as large as fits
    #[arg(long, value_name = "WxH")]
    pub size: Option<String>,
    #[command(flatten)]
    pub shown: ShownArgs,
}

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Folders of finished runs
    #[arg(value_name = "RUN", num_args = 2.., required = true)]
    pub runs: Vec<PathBuf>,
    /// Folder to write, with one self-contained page, compare.html, and the chart of the prices; must not exist
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Folder of a finished run; or a world, which is then run up to the tick
    pub run: String,
    /// The account, as `trader@lender`; the trader alone where it has one account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// At the end of which tick: a number, a moment ("2024-03-04 10:32"), `breach`, or `end`
    /// [default: the breach if there is one, else the end]
    #[arg(long, value_name = "TICK")]
    pub tick: Option<When>,
    /// Change a field of the world before it is checked (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<Override>,
    /// Seed of all random draws [default: the world's]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// As in a run in which no lender places a forced order
    #[arg(long)]
    pub without_liquidation: bool,
}

fn method(text: &str) -> Result<Method, String> {
    let found = Method::ALL.into_iter().find(|method| method.word() == text);
    found.ok_or_else(|| "give latin-hypercube, sobol or random".into())
}

/// `a=1; b=2`: the changes of one rule.
fn rule(text: &str) -> Result<Rule, String> {
    let named = text.split_once(": ").filter(|(name, _)| !name.contains('=') && !name.trim().is_empty());
    let (name, changes) = named.map_or((None, text), |(name, changes)| (Some(name.trim().to_owned()), changes));
    let changes: Vec<Override> =
        outside(changes, ';')?.into_iter().map(|change| change.trim().parse()).collect::<Result<_, String>>()?;
    let plain = Rule::plain(changes);
    Ok(Rule { name: name.unwrap_or(plain.name), changes: plain.changes })
}

fn amount(text: &str) -> Result<f64, String> {
    let amount = text.parse().ok().filter(|amount: &f64| amount.is_finite() && *amount > 0.0);
    amount.ok_or_else(|| "give a number above 0".into())
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| *share > 0.0 && *share <= 1.0)
        .ok_or_else(|| "give a share above 0 and up to 1".into())
}

fn range(text: &str) -> Result<(f64, f64), String> {
    let both = text.split_once(':').and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
    both.filter(|(low, high): &(f64, f64)| (0.0..=1e3).contains(low) && (0.0..=1e3).contains(high) && low <= high)
        .ok_or_else(|| "give two factors from 0 to 1000, the lower first, such as 0.5:2".into())
}

fn positive(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| *n > 0).ok_or_else(|| "give a whole number from 1".into())
}

/// Names of tables as `--record` takes them.
pub fn record(text: &str) -> Result<Keep, String> {
    Keep::named(text.split(',').map(str::trim))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_contradicts_itself_nowhere() {
        Cli::command().debug_assert();
    }

    /// What a shell makes of a line: words, some in quotes, up to a remark.
    fn shell_words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quote): (Vec<String>, Option<String>, Option<char>) = (Vec::new(), None, None);
        for c in line.chars() {
            match quote {
                Some(open) if c == open => quote = None,
                None if c == '"' || c == '\'' => (quote, word) = (Some(c), Some(word.unwrap_or_default())),
                None if c.is_whitespace() => words.extend(word.take()),
                None if word.is_none() && matches!(c, '#' | '(') => return words,
                _ => word.get_or_insert_default().push(c),
            }
        }
        words.extend(word);
        words
    }

    /// Commands that stand in a text for a reader to type, continued lines put together.
    fn commands(text: &str) -> Vec<Vec<String>> {
        let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches("//").trim()).collect();
        let joined = lines.join("\n").replace("\\\n", "");
        let line = |line: &str| {
            let line = line.strip_prefix("Try:").unwrap_or(line).trim_start();
            let line = line.strip_prefix("cargo run --release -- ").or_else(|| line.strip_prefix("firesale "))?;
            Some(shell_words(line))
        };
        joined.lines().filter_map(line).collect()
    }

    /// Files of a folder and of those in it.
    fn files(folder: &std::path::Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }

    #[test]
    fn what_a_reader_is_told_to_type_is_understood() {
        let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut seen = 0;
        for path in [files(&top.join("worlds")), vec![top.join("README.md")]].concat() {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            for words in commands(&text) {
                seen += 1;
                let line = [vec!["firesale".to_owned()], words].concat();
                let told = Cli::try_parse_from(&line).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                // What is set can be set.
                if let Command::Run(RunArgs { world: WorldArgs { world, set, .. }, .. }) = told.command
                    && let Ok(source) = world::Source::find(&world)
                {
                    let findings = world::misread(&source, &set);
                    assert!(findings.is_empty(), "{}: {line:?}: {findings:?}", path.display());
                }
            }
        }
        assert!(seen > 80, "{seen}");
    }

    #[test]
    fn tables_are_kept_by_name() {
        assert_eq!(record("all"), Ok(Keep::ALL));
        assert_eq!(record("none"), Ok(Keep::NOTHING));
        assert_eq!(record("trades, prices").map(Keep::names), Ok(vec!["prices".into(), "trades".into()]));
        assert!(record("price").unwrap_err().contains("prices"));
        assert!(record("prices,none").unwrap_err().contains("stands alone") && record("all,prices").is_err());
    }
}
