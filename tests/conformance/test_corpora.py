"""Every record of every corpus is one test: see tests/data/corpora/README.md.

The folder is taken from LAIXI_CORPUS_DIR. What the runner does not know is a failure.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.kinds import KINDS

FOLDER = Path(os.environ.get("LAIXI_CORPUS_DIR") or Path(__file__).parents[1] / "data" / "corpora")


def _cases() -> Iterator[Any]:
    for path in sorted(FOLDER.rglob("*.jsonl")):
        name = path.relative_to(FOLDER).as_posix()
        lines = [line for line in path.read_text("utf-8-sig").splitlines() if line.strip()]
        if not lines:
            yield pytest.param(path, "", id=f"{name}: empty")
        for number, line in enumerate(lines, 1):
            yield pytest.param(path, line, id=_id(line) or f"{name}:{number}")


def _id(line: str) -> str:
    try:
        return str(json.loads(line)["id"])
    except (ValueError, LookupError, TypeError):
        return ""


CASES = list(_cases())


def test_there_are_records():
    assert CASES, f"no record below {FOLDER}"


@pytest.mark.parametrize(("path", "line"), CASES)
def test_record(path: Path, line: str):
    assert line, f"{path} has no records"
    record = json.loads(line)
    kinds = [kind for kind in KINDS if kind.claims(path, record)]
    assert len(kinds) == 1, f"records like this one are not known: {line[:200]}"
    kinds[0].check(path, record)
