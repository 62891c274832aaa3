//! How many threads work: never more than there are cores or runs, whatever was asked for.

use std::num::NonZero;
use std::thread::available_parallelism;

pub fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// `jobs` as asked for (0: as many as there are cores) and the most that `--threads` allows, for so many runs.
pub fn jobs(jobs: usize, threads: Option<usize>, runs: usize) -> usize {
    within(jobs, threads, runs, cores())
}

fn within(jobs: usize, threads: Option<usize>, runs: usize, cores: usize) -> usize {
    let asked = if jobs == 0 { cores } else { jobs };
    asked.min(threads.unwrap_or(cores)).min(cores).min(runs).max(1)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn there_are_never_more_threads_than_cores_or_runs() {
        assert_eq!(within(100_000, None, 17_000, 8), 8);
        assert_eq!(within(100_000, Some(5_000), 3, 8), 3);
        assert_eq!(within(0, Some(2), 50, 8), 2);
        assert_eq!(within(0, None, 0, 8), 1);
        assert_eq!(within(3, None, 50, 8), 3);
    }
}
