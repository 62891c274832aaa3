#!/usr/bin/env bash
# A sweep as a Slurm array: each task makes one part, and the parts are gathered into the table that one machine would have made, to the
# byte. A task that was killed goes on where it was when it is submitted again.
#
#   id=$(sbatch --parsable slurm_array.sh) && sbatch --array=1 --dependency="afterok:$id" slurm_array.sh gather
#   bash slurm_array.sh          without Slurm: the tasks one after the other, then the gathering
#
#SBATCH --job-name=firesale
#SBATCH --array=1-4
#SBATCH --cpus-per-task=2
#SBATCH --time=00:30:00
set -euo pipefail

firesale="${FIRESALE_BINARY:-firesale}"
out="${FIRESALE_OUT:-sweep}"
parts=4

part() {
    "$firesale" sweep two-funds --vary traders.fund-a.leverage=2..6:5 --seeds 4 \
        --shard "$1/$parts" --out "$out/part-$1.parquet" --jobs "${SLURM_CPUS_PER_TASK:-2}" --quiet
}

gather() {
    "$firesale" gather "$out"/part-*.parquet --out "$out/whole.parquet" --no-charts
}

mkdir -p "$out"
if [ "${1:-}" = gather ]; then
    gather
elif [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
    part "$SLURM_ARRAY_TASK_ID"
else
    for task in $(seq "$parts"); do part "$task"; done
    gather
fi
