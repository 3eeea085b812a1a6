"""Terminal phones for vehicles that have none: invented, stable from run to run, one to one."""

import hashlib
from collections.abc import Iterable

DIGITS = 12  # fits the header of 2013 (BCD[6]) and of 2019; a real mobile number has 11
_NUMBERED = "98"
_HASHED = "99"
_SPACE = 10 ** (DIGITS - 2)


def phones_for(vehicles: Iterable[str]) -> dict[str, str]:
    """Return a phone of twelve digits for every vehicle name.

    A name that is a plain number keeps it (5461 -> 980000005461); any other is hashed. Two names of one file never
    share a phone: on a collision the later one in alphabetical order moves on to the next free number.
    """
    phones: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(vehicles)):
        if name.isascii() and name.isdigit() and len(name) <= DIGITS - 2 and str(int(name)) == name:
            phone = _NUMBERED + name.zfill(DIGITS - 2)
        else:
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % _SPACE
            while (phone := _HASHED + f"{number:010d}") in taken:
                number = (number + 1) % _SPACE
        taken.add(phone)
        phones[name] = phone
    return phones
