"""What is painted: gaps stay gaps, the limit shows, labels keep apart."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from laixi_transport.ui.map.base_map import BaseMap
from laixi_transport.ui.map.columns import MapColumns
from laixi_transport.ui.map.drawing import CHUNK, runs, thinned
from laixi_transport.ui.map.lettering import find_labels
from laixi_transport.ui.map.picture import Picture, Scene, image_on, paint_picture
from laixi_transport.ui.map.placing import Placer
from laixi_transport.ui.map.projection import to_world
from laixi_transport.ui.map.raster.sheet import Scratch
from laixi_transport.ui.map.road_names import RoadNames
from laixi_transport.ui.map.road_numbers import RoadNumbers
from laixi_transport.ui.map.shipped import shipped_base_map
from laixi_transport.ui.map.still import draw_still
from laixi_transport.ui.map.style import MapStyle
from laixi_transport.ui.map.text_image import TextImages
from laixi_transport.ui.map.track_line import TrackBundle, TrackLine
from laixi_transport.ui.map.viewport import Viewport

LAT = 36.86
VIEW = Viewport(0.5, 0.5, 14.0, 400, 300).centred(120.5, LAT)


def lon_at(px):
    """Return the longitude of a column of the picture."""
    return VIEW.to_lon_lat(px, 150)[0]


def track(columns, *, break_after=(), over=()):
    n = len(columns)
    return TrackLine(
        np.array([lon_at(px) for px in columns]),
        np.full(n, LAT),
        np.isin(np.arange(n), break_after),
        np.isin(np.arange(n), over),
    )


@pytest.fixture
def style(theme):
    return MapStyle.of(theme)


@pytest.fixture(params=["kernels", "painter"])
def paint(style, request):
    """Return what paints a picture, by each of the two ways: both keep the same promises."""

    def paint_it(*tracks, base_map=None, view=VIEW, ratio=1.0, chinese=True):
        picture = empty_picture(view, ratio)
        scene = Scene(base_map or BaseMap(), TrackBundle.of_lines(tracks), style, chinese, 1)
        columns = MapColumns.of(scene.base_map)
        if request.param == "kernels":
            draw_still(scene, columns, (), view, ratio, picture.pixels, Scratch())
        else:
            for _ in paint_picture(scene, columns, picture):
                pass
        return picture

    return paint_it


def empty_picture(view, ratio=1.0):
    pixels = np.zeros((round(view.height * ratio), round(view.width * ratio)), np.uint32)
    return Picture(pixels, image_on(pixels, ratio), view, 1, ratio)


def colour(picture, px, py=150):
    ratio = picture.ratio
    return picture.image.pixelColor(round(px * ratio), round(py * ratio)).name().upper()


def test_a_gap_is_not_bridged(paint, style):
    picture = paint(track([50, 100, 300, 350], break_after=[1]))
    assert colour(picture, 75) == style.accent
    assert colour(picture, 325) == style.accent
    assert {colour(picture, px) for px in range(110, 290)} == {style.ground}


def test_without_a_gap_the_line_goes_through(paint, style):
    picture = paint(track([50, 100, 300, 350]))
    assert {colour(picture, px) for px in range(60, 340)} == {style.accent}


def test_a_sample_without_a_place_leaves_a_gap(paint, style):
    line = track([50, 100, 200, 300, 350])
    line.lon_deg[2] = np.nan
    picture = paint(line)
    assert colour(picture, 75) == style.accent
    assert colour(picture, 200) == style.ground


def test_pieces_over_the_limit_have_another_colour_and_are_wider(paint, style):
    picture = paint(track([50, 150, 250, 350], over=[1, 2]))
    assert [colour(picture, px) for px in (75, 200, 325)] == [style.accent, style.high, style.accent]

    def thickness(px):
        return sum(colour(picture, px, py) != style.ground for py in range(130, 170))

    assert thickness(200) > thickness(75)


def test_one_sample_over_the_limit_has_no_piece_of_its_own(paint, style):
    picture = paint(track([50, 150, 250], over=[1]))
    assert style.high not in {colour(picture, px) for px in range(50, 250)}


def test_a_sample_between_two_gaps_is_a_dot(paint, style):
    picture = paint(track([50, 100, 200, 300, 350], break_after=[1, 2]))
    assert colour(picture, 200) == style.accent
    assert colour(picture, 210) == style.ground


def test_a_day_on_one_loop_is_painted_in_many_short_steps(style):
    """QPainter takes time by the square of the crossings in one wide line: a loop driven all day is the worst case."""
    turn = np.linspace(0, 400 * np.pi, 20_000)
    loop = TrackLine(
        120.5 + 0.004 * np.sin(turn) + 0.002 * np.sin(turn * 1.01),
        LAT + 0.003 * np.cos(turn * 1.003),
        np.zeros(len(turn), bool),
        np.zeros(len(turn), bool),
    )
    scene = Scene(BaseMap(), TrackBundle.of_lines([loop]), style, chinese=True, version=1)
    steps = sum(1 for _ in paint_picture(scene, MapColumns.of(scene.base_map), empty_picture(VIEW)))
    assert steps > 2 * len(turn) / CHUNK * 0.9


@pytest.mark.parametrize("zoom", [8.5, 10.2, 11.5, 13.0])
@pytest.mark.parametrize("chinese", [True, False])
def test_names_do_not_overlap(style, zoom, chinese):
    view = Viewport(0.5, 0.5, zoom, 1600, 1200).centred(120.45, 36.87)
    placer, base_map = Placer(), shipped_base_map(demo=True)
    roads = RoadNumbers(base_map), RoadNames(base_map)
    for _ in find_labels(base_map, *roads, view, style, placer, TextImages(), 1.0, [], chinese=chinese):
        pass
    words = [box for box in placer.boxes if box[2] - box[0] > 8]  # the others are the dots of towns
    assert len(words) >= 2
    for at, a in enumerate(words):
        for b in words[at + 1 :]:
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def test_the_county_stands_out_from_its_neighbours_and_these_from_the_sea(paint, style):
    view = Viewport(0.5, 0.5, 9.0, 900, 700).centred(120.45, 36.87)
    picture = paint(base_map=shipped_base_map(demo=False), view=view)
    shades = {}
    for name, lon, lat in (("county", 120.44, 36.85), ("neighbour", 119.9, 36.9), ("sea", 120.9, 36.3)):
        x, y = view.to_screen(*to_world(lon, lat))
        shades[name] = colour(picture, float(x), float(y))
    assert shades["county"] == style.county
    assert shades["neighbour"] == style.land
    assert shades["sea"] == style.ground


def test_a_picture_for_a_sharp_screen_has_its_pixels(paint, style):
    picture = paint(track([50, 350]), ratio=2.0)
    assert (picture.image.width(), picture.image.height()) == (800, 600)
    assert colour(picture, 200) == style.accent


def test_thinning_keeps_ends_and_marked_points():
    points = np.stack((np.linspace(0, 1, 50), np.zeros(50)), axis=1)
    keep = np.zeros(50, bool)
    keep[20] = True
    chosen = thinned(points, keep, step_px=100)
    assert chosen.tolist() == [0, 20, 49]


def test_runs_are_the_stretches_of_true():
    assert list(runs(np.array([True, True, False, True]))) == [(0, 2), (3, 4)]
    assert list(runs(np.zeros(3, bool))) == []


def test_arrays_of_different_length_are_refused():
    with pytest.raises(ValueError, match="differ in shape"):
        TrackLine(np.zeros(3), np.zeros(2), np.zeros(3, bool), np.zeros(3, bool))


def test_colours_of_the_map_are_those_of_the_theme(theme):
    for name in ("light", "dark"):
        theme.choose(name)
        style = MapStyle.of(theme)
        assert QColor(style.ground) == theme.colour("map_ground")
        assert QColor(style.accent) == theme.colour("accent")
