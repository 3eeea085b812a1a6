"""Pictures that simulated cameras take: drawn, and recognisable as drawn at first sight."""

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from laixi_transport.domain.position import PositionReport
from laixi_transport.domain.time import BEIJING

if TYPE_CHECKING:
    import numpy as np

SIZES = {
    1: (320, 240),
    2: (640, 480),
    3: (800, 600),
    4: (1024, 768),
    5: (176, 144),
    6: (352, 288),
    7: (704, 288),
    8: (704, 576),
}
"""Width and height by the resolution of 8801 (JT/T 808-2013 8.56)."""
USUAL = (640, 480)
BEST, WORST = 92, 20  # of JPEG, for qualities 1 and 10
NIGHT_LIGHT = 0.35


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture shows.

    caption   ASCII, drawn into it
    phase     how far the vehicle has come, m: the road's marks move by it
    light     0 to 1
    """

    caption: tuple[str, ...]
    phase: float
    light: float


def scene(report: PositionReport, channel: int, plate: str) -> Scene:
    """Return what a camera sees at a report; the plate without its Chinese sign."""
    hour = (report.time_s // 3600 + 8) % 24
    light = 1.0 if 6 <= hour < 18 else NIGHT_LIGHT
    place = f"{report.lat_e6 / 1e6:.5f} {report.lon_e6 / 1e6:.5f}"
    named = "".join(sign for sign in plate if sign.isascii())
    return Scene(
        (
            "SIMULATED PICTURE",
            f"{named} CH{channel} {report.speed_dkmh / 10:.0f} km/h",
            place,
            f"{dt.datetime.fromtimestamp(report.time_s, BEIJING):%Y-%m-%d %H:%M:%S}",
        ),
        (report.mileage_hm or 0) * 100.0 + report.time_s % 100,
        light,
    )


def draw(what: Scene, resolution: int, quality: int) -> bytes:
    """Return a JPEG of a road under a sky with the caption over it.

    resolution, quality   as in 8801
    """
    import cv2  # brings 60 MB along: only who takes a picture needs it
    import numpy as np

    width, height = SIZES.get(resolution, USUAL)
    picture = np.empty((height, width, 3), np.uint8)
    horizon = height * 9 // 20
    sky = np.linspace(0.75, 1.0, horizon)[:, None, None] * np.array((196, 178, 150))
    picture[:horizon] = (sky * what.light).astype(np.uint8)
    picture[horizon:] = (np.array((96, 122, 104)) * what.light).astype(np.uint8)
    _hills(picture, what, horizon, cv2, np)
    _road(picture, what, horizon, cv2, np)
    _caption(picture, what, cv2)
    settings = [cv2.IMWRITE_JPEG_QUALITY, round(BEST - (min(max(quality, 1), 10) - 1) * (BEST - WORST) / 9)]
    done, data = cv2.imencode(".jpg", picture, settings)
    if not done:
        raise RuntimeError("the picture could not be coded")
    return bytes(data.tobytes())


def _hills(picture: "np.ndarray[Any, Any]", what: Scene, horizon: int, cv2: Any, np: Any) -> None:
    height, width = picture.shape[:2]
    at = np.arange(0, width + 8, 8)
    for far, tone in ((1.0, (120, 118, 98)), (0.55, (98, 112, 92))):
        rise = height * 0.10 * far * (1 + np.sin(at / width * 5 + what.phase / 900 / far + far * 4))
        ridge = np.stack([at, horizon - rise], axis=1).astype(np.int32)
        shape = np.concatenate([ridge, [[width, horizon], [0, horizon]]]).astype(np.int32)
        cv2.fillPoly(picture, [shape], tuple(round(part * what.light) for part in tone))


def _road(picture: "np.ndarray[Any, Any]", what: Scene, horizon: int, cv2: Any, np: Any) -> None:
    height, width = picture.shape[:2]
    middle = width // 2

    def at(depth: float, side: float) -> tuple[int, int]:
        """Return the place of a point: depth 0 at the horizon to 1 at the lower edge, side -1 to 1 across the road."""
        return round(middle + side * width * 0.62 * depth), round(horizon + (height - horizon) * depth)

    grey = tuple(round(part * what.light) for part in (84, 82, 80))
    white = tuple(round(part * what.light) for part in (225, 228, 228))
    cv2.fillPoly(picture, [np.array([at(0.02, -1), at(0.02, 1), at(1, 1), at(1, -1)], np.int32)], grey)
    for side in (-0.92, 0.92):
        cv2.line(picture, at(0.02, side), at(1, side), white, max(1, width // 200), cv2.LINE_AA)
    for k in range(7):
        near = (k + what.phase / 12 % 1) / 7
        begin, end = math.pow(near, 2.2), math.pow(near + 0.07, 2.2)
        mark = np.array([at(begin, -0.02), at(begin, 0.02), at(end, 0.02), at(end, -0.02)], np.int32)
        cv2.fillPoly(picture, [mark], white, cv2.LINE_AA)


def _caption(picture: "np.ndarray[Any, Any]", what: Scene, cv2: Any) -> None:
    height, width = picture.shape[:2]
    scale = max(0.32, width / 1100)
    step = round(26 * scale + 6)
    for line, said in enumerate(what.caption):
        place = (round(10 * scale) + 4, step * (line + 1))
        for colour, thick in (((20, 20, 20), 3), ((245, 245, 245), 1)):
            cv2.putText(picture, said, place, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thick, cv2.LINE_AA)
    centre = (width // 2, height - round(24 * scale))
    cv2.drawMarker(picture, centre, (245, 245, 245), cv2.MARKER_CROSS, round(18 * scale), 1, cv2.LINE_AA)
