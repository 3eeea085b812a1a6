"""What the terminal of a simulated vehicle does when the platform tells it something."""

import asyncio
import time
from collections.abc import Sequence

from laixi_transport.devices.jt808.frame import Frame
from laixi_transport.devices.jt808.terminal_conduct import TerminalConduct
from laixi_transport.devices.jt808.terminal_link import TerminalIdentity
from laixi_transport.devices.wire.record import Message
from laixi_transport.domain.position import PositionReport
from laixi_transport.services.simulation import camera
from laixi_transport.services.simulation.vehicle import Plan, SimulatedVehicle
from laixi_transport.services.simulation.video import CameraVideo

MAKER, MODEL = "LXSIM", "LX-1"


def identity_of(plan: Plan) -> TerminalIdentity:
    """Return what a vehicle's terminal says about itself."""
    return TerminalIdentity(
        plan.phone,
        plate=plan.plate,
        plate_colour=plan.plate_colour,
        version=plan.version,
        maker=MAKER,
        model=MODEL,
        terminal_no=plan.phone[-7:],
    )


class Duty:
    """Joins a terminal's conduct with the vehicle it is in.

    begin_s     Unix seconds at which the vehicle's clock starts
    began       of the machine's monotonic clock, at the same time
    time_scale  the vehicle's seconds in one of the machine's
    gateway     that it reports to
    """

    def __init__(
        self,
        plan: Plan,
        identity: TerminalIdentity,
        begin_s: float,
        began: float,
        time_scale: float,
        gateway: tuple[str, int],
    ) -> None:
        self.plan = plan
        self.vehicle: SimulatedVehicle | None = None  # until it is made, nothing is answered
        self._begin_s = begin_s
        self._began = began
        self._time_scale = time_scale
        self._video = CameraVideo(identity.phone)
        self.conduct = TerminalConduct(
            identity,
            self._report,
            self._now_s,
            parameters=_parameters(plan, gateway),
            camera=self._photo,
            video=self._video,
        )

    async def answer(self, frame: Frame) -> Sequence[Message]:
        """Do what a frame from the platform tells."""
        return await self.conduct.answer(frame) if self.vehicle is not None else ()

    def close(self) -> None:
        """Send no video any more."""
        self._video.close()

    def _now_s(self) -> float:
        return self._begin_s + (time.monotonic() - self._began) * self._time_scale

    def _report(self) -> PositionReport:
        if self.vehicle is None:
            raise RuntimeError("there is no vehicle yet")
        return self.vehicle.report(int(self._now_s()))

    async def _photo(self, channel: int, resolution: int, quality: int) -> bytes:
        seen = camera.scene(self._report(), channel, self.plan.plate)
        return await asyncio.to_thread(camera.draw, seen, resolution, quality)


def _parameters(plan: Plan, gateway: tuple[str, int]) -> dict[int, int | str]:
    host, port = gateway
    return {
        0x0013: host if plan.version < 2019 else f"{host}:{port}",
        **({0x0018: port} if plan.version < 2019 else {}),
        0x0029: round(plan.interval_s),
        0x0055: round(plan.speed_limit_kmh),
        0x0081: 37,
        0x0082: 285,
        0x0083: plan.plate,
        0x0084: int(plan.plate_colour),
    }
