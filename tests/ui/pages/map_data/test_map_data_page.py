"""The page of map data on a real database, with real files."""

import json
from types import SimpleNamespace

import pytest

from laixi_transport.services.map_data.service import MapDataService
from laixi_transport.storage import open_store
from laixi_transport.ui.actions import Actions
from laixi_transport.ui.context import Context
from laixi_transport.ui.map.tiles.settings import load_choice
from laixi_transport.ui.pages.map_data.page import MapDataPage

LINE = [[120.5, 36.8], [120.6, 36.9]]


@pytest.fixture
def told():
    return []


@pytest.fixture
def service(sqlite_url):
    with open_store(sqlite_url) as store:
        yield MapDataService(store)


@pytest.fixture
def page(service, tasks, theme, bridge, settings, told, qtbot):
    context = Context(
        services=SimpleNamespace(map_data=service),
        tasks=tasks,
        theme=theme,
        actions=Actions(),
        bridge=bridge,
        settings=settings,
        now=lambda: 0.0,
        notify=told.append,
    )
    made = MapDataPage(context)
    qtbot.addWidget(made)
    made.resize(1200, 760)
    made.show()
    qtbot.waitUntil(lambda: not tasks.any_busy)
    yield made
    qtbot.waitUntil(lambda: not tasks.any_busy)


def roads(path, features=1, **geometry):
    feature = {
        "type": "Feature",
        "properties": {"name": "烟台路", "code": "G204"},
        "geometry": {"type": "LineString", "coordinates": LINE} | geometry,
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature] * features}), encoding="utf-8")
    return path


def test_an_import_is_listed_and_shown_on_the_map(page, service, tmp_path, qtbot):
    assert page.imports.table.current() is None
    page.ask(roads(tmp_path / "公路.geojson"))
    assert page.turns.currentIndex() == 1
    page.form.attribution.setText("莱西公路事业发展中心")
    page.form.begin_button.click()
    qtbot.waitUntil(lambda: page.imports.table.current() is not None)
    assert page.turns.currentIndex() == 0
    stored = page.imports.table.current()
    assert (stored.name, stored.roads, stored.attribution) == ("公路", 1, "莱西公路事业发展中心")
    lon, lat = page.map.view.to_lon_lat(page.map.width() / 2, page.map.height() / 2)
    assert (lon, lat) == pytest.approx((120.55, 36.85), abs=0.01)
    page.map_source.read()
    with qtbot.waitSignal(page.map_source.shown):
        pass
    assert any("莱西公路" in part for part in page.map.attribution())


def test_a_file_that_cannot_be_imported_is_told_in_the_form(page, service, tmp_path, qtbot):
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"<html>")
    page.ask(path)
    page.form.begin_button.click()
    qtbot.waitUntil(lambda: "not what its ending says" in page.form.said.text())
    assert page.form.begin_button.isEnabled()
    page.form.leave_button.click()
    assert page.turns.currentIndex() == 0
    assert service.imports() == ()


def test_an_import_is_stopped(page, service, tmp_path, qtbot, monkeypatch):
    page.ask(roads(tmp_path / "a.geojson", features=200))
    began, plain = [], service.import_map

    def slow(path, **options):
        began.append(path)
        while not options["cancelled"]():
            pass
        return plain(path, **options)

    monkeypatch.setattr(service, "import_map", slow)
    page.form.begin_button.click()
    qtbot.waitUntil(lambda: bool(began))
    page.form.leave_button.click()
    qtbot.waitUntil(lambda: page.turns.currentIndex() == 0)
    assert service.imports() == ()


def test_removing_asks_once_more(page, service, tmp_path, qtbot):
    service.import_map(roads(tmp_path / "a.geojson"))
    page.read()
    qtbot.waitUntil(lambda: page.imports.table.current() is not None)
    page.imports.remove_button.click()
    assert page.imports.warning.isVisible()
    assert len(service.imports()) == 1
    page.imports.remove_button.click()
    qtbot.waitUntil(lambda: page.imports.table.current() is None)
    assert service.imports() == ()


def test_gcj_02_is_a_switch_that_openstreetmap_does_not_have(page, tmp_path):
    page.ask(tmp_path / "a.osm.pbf")
    assert not page.form.frame_choice.isEnabled()
    page.ask(tmp_path / "a.shp")
    assert page.form.frame_choice.isEnabled()
    page.form.frame_choice.setCurrentIndex(1)
    assert page.form.frame_value.value == "gcj02"


def test_tiles_that_cannot_be_opened_are_told_beside_the_choice(page, settings, tmp_path, qtbot):
    path = tmp_path / "a.mbtiles"
    path.write_bytes(b"hello")
    page.tiles.buttons.button(1).click()
    page.tiles.file.setText(str(path))
    page.tiles.use_button.click()
    qtbot.waitUntil(lambda: "no map tiles" in page.tiles.said.text())
    page.tiles.buttons.button(0).click()
    assert load_choice(settings).kind == "none"
    assert page.tiles.said.text() == ""
