"""Numbers and times as people read them: one place for units, rounding and the time of the county (GMT+8)."""

import datetime as dt
import math
from typing import TypeGuard

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.fleet import MotionState
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import BEIJING, DAY_S, HOUR_S
from laixi_transport.domain.vehicle import PlateColour, VehicleClass

NONE = "–"
"""Stands where there is no value."""

MINUTE_S = 60
PLATE_HEAD = 2  # province and city stand before the dot

translate = QCoreApplication.translate


def clock(time_s: float | None) -> str:
    """Return "10:42:18"."""
    return _local(time_s).strftime("%H:%M:%S") if _given(time_s) else NONE


def clock_minutes(time_s: float | None) -> str:
    """Return "10:42"."""
    return _local(time_s).strftime("%H:%M") if _given(time_s) else NONE


def date(time_s: float | None) -> str:
    """Return "2026-06-10"."""
    return _local(time_s).strftime("%Y-%m-%d") if _given(time_s) else NONE


def date_time(time_s: float | None) -> str:
    """Return "2026-06-10 10:42:18"."""
    return _local(time_s).strftime("%Y-%m-%d %H:%M:%S") if _given(time_s) else NONE


def moment(time_s: float | None, now_s: float) -> str:
    """Return the time of day for today, else the day as well."""
    if not _given(time_s):
        return NONE
    return clock(time_s) if _local(time_s).date() == _local(now_s).date() else date_time(time_s)


