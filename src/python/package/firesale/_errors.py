"""What can be wrong: with a world, or with the program."""

from __future__ import annotations

from typing import NamedTuple, Optional


class Finding(NamedTuple):
    """One thing that is wrong with a world, or may be meant but does nothing.

    ``path`` is where, as ``set`` writes it, and empty for the world as a whole; ``line`` and
    ``column`` count from one in the text of the world, and are None where the path does not stand
    in it.
    """

    path: str
    line: Optional[int]
    column: Optional[int]
    reason: str
    remedy: str

    @property
    def place(self) -> str:
        """``12:5``, or nothing where the path does not stand in the text."""
        return "" if self.line is None else f"{self.line}:{self.column}"

    def __str__(self) -> str:
        where = [word for word in (self.place, self.path) if word]
        return ": ".join([*where, f"{self.reason}; {self.remedy}"])


class WorldError(ValueError):
    """A world cannot be run: ``findings`` holds everything that is wrong with it, ``what`` says
    which world."""

    what: str
    findings: list[Finding]

    def __init__(self, what: str, findings: list[Finding]) -> None:
        super().__init__(what, findings)
        self.what = what
        self.findings = findings

    def __str__(self) -> str:
        if len(self.findings) == 1:
            return f"{self.what}: {self.findings[0]}"
        lines = "".join(f"\n  {finding}" for finding in self.findings)
        return f"{self.what}: {len(self.findings)} findings{lines}"


class Fault(RuntimeError):
    """An invariant of the program broke: its fault, and not that of the world. Please report it
    with the world."""


def findings(told: list) -> list[Finding]:
    return [Finding(*one) for one in told]


def world_error(what: str, told: list) -> WorldError:
    return WorldError(what, findings(told))
