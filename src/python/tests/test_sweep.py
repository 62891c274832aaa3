from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import firesale
import pytest

LEVERAGE = "traders.fund-a.leverage"
SPACE = {LEVERAGE: [2, 4, 6], "lenders.broker.calls.grace": ["5m", "30m"]}


@pytest.fixture(scope="module")
def alone():
    return firesale.sweep("two-funds", SPACE, seeds=3, jobs=1)


class Immediately(Executor):
    """Does what it is handed at once, and the last first where it can."""

    def submit(self, function, /, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


@pytest.mark.parametrize("batch", [None, 1, 5, 100])
def test_rows_do_not_depend_on_batches(alone, batch):
    swept = firesale.sweep("two-funds", SPACE, seeds=3, executor=Immediately(), batch=batch)
    assert swept.parquet() == alone.parquet()


def test_rows_do_not_depend_on_threads(alone):
    assert firesale.sweep("two-funds", SPACE, seeds=3, jobs=4).parquet() == alone.parquet()
    with ThreadPoolExecutor(3) as pool:
        assert firesale.sweep("two-funds", SPACE, seeds=3, executor=pool).parquet() == alone.parquet()


def test_rows_do_not_depend_on_processes(alone):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert firesale.sweep("two-funds", SPACE, seeds=3, executor=pool, batch=2).parquet() == alone.parquet()


def test_loky_gives_the_same_rows(alone):
    loky = pytest.importorskip("loky", reason="loky is not installed")
    with loky.get_reusable_executor(2) as pool:
        assert firesale.sweep("two-funds", SPACE, seeds=3, executor=pool).parquet() == alone.parquet()


def test_a_table_has_a_row_for_each_run_and_says_what_its_columns_mean(alone):
    polars = pytest.importorskip("polars")
    frame = alone.to_polars()
    assert frame.height == len(alone) == 18
    assert frame.columns[:5] == [LEVERAGE, "lenders.broker.calls.grace", "seed", "status", "reason"]
    assert frame[LEVERAGE].to_list() == [2.0] * 6 + [4.0] * 6 + [6.0] * 6
    assert alone.unit("lenders.total_loss") == "USD" and alone.meaning("lenders.total_loss")
    row = frame.filter((polars.col(LEVERAGE) == 4) & (polars.col("lenders.broker.calls.grace") == "5m")).row(
        1, named=True
    )
    figures = firesale.run("two-funds", row["seed"], {LEVERAGE: 4, "lenders.broker.calls.grace": "5m"}, keep=[]).figures
    for name in ("lenders.total_loss", "cascade.size", "instruments.acme.drawdown"):
        assert row[name] == figures[name]


def test_points_are_run_as_they_are():
    pytest.importorskip("polars")
    points = [{LEVERAGE: 2.0, "traders.fund-b.leverage": 5}, {LEVERAGE: 6.0, "traders.fund-b.leverage": 3}]
    frame = firesale.sweep("two-funds", points=points, seeds=[7, 9]).to_polars()
    assert frame.select(LEVERAGE, "traders.fund-b.leverage", "seed").rows() == [
        (2, 5, 7),
        (2, 5, 9),
        (6, 3, 7),
        (6, 3, 9),
    ]
    moved = {(LEVERAGE, "traders.fund-b.leverage"): [(2.0, 5), (6.0, 3)]}
    assert firesale.sweep("two-funds", moved, seeds=[7, 9]).to_polars().equals(frame)
    with pytest.raises(ValueError, match="point 1"):
        firesale.sweep("two-funds", points=[points[0], {LEVERAGE: 3}])


def test_a_sample_and_rules():
    polars = pytest.importorskip("polars")
    frame = firesale.sweep(
        "two-funds", {LEVERAGE: "2..6"}, sample=("sobol", 4), against=[{"lenders.broker.calls.grace": "1h"}]
    ).to_polars()
    assert frame.height == 8 and frame["against"].n_unique() == 2
    assert frame[LEVERAGE].n_unique() == 4 and frame[LEVERAGE].is_between(2, 6).all()
    with pytest.raises(ValueError, match="latin-hypercube"):
        firesale.sweep("two-funds", {LEVERAGE: "2..6"}, sample=("latin", 4))
    assert isinstance(frame.schema["seed"], polars.UInt64)


def test_what_makes_no_sense_is_a_row_and_what_the_language_refuses_an_error():
    polars = pytest.importorskip("polars")
    margin = ["Rate(im: 0.15, mm: 0.1)", "Rate(im: 0.1, mm: 0.15)"]
    frame = firesale.sweep("two-funds", {"lenders.broker.margin": margin}).to_polars()
    assert frame["status"].to_list() == ["done", "infeasible"]
    assert "lenders.broker.margin" in frame["reason"][1]
    with pytest.raises(firesale.WorldError) as raised:
        firesale.sweep("two-funds", {LEVERAGE: [3, -1], "nowhere": [1, 2]})
    assert len(raised.value.findings) >= 2
    assert polars.Float64 == frame.schema["lenders.total_loss"]


def test_progress_is_told_and_what_it_raises_ends_the_sweep():
    heard = []
    firesale.sweep("two-funds", seeds=4, progress=lambda done, runs: heard.append((done, runs)))
    assert heard[-1] == (4, 4)
    heard.clear()
    firesale.sweep("two-funds", seeds=4, executor=Immediately(), progress=lambda *told: heard.append(told))
    assert heard == [(1, 4), (2, 4), (3, 4), (4, 4)]

    class Enough(Exception):
        pass

    def stop(done, runs):
        raise Enough

    with pytest.raises(Enough):
        firesale.sweep("two-funds", seeds=4, progress=stop)


def test_a_batch_of_another_build_is_refused():
    from firesale._native import Sweep, make

    design = Sweep("two-funds", [], seeds=2)
    order = design.order(0, 2)
    parcel = make(order)
    assert make(order) == parcel and len(design.table([parcel])) == 2
    with pytest.raises(ValueError, match="another build"):
        make(order.replace(b'"build":"', b'"build":"9'))
    with pytest.raises(ValueError, match="1 of 2 runs are missing"):
        design.table([make(design.order(0, 1))])
