"""Invented phones: one to one and stable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.services.replay import naming


@given(st.sets(st.text(max_size=20), max_size=60))
def test_every_vehicle_has_a_phone_of_its_own(vehicles: set[str]) -> None:
    phones = naming.phones_for(vehicles)
    assert set(phones) == vehicles
    assert len(set(phones.values())) == len(vehicles)
    assert all(phone.isdigit() and len(phone) == naming.DIGITS for phone in phones.values())


@given(st.sets(st.text(max_size=20), min_size=1, max_size=30))
def test_a_vehicle_keeps_its_phone_in_a_file_of_other_vehicles(vehicles: set[str]) -> None:
    one = min(vehicles)
    assert naming.phones_for([one])[one] == naming.phones_for(vehicles)[one]


def test_numbers_can_be_read_from_the_phone() -> None:
    phones = naming.phones_for(["5461", "05461", "鲁B00042D"])
    assert phones["5461"] == "980000005461"
    assert phones["05461"].startswith("99")
    assert phones["鲁B00042D"].startswith("99")


def test_names_that_collide_still_get_phones_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "_SPACE", 3)
    assert len(set(naming.phones_for(["a", "b", "c"]).values())) == 3
