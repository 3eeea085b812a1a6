"""Labels that do not overlap."""

from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.ui.map.placing import Placer, beside

boxes = st.lists(
    st.builds(
        lambda x, y, w, h: (x, y, x + w, y + h),
        st.floats(-300, 900),
        st.floats(-300, 900),
        st.floats(1, 200),
        st.floats(1, 60),
    ),
    max_size=40,
)


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@given(boxes)
def test_no_two_placed_labels_overlap_and_none_is_left_out_that_had_room(wanted):
    placer = Placer()
    placed = [box for box in wanted if placer.first_free([box]) is not None]
    assert not any(overlap(a, b) for at, a in enumerate(placed) for b in placed[at + 1 :])
    for box in wanted:
        assert box in placed or any(overlap(box, other) for other in placed)


def test_a_label_moves_to_the_other_side_when_the_first_is_taken():
    placer = Placer()
    right, left, *_ = beside(100, 100, 40, 12, 5)
    placer.take(right)
    assert placer.first_free([right, left]) == left
