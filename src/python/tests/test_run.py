import _thread
import datetime
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import firesale
import pytest


@pytest.fixture(scope="module")
def run():
    return firesale.run("two-funds", seed=1)


def test_figures_are_a_plain_dict_with_units_and_meanings(run):
    assert isinstance(run.figures, dict)
    assert run.figures["audit.cash_residual"] == 0 and run.balances
    assert run.unit("lenders.total_loss") == run.currency == "USD"
    assert "lost" in run.meaning("lenders.total_loss")
    assert run.seed == 1 and run.world == "two-funds" and "two-funds" in repr(run)


def test_the_seed_left_out_is_the_worlds_own(run):
    assert firesale.run("two-funds", keep=[]).figures == run.figures


def test_what_is_kept_changes_no_figure_and_what_is_not_kept_says_so(run):
    bare = firesale.run("two-funds", seed=1, keep=[])
    assert bare.figures == run.figures
    assert len(bare.table("calls")) == len(run.table("calls"))
    with pytest.raises(KeyError, match="keep="):
        bare.table("prices")
    with pytest.raises(KeyError, match="prices"):
        run.table("price")
    with pytest.raises(ValueError, match="`price` is not one of prices"):
        firesale.run("two-funds", keep=["price"])


def test_a_table_is_arrow_with_columns_units_and_meanings(run):
    table = run.table("prices")
    assert len(table) > 100 and "mark" in table.columns
    assert "positions" in table.meaning("mark")
    with pytest.raises(KeyError, match="there is no column `marks`"):
        table.meaning("marks")
    assert table.parquet()[:4] == b"PAR1"


def moments(column):
    return [moment for moment in column if moment is not None]


def test_polars_reads_a_table_without_a_copy_through_text(run):
    polars = pytest.importorskip("polars")
    frame = run.table("prices").to_polars()
    assert isinstance(frame, polars.DataFrame) and frame.height == len(run.table("prices"))
    assert frame.schema["mark"] == polars.Float64
    assert polars.DataFrame(run.table("calls")).height == len(run.table("calls"))


def test_pyarrow_and_pandas_read_a_table(run):
    pytest.importorskip("pandas")
    pyarrow = pytest.importorskip("pyarrow")
    table = run.table("prices").to_arrow()
    assert isinstance(table, pyarrow.Table) and table.num_rows == len(run.table("prices"))
    assert b"positions" in table.schema.field("mark").metadata[b"meaning"]
    frame = run.table("prices").to_pandas()
    assert len(frame) == table.num_rows and frame["mark"].dtype == "float64"


def test_every_table_of_every_world_goes_out(run):
    pyarrow = pytest.importorskip("pyarrow")
    for name in run.tables:
        table = pyarrow.table(run.table(name))
        table.validate(full=True)
        assert table.column_names == run.table(name).columns


def test_times_are_timestamps(run):
    polars = pytest.importorskip("polars")
    frame = run.table("prices").to_polars()
    assert isinstance(frame.schema["time"], polars.Datetime), frame.schema["time"]
    assert frame.schema["time"].time_zone is None
    first = frame["time"][0]
    assert isinstance(first, datetime.datetime) and first.isoformat() >= run.summary["start"]


def test_a_stream_that_nobody_reads_is_let_go_of(run):
    for _ in range(1000):
        run.table("calls").__arrow_c_stream__()


def test_a_run_is_its_picture_in_jupyter(run):
    svg, html, png = run._repr_svg_(), run._repr_html_(), run._repr_png_()
    assert svg.startswith("<svg") and svg in html and "<figcaption>" in html
    assert png[:8] == b"\x89PNG\r\n\x1a\n"


def test_another_python_thread_goes_on_during_a_run():
    """No thread is made to give way here: so the other one counts between the marks only if the run lets go of the lock."""
    counted, stop = [0], threading.Event()

    def count():
        while not stop.is_set():
            counted[0] += 1
            time.sleep(0.0005)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)
    thread = threading.Thread(target=count)
    try:
        thread.start()
        marks = [counted[0]]
        firesale.run("archegos-2021", keep=[])
        marks.append(counted[0])
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(before)
    assert marks[1] > marks[0] + 1


def test_runs_side_by_side_are_the_runs_one_after_the_other():
    alone = [firesale.run("two-funds", seed, keep=[]).to_json() for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(lambda seed: firesale.run("two-funds", seed, keep=[]).to_json(), range(4)))
    assert alone == beside


def test_nothing_is_printed(capfd):
    firesale.run("two-funds")
    firesale.sweep("two-funds", seeds=2)
    with pytest.raises(firesale.WorldError):
        firesale.run("two-funds", set={"nowhere": 1})
    assert capfd.readouterr() == ("", "")


def test_a_run_can_be_interrupted():
    # Long enough to be met on the way on any machine.
    world = firesale.small_market(traders=300, ticks=400_000)
    timer = threading.Timer(0.5, _thread.interrupt_main)
    timer.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        firesale.run(world, keep=[])
        pytest.skip(f"the run was over before, after {time.monotonic() - began:.1f} s")
    timer.join()
