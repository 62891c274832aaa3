"""Each example runs on a tiny budget wherever what it needs is installed, and says that it was skipped where not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def ran(command: list[str], folder: Path, **env: str) -> str:
    """What it prints."""
    done = subprocess.run(command, cwd=folder, env={**os.environ, **env}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    return done.stdout


# The example, its budget, what it needs, and what it ends with.
SCRIPTS = [
    ("sobol_salib.py", "4", ["SALib", "polars"], "24 runs"),
    ("optuna_search.py", "4", ["optuna"], "4 trials; best: "),
    ("ema_prim.py", "20", ["ema_workbench"], "40 runs; both funds broke in "),
    ("blackit_calibration.py", "1", ["black_it"], "4 points, loss "),
    ("dask_sweep.py", None, ["dask", "distributed"], "60 runs by Dask, the same bytes as here"),
    ("ray_sweep.py", None, ["ray", "polars"], "60 runs by Ray, the same bytes as here"),
    ("sweep.py", None, ["polars"], "lenders.broker.calls.grace=1h"),
]


@pytest.mark.parametrize(("script", "budget", "needs", "says"), SCRIPTS, ids=[script for script, *_ in SCRIPTS])
def test_an_example_runs_and_says_what_it_found(script, budget, needs, says, tmp_path):
    for library in needs:
        pytest.importorskip(library, reason=f"{library} is not installed", exc_type=ImportError)
    command = [sys.executable, str(EXAMPLES / script)] + ([budget] if budget else [])
    assert says in ran(command, tmp_path)


def test_every_example_is_run_here():
    shell = {"slurm_array.sh"}
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == {script for script, *_ in SCRIPTS} | shell


def test_the_parts_of_a_slurm_array_gather_to_what_one_machine_makes(program, tmp_path):
    script = str(EXAMPLES / "slurm_array.sh")
    tasks = [{"SLURM_ARRAY_TASK_ID": str(task)} for task in (3, 1, 4, 2)]
    for task in tasks:
        ran(["bash", script], tmp_path, FIRESALE_BINARY=program, FIRESALE_OUT="array", **task)
    ran(["bash", script, "gather"], tmp_path, FIRESALE_BINARY=program, FIRESALE_OUT="array")
    alone = [program, "sweep", "two-funds", "--vary", "traders.fund-a.leverage=2..6:5", "--seeds", "4"]
    ran([*alone, "--out", "alone.parquet", "--no-charts", "--quiet"], tmp_path)
    assert (tmp_path / "array" / "whole.parquet").read_bytes() == (tmp_path / "alone.parquet").read_bytes()


def test_the_sweep_is_a_notebook_whose_first_cell_shows_the_run(tmp_path):
    for library in ("nbformat", "nbclient", "ipykernel", "polars"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    import nbclient
    import nbformat

    cells = (EXAMPLES / "sweep.py").read_text().split("\n# %%")[1:]
    # The first line of a cell is its heading.
    cells = [nbformat.v4.new_code_cell("#" + cell) for cell in cells]
    assert len(cells) == 5
    notebook = nbformat.v4.new_notebook(cells=cells)
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook.metadata["kernelspec"] = kernel
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    shown = [output["data"] for output in notebook.cells[0].outputs if "data" in output]
    assert any("image/svg+xml" in data or "image/png" in data or "<svg" in data.get("text/html", "") for data in shown)
