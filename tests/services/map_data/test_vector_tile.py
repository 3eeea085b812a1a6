import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.services.map_data.vector_tile import Shape, read_tile


def varint(value):
    data = b""
    while value > 0x7F:
        data += bytes([value & 0x7F | 0x80])
        value >>= 7
    return data + bytes([value])


def message(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def packed(number, values):
    return message(number, b"".join(varint(value) for value in values))


def steps(points, start=(0, 0)):
    found, (x, y) = [], start
    for px, py in points:
        found += [(px - x << 1) ^ (px - x >> 31), (py - y << 1) ^ (py - y >> 31)]
        x, y = px, py
    return found


def line(points):
    return [1 << 3 | 1, *steps(points[:1]), len(points) - 1 << 3 | 2, *steps(points[1:], points[0])]


def layer(name, features, keys=(), values=(), extent=4096):
    data = message(1, name.encode()) + varint(15 << 3) + varint(2)
    data += b"".join(message(2, one) for one in features)
    data += b"".join(message(3, key.encode()) for key in keys)
    data += b"".join(message(4, value) for value in values) + varint(5 << 3) + varint(extent)
    return message(3, data)


def feature(shape, geometry, tags=()):
    return packed(2, tags) + varint(3 << 3) + varint(int(shape)) + packed(4, geometry)


def test_a_road_with_its_tags():
    values = [message(1, "烟台路".encode()), varint(4 << 3) + varint(6), varint(7 << 3) + varint(1)]
    tags = [0, 0, 1, 1, 2, 2]
    points = [(10, 20), (300, -40), (4096, 4000)]
    data = layer("transportation", [feature(Shape.LINE, line(points), tags)], ("name", "level", "toll"), values)
    (found,) = read_tile(data)
    assert (found.name, found.extent) == ("transportation", 4096)
    (one,) = found.features
    assert one.tags == {"name": "烟台路", "level": 6, "toll": True}
    assert [part.tolist() for part in one.parts] == [[list(point) for point in points]]


def test_rings_end_where_they_close():
    square = [(0, 0), (10, 0), (10, 10)]
    geometry = [*line(square), 1 << 3 | 7, 1 << 3 | 1, *steps([(20, 20)], (10, 10)), 1 << 3 | 2, 2, 0, 1 << 3 | 7]
    (found,) = read_tile(layer("water", [feature(Shape.POLYGON, geometry)]))
    assert [len(part) for part in found.features[0].parts] == [3, 2]
    assert found.features[0].parts[1].tolist() == [[20, 20], [21, 20]]


points = st.lists(st.tuples(st.integers(-5000, 5000), st.integers(-5000, 5000)), min_size=2, max_size=9)


@given(points)
def test_what_was_written_is_read(given_points):
    (found,) = read_tile(layer("x", [feature(Shape.LINE, line(given_points))]))
    assert np.array_equal(found.features[0].parts[0], given_points)


WHOLE = layer("x", [feature(Shape.LINE, line([(0, 0), (5, 5)]), [0, 0])], ("a",), (message(1, b"b"),))


@given(st.one_of(st.binary(max_size=60), st.integers(0, len(WHOLE) - 1).map(lambda end: WHOLE[:end])))
def test_damaged_tiles_raise_nothing_but_valueerror(data):
    try:
        read_tile(data)
    except ValueError:
        return


def test_a_tile_cut_short_is_no_tile():
    with pytest.raises(ValueError, match="cut short"):
        read_tile(WHOLE[:-3])
