"""Every feature in the one list can be shown."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from laixi_transport.app.features import FEATURES

ICONS = Path(__file__).parents[2] / "resources" / "icons"


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.id)
def test_a_feature_has_a_page_and_an_icon(feature):
    module, _, name = feature.page.partition(":")
    assert callable(getattr(import_module(module), name))
    assert (ICONS / f"{feature.icon}.svg").is_file()


def test_features_do_not_share_what_must_be_their_own():
    for field in ("id", "title", "page", "shortcut", "order"):
        values = [getattr(feature, field) for feature in FEATURES]
        assert len(set(values)) == len(values), field


def test_features_stand_in_order():
    assert [feature.order for feature in FEATURES] == sorted(feature.order for feature in FEATURES)


def test_the_list_loads_nothing_heavy():
    found = subprocess.run(
        [sys.executable, "-c", "import sys, laixi_transport.app.features; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    heavy = {"numpy", "sqlalchemy", "PySide6", "pyqtgraph", "asyncio", "psycopg", "zstandard", "cv2"}
    assert heavy.isdisjoint(found)
    assert not [name for name in found if name.startswith(("laixi_transport.storage", "laixi_transport.ui"))]
