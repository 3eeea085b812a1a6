"""Times in BCD of GMT+8, for those who cannot afford the records' kinds."""

import datetime as dt

from laixi_transport.domain.time import BEIJING, BEIJING_OFFSET_S

SIXTY: dict[int, int] = {tens << 4 | ones: tens * 10 + ones for tens in range(6) for ones in range(10)}
"""Byte of BCD -> seconds, for 00 to 59."""

MINUTES: dict[bytes, int] = {}
"""What ``minute_of`` has found, for callers that cannot afford the call."""

_MINUTES_KEPT = 8192
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def minute_of(bcd: bytes) -> int | None:
    """Return the Unix seconds at which the minute YY MM DD hh mm (5 bytes of BCD, GMT+8) begins; None if it is none.

    Reports of a fleet fall into few minutes, so that the look-up of a known one replaces the calendar.
    """
    minute_s = MINUTES.get(bcd)
    if minute_s is None:
        digits = bcd.hex()
        if len(digits) != 10 or not digits.isdecimal():
            return None
        year, month, day, hour, minute = (int(digits[at : at + 2]) for at in range(0, 10, 2))
        try:
            moment = dt.datetime(2000 + year, month, day, hour, minute, tzinfo=dt.UTC)
        except ValueError:
            return None
        minute_s = (moment - _EPOCH) // dt.timedelta(seconds=1) - BEIJING_OFFSET_S
        if len(MINUTES) >= _MINUTES_KEPT:
            MINUTES.clear()
        MINUTES[bcd] = minute_s
    return minute_s


def decode_time(bcd: bytes) -> int | None:
    """Return the Unix seconds of YY MM DD hh mm ss (BCD[6], GMT+8; the years are 2000 to 2099); None if it is none."""
    minute_s = minute_of(bcd[:5])
    second = SIXTY.get(bcd[5]) if len(bcd) == 6 else None
    return None if minute_s is None or second is None else minute_s + second


def encode_time(time_s: int) -> bytes:
    """Return Unix seconds as BCD[6] in GMT+8; ValueError outside of 2000 to 2099."""
    moment = dt.datetime.fromtimestamp(time_s, BEIJING)
    if not 2000 <= moment.year < 2100:
        message = f"the year {moment.year} does not fit two digits"
        raise ValueError(message)
    return bytes.fromhex(moment.strftime("%y%m%d%H%M%S"))


def month_begins() -> list[int]:
    """Return the Unix seconds at which the months begin in GMT+8, January 2000 to January 2100."""
    months = [(2000 + month // 12, month % 12 + 1) for month in range(1201)]
    return [int(dt.datetime(year, month, 1, tzinfo=BEIJING).timestamp()) for year, month in months]
