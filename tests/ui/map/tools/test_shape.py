"""Shapes under the hand, without a window."""

import pytest

from laixi_transport.domain.geofence import Geofence, GeofenceKind, ShapeFault
from laixi_transport.ui.map.tools.shape import Grip, History, Shape

TRIANGLE = Shape(GeofenceKind.POLYGON, (120.0, 120.1, 120.1), (36.0, 36.0, 36.1))
BOX = Shape(GeofenceKind.RECTANGLE, (120.0, 120.1), (36.0, 36.1))
CIRCLE = Shape(GeofenceKind.CIRCLE, (120.0,), (36.0,), 500.0)
ROAD = Shape(GeofenceKind.CORRIDOR, (120.0, 120.1), (36.0, 36.0), 50.0)


def handle(shape, grip, index=0):
    return next(h for h in shape.handles() if h.grip is grip and h.index == index)


@pytest.mark.parametrize("shape", [TRIANGLE, BOX, CIRCLE, ROAD])
def test_the_cross_moves_everything_and_keeps_the_size(shape):
    whole = handle(shape, Grip.WHOLE)
    moved = shape.dragged(whole, whole.lon_deg + 0.01, whole.lat_deg)
    assert moved.lon_deg == pytest.approx([lon + 0.01 for lon in shape.lon_deg])
    assert moved.lat_deg == pytest.approx(shape.lat_deg)
    assert moved.area_m2 == pytest.approx(shape.area_m2, rel=1e-6)


def test_a_corner_of_a_rectangle_may_be_dragged_over_the_opposite_one():
    dragged = BOX.dragged(handle(BOX, Grip.VERTEX, 0), 120.2, 36.2)
    assert dragged.lon_deg == (120.1, 120.2)
    assert dragged.lat_deg == (36.1, 36.2)
    assert dragged.fault is None


def test_the_middle_of_a_side_becomes_a_corner():
    grown = TRIANGLE.dragged(handle(TRIANGLE, Grip.BETWEEN, 2), 119.9, 36.2)
    assert grown.lon_deg == (*TRIANGLE.lon_deg, 119.9)
    assert grown.removed(3) == TRIANGLE


def test_the_rim_sets_a_radius_that_people_would_say():
    rim = handle(CIRCLE, Grip.RIM)
    assert CIRCLE.dragged(rim, rim.lon_deg, rim.lat_deg).radius_m == 500
    wide = CIRCLE.dragged(rim, rim.lon_deg + 0.02, rim.lat_deg)
    assert wide.radius_m == round(wide.radius_m, -1)
    side = handle(ROAD, Grip.RIM)
    assert ROAD.dragged(side, side.lon_deg, side.lat_deg).radius_m == 50


def test_the_least_shapes_lose_no_corner():
    assert not TRIANGLE.can_lose_a_vertex
    assert not ROAD.can_lose_a_vertex
    assert not CIRCLE.can_lose_a_vertex
    assert TRIANGLE.added(120.0, 36.1).can_lose_a_vertex


def test_a_shape_goes_onto_a_fence_and_comes_from_it():
    fence = Geofence(name="A", kind=GeofenceKind.CIRCLE, lon_deg=(1.0,), lat_deg=(2.0,), radius_m=3.0, note="x")
    assert Shape.of(TRIANGLE.on(fence)) == TRIANGLE
    assert TRIANGLE.on(fence).note == "x"


def test_sizes_are_those_of_geometry():
    assert CIRCLE.area_m2 == pytest.approx(785_398, abs=1)
    assert CIRCLE.length_m == pytest.approx(3141.6, abs=0.1)
    assert ROAD.length_m == pytest.approx(9016, abs=2)
    assert BOX.area_m2 == pytest.approx(2 * TRIANGLE.area_m2, rel=1e-3)


def test_a_bow_tie_has_a_fault_and_an_unfinished_shape_too():
    assert TRIANGLE.added(120.05, 35.9).fault is ShapeFault.CROSSES_ITSELF
    assert Shape(GeofenceKind.POLYGON, (1.0,), (2.0,)).fault is ShapeFault.TOO_FEW_POINTS


def test_the_way_back_ends_at_the_first_state_and_a_new_change_forgets_what_was_undone():
    history = History(CIRCLE)
    assert not history.undo()
    for metres in range(1, 4):
        history.push(Shape(GeofenceKind.CIRCLE, (120.0,), (36.0,), 500.0 + metres))
    assert history.changed
    assert history.undo()
    assert history.undo()
    assert history.shape.radius_m == 501
    assert history.redo()
    history.push(ROAD)
    assert not history.redo()
    assert [history.undo() for _ in range(4)] == [True, True, True, False]
    assert history.shape == CIRCLE
    assert not history.changed
    history.push(CIRCLE)  # no change: nothing is forgotten
    assert history.redo()
