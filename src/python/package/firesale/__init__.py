"""Firesale simulates how leveraged markets unwind: traders with borrowed money, lenders who close
them out, and the order books that join them. A world is a text; a run is a function of a world,
changes to it and a seed.

Start here::

    import firesale

    run = firesale.run("two-funds", seed=1)     # in Jupyter, `run` by itself is its picture
    run.figures["lenders.total_loss"]           # in run.currency
    run.table("prices").to_polars()             # or to_pandas(), to_arrow(): real timestamps

    firesale.run("two-funds", set={"traders.fund-a.leverage": 3.0}).figures["cascade.size"]
    firesale.sweep("two-funds", {"traders.fund-a.leverage": "2..6:5"}, seeds=20).to_polars()

What there is: `worlds()`, `show(world)`, `tables()`, `params(world)` (what may be varied, with
units, bounds and roles), `check(world)`. Many runs: `sweep`, by any executor. Calibration:
`series`, `Model`, `small_market`.

Units: money is in the currency of the world (`run.currency`), a price in currency for a unit of
the instrument, a ratio is a share of one (0.1 is 10 %), a moment is by the clock of the world.
`run.unit(name)` and `run.meaning(name)` say it of each figure.

The same arguments give the same bytes, from here, from `firesale run` and from `firesale worker`,
on any number of threads or processes. Nothing is printed and nothing is kept between calls.
"""

from ._errors import Fault, Finding, WorldError
from ._native import Run, Table, __version__, check, params, run, show, tables, worlds
from ._series import Model, series
from ._small import small_market
from ._sweep import sweep

__all__ = [
    "Fault",
    "Finding",
    "Model",
    "Run",
    "Table",
    "WorldError",
    "__version__",
    "check",
    "params",
    "run",
    "series",
    "show",
    "small_market",
    "sweep",
    "tables",
    "worlds",
]
