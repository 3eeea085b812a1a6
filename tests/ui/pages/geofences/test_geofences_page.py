"""Areas as somebody draws them all day: through the real page, over a real database."""

import json
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofencePurpose, WeeklyHours
from laixi_transport.domain.map_data import Frame
from laixi_transport.domain.time import utc_now
from laixi_transport.services.geofences.passages import Passage
from laixi_transport.ui.map.tools.draw_fence import DrawFence
from laixi_transport.ui.map.tools.outlines import pixel
from laixi_transport.ui.pages.geofences import GeofencesPage
from laixi_transport.ui.pages.geofences.side import EXCHANGE, FORM, INSIDE, NOTHING, PASSAGES

LEFT = Qt.MouseButton.LeftButton
STATION = Geofence(name="总站", kind=GeofenceKind.CIRCLE, lon_deg=(120.505,), lat_deg=(36.86,), radius_m=700.0)
YARD = Geofence(name="货场", kind=GeofenceKind.RECTANGLE, lon_deg=(120.555, 120.565), lat_deg=(36.895, 36.905))


def stored(service, *fences):
    return service.save_all(fences).result()


def drag(qtbot, page, begin, end):
    qtbot.mouseMove(page.map, QPoint(*begin))
    qtbot.mousePress(page.map, LEFT, pos=QPoint(*begin))
    qtbot.mouseMove(page.map, QPoint((begin[0] + end[0]) // 2, (begin[1] + end[1]) // 2))
    qtbot.mouseMove(page.map, QPoint(*end))
    qtbot.mouseRelease(page.map, LEFT, pos=QPoint(*end))


def click(qtbot, page, *points):
    for point in points:
        qtbot.mouseMove(page.map, QPoint(*point))
        qtbot.mouseClick(page.map, LEFT, pos=QPoint(*point))


def do(page, action):
    page._context.actions[f"geofences.{action}"].trigger()


def names(page):
    return [row.fence.name for row in page.list.rows.rows()]


@pytest.fixture
def with_fences(page, service, qtbot):
    station, yard = stored(service, STATION, YARD)
    qtbot.waitUntil(lambda: len(names(page)) == 2)
    return station, yard


# Drawing


def test_an_area_is_drawn_named_and_saved_without_a_dialog(page, service, qtbot):
    do(page, "draw_rectangle")
    assert page.list.draw_buttons[GeofenceKind.RECTANGLE].isChecked()
    drag(qtbot, page, (300, 200), (500, 400))
    field = page.side.form.fields["name"]
    assert field.selectedText() == field.text() != ""
    qtbot.keyClicks(field, "market")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [fence.name for fence in service.fences()] == ["market"])
    qtbot.waitUntil(lambda: names(page) == ["market"] and not page.editing.dirty)
    assert page.editing.base.id == service.fences()[0].id
    assert not page.side.form.save_button.isEnabled()
    [version] = service.history(page.editing.base.id)
    assert version.changed_by == "li"


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (GeofenceKind.CIRCLE, [(400, 300), (480, 300)]),
        (GeofenceKind.POLYGON, [(300, 200), (500, 200), (500, 400), (303, 203)]),
        (GeofenceKind.CORRIDOR, [(200, 300), (400, 320), (600, 200)]),
    ],
)
def test_each_kind_is_drawn_and_saved_by_key(page, service, qtbot, kind, points):
    do(page, f"draw_{kind}")
    click(qtbot, page, *points)
    if kind is GeofenceKind.CORRIDOR:
        qtbot.keyClick(page.map, Qt.Key.Key_Return)
    do(page, "save")
    qtbot.waitUntil(lambda: len(service.fences()) == 1)
    assert service.fences()[0].kind is kind
    qtbot.waitUntil(lambda: not page.editing.dirty)


def test_escape_leaves_step_by_step(page, qtbot, with_fences):
    station, _ = with_fences
    do(page, "draw_polygon")
    assert isinstance(page.map.tool, DrawFence)
    do(page, "leave")
    assert page.map.tool is None
    assert page.choose(station.id)
    page.side.form.fields["note"].setFocus()
    qtbot.keyClicks(page.side.form.fields["note"], "x")
    assert page.editing.dirty
    do(page, "leave")
    assert not page.editing.dirty
    assert page.editing.base == station
    do(page, "leave")
    assert page.editing.base is None
    assert page.side.part == NOTHING


