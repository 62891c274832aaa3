"""The program is found as the tests of the Python package find it."""

import importlib.util
from pathlib import Path

OTHER = Path(__file__).resolve().parents[2] / "src" / "python" / "tests" / "conftest.py"

spec = importlib.util.spec_from_file_location("package_tests", OTHER)
package_tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package_tests)

program = package_tests.program
