import pytest

from laixi_transport.analytics.grading import overspeed_priority
from laixi_transport.domain.alert import Priority


@pytest.mark.parametrize(
    ("excess", "priority"),
    [
        (0.001, Priority.LOW),
        (0.199, Priority.LOW),
        (0.2, Priority.HIGH),
        (0.499, Priority.HIGH),
        (0.5, Priority.URGENT),
        (2.0, Priority.URGENT),
    ],
)
def test_steps_belong_to_the_graver_side(excess, priority):
    assert overspeed_priority(excess) is priority
