"""What the live page says about a vehicle, in list, detail and card alike."""

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.fleet import MotionState
from laixi_transport.ui import format as text
from laixi_transport.ui.map.furniture import Card
from laixi_transport.ui.pages.live.fleet import VehicleRow

translate = QCoreApplication.translate

COLOURS = {
    MotionState.OFFLINE: "dim",
    MotionState.STOPPED: "dim",
    MotionState.MOVING: "good_text",
    MotionState.ALARM: "high_text",
}


def state(row: VehicleRow, now_s: float) -> str:
    """Return "Moving", "Stopped 6 min", "Offline 2 h"; without a duration where its begin was not seen."""
    if row.state is None:
        return translate("Live", "No report yet")
    word = text.motion(row.motion)
    begin_s = row.state.received_s if row.motion == MotionState.OFFLINE else row.since_s
    if row.motion in {MotionState.MOVING, MotionState.ALARM} or begin_s is None:
        return word
    lasted_s = now_s - begin_s
    if lasted_s < 60:
        return word
    return translate("Live", "{state} {duration}").format(state=word, duration=text.duration(lasted_s // 60 * 60))


def state_colour(row: VehicleRow) -> str:
    """Return the word colour of the state."""
    return "urgent_text" if row.urgent and row.motion == MotionState.ALARM else COLOURS[row.motion]


def speed(row: VehicleRow) -> str:
    """Return the speed of the newest report, nothing for one that is long ago."""
    if row.state is None or row.motion == MotionState.OFFLINE:
        return text.NONE
    return text.speed(row.state.speed_kmh, row.vehicle.speed_limit_kmh, unit=False)


def speed_colour(row: VehicleRow) -> str:
    """Return the word colour of the speed: that of an alarm where it is above the limit."""
    return "high_text" if row.over_limit and row.motion != MotionState.OFFLINE else ""


def age(row: VehicleRow, now_s: float) -> str:
    """Return how long ago the newest report came in."""
    return text.NONE if row.state is None else text.duration(max(0.0, now_s - row.state.received_s))


def alarm(row: VehicleRow) -> str:
    """Return what is wrong, nothing where all is well."""
    parts = []
    if row.emergency:
        parts.append(text.rule("emergency"))
    if row.alert is not None:
        parts.append(text.alert(row.alert))
    return "\n".join(parts)


def subtitle(row: VehicleRow) -> str:
    """Return line, organisation and class in one line."""
    return " · ".join(
        part
        for part in (row.vehicle.line, row.vehicle.organisation, text.vehicle_class(row.vehicle.vehicle_class))
        if part
    )


def card(row: VehicleRow, now_s: float) -> Card:
    """Return the card beside the vehicle on the map."""
    title = f"{row.name}  {row.vehicle.line}".rstrip()
    if row.state is None:
        return Card(title)
    limit = row.vehicle.speed_limit_kmh
    first = text.speed(row.state.speed_kmh, limit)
    if row.motion == MotionState.OFFLINE:
        first = state(row, now_s)
    elif limit is not None:
        first = translate("Live", "{speed} (limit {limit})").format(speed=first, limit=text.speed(limit, unit=False))
    if row.emergency:
        first = f"{text.rule('emergency')}  {first}"
    alarmed = row.motion == MotionState.ALARM or bool(speed_colour(row))
    return Card(
        title, (first, f"{text.moment(row.state.time_s, now_s)} · {text.ago(row.state.received_s, now_s)}"), alarmed
    )
