"""The trips of the selected vehicle on the page: list, loop, names of places, road under the playhead."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from laixi_transport.analytics.day_roads import DayRoads
from laixi_transport.domain.road import RoadTable
from laixi_transport.ui.map.base_map import BaseMap, Place
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.pages.playback.event_panel import TRIPS

ROADS = RoadTable.of(
    [[(120.5, 36.8), (120.6, 36.9)], [(120.6, 36.9), (120.7, 36.9)]],
    name=["文化路", ""],
    code=["S214", ""],
    limit_kmh=[60, np.nan],
)


def with_trips(page, qtbot):
    qtbot.waitUntil(lambda: page.events.trips.rows.rowCount() > 0, timeout=20_000)
    return page


def click(qtbot, table, row):
    index = table.model().index(row, 1)
    spot = table.visualRect(index).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot.x(), spot.y()))


@pytest.fixture
def tripped(page, qtbot):
    """Return the page with the trips of the selected vehicle listed."""
    with_trips(page, qtbot).events.filter_place = TRIPS
    return page


def test_the_trips_are_counted_and_listed_beside_the_events(tripped):
    rows = tripped.events.trips.rows.rows()
    assert tripped.events._buttons[TRIPS].text() == f"Trips {len(rows)}"
    assert tripped.events.trips.isVisible()
    assert not tripped.events.table.isVisible()
    day = tripped.session.selected.day
    assert rows[0].log.begin_s == day.track.time_s[0]
    assert rows[0].log.longest_stop_s == day.stops[0].duration_s
    tripped.events.filter_place = 0
    assert tripped.events.table.isVisible()


def test_choosing_a_trip_goes_to_its_beginning_and_loops_it(tripped, qtbot):
    click(qtbot, tripped.events.trips, 1)
    log = tripped.events.trips.rows.row_at(1).log
    assert tripped.clock.at == log.begin_s
    assert tripped.clock.loop == (log.begin_s, log.end_s)
    shown = tripped.span.shown
    assert shown.begin_s < log.begin_s < log.end_s < shown.end_s
    assert shown.end_s - shown.begin_s < 1.2 * log.duration_s


def test_a_trip_tells_all_that_is_known_of_it(tripped):
    table = tripped.events.trips
    words = table.model().index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
    for said in ("From", "To", "Driving time", "By odometer", "By GNSS", "Difference", "Longest stop", "Highest speed"):
        assert f"{said}: " in words


def test_a_trip_into_silence_says_so(tripped):
    table = tripped.events.trips
    told = [table.model().index(row, 1).data(Qt.ItemDataRole.ToolTipRole) for row in range(table.rows.rowCount())]
    cut = [row for row in range(len(told)) if not table.rows.row_at(row).log.whole]
    assert cut
    assert all(("without data" in told[row]) or ("under way" in told[row]) for row in cut)


def test_another_vehicle_has_its_own_trips_and_going_back_asks_nothing(tripped, services, qtbot):
    first = tripped.events.trips.rows.row_at(0).log.begin_s
    tripped.session.select(2)
    assert tripped.events.trips.rows.rowCount() == 0, "those of the other one are gone at once"
    with_trips(tripped, qtbot)
    assert tripped.events.trips.rows.row_at(0).log.begin_s != first
    asked = len(services.trips.asked)
    tripped.session.select(1)
    assert tripped.events.trips.rows.row_at(0).log.begin_s == first
    assert len(services.trips.asked) == asked


def test_stops_are_named_by_the_places_of_the_map(make_page, qtbot):
    page = make_page()
    qtbot.waitUntil(lambda: page.session.has_data and len(page.stage.map.base_map.places) > 0, timeout=20_000)
    stop = page.session.selected.day.stops[0]
    x, y = to_world(stop.lon_deg + 0.004, stop.lat_deg)
    page.stage.map.set_base_map(BaseMap(places=(Place(float(x), float(y), 2, "姜山", "Jiangshan"),)))
    page.trips.renew()

    def named():
        words = [row.words for row in page.events.rows.rows() if row.kind == "stop"]
        return any(said == "Stop · near Jiangshan" for said in words)

    qtbot.waitUntil(named, timeout=20_000)


def test_without_imported_roads_the_field_says_why_it_is_empty(tripped):
    tripped.clock.seek(tripped.events.trips.rows.row_at(0).log.begin_s + 60)
    assert tripped.vehicle.now.value("road") == "–"
    assert "imported" in tripped.vehicle.now._values["road"].toolTip()


def test_road_and_posted_limit_stand_in_the_panel_and_not_over_silence(page, services, qtbot):
    def roads(n):
        kind = np.zeros(n, np.int32)
        kind[30:60], kind[60:90] = 1, -1
        return DayRoads(ROADS, kind, np.full(n, 0.93))

    services.trips.roads = roads
    page.trips.renew()
    qtbot.waitUntil(lambda: page.vehicle._trips is not None and page.vehicle._trips.roads_known, timeout=20_000)
    times = page.session.selected.day.track.time_s
    said = {}
    for sample in (5, 40, 70):
        page.clock.seek(float(times[sample]))
        said[sample] = page.vehicle.now.value("road")
    assert said == {5: "S214 文化路 (limit 60)", 40: "road without a name", 70: "on no known road"}
    page.clock.seek(float(times[5]))
    assert "93 %" in page.vehicle.now._values["road"].toolTip()
    page.clock.seek(page.session.selected.day.gaps[0].begin_s + 60)
    assert page.vehicle.now.value("road") == "–"


def test_the_filter_of_the_trips_is_kept_with_the_page(tripped):
    state = tripped.save_state()
    assert state["filter"] == TRIPS


def test_leaving_the_trips_for_the_events_goes_nowhere(tripped, qtbot):
    click(qtbot, tripped.events.trips, 1)
    tripped.events.trips.setFocus()
    at_s = tripped.clock.at
    qtbot.mouseClick(tripped.events._buttons[1], Qt.MouseButton.LeftButton)
    assert tripped.events.table.isVisible()
    assert tripped.clock.at == at_s
