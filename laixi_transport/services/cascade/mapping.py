"""From what we have to what goes up: vehicles, positions, alerts and answers as data of JT/T 809."""

from collections.abc import Sequence

from laixi_transport.devices.jt808.position import encode_position
from laixi_transport.devices.jt808.position_report import Position
from laixi_transport.devices.jt809 import alarms, platforms
from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.jt809.ids import AlarmKind, AlarmSource
from laixi_transport.devices.jt809.ids import Handling as HandlingCode
from laixi_transport.devices.jt809.kinds import unix_of
from laixi_transport.devices.jt809.location import Location2011, Location2019
from laixi_transport.devices.jt809.lower import LowerTerms
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.devices.jt809.vehicles import RealTimeLocation, RegisterVehicle, ResentLocations
from laixi_transport.domain.alert import Alert
from laixi_transport.domain.cascade import CascadeLink, Handling, UpperRequest
from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.time import from_unix
from laixi_transport.domain.vehicle import Terminal, Vehicle

RESENT_TOGETHER = 5
"""Positions in one message that are sent after an outage (JT/T 809-2011 4.5.4.1.4)."""

_ALARMS = {"overspeed": AlarmKind.OVERSPEED, "fatigue": AlarmKind.FATIGUE}
_CODES = {
    Handling.IN_PROGRESS: HandlingCode.IN_PROGRESS,
    Handling.DONE: HandlingCode.DONE,
    Handling.NOT_HANDLED: HandlingCode.NOT_HANDLED,
    Handling.LATER: HandlingCode.LATER,
}
_DWORD = 0xFFFFFFFF


def terms_of(link: CascadeLink) -> LowerTerms:
    """Return a link's settings as its driver wants them."""
    return LowerTerms(
        center_id=link.center_id,
        version=link.version,
        keys=None if link.keys is None else Keys(*link.keys),
        host=link.host,
        port=link.port,
        user_id=link.user_id,
        password=link.password,
        listen_host=link.listen_host,
        listen_port=link.listen_port,
        down_ip=link.down_ip,
        down_port=link.down_port,
    )


def registration(link: CascadeLink, terminal: Terminal) -> RegisterVehicle:
    """Return what says which terminal is in a vehicle (1201); what is too long for its field is cut."""
    edition = link.version
    return RegisterVehicle(
        platform_id=link.platform_id,
        producer_id=_cut(terminal.maker, 11),
        terminal_model=_cut(terminal.model, 30 if edition >= 2019 else 20),
        imei="",
        terminal_id=_cut(terminal.terminal_no, 30 if edition >= 2019 else 7),
        sim=terminal.phone.rjust(13 if edition >= 2019 else 12, "0")[-(13 if edition >= 2019 else 12) :],
    )


def location_2011(report: PositionReport) -> Location2011:
    """Return a position in the layout of 2011: whole km/h and km, magnitudes of coordinates."""
    return Location2011(
        time=from_unix(report.time_s),
        lon_deg=abs(report.lon_e6) / 1e6,
        lat_deg=abs(report.lat_e6) / 1e6,
        speed_kmh=(report.speed_dkmh + 5) // 10,
        recorder_speed_kmh=((report.recorder_speed_dkmh or 0) + 5) // 10,
        mileage_km=(report.mileage_hm or 0) // 10,
        direction_deg=report.direction_deg,
        altitude_m=report.altitude_m,
        status_bits=report.status_bits,
        alarm_bits=report.alarm_bits,
    )


def location_2019(link: CascadeLink, report: PositionReport) -> Location2019:
    """Return a position as the terminal sent it, and our name; ValueError or struct.error if it cannot be."""
    position = Position.decode(encode_position(report))
    if not isinstance(position, Position):
        raise ValueError(f"a position of {report.time_s} cannot be written")  # noqa: TRY004 - it is a fault, not a type
    return Location2019(position=position, enterprise_id=link.platform_id, enterprise_alarm_bits=report.alarm_bits)


def real_time(link: CascadeLink, report: PositionReport) -> RealTimeLocation:
    """Return a position that goes up at once (1202)."""
    if link.version >= 2019:
        return RealTimeLocation(location_2019=location_2019(link, report))
    return RealTimeLocation(location_2011=location_2011(report))


