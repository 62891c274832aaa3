import pickle

import firesale
import pytest

numpy = pytest.importorskip("numpy", reason="numpy is not installed")

COLUMNS = ["acme.mark", "acme.mid", "acme.log_return", "acme.volume_units", "flag"]


def test_a_series_is_float64_of_the_shape_asked_for_without_nan():
    text = firesale.small_market()
    array = firesale.series(text, {"traders.noise.market_orders": 0.5}, 700, 3, COLUMNS)
    assert array.shape == (700, 5) and array.dtype == numpy.float64 and numpy.isfinite(array).all()
    run = firesale.run(text, 3, {"traders.noise.market_orders": 0.5}, keep=["prices"])
    marks = run.table("prices").to_polars()["mark"].to_numpy()
    assert len(marks) == 600 and (array[:600, 0] == marks).all()
    assert (array[600:, 0] == marks[-1]).all() and (array[600:, 2:4] == 0).all() and (array[600:, 4] == 1).all()
    assert numpy.allclose(array[1:600, 2], numpy.diff(numpy.log(marks)))
    array[0, 0] = 1.0


def test_a_halt_is_flagged():
    name = "circuit-breakers"
    run = firesale.run(name, keep=["prices"])
    prices = run.table("prices").to_polars()
    halted = prices.filter(prices["halted"])
    assert halted.height > 0
    instrument = halted["instrument"][0]
    n = prices.filter(prices["instrument"] == instrument)["tick"].n_unique()
    array = firesale.series(name, None, n, None, [f"{instrument}.mark", f"{instrument}.halted", "flag"])
    assert array[:, 1].sum() > 0 and (array[array[:, 1] == 1, 2] == 1).all()


def test_a_model_is_a_function_that_can_be_pickled():
    model = firesale.Model(
        firesale.small_market(),
        ["traders.noise.count", "traders.noise.mean_distance"],
        ["acme.mark", "acme.log_return"],
    )
    theta = numpy.array([60.2, 0.002])
    array = model(theta, 100, numpy.int64(5))
    assert array.shape == (100, 2)
    again = pickle.loads(pickle.dumps(model))
    assert (again(theta, 100, 5) == array).all()
    assert model.values(theta) == {"traders.noise.count": 60, "traders.noise.mean_distance": 0.002}
    with pytest.raises(ValueError, match="1 values for 2 paths"):
        model([1.0], 10, 1)


def test_every_column_that_there_is_not_is_told():
    with pytest.raises(ValueError) as raised:
        firesale.series(firesale.small_market(), None, 5, 1, ["acme.marks", "acne.mark", "acme.mark"])
    assert len(str(raised.value).splitlines()) == 2


def test_a_small_market_is_a_clean_world_with_a_space_to_calibrate_over():
    for size in ({}, {"traders": 3, "ticks": 1, "orders": 0.1}, {"traders": 500, "ticks": 2000, "orders": 20.0}):
        text = firesale.small_market(**size)
        assert firesale.check(text) == []
    declared = [param for param in firesale.params(firesale.small_market()) if param["role"] == "uncertainty"]
    assert len(declared) == 4 and all(low < high for low, high in (param["range"] for param in declared))
    prices = firesale.run(firesale.small_market()).table("trades")
    assert 200 < len(prices) < 1200
