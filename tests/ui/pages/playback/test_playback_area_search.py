"""Who was here? Asked with the mouse on the map of the playback."""

import pytest
from PySide6.QtCore import QPoint, Qt

from laixi_transport.domain.geofence import GeofenceKind
from laixi_transport.services.geofences.passages import Passage
from tests.ui.pages.playback.conftest import BEGIN_S

LEFT = Qt.MouseButton.LeftButton
HOUR_S = 3600


def stay(vehicle_id, begin_h, end_h):
    begin_s, end_s = BEGIN_S + begin_h * HOUR_S, BEGIN_S + end_h * HOUR_S
    return Passage(vehicle_id, float(begin_s), float(end_s), float(end_s), True, True, 40.0, True)


def drag(qtbot, page, begin, end):
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(page.stage.map, LEFT, shift, pos=QPoint(*begin))
    qtbot.mouseMove(page.stage.map, QPoint(*end))
    qtbot.mouseRelease(page.stage.map, LEFT, shift, pos=QPoint(*end))


@pytest.fixture
def answered(page, services, qtbot):
    services.geofences.found = (stay(1, 7, 8), stay(2, 6.5, 6.75), stay(1, 11, 12))
    drag(qtbot, page, (60, 60), (200, 160))
    panel = page.area_search.panel
    qtbot.waitUntil(lambda: panel.rows.total == 3)
    return panel


def test_a_rectangle_asks_for_the_days_that_are_shown(page, services, answered):
    [(fence, begin_s, end_s)] = services.geofences.asked
    assert fence.kind is GeofenceKind.RECTANGLE
    west, north = page.stage.map.view.to_lon_lat(60, 60)
    assert (fence.lon_deg[0], fence.lat_deg[1]) == pytest.approx((west, north))
    assert (begin_s, end_s) == page.session.period
    assert answered.isVisible()
    assert answered.vehicle_ids() == [1, 2]  # in the order of the answer


def test_the_time_can_be_narrowed(answered, qtbot):
    answered.begin.clear()
    qtbot.keyClicks(answered.begin, "6:15")
    answered.end.clear()
    qtbot.keyClicks(answered.end, "6:50")
    assert answered.vehicle_ids() == [2]
    answered.end.clear()
    qtbot.keyClicks(answered.end, "soon")
    assert answered.end.property("invalid")


def test_a_stay_is_gone_to_and_all_are_played_back(page, answered, qtbot):
    first = next(row for row in answered.rows.rows() if row.number == 1)
    answered.opened.emit(first)
    qtbot.waitUntil(lambda: page.session.selected_id == 2)
    qtbot.waitUntil(lambda: page.clock.at == BEGIN_S + 6.5 * HOUR_S)
    answered.play_button.click()
    qtbot.waitUntil(lambda: list(page.session.vehicle_ids) == [1, 2])


def test_escape_takes_the_answer_away(answered, qtbot):
    qtbot.waitUntil(answered.table.hasFocus)
    qtbot.keyClick(answered.table, Qt.Key.Key_Escape)
    assert not answered.isVisible()


def test_a_mere_click_with_the_tool_takes_the_answer_away(page, answered, qtbot):
    page.area_search.belt.begin(page.area_search.belt.marquee)
    qtbot.mouseClick(page.stage.map, LEFT, pos=QPoint(500, 300))
    assert not answered.isVisible()


def test_a_typed_place_is_shown(page):
    page.show_target(place=(120.4, 36.9))
    assert page.area_search.belt.unpin()
