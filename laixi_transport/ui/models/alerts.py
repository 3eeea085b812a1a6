"""Open alerts as rows, and what the alarm bar says about them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Signal

from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.ui import format as text
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets.rows import Column, RowsModel

PRIORITIES = (Priority.URGENT, Priority.HIGH, Priority.LOW)
OPEN = frozenset({AlertState.NEW, AlertState.ACKNOWLEDGED})
ICONS = {Priority.URGENT: "alert-square", Priority.HIGH: "alert-triangle", Priority.LOW: "alert-circle"}
"""Each priority has its own shape: colour alone says nothing to one man in twelve."""


def alert_columns(name: Callable[[int], str], now: Callable[[], float]) -> list[Column[Alert]]:
    """Return the columns of an alert table; ``name`` gives a vehicle's plate."""
    translate = QCoreApplication.translate
    return [
        Column(
            "priority",
            translate("Alerts", "Priority"),
            lambda a: text.priority(a.priority),
            sort=lambda a: PRIORITIES.index(a.priority),
            colour=lambda a: f"{a.priority}_text" if a.state == AlertState.NEW else "",
            icon=lambda a: (ICONS[a.priority], a.priority if a.state == AlertState.NEW else "dim"),
            width=96,
        ),
        Column(
            "begin",
            translate("Alerts", "Began"),
            lambda a: text.moment(a.begin.timestamp(), now()),
            sort=lambda a: a.begin,
            width=150,
        ),
        Column("vehicle", translate("Alerts", "Vehicle"), lambda a: text.plate(name(a.vehicle_id)), width=120),
        Column("what", translate("Alerts", "Alert"), text.alert, hint=_why, width=240),
        Column(
            "duration",
            translate("Alerts", "Lasted"),
            text.alert_duration,
            sort=lambda a: a.end - a.begin,
            width=150,
        ),
        Column("state", translate("Alerts", "State"), lambda a: text.alert_state(a.state), width=120),
        Column(
            "by",
            translate("Alerts", "Acknowledged by"),
            lambda a: a.acknowledged_by or text.NONE,
            width=140,
        ),
    ]


def _why(alert: Alert) -> str:
    return QCoreApplication.translate("Alerts", "Rule {rule}, version {version}, with {parameters}").format(
        rule=text.rule(alert.rule), version=alert.rule_version, parameters=alert.parameters
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """What the alarm bar shows."""

    new: dict[Priority, int]  # not acknowledged
    open: dict[Priority, int]  # not cleared
    oldest: Alert | None  # of the highest priority that has one not acknowledged


class OpenAlerts(QObject):
    """The alerts that are neither cleared nor withdrawn. ``arrived`` tells of those that were not known before."""

    changed = Signal()
    arrived = Signal(object)  # list[Alert]

    def __init__(
        self,
        theme: Theme,
        name: Callable[[int], str],
        now: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows: RowsModel[Alert] = RowsModel(alert_columns(name, now), lambda a: a.id, theme, self)
        self._open: dict[int, Alert] = {}

    def reset(self, alerts: Iterable[Alert]) -> None:
        """Hold these alerts and no others."""
        self._open = {a.id: a for a in alerts if a.state in OPEN}
        self.rows.reset(self._open.values())
        self.changed.emit()

    def merge(self, alerts: Iterable[Alert]) -> None:
        """Take new and changed alerts, the newest state of each last."""
        newest = {a.id: a for a in alerts}
        fresh = [a for a in newest.values() if a.id not in self._open and a.state == AlertState.NEW]
        over = [a.id for a in newest.values() if a.state not in OPEN]
        kept = [a for a in newest.values() if a.state in OPEN]
        self._open |= {a.id: a for a in kept}
        for id in over:  # noqa: A001
            self._open.pop(id, None)
        self.rows.remove(over)
        self.rows.merge(kept)
        self.changed.emit()
        if fresh:
            self.arrived.emit(fresh)

    def summary(self) -> Summary:
        """Count by priority and find the one to look at first."""
        unseen = [a for a in self._open.values() if a.state == AlertState.NEW]
        return Summary(
            new={p: sum(a.priority == p for a in unseen) for p in PRIORITIES},
            open={p: sum(a.priority == p for a in self._open.values()) for p in PRIORITIES},
            oldest=min(unseen, key=lambda a: (PRIORITIES.index(a.priority), a.begin, a.id), default=None),
        )
