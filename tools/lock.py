"""Write requirements/lock.txt and requirements/develop.txt from pyproject.toml.

``python -m tools.lock`` resolves for every system and Python that the project supports and writes versions with hashes,
without a registry's address: whoever installs uses the registry that the machine is set up for.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {"lock.txt": ["build"], "develop.txt": ["build", "develop"]}


def main() -> int:
    """Resolve both files; return the exit code."""
    for name, extras in FILES.items():
        command = ["uv", "pip", "compile", "--universal", "--generate-hashes", "--no-header", "--no-emit-index-url"]
        command += ["--python-version", "3.11", "--quiet", "--upgrade", "--output-file", f"requirements/{name}"]
        command += [part for extra in extras for part in ("--extra", extra)]
        if subprocess.run([*command, "pyproject.toml"], cwd=ROOT, check=False).returncode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