def test_a_new_area_that_is_given_up_leaves_nothing(page, service, qtbot):
    do(page, "draw_circle")
    drag(qtbot, page, (300, 200), (350, 200))
    assert page.editing.dirty
    do(page, "leave")
    assert page.editing.base is None
    assert service.fences() == ()


# Choosing and changing


def test_an_area_is_chosen_on_the_map_and_in_the_list(page, qtbot, with_fences):
    station, yard = with_fences
    x, y = page.map.width() // 2 + 30, page.map.height() // 2 + 30
    click(qtbot, page, (x, y))
    assert page.editing.base == station
    assert page.list.table.current().fence == station
    assert page.map.tool is page.editing.tool
    page.list.table.choose(yard.id)
    assert page.editing.base == yard
    west, south = page.map.view.to_lon_lat(0, page.map.height())
    east, north = page.map.view.to_lon_lat(page.map.width(), 0)
    assert west < min(yard.lon_deg)
    assert max(yard.lon_deg) < east
    assert south < min(yard.lat_deg)
    assert max(yard.lat_deg) < north


def test_a_drag_of_the_rim_is_seen_in_the_form_and_saved(page, service, qtbot, with_fences):
    station, _ = with_fences
    page.choose(station.id)
    x, y = rim_px(page)
    drag(qtbot, page, (x, y), (x + 50, y))
    radius = page.editing.draft.radius_m
    assert radius > 700
    assert float(page.side.form.fields["size"].text()) == radius
    do(page, "save")
    qtbot.waitUntil(lambda: service.fence(station.id).radius_m == radius)
    assert [v.fence.radius_m for v in service.history(station.id)] == [radius, 700]


def rim_px(page):
    rim = list(page.editing.tool.shape.handles())[1]
    at = pixel(page.map.view, rim.lon_deg, rim.lat_deg)
    return round(at.x()), round(at.y())


def test_a_typed_radius_changes_the_shape_and_can_be_undone(page, qtbot, with_fences):
    page.choose(with_fences[0].id)
    field = page.side.form.fields["size"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "1.2 km")
    assert page.editing.tool.shape.radius_m == 1200
    do(page, "undo")  # not key by key
    assert not page.editing.dirty
    do(page, "redo")
    assert page.editing.draft.radius_m == 1200
    do(page, "undo")
    assert page.editing.tool.shape.radius_m == 700
    assert not page.editing.dirty


def test_every_field_is_stored(page, service, qtbot, with_fences):
    page.choose(with_fences[0].id)
    form = page.side.form
    for name, typed in (("limit", "30"), ("from", "2026-06-01"), ("to", "2026-07-01 08:30"), ("note", "学校")):
        form.fields[name].clear()
        qtbot.keyClicks(form.fields[name], typed) if typed.isascii() else form.fields[name].insert(typed)
    form._typed("note", form.fields["note"].text())
    form.purpose.setCurrentIndex(form.purpose.findData(GeofencePurpose.SPEED.value))
    form._purpose_chosen()
    form.hours.add_button.click()
    line = form.hours.lines[0]
    for field, typed in ((line.begin, "7:30"), (line.end, "0900")):
        field.selectAll()
        qtbot.keyClicks(field, typed)
    line.days[5].click()
    do(page, "save")
    qtbot.waitUntil(lambda: service.fence(with_fences[0].id).limit_kmh == 30)
    fence = service.fence(with_fences[0].id)
    assert fence.purpose is GeofencePurpose.SPEED
    assert fence.hours == (WeeklyHours(450, 540, frozenset(range(6))),)
    assert fence.valid_from.isoformat() == "2026-05-31T16:00:00+00:00"
    assert fence.valid_to.isoformat() == "2026-07-01T00:30:00+00:00"
    assert fence.note == "学校"


@pytest.mark.parametrize(
    ("name", "typed"), [("limit", "fast"), ("limit", "500"), ("from", "soon"), ("size", "wide"), ("name", " ")]
)
def test_what_cannot_be_read_is_marked_and_not_saved(page, service, qtbot, with_fences, name, typed):
    page.choose(with_fences[0].id)
    form = page.side.form
    qtbot.keyClicks(form.fields["note"], "changed")
    form.fields[name].selectAll()
    qtbot.keyClicks(form.fields[name], typed)
    assert form.fields[name].property("invalid")
    do(page, "save")
    assert form.said.isVisible()
    assert form.fields[name].hasFocus()
    assert service.fence(with_fences[0].id).note == ""


