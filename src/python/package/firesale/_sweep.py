"""Many runs into one table, on the threads of this process or by any executor."""

from __future__ import annotations

from collections import deque
from operator import index
from typing import Any, Callable, Mapping, Optional, Protocol, Sequence, Union

from . import _native
from ._native import Sweep, Table

#: Batches that an executor has at a time: the others wait here.
IN_FLIGHT = 512


class Submits(Protocol):
    """What an executor must be able to do: ``submit`` returns something that has a ``result``."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> Any: ...


def make(order: bytes) -> bytes:
    """Makes a batch of runs. This is what an executor is handed: it can be pickled, and doing it
    twice does no harm."""
    return _native.make(order)


def sweep(
    world: Any,
    space: Optional[Mapping[Any, Any]] = None,
    *,
    points: Optional[Sequence[Mapping[str, Any]]] = None,
    seeds: Union[int, Sequence[int]] = 1,
    seed: Optional[int] = None,
    set: Optional[Mapping[str, Any]] = None,
    sample: Optional[tuple[str, int]] = None,
    against: Sequence[Mapping[str, Any]] = (),
    without_liquidation: bool = False,
    counterfactual: bool = False,
    executor: Optional[Submits] = None,
    jobs: int = 0,
    batch: Optional[int] = None,
    progress: Optional[Callable[[int, int], Any]] = None,
) -> Table:
    """Runs a world many times, and returns one table with a row for each run.

    The table is that of ``firesale sweep``, to the byte: the values of the varied paths, the
    seed, how the run ended (``status``, ``reason``), then every figure. It depends neither on the
    executor nor on the number of workers.

    world
        A built-in name, a path, or the text of a world.
    space
        By path, its values: a list, or a text such as ``"2..6:5"`` (five values from 2 to 6),
        ``"2:6:0.5"`` (in steps) or ``"log 1e6..1e9:4"``. All combinations are run, the first path
        varying slowest. A key that is a tuple of paths holds a list of tuples: those move
        together.
    points
        Instead, or before, a list of points: dicts that all have the same paths. They are run as
        they are.
    seeds, seed
        How many seeds each point is run under, from ``seed`` on (the world's own when left out),
        or a list of seeds.
    sample
        ``("sobol", 64)``, ``("latin-hypercube", 100)`` or ``("random", 100)``: so many points
        drawn from the ranges of ``space`` (``"2..6"``, without a number) in place of all
        combinations.
    against
        Rules to hold the world against: dicts of values by path. Each point is run as it is and
        under each rule, on the same draws.
    executor
        Anything with ``submit`` as in ``concurrent.futures``: a pool of processes, loky, mpi4py,
        Dask's ``client.get_executor()``. Its workers need this package. Without one, the threads
        of this process do it.
    jobs
        Without an executor: how many threads; 0 for one a core.
    batch
        With an executor: how many runs make a task.
    progress
        Is called now and then with the runs that are done and all.

    Values that the language refuses raise ``WorldError`` with every finding before anything runs;
    values that only make no sense together are a row whose ``reason`` says so.
    """
    vary: list[list[tuple[str, Any]]] = []
    if points is not None:
        vary.append(_together(points))
    for paths, values in (space or {}).items():
        if isinstance(paths, str):
            vary.append([(paths, values)])
        else:
            vary.append(_together([dict(zip(paths, row)) for row in values], list(paths)))
    count: Optional[int] = None
    if hasattr(seeds, "__index__"):
        count = index(seeds)
    else:
        vary.append([("seed", [index(one) for one in seeds])])
    design = Sweep(
        world,
        vary,
        set=None if set is None else dict(set),
        first_seed=seed,
        seeds=count,
        sampled=sample,
        against=[dict(rule) for rule in against],
        without_liquidation=without_liquidation,
        counterfactual=counterfactual,
    )
    if executor is None:
        return design.work(jobs, progress)
    return _by(executor, design, batch, progress)


def _together(points: Sequence[Mapping[str, Any]], paths: Optional[list[str]] = None) -> list[tuple[str, Any]]:
    if not points:
        raise ValueError("there are no points")
    paths = paths or list(points[0])
    for number, point in enumerate(points):
        if [path for path in paths if path in point] != paths or len(point) != len(paths):
            raise ValueError(f"point {number} does not have the paths {', '.join(paths)} and no other")
    return [(path, [point[path] for point in points]) for path in paths]


def _by(executor: Submits, design: Sweep, batch: Optional[int], progress: Optional[Callable[[int, int], Any]]) -> Table:
    runs = len(design)
    # Small enough that all workers end together, large enough that a task is worth sending.
    batch = batch or max(1, min(64, runs // 64))
    made: list[bytes] = []
    waiting: deque[Any] = deque()

    def take() -> None:
        made.append(waiting.popleft().result())
        if progress is not None:
            progress(min(len(made) * batch, runs), runs)

    try:
        for start in range(0, runs, batch):
            waiting.append(executor.submit(make, design.order(start, min(start + batch, runs))))
            if len(waiting) >= IN_FLIGHT:
                take()
        while waiting:
            take()
    finally:
        for future in waiting:
            cancel = getattr(future, "cancel", None)
            if cancel is not None:
                cancel()
    return design.table(made)
