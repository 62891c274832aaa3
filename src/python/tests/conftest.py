import os
import shutil
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def program() -> str:
    """The command line of the same build: this package is held against it, and reports in a browser are made by it."""
    named = os.environ.get("FIRESALE_BINARY")
    built = [HOUSE / "target" / profile / "firesale" for profile in ("release", "debug")]
    found = [named] if named else [str(path) for path in built if path.is_file()]
    found += [path for path in [shutil.which("firesale")] if path and not named]
    if not found:
        pytest.skip("there is no program to compare with: cargo build --release, or set FIRESALE_BINARY")
    return found[0]