def test_hours_that_cannot_be_read_are_not_saved(page, service, qtbot, with_fences):
    page.choose(with_fences[0].id)
    page.side.form.hours.add_button.click()
    line = page.side.form.hours.lines[0]
    line.end.selectAll()
    qtbot.keyClicks(line.end, "25:00")
    assert line.end.property("invalid")
    do(page, "save")
    assert page.side.form.said.isVisible()
    line.remove_button.click()
    assert not page.editing.dirty
    assert service.fence(with_fences[0].id).hours == ()


def test_a_broken_shape_is_told_and_not_saved(page, service, qtbot, with_fences):
    page.choose(with_fences[0].id)
    field = page.side.form.fields["size"]
    field.selectAll()
    qtbot.keyClicks(field, "300 km")
    do(page, "save")
    assert "too large" in page.side.form.said.text()
    assert service.fence(with_fences[0].id).radius_m == 700


def test_unsaved_changes_hold_the_choice(page, qtbot, with_fences):
    station, yard = with_fences
    page.choose(station.id)
    qtbot.keyClicks(page.side.form.fields["note"], "x")
    page.list.table.choose(yard.id)
    assert page.editing.base == station
    assert page.list.table.current().id == station.id
    assert page.side.form.said.isVisible()
    do(page, "draw_circle")
    assert not isinstance(page.map.tool, DrawFence)
    assert not page.list.draw_buttons[GeofenceKind.CIRCLE].isChecked()


def test_a_change_at_another_seat_appears_and_is_not_overwritten(page, service, store, qtbot, with_fences):
    station, _ = with_fences
    page.choose(station.id)

    def elsewhere(note):
        seen = service.fence(station.id)
        store.writer.run(
            lambda session: store.geofences.save(session, replace(seen, note=note), by="wang", at=utc_now())
        ).result()

    elsewhere("first")
    qtbot.waitUntil(lambda: page.side.form.fields["note"].text() == "first")
    qtbot.keyClicks(page.side.form.fields["limit"], "20")
    elsewhere("second")
    qtbot.waitUntil(lambda: service.fence(station.id).note == "second")
    do(page, "save")
    qtbot.waitUntil(lambda: "wang has changed" in page.side.form.said.text())
    assert page.editing.dirty
    do(page, "leave")
    assert service.fence(station.id).limit_kmh is None
    assert page.side.form.fields["note"].text() == "second"  # as it is now, so that the change can be made again
    page.side.form.fields["limit"].clear()
    qtbot.keyClicks(page.side.form.fields["limit"], "30")
    do(page, "save")
    qtbot.waitUntil(lambda: service.fence(station.id).limit_kmh == 30)


def test_an_area_that_was_removed_at_another_seat_is_let_go(page, service, store, qtbot, with_fences):
    station, _ = with_fences
    page.choose(station.id)
    qtbot.keyClicks(page.side.form.fields["limit"], "20")
    store.writer.run(lambda session: store.geofences.remove(session, station, by="wang", at=utc_now())).result()
    qtbot.waitUntil(lambda: service.fence(station.id) is None)
    assert page.editing.dirty
    do(page, "leave")
    assert page.editing.base is None


def test_an_area_is_removed_and_brought_back(page, service, qtbot, with_fences):
    station, _ = with_fences
    page.choose(station.id)
    do(page, "remove")
    qtbot.waitUntil(lambda: names(page) == ["货场"])
    assert page.list.back.isVisible()
    assert page.editing.base is None
    page.list.back_button.click()
    qtbot.waitUntil(lambda: sorted(names(page)) == sorted(["总站", "货场"]))
    assert not page.list.back.isVisible()
    qtbot.waitUntil(lambda: page.editing.base is not None and page.editing.base.id == station.id)


def test_the_search_keeps_what_it_finds(page, qtbot, with_fences):
    page.list.search.setText("货")
    assert names(page) == ["货场"]
    page.list.search.clear()
    assert len(names(page)) == 2


# Who is where


def test_the_vehicles_inside_are_counted_and_listed(page, opened, qtbot, with_fences):
    station, yard = with_fences
    page.visiting.tick()
    qtbot.waitUntil(lambda: {r.id: r.inside for r in page.list.rows.rows()} == {station.id: 2, yard.id: 1})
    page.choose(station.id)
    do(page, f"part{INSIDE}")
    assert {row.id for row in page.side.inside.rows.rows()} == {1, 2}
    page.choose(yard.id)
    assert {row.id for row in page.side.inside.rows.rows()} == {3}
    page.side.inside.table.choose(3)
    page.side.inside.table.opened.emit(page.side.inside.table.current())
    assert opened == [("live", {"vehicle_id": 3})]


