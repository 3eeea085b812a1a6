"""The one clock of a playback; map, timeline, curves and texts follow it."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

SLOWEST = 0.25
FASTEST = 120.0
SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0)
"""What the selector offers; any speed between the ends may be set."""

SHORTEST_LOOP_S = 1.0

TICK_MS = 16
"""Sixty times a second; the map is painted as often."""


class PlaybackClock(QObject):
    """A moment ``at`` (Unix seconds) that moves by itself while ``playing``.

    ``at`` is the truth and everything else derives from it: changing the speed, the direction or the samples to step by
    never changes it. While playing, every tick counts from one fixed moment by a clock that only goes forward, so that
    neither late ticks nor rounding make it drift; at the end of the period it stops. With a loop it plays that part of
    the period again and again; who seeks a moment outside gets it, and playing leads back into the loop.
    """

    moved = Signal(float)
    """The moment is another one: Unix seconds."""
    changed = Signal()
    """Something other than the moment: playing, speed, direction, period, loop."""

    def __init__(self, parent: QObject | None = None, *, elapsed_s: Callable[[], float] | None = None) -> None:
        """``elapsed_s`` returns seconds that only grow; tests give their own."""
        super().__init__(parent)
        self._elapsed_s = elapsed_s or _monotonic()
        self._begin = 0.0
        self._end = 0.0
        self._at = 0.0
        self._speed = 1.0
        self._direction = 1
        self._playing = False
        self._loop: tuple[float, float] | None = None
        self._from = (0.0, 0.0)  # elapsed seconds and moment that the running stretch counts from
        self._samples: NDArray[np.float64] = np.empty(0)
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    @property
    def at(self) -> float:
        """The moment, Unix seconds."""
        return self._at

    @property
    def begin(self) -> float:
        """First moment of the period."""
        return self._begin

    @property
    def end(self) -> float:
        """Last moment of the period."""
        return self._end

    @property
    def speed(self) -> float:
        """Seconds of the day that pass in a second."""
        return self._speed

    @property
    def direction(self) -> int:
        """1 forwards, -1 backwards."""
        return self._direction

    @property
    def playing(self) -> bool:
        """Whether the moment moves by itself."""
        return self._playing

    @property
    def loop(self) -> tuple[float, float] | None:
        """The part of the period that is played again and again, None for all of it once."""
        return self._loop

    def set_loop(self, begin_s: float, end_s: float) -> None:
        """Play this part again and again, whichever end is named first; the moment stays.

        What reaches beyond the period is cut off; of nothing left there is no loop. Raises ValueError for what is not
        a number.
        """
        if not (math.isfinite(begin_s) and math.isfinite(end_s)):
            raise ValueError(f"a loop cannot reach from {begin_s} to {end_s}")
        begin_s, end_s = sorted((begin_s, end_s))
        begin_s, end_s = max(self._begin, begin_s), min(self._end, end_s)
        self._take_loop((begin_s, end_s) if end_s - begin_s >= SHORTEST_LOOP_S else None)

    def loop_from_here(self) -> None:
        """Let the loop begin at the moment; one that ended before reaches to the end of the period.

        Where that leaves less than the shortest loop, as at the other end of it, it stays as it was.
        """
        end = self._loop[1] if self._loop is not None and self._loop[1] >= self._at else self._end
        if end - self._at >= SHORTEST_LOOP_S:
            self.set_loop(self._at, end)

    def loop_to_here(self) -> None:
        """Let the loop end at the moment; one that began later begins with the period.

        Where that leaves less than the shortest loop, as at the other end of it, it stays as it was.
        """
        begin = self._loop[0] if self._loop is not None and self._loop[0] <= self._at else self._begin
        if self._at - begin >= SHORTEST_LOOP_S:
            self.set_loop(begin, self._at)

    def clear_loop(self) -> None:
        """Play the whole period again."""
        self._take_loop(None)

    def set_period(self, begin_s: float, end_s: float, at_s: float | None = None) -> None:
        """Take another period; the moment stays where it is if it lies inside, unless ``at_s`` is given.

        Raises ValueError if the end lies before the beginning.
        """
        if end_s < begin_s:
            raise ValueError(f"a period cannot end at {end_s} before it begins at {begin_s}")
        self._begin, self._end = float(begin_s), float(end_s)
        if self._loop is not None and not (self._begin <= self._loop[0] and self._loop[1] <= self._end):
            self._loop = None
        self._go(self._at if at_s is None else at_s)
        self.changed.emit()

    def set_samples(self, time_s: NDArray[np.float64] | NDArray[np.int64] | Sequence[float]) -> None:
        """Take the times that ``step`` goes by, shape (n,), not decreasing: those of the selected vehicle."""
        self._samples = np.asarray(time_s, np.float64)

    def set_speed(self, speed: float) -> None:
        """Play at this speed, held between SLOWEST and FASTEST; the moment stays.

        Raises ValueError for what is not a number above zero.
        """
        if not (math.isfinite(speed) and speed > 0):
            raise ValueError(f"{speed} is no speed to play at")
        speed = min(FASTEST, max(SLOWEST, speed))
        if speed != self._speed:
            self._speed = speed
            self._anchor()
            self.changed.emit()

    def faster(self) -> None:
        """Take the next speed of the selector."""
        self.set_speed(next((speed for speed in SPEEDS if speed > self._speed), FASTEST))

    def slower(self) -> None:
        """Take the speed before it."""
        self.set_speed(next((speed for speed in reversed(SPEEDS) if speed < self._speed), SLOWEST))

    def play(self, direction: int = 1) -> None:
        """Let the moment move; at the end of the period, and outside the loop, it begins anew."""
        if self._end <= self._begin:
            return
        direction = 1 if direction > 0 else -1
        first, last = self._loop or (self._begin, self._end)
        if not first <= self._at <= last or self._at == (last if direction > 0 else first):
            self._go(first if direction > 0 else last)
        self._direction = direction
        self._playing = True
        self._anchor()
        self._timer.start()
        self.changed.emit()

    def pause(self) -> None:
        """Let the moment stand where it was last told."""
        if self._playing:
            self._playing = False
            self._timer.stop()
            self.changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        if self._playing:
            self.pause()
        else:
            self.play(self._direction)

    def forwards(self) -> None:
        """Play; when it plays forwards already, faster."""
        if self._playing and self._direction > 0:
            self.faster()
        else:
            self.play(1)

    def backwards(self) -> None:
        """Play backwards; when it does so already, faster."""
        if self._playing and self._direction < 0:
            self.faster()
        else:
            self.play(-1)

    def seek(self, at_s: float) -> None:
        """Go to a moment, held inside the period; playing goes on from there.

        Raises ValueError for what is not a number.
        """
        if not math.isfinite(at_s):
            raise ValueError(f"{at_s} is no moment")
        self._go(at_s)

    def step(self, samples: int) -> None:
        """Pause and go to the first sample after (1), or the last before (-1), the moment; none there: stay."""
        self.pause()
        if samples == 0 or not len(self._samples):
            return
        if samples > 0:
            at = int(np.searchsorted(self._samples, self._at, "right")) + samples - 1
        else:
            at = int(np.searchsorted(self._samples, self._at, "left")) + samples
        if 0 <= at < len(self._samples) and self._begin <= self._samples[at] <= self._end:
            self._go(float(self._samples[at]))

    def tick(self) -> None:
        """Move to where playing has come to; the timer calls it."""
        if not self._playing:
            return
        since_s, from_s = self._from
        at = from_s + (self._elapsed_s() - since_s) * self._speed * self._direction
        if self._loop is not None and self._within(self._loop, from_s):
            first, last = self._loop
            if not first <= at < last:
                at = first + (at - first) % (last - first)
            self._take(at)
            return
        over = at >= self._end if self._direction > 0 else at <= self._begin
        self._take(min(self._end, max(self._begin, at)))
        if over and self._playing:
            self.pause()

    @staticmethod
    def _within(loop: tuple[float, float], at_s: float) -> bool:
        return loop[0] <= at_s <= loop[1]

    def _take_loop(self, loop: tuple[float, float] | None) -> None:
        if loop != self._loop:
            self._loop = loop
            self._anchor()
            self.changed.emit()

    def _go(self, at_s: float) -> None:
        self._take(min(self._end, max(self._begin, float(at_s))))
        self._anchor()

    def _take(self, at_s: float) -> None:
        if at_s != self._at:
            self._at = at_s
            self.moved.emit(at_s)

    def _anchor(self) -> None:
        self._from = (self._elapsed_s(), self._at)


def _monotonic() -> Callable[[], float]:
    timer = QElapsedTimer()
    timer.start()
    return lambda: timer.nsecsElapsed() / 1e9