def duration(seconds: float | None) -> str:
    """Return "31 s", "2 min 5 s", "2 h 47 min" or "3 d 4 h": two units at most, the smaller one rounded down."""
    if not _given(seconds):
        return NONE
    whole = int(seconds)
    if whole < MINUTE_S:
        return translate("Format", "{s} s").format(s=whole)
    if whole < HOUR_S:
        if whole % MINUTE_S == 0 or whole >= 10 * MINUTE_S:
            return translate("Format", "{m} min").format(m=whole // MINUTE_S)
        return translate("Format", "{m} min {s} s").format(m=whole // MINUTE_S, s=whole % MINUTE_S)
    if whole < DAY_S:
        if whole % HOUR_S < MINUTE_S:
            return translate("Format", "{h} h").format(h=whole // HOUR_S)
        return translate("Format", "{h} h {m} min").format(h=whole // HOUR_S, m=whole % HOUR_S // MINUTE_S)
    if whole % DAY_S < HOUR_S:
        return translate("Format", "{d} d").format(d=whole // DAY_S)
    return translate("Format", "{d} d {h} h").format(d=whole // DAY_S, h=whole % DAY_S // HOUR_S)


def ago(time_s: float | None, now_s: float) -> str:
    """Return how long ago something was; a clock that runs ahead is told as such."""
    if not _given(time_s):
        return NONE
    if time_s > now_s + 1:
        return translate("Format", "{duration} ahead").format(duration=duration(time_s - now_s))
    return translate("Format", "{duration} ago").format(duration=duration(max(0.0, now_s - time_s)))


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with a thin space between thousands."""
    return f"{value:,.{digits}f}".replace(",", "\u2009") if _given(value) else NONE


def speed(speed_kmh: float | None, limit_kmh: float | None = None, *, unit: bool = True) -> str:
    """Return "63 km/h", or "63" for a column that carries the unit in its title.

    With a limit "60.4" where it is above 60: "60" in the colour of an alarm would contradict itself.
    """
    if not _given(speed_kmh):
        return NONE
    said = f"{speed_kmh:.0f}"
    if _given(limit_kmh) and is_over(speed_kmh, limit_kmh) and float(said) <= limit_kmh:
        said = f"{speed_kmh:.1f}"
    return f"{said} km/h" if unit else said


def is_over(speed_kmh: float | None, limit_kmh: float | None) -> bool:
    """Whether a speed is above a limit in tenths, which are the finest that is shown (and that a terminal reports)."""
    return _given(speed_kmh) and _given(limit_kmh) and round(speed_kmh * 10) > round(limit_kmh * 10)


def speed_over(speed_kmh: float, limit_kmh: float | None) -> str:
    """Return "63/50 (26 %)" or "70.5/60 (17 %)": the speed, the limit and the share by which it was passed.

    The share can be computed again from what is shown, and is rounded down: 19.9 % must not read as the 20 % from
    which an alarm weighs more.
    """
    if not _given(limit_kmh):
        return speed(speed_kmh)
    tenths, limit_tenths = round(speed_kmh * 10), round(limit_kmh * 10)
    return translate("Format", "{speed}/{limit} ({share} %)").format(
        speed=_tenths(tenths),
        limit=_tenths(limit_tenths),
        share=int((tenths - limit_tenths) * 100 / limit_tenths) if limit_tenths else 0,
    )


def distance(distance_m: float | None) -> str:
    """Return "230 m" or "118.4 km"."""
    if not _given(distance_m):
        return NONE
    return f"{distance_m:.0f} m" if abs(distance_m) < 1000 else f"{number(distance_m / 1000, 1)} km"


def length(length_m: float | None) -> str:
    """Return a measured length to about its thousandth part: "84.2 m", "843 m", "1.243 km", "42.61 km", "118.4 km"."""
    if not _given(length_m):
        return NONE
    if length_m < 999.5:
        return f"{length_m:.1f} m" if length_m < 99.95 else f"{length_m:.0f} m"
    km = length_m / 1000
    return f"{number(km, 3 if km < 10 else 2 if km < 100 else 1)} km"


def area(area_m2: float | None) -> str:
    """Return a measured area: "8 214 m²", "42.1 ha" or "3.42 km²"."""
    if not _given(area_m2):
        return NONE
    if area_m2 < 9999.5:
        return f"{number(area_m2)} m²"
    if area_m2 < 999_500:
        return translate("Format", "{area} ha").format(area=number(area_m2 / 1e4, 1))
    return f"{number(area_m2 / 1e6, 2)} km²"


def mileage(distance_km: float | None) -> str:
    """Return "118.4 km"."""
    return f"{number(distance_km, 1)} km" if _given(distance_km) else NONE


def altitude(altitude_m: float | None) -> str:
    """Return "52 m"."""
    return f"{altitude_m:.0f} m" if _given(altitude_m) else NONE


def percent(share: float | None, digits: int = 0) -> str:
    """Return "71 %" for 0.71."""
    return f"{share * 100:.{digits}f} %" if _given(share) else NONE


def size(size_bytes: float | None) -> str:
    """Return "31.4 GB", in powers of ten."""
    if not _given(size_bytes):
        return NONE
    for unit, step in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= step:
            return f"{size_bytes / step:.1f} {unit}"
    return f"{size_bytes:.0f} B"


def coordinate(lat_deg: float | None, lon_deg: float | None) -> str:
    """Return "36.86120° N, 120.52345° E"; a metre is the fifth digit."""
    if not (_given(lat_deg) and _given(lon_deg)):
        return NONE
    north, east = ("N" if lat_deg >= 0 else "S"), ("E" if lon_deg >= 0 else "W")
    return f"{abs(lat_deg):.5f}° {north}, {abs(lon_deg):.5f}° {east}"


def coordinate_dms(lat_deg: float | None, lon_deg: float | None) -> str:
    """Return "36°51′40.3″ N, 120°31′24.4″ E"; three metres are the last digit."""
    if not (_given(lat_deg) and _given(lon_deg)):
        return NONE
    north, east = ("N" if lat_deg >= 0 else "S"), ("E" if lon_deg >= 0 else "W")
    return f"{_dms(lat_deg)} {north}, {_dms(lon_deg)} {east}"


def plate(text: str) -> str:
    """Return the plate as it is painted, with the dot after its second sign; other names stay as they are."""
    if len(text) > PLATE_HEAD and "\u4e00" <= text[0] <= "\u9fff" and text[1].isascii() and text[1].isalpha():
        head, tail = text[:PLATE_HEAD], text[PLATE_HEAD:].lstrip("·•・ ")
        return f"{head}·{tail}"
    return text


_DIRECTIONS = (
    QT_TRANSLATE_NOOP("Format", "north"),
    QT_TRANSLATE_NOOP("Format", "north-east"),
    QT_TRANSLATE_NOOP("Format", "east"),
    QT_TRANSLATE_NOOP("Format", "south-east"),
    QT_TRANSLATE_NOOP("Format", "south"),
    QT_TRANSLATE_NOOP("Format", "south-west"),
    QT_TRANSLATE_NOOP("Format", "west"),
    QT_TRANSLATE_NOOP("Format", "north-west"),
)


def direction(direction_deg: float | None) -> str:
    """Return "north-east (47°)"."""
    if not _given(direction_deg):
        return NONE
    name = translate("Format", _DIRECTIONS[round(direction_deg / 45) % 8])
    return translate("Format", "{direction} ({degrees}°)").format(direction=name, degrees=f"{direction_deg:.0f}")


_MOTION = {
    MotionState.OFFLINE: QT_TRANSLATE_NOOP("Format", "Offline"),
    MotionState.STOPPED: QT_TRANSLATE_NOOP("Format", "Stopped"),
    MotionState.MOVING: QT_TRANSLATE_NOOP("Format", "Moving"),
    MotionState.ALARM: QT_TRANSLATE_NOOP("Format", "Alarm"),
}
_CLASSES = {
    VehicleClass.CITY_BUS: QT_TRANSLATE_NOOP("Format", "City bus"),
    VehicleClass.COACH: QT_TRANSLATE_NOOP("Format", "Coach"),
    VehicleClass.TRUCK: QT_TRANSLATE_NOOP("Format", "Truck"),
    VehicleClass.HAZMAT: QT_TRANSLATE_NOOP("Format", "Hazardous goods vehicle"),
    VehicleClass.COACH_CAR: QT_TRANSLATE_NOOP("Format", "Training car"),
    VehicleClass.TAXI: QT_TRANSLATE_NOOP("Format", "Taxi"),
    VehicleClass.RIDE_HAILING: QT_TRANSLATE_NOOP("Format", "Ride-hailing car"),
    VehicleClass.OTHER: QT_TRANSLATE_NOOP("Format", "Other vehicle"),
}
_COLOURS = {
    PlateColour.NONE: QT_TRANSLATE_NOOP("Format", "No plate"),
    PlateColour.BLUE: QT_TRANSLATE_NOOP("Format", "Blue plate"),
    PlateColour.YELLOW: QT_TRANSLATE_NOOP("Format", "Yellow plate"),
    PlateColour.BLACK: QT_TRANSLATE_NOOP("Format", "Black plate"),
    PlateColour.WHITE: QT_TRANSLATE_NOOP("Format", "White plate"),
    PlateColour.GREEN: QT_TRANSLATE_NOOP("Format", "Green plate"),
    PlateColour.OTHER: QT_TRANSLATE_NOOP("Format", "Other plate"),
}
_PRIORITIES = {
    Priority.URGENT: QT_TRANSLATE_NOOP("Format", "Urgent"),
    Priority.HIGH: QT_TRANSLATE_NOOP("Format", "High"),
    Priority.LOW: QT_TRANSLATE_NOOP("Format", "Low"),
}
_STATES = {
    AlertState.NEW: QT_TRANSLATE_NOOP("Format", "New"),
    AlertState.ACKNOWLEDGED: QT_TRANSLATE_NOOP("Format", "Acknowledged"),
    AlertState.CLEARED: QT_TRANSLATE_NOOP("Format", "Cleared"),
    AlertState.WITHDRAWN: QT_TRANSLATE_NOOP("Format", "Withdrawn"),
}
_RULES = {
    "overspeed": QT_TRANSLATE_NOOP("Format", "Overspeed"),
    "emergency": QT_TRANSLATE_NOOP("Format", "Emergency button"),
}


def motion(state: MotionState) -> str:
    """Return the word for what a vehicle does."""
    return translate("Format", _MOTION[state])


def vehicle_class(kind: VehicleClass) -> str:
    """Return the word for a kind of vehicle."""
    return translate("Format", _CLASSES[kind])


def plate_colour(colour: PlateColour) -> str:
    """Return the word for a plate's colour."""
    return translate("Format", _COLOURS[colour])


def priority(value: Priority) -> str:
    """Return the word of the alarm bar."""
    return translate("Format", _PRIORITIES[value])


def alert_state(state: AlertState) -> str:
    """Return the word for where an alert stands in its life."""
    return translate("Format", _STATES[state])


def rule(name: str) -> str:
    """Return the name of a rule; an unknown one keeps its identifier."""
    return translate("Format", _RULES[name]) if name in _RULES else name


def alert(item: Alert) -> str:
    """Return what an alert is about: "Overspeed 63/50 (26 %)"."""
    name = rule(item.rule)
    return f"{name} {speed_over(item.peak, item.limit)}" if item.rule == "overspeed" else name


def alert_duration(item: Alert) -> str:
    """Return how long the episode lasted; one that goes on says so."""
    text = duration((item.end - item.begin).total_seconds())
    return translate("Format", "{duration}, ongoing").format(duration=text) if item.ongoing else text


def _tenths(value: int) -> str:
    """Return a number of tenths, the decimal only where there is one."""
    return f"{value / 10:.1f}" if value % 10 else str(value // 10)


def _dms(degrees: float) -> str:
    tenths = round(abs(degrees) * 36_000)
    return f"{tenths // 36_000}°{tenths // 600 % 60:02d}′{tenths % 600 / 10:04.1f}″"


def _given(value: float | None) -> TypeGuard[float]:
    return value is not None and not math.isnan(value)


def _local(time_s: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(time_s, BEIJING)
