"""A synthetic fleet that reports every ten seconds: speeds persist, stops last, receivers hold the place at a stop."""

import numpy as np
from numpy.typing import NDArray

from laixi_transport.domain.position import PositionReport
from laixi_transport.storage.blocks import NULLABLE, Columns

STEP_S = 10
REPORTS_AN_HOUR = 3600 // STEP_S
BEGIN_S = 1_763_856_000
METRES_A_DEGREE = 111_200.0
ABSENT = {"fuel_dl", "signal_bits", "io_bits", "analog"}

Numbers = NDArray[np.int64]


class BusDays:
    """All vehicles drive all the time but for their stops, which is dearer to store than a true day."""

    def __init__(self, vehicles: int, seed: int = 20_261_123) -> None:
        self.vehicles = vehicles
        self._random = r = np.random.default_rng(seed)
        n = vehicles
        self._time_s = BEGIN_S - STEP_S + r.integers(0, STEP_S, n)
        self._lat, self._lon = r.uniform(36.60, 37.10, n), r.uniform(120.20, 120.80, n)
        self._heading, self._turn = r.uniform(0, 360, n), np.zeros(n)
        self._speed, self._cruise = np.zeros(n), r.uniform(25, 60, n)
        self._driving, self._left = r.random(n) < 0.5, r.integers(1, 20, n)
        self._error_m = np.zeros((2, n))
        self._altitude, self._km = r.uniform(10, 150, n), r.uniform(1e3, 3e5, n)
        self._satellites, self._signal = r.integers(9, 16, n), r.integers(18, 31, n)
        self._latency_s = r.uniform(0.05, 0.4, n)
        self._shown = np.zeros((4, n))

    def hour(self) -> list[Columns]:
        """Return the next hour of each vehicle."""
        steps = [self._step() for _ in range(REPORTS_AN_HOUR)]
        names = steps[0].keys()
        table = {name: np.stack([step[name] for step in steps], axis=1) for name in names}
        zeros = np.zeros(REPORTS_AN_HOUR, np.int64)
        constant = dict.fromkeys(("alarm_bits", "flags", *ABSENT), zeros)
        absent = {name: np.full(REPORTS_AN_HOUR, name in ABSENT) for name in NULLABLE}
        other = [b""] * REPORTS_AN_HOUR
        return [
            Columns(
                {name: column[v] for name, column in table.items()} | constant | {"terminal_id": zeros + v + 1},
                absent,
                other,
            )
            for v in range(self.vehicles)
        ]

    def reports(self, steps: int) -> list[PositionReport]:
        """Return the next reports of all vehicles in the order in which they come in."""
        found = []
        for _ in range(steps):
            columns = {name: column.tolist() for name, column in self._step().items()}
            for v in range(self.vehicles):
                values = {name: column[v] for name, column in columns.items()}
                found.append(
                    PositionReport(
                        terminal_id=v + 1,
                        vehicle_id=v + 1,
                        alarm_bits=0,
                        fuel_dl=None,
                        signal_bits=None,
                        io_bits=None,
                        analog=None,
                        other_items=b"",
                        flags=0,
                        **values,
                    )
                )
        return found

    def _step(self) -> dict[str, Numbers]:
        r, n = self._random, self.vehicles
        self._left -= 1
        over = self._left <= 0
        self._driving ^= over
        # One to five minutes between stops, a stop of 10 to 40 s, now and then a layover of up to 20 minutes.
        stop = np.where(r.random(n) < 0.04, r.integers(30, 120, n), r.integers(1, 5, n))
        self._left = np.where(over, np.where(self._driving, r.integers(6, 30, n), stop), self._left)
        wish = self._speed + 0.45 * (self._cruise - self._speed) + r.normal(0, 3.5, n)
        before = self._speed
        self._speed = np.where(self._driving, wish, 0).clip(0, 110)
        self._turn = np.where(r.random(n) < 0.06, r.normal(0, 60, n), self._turn * 0.3)
        turned = (self._heading + self._turn + r.normal(0, 2, n)) % 360
        self._heading = np.where(self._speed > 3, turned, self._heading)
        metres = (before + self._speed) / 7.2 * STEP_S
        east = METRES_A_DEGREE * np.cos(np.radians(self._lat))
        self._lat = self._lat + metres * np.cos(np.radians(self._heading)) / METRES_A_DEGREE
        self._lon = self._lon + metres * np.sin(np.radians(self._heading)) / east
        self._error_m = 0.9 * self._error_m + r.normal(0, 1.0, (2, n))  # wanders, as a receiver's error does
        self._altitude += r.normal(0, 0.4, n)
        self._km += metres / 1000
        self._satellites = np.where(
            r.random(n) < 0.1, (self._satellites + r.integers(-1, 2, n)).clip(5, 24), self._satellites
        )
        self._signal = np.where(r.random(n) < 0.15, (self._signal + r.integers(-2, 3, n)).clip(5, 31), self._signal)
        self._time_s = self._time_s + STEP_S
        lat = (self._lat + self._error_m[0] / METRES_A_DEGREE) * 1e6
        lon = (self._lon + self._error_m[1] / east) * 1e6
        seen = np.array([lat, lon, self._heading % 360, self._altitude]).round()
        held = (self._speed == 0) & (self._shown[0] != 0)
        self._shown = np.where(held, self._shown, seen)
        noisy = (self._speed * 10 + r.normal(0, 3, n)).round().clip(0)
        received_s = self._time_s + self._latency_s + r.exponential(0.25, n)
        columns = {
            "time_s": self._time_s,
            "lat_e6": self._shown[0],
            "lon_e6": self._shown[1],
            "altitude_m": self._shown[3],
            "speed_dkmh": np.where(self._speed > 0, noisy, 0),
            "direction_deg": self._shown[2] % 360,
            "status_bits": np.full(n, 3),
            "mileage_hm": np.floor(self._km * 10),
            "recorder_speed_dkmh": self._speed.round() * 10,  # recorders of buses give whole km/h
            "signal_strength": self._signal,
            "satellites": self._satellites,
            "received_us": received_s * 1e6,
        }
        return {name: np.asarray(column).astype(np.int64) for name, column in columns.items()}
