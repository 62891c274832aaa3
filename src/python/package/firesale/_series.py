"""Prices of a run as arrays of a fixed size, for calibration and learning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Optional, Sequence, Union

from . import _native

if TYPE_CHECKING:
    import numpy


def _numpy() -> Any:
    try:
        import numpy
    except ImportError as error:
        raise ImportError("this needs numpy; install it with `pip install numpy`") from error
    return numpy


def series(
    world: Any,
    theta: Union[Mapping[str, Any], Sequence[float], None],
    n: int,
    seed: Optional[int],
    columns: Sequence[str],
    *,
    paths: Optional[Sequence[str]] = None,
    set: Optional[Mapping[str, Any]] = None,
) -> "numpy.ndarray":
    """Runs a world and returns ``n`` rows of its prices: float64, of shape ``(n, len(columns))``,
    without NaN.

    theta
        Values by path, or a sequence of values for ``paths``.
    columns
        ``INSTRUMENT.COLUMN``, or ``INSTRUMENT@VENUE.COLUMN``. COLUMN is ``mark``, ``mid``,
        ``bid``, ``ask`` (currency a unit), ``volume_units``, ``forced_volume_units``,
        ``open_interest_units``, ``bid_depth_1pct_units``, ``ask_depth_1pct_units`` (units of the
        instrument), ``log_return`` (of the mark, from the row before) or ``halted`` (0 or 1).
        ``flag`` by itself is 1 in each row in which a market is halted or a value is not the
        run's own.

    A run that is shorter than ``n`` goes on with the last price, and with 0 of what flows
    (volumes, returns); a longer one is cut. Where a book has no bid or ask, the last one stands.
    """
    return _series(world, theta, n, seed, columns, paths, set, None)


def _series(world, theta, n, seed, columns, paths, set, memory):  # type: ignore[no-untyped-def]
    numpy = _numpy()
    changes = dict(set or {})
    if isinstance(theta, Mapping):
        changes.update(theta)
    elif theta is not None:
        changes.update(zip(_paths(paths, theta), (float(value) for value in theta)))
    cells, _ = _native.series(world, list(columns), int(n), seed, changes, memory)
    return numpy.frombuffer(cells, dtype=numpy.float64).reshape(int(n), len(columns))


def _paths(paths: Optional[Sequence[str]], theta: Sequence[float]) -> Sequence[str]:
    if paths is None or len(paths) != len(theta):
        raise ValueError(f"there are {len(theta)} values for {0 if paths is None else len(paths)} paths")
    return paths


class Model:
    """A world as a function of a few of its parameters: ``model(theta, n, seed)`` is an array of
    shape ``(n, len(columns))``.

    This is what black-it and its kin call a model. It can be pickled, and no answer depends on
    anything but its arguments: so workers of any kind can call it. ``theta`` has a number for each of ``paths``;
    where the world wants a whole number, the nearest is taken. For ``columns`` see
    ``firesale.series``.
    """

    def __init__(
        self,
        world: Any,
        paths: Sequence[str],
        columns: Sequence[str],
        *,
        set: Optional[Mapping[str, Any]] = None,
    ) -> None:
        self.world, self.paths, self.columns, self.set = world, list(paths), list(columns), dict(set or {})
        kinds = {param["path"]: param["type"] for param in _native.params(world, set=self.set)}
        # The world that was read last: another point of it is read sooner.
        self._memory = _native.Memory()
        self._whole = [kinds.get(path) == "whole" for path in self.paths]

    def values(self, theta: Sequence[float]) -> dict[str, Any]:
        """The values of a point by path, as ``set`` takes them."""
        paths = _paths(self.paths, theta)
        whole = zip(paths, theta, self._whole)
        return {path: round(float(value)) if is_whole else float(value) for path, value, is_whole in whole}

    def __call__(self, theta: Sequence[float], n: int, seed: Optional[int]) -> "numpy.ndarray":
        seed = None if seed is None else int(seed)
        return _series(self.world, self.values(theta), n, seed, self.columns, None, self.set, self._memory)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_memory"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _memory=_native.Memory())

    @property
    def __name__(self) -> str:
        return "firesale"
