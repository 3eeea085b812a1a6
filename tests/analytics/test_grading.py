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


@pytest.mark.parametrize("limit_kmh", range(10, 130, 5))
def test_binary_fractions_do_not_move_the_steps(limit_kmh):
    assert overspeed_priority(limit_kmh * 12 / 10 / limit_kmh - 1) is Priority.HIGH
    assert overspeed_priority((limit_kmh * 12 - 1) / 10 / limit_kmh - 1) is Priority.LOW
    assert overspeed_priority(limit_kmh * 15 / 10 / limit_kmh - 1) is Priority.URGENT