def resent(link: CascadeLink, reports: Sequence[PositionReport]) -> ResentLocations:
    """Return positions of one vehicle that go up after an outage (1203), in their order."""
    if link.version >= 2019:
        return ResentLocations(locations_2019=tuple(location_2019(link, report) for report in reports))
    return ResentLocations(locations_2011=tuple(location_2011(report) for report in reports))


def alarm_kind(alert: Alert) -> AlarmKind:
    """Return what an alert is called above."""
    return _ALARMS.get(alert.rule, AlarmKind.OTHER)


def alarm(link: CascadeLink, alert: Alert, vehicle: Vehicle) -> Sub:
    """Return what tells of an alert (1402)."""
    kind = alarm_kind(alert)
    if link.version >= 2019:
        return alarms.AlarmReport(
            platform_id=link.platform_id,
            warn_type=kind,
            warn_time=unix_of(alert.begin),
            end_time=0 if alert.ongoing else unix_of(alert.end),
            plate_no=vehicle.plate,
            plate_color=int(vehicle.plate_colour),
            target_id="",
            route_id=0,
            info=_description(alert),
        )
    return alarms.AlarmReport2011(
        warn_src=AlarmSource.ENTERPRISE,
        warn_type=kind,
        warn_time=unix_of(alert.begin),
        info_id=alert.id & _DWORD,
        info=_description(alert),
    )


def alarm_handled(link: CascadeLink, alert: Alert, seq: int) -> Sub:
    """Return what tells that an alert was dealt with (1403 in 2011, 1412 since): the one told of in message ``seq``."""
    if link.version >= 2019:
        return alarms.AlarmHandled(source_sub_id=0x1402, source_seq=seq, result=HandlingCode.DONE)
    return alarms.AlarmHandled2011(info_id=alert.id & _DWORD, result=HandlingCode.DONE)


def post_check_answer(link: CascadeLink, request: UpperRequest) -> Sub:
    """Return the answer to a question whether somebody is at his post (1301)."""
    del link
    return platforms.PostCheckAnswer(
        object_type=request.object_type,
        object_id=request.object_id,
        responder=_cut(request.answered_by, 16),
        tel="",
        source_sub_id=request.source_sub_id,
        source_seq=request.source_seq,
        info_id=request.info_id,
        info=written(request.answer),
    )


def supervision_answer(link: CascadeLink, request: UpperRequest) -> Sub:
    """Return what is done about a supervised alarm (1401)."""
    del link
    return alarms.SupervisionAnswer(
        supervision_id=request.info_id,
        source_sub_id=request.source_sub_id,
        source_seq=request.source_seq,
        result=_CODES[request.handling or Handling.IN_PROGRESS],
    )


def static_info(vehicle: Vehicle) -> str:
    """Return what 1601 tells of a vehicle (JT/T 809-2011 table 76, mem)."""
    fields = {
        "VIN": vehicle.plate,
        "VEHICLE_COLOR": str(int(vehicle.plate_colour)),
        "VEHICLE_TYPE": "",
        "TRANS_TYPE": "",
        "VEHICLE_NATIONALITY": "370285",
        "OWERS_NAME": vehicle.organisation,
    }
    return written(";".join(f"{name}:={value}" for name, value in fields.items()))


def written(text: str) -> str:
    """Return a text with a question mark for every character that GBK does not have."""
    return text.encode("gbk", errors="replace").decode("gbk")


def _description(alert: Alert) -> str:
    limit = f"，限值 {alert.limit:g}" if alert.limit is not None else ""
    if alert.rule == "overspeed":
        limit = f"，限速 {alert.limit:g} km/h" if alert.limit is not None else ""
        return f"超速报警：最高 {alert.peak:g} km/h{limit}"
    return written(f"{alert.rule}：{alert.peak:g}{limit}")


def _cut(text: str, size: int) -> str:
    """Return as much of a text as fits so many bytes of GBK."""
    return text.encode("gbk", errors="replace")[:size].decode("gbk", errors="ignore")
