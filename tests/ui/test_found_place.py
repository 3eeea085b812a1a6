"""Coordinates typed into the search."""

import pytest

from laixi_transport.ui.shell.hits import found_place
from laixi_transport.ui.shell.search import find


def test_typed_coordinates_are_found_and_shown():
    shown = []
    typed = "36.8612, 120.5234"
    [hit] = find(found_place(typed, lambda lon, lat: shown.append((lon, lat))), typed)
    assert hit.title == "36.86120° N, 120.52340° E"
    hit.run()
    assert shown == [(120.5234, 36.8612)]


@pytest.mark.parametrize("typed", ["", "203", "7 203", "鲁B·D0123", "line 7.", "Nanjing"])
def test_lines_plates_and_words_are_no_places(typed):
    assert list(found_place(typed, print)) == []
