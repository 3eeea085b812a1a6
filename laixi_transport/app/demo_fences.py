"""Areas of the demonstration: invented, around places that there are."""

from datetime import timedelta

from sqlalchemy.orm import Session

from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofencePurpose, WeeklyHours
from laixi_transport.domain.time import utc_now
from laixi_transport.storage import Store

WORKDAYS = frozenset(range(5))

FENCES = (
    Geofence(
        name="实验小学",
        kind=GeofenceKind.CIRCLE,
        lon_deg=(120.5132,),
        lat_deg=(36.8668,),
        radius_m=350,
        purpose=GeofencePurpose.SPEED,
        limit_kmh=30.0,
        hours=(WeeklyHours(7 * 60, 8 * 60 + 30, WORKDAYS), WeeklyHours(15 * 60 + 30, 17 * 60, WORKDAYS)),
        note="上下学时段",
    ),
    Geofence(
        name="公交总站",
        kind=GeofenceKind.RECTANGLE,
        lon_deg=(120.5205, 120.5335),
        lat_deg=(36.8545, 36.8638),
        purpose=GeofencePurpose.SITE,
        limit_kmh=20.0,
    ),
    Geofence(
        name="城区危货禁行区",
        kind=GeofenceKind.POLYGON,
        lon_deg=(120.4902, 120.5131, 120.5489, 120.5612, 120.5433, 120.5098),
        lat_deg=(36.8521, 36.8829, 36.8871, 36.8642, 36.8409, 36.8372),
        purpose=GeofencePurpose.KEEP_OUT,
        hours=(WeeklyHours(6 * 60, 22 * 60),),
        note="危货车辆",
    ),
    Geofence(
        name="驾培训练区",
        kind=GeofenceKind.POLYGON,
        lon_deg=(120.4512, 120.4698, 120.4731, 120.4602),
        lat_deg=(36.8712, 36.8731, 36.8861, 36.8894),
        purpose=GeofencePurpose.STAY_IN,
        limit_kmh=40.0,
    ),
    Geofence(
        name="姜山—城区公交走廊",
        kind=GeofenceKind.CORRIDOR,
        lon_deg=(120.5292, 120.5318, 120.5279, 120.5269),
        lat_deg=(36.6781, 36.7352, 36.7961, 36.8592),
        radius_m=600,
    ),
    Geofence(
        name="望城集市",
        kind=GeofenceKind.CIRCLE,
        lon_deg=(120.4873,),
        lat_deg=(36.8183,),
        radius_m=800,
        enabled=False,
        note="停用",
    ),
)


def enter_fences(store: Store) -> None:
    """Enter the areas, as an operator would who came an hour ago; nothing where there are some already."""
    if store.geofences.current():
        return
    at = utc_now() - timedelta(hours=1)

    def enter(session: Session) -> None:
        for fence in FENCES:
            store.geofences.save(session, fence, by="demo", at=at)

    store.writer.run(enter).result()