def test_the_passages_of_a_day_are_listed_and_open_playback(page, service, opened, qtbot, with_fences, monkeypatch):
    begin = 1_781_020_800  # midnight
    asked = []

    def passages(fence, begin_s, end_s, *, cancelled):
        asked.append((fence.name, begin_s, end_s))
        return (
            Passage(1, begin_s + 3600.0, begin_s + 7200.0, begin_s + 7200.0, True, True, 63.0, True),
            Passage(2, None, None, begin_s + 600.0, True, True, None, False),
        )

    monkeypatch.setattr(service, "passages", passages)
    page.choose(with_fences[0].id)
    do(page, f"part{PASSAGES}")
    table = page.side.passages
    qtbot.waitUntil(lambda: table.rows.total == 2)
    assert asked == [("总站", begin, begin + 86400)]
    told = {row.passage.vehicle_id: [column.text(row) for column in table.rows.columns] for row in table.rows.rows()}
    assert told[1][:5] == ["鲁B·D0001", "01:00:00", "02:00:00", "1 h", "63"]
    assert told[2][1:4] == ["before", "inside", "≥ 10 min"]
    table.before.click()
    qtbot.waitUntil(lambda: len(asked) == 2)
    assert asked[1][1] == begin - 86400
    qtbot.waitUntil(lambda: table.rows.total == 2)
    table.table.opened.emit(next(row for row in table.rows.rows() if row.passage.vehicle_id == 1))
    assert opened == [("playback", {"vehicle_id": 1, "time_s": begin - 86400 + 3600.0})]


# Files


def test_areas_go_to_a_file_and_come_back_after_they_were_looked_at(page, service, tmp_path, qtbot, with_fences):
    path = tmp_path / "areas.geojson"
    do(page, "write")
    assert page.side.part == EXCHANGE
    page.files.go_on(path, write=True, frame=Frame.GCJ02)
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: page.side.part == NOTHING)
    assert json.loads(path.read_text())["frame"] == "GCJ-02"
    do(page, "read")
    page.side.exchange.frames[Frame.GCJ02].click()
    page.files.go_on(path, write=False, frame=page.side.exchange.frame)
    qtbot.waitUntil(lambda: page.files.read is not None)
    assert len(page.layer.fences) == 4
    assert len(service.fences()) == 2
    page.side.exchange.go_button.click()
    qtbot.waitUntil(lambda: len(service.fences()) == 4)
    qtbot.waitUntil(lambda: page.side.part == NOTHING and len(page.layer.fences) == 4)


def test_a_file_with_faults_names_them_and_can_be_left(page, service, tmp_path, qtbot):
    path = tmp_path / "areas.json"
    path.write_text(json.dumps({"type": "Point", "coordinates": [120, 36]}))
    do(page, "read")
    page.files.go_on(path, write=False, frame=Frame.WGS84)
    qtbot.waitUntil(lambda: page.side.exchange.faults.count() == 1)
    assert not page.side.exchange.go_button.isEnabled()
    do(page, "leave")
    assert page.side.part == NOTHING
    assert page.files.read is None


def test_a_file_that_is_none_is_told(page, told, tmp_path, qtbot):
    page.files.go_on(tmp_path / "none.json", write=False, frame=Frame.WGS84)
    qtbot.waitUntil(lambda: bool(told))
    assert "no file" in str(told[0])


# The page in the shell


def test_the_state_of_the_page_comes_back(page, context, qtbot, with_fences):
    station, _ = with_fences
    page.choose(station.id)
    page.belt.set_dms(True)
    state = json.loads(json.dumps(page.save_state()))
    other = GeofencesPage(context)
    qtbot.addWidget(other)
    other.restore_state(state)
    assert other.editing.base == station
    assert other.belt.dms
    other.restore_state({"sizes": "x", "map": 3, "chosen": 999})
    assert other.editing.base == station


def test_a_place_and_an_area_can_be_pointed_at(page, with_fences):
    _, yard = with_fences
    page.show_target(fence_id=yard.id)
    assert page.editing.base == yard
    page.show_target(place=(120.4, 36.9))
    assert page.map.view.to_lon_lat(page.map.width() / 2, page.map.height() / 2) == pytest.approx((120.4, 36.9))


def test_the_form_is_shown_for_a_new_area_whatever_was_shown_before(page, qtbot, with_fences):
    page.choose(with_fences[0].id)
    do(page, f"part{INSIDE}")
    do(page, "draw_circle")
    drag(qtbot, page, (300, 200), (350, 200))
    assert page.side.part == FORM
