"""The layers hold, and a planted break is caught."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT_IMPORTS = Path(sysconfig.get_path("scripts")) / "lint-imports"

BREAKS = {
    "layers": ("domain/breach.py", "import laixi_transport.services\n"),
    "headless": ("services/breach.py", "import PySide6\n"),
    "pure": ("analytics/breach.py", "import logging\n"),
    "ui-through-services": ("ui/breach.py", "import laixi_transport.storage\n"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def copy_sources(folder: Path) -> None:
    for source in [ROOT / "pyproject.toml", *(ROOT / "laixi_transport").rglob("*.py")]:
        target = folder / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())


def test_all_contracts_are_kept() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_a_planted_break_is_caught(contract: str, tmp_path: Path) -> None:
    copy_sources(tmp_path)
    name, text = BREAKS[contract]
    (tmp_path / "laixi_transport" / name).write_text(text)
    result = lint(tmp_path)
    assert result.returncode == 1
    assert "BROKEN" in result.stdout
