"""Run every check in the order in which a failure is cheapest to find.

``python -m tools.check`` runs all; with arguments it runs the tests alone and hands the arguments to pytest.
"""

import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sysconfig.get_path("scripts"))
TREES = ["setup.py", "laixi_transport", "tests", "tools", "benchmarks", "main.py"]

CHECKS: dict[str, list[str | Path]] = {
    "format": [PROGRAMS / "ruff", "format", "--check", "--quiet", *TREES],
    "lint": [PROGRAMS / "ruff", "check", "--quiet", *TREES],
    "import contracts": [PROGRAMS / "lint-imports", "--no-cache"],
    "types": [PROGRAMS / "mypy"],
    "translations": [sys.executable, "-m", "tools.translations", "check"],
    "protocol pages": [sys.executable, "-m", "tools.protocol_docs", "check"],
}


def pytest(arguments: list[str]) -> int:
    """Run the tests on all cores and return pytest's exit code."""
    # One more than there are cores: a third of the time of tests is waiting for sockets, timers and databases.
    workers = (os.cpu_count() or 2) + 1
    command = [sys.executable, "-m", "pytest", "--numprocesses", str(workers), "--dist", "worksteal"]
    return subprocess.run([*command, *arguments], cwd=ROOT, check=False).returncode


def main(arguments: list[str]) -> int:
    """Run the checks; return 0 when all passed."""
    if arguments:
        return pytest(arguments)
    failed = []
    for name, command in CHECKS.items():
        began = time.monotonic()
        code = subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode
        print(f"{name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
        if code:
            failed.append(name)
    if pytest([]):
        failed.append("tests")
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
