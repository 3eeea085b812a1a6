"""What somebody typed into a form, as values; ``ValueError`` for what cannot be read."""

import datetime as dt
import re

from laixi_transport.domain.geofence import DAY_MINUTES, MAX_LIMIT_KMH
from laixi_transport.domain.time import BEIJING

_CLOCK = re.compile(r"(\d{1,2})(?:\s*[:：.]?\s*(\d{2}))?")
_DAY = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*(.*)")


def read_limit(typed: str) -> float | None:
    """Return a speed limit in km/h, None for nothing typed."""
    if not typed.strip():
        return None
    limit = float(typed)
    if not 1 <= limit <= MAX_LIMIT_KMH:
        raise ValueError(typed)
    return limit


def read_metres(typed: str) -> float:
    """Return metres of "350", "350 m" or "1.2 km"."""
    line = typed.strip().lower().replace("\u2009", "").replace(",", "")
    if line.endswith("km"):
        return float(line[:-2]) * 1000
    return float(line.removesuffix("m"))


def read_minutes(typed: str, *, end: bool = False) -> int:
    """Return minutes after midnight of "7", "7:30" or "0730"; as an end 00:00 is the end of the day."""
    match = _CLOCK.fullmatch(typed.strip())
    if match is None:
        raise ValueError(typed)
    hours, minutes = int(match[1]), int(match[2] or 0)
    found = hours * 60 + minutes
    if minutes > 59 or found > DAY_MINUTES or (found == DAY_MINUTES and not end):
        raise ValueError(typed)
    return DAY_MINUTES if end and found == 0 else found


def read_moment(typed: str) -> dt.datetime | None:
    """Return the time of "2026-06-10" or "2026-06-10 08:00" in GMT+8 as aware UTC, None for nothing typed."""
    if not typed.strip():
        return None
    match = _DAY.fullmatch(typed.strip())
    if match is None:
        raise ValueError(typed)
    year, month, day = (int(match[i]) for i in (1, 2, 3))
    minutes = read_minutes(match[4]) if match[4].strip() else 0
    local = dt.datetime(year, month, day, tzinfo=BEIJING) + dt.timedelta(minutes=minutes)
    return local.astimezone(dt.UTC)


def said_moment(moment: dt.datetime | None) -> str:
    """Return what ``read_moment`` reads."""
    if moment is None:
        return ""
    local = moment.astimezone(BEIJING)
    return local.strftime("%Y-%m-%d") if (local.hour, local.minute) == (0, 0) else local.strftime("%Y-%m-%d %H:%M")
