"""Time: aware UTC inside, seconds since 1970 in arrays, GMT+8 on the wire and on the screen."""

import datetime as dt

BEIJING = dt.timezone(dt.timedelta(hours=8), "GMT+8")
"""Terminals, statutes and operators here all use GMT+8, without summer time."""

HOUR_S = 3600
DAY_S = 86400
BEIJING_OFFSET_S = 8 * HOUR_S


def utc_now() -> dt.datetime:
    """Return the time of the machine; only the edges (app, gateway, window) call it, all else takes a time."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - the one place


def from_unix(time_s: float) -> dt.datetime:
    """Return aware UTC for seconds since 1970."""
    return dt.datetime.fromtimestamp(time_s, dt.UTC)


def beijing_day(day: dt.date) -> tuple[int, int]:
    """Return the Unix seconds [begin, end) of a calendar day in GMT+8."""
    begin_s = int(dt.datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp())
    return begin_s, begin_s + DAY_S


def beijing_date(time_s: float) -> dt.date:
    """Return the calendar day in GMT+8 of a Unix time."""
    return dt.datetime.fromtimestamp(time_s, BEIJING).date()
