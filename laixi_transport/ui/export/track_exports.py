"""What a page about vehicles' days can bring out: tracks, day sheet, curve and map, as actions and as a menu."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QMenu, QToolButton, QWidget
from shiboken6 import isValid

from laixi_transport.domain.vehicle import Vehicle
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.map_actions import MapActions
from laixi_transport.ui.map.canvas import MapCanvas
from laixi_transport.ui.timeline.axis import Span

if TYPE_CHECKING:
    from laixi_transport.services.playback.day import VehicleDay
    from laixi_transport.services.trips.day_trips import DayTrips
    from laixi_transport.ui.export.map_picture import PictureTaker
    from laixi_transport.ui.export.paper.document import Document
    from laixi_transport.ui.export.picture_dialog import Drawing

translate = QCoreApplication.translate

MOST_NAMED = 4
"""Vehicles in the title of a chart."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows at the moment, asked when something is brought out."""

    vehicles: Callable[[], Sequence[Vehicle]]
    period: Callable[[], tuple[float, float]]  # Unix seconds
    day: Callable[[], "VehicleDay | None"]  # of the selected vehicle
    span: Callable[[], Span]  # of the timeline
    moment: Callable[[], float]  # Unix seconds, of the map
    canvas: MapCanvas
    other_curve: Callable[[], QWidget | None] = lambda: None  # in the place of the speed over time
    timeline: Callable[[], QWidget | None] = lambda: None  # all its lanes and the curve


class TrackExports(QObject):
    """Enters the actions ``SCOPE.export`` and so on, and offers them as a button with a menu.

    What it opens is imported when it is first used: pages must appear at once.
    """

    def __init__(self, context: Context, scope: str, shown: Shown, page: QWidget) -> None:
        super().__init__(page)
        self._context = context
        self._shown = shown
        self._page = page
        self._taker: PictureTaker | None = None
        entered = (
            ("export", translate("Export", "Export tracks…"), self.export_tracks, "Ctrl+E"),
            ("day_sheet", translate("Export", "Day sheet as PDF…"), self.save_day_sheet, "Ctrl+Shift+E"),
            ("print", translate("Export", "Print the day sheet…"), self.print_day_sheet, "Ctrl+P"),
            ("save_curve", translate("Export", "Save the speed curve…"), self.save_curve, ""),
            ("save_timeline", translate("Export", "Save a picture of the timeline…"), self.save_timeline, ""),
        )
        self.actions: dict[str, QAction] = {
            name: context.actions.add(f"{scope}.{name}", title, run, keys=keys, scope=scope)
            for name, title, run, keys in entered
        }
        self.actions |= MapActions(context, scope, shown.canvas, shown.moment, page).actions
        self._scope = scope
        self.show_selected()

    def button(self) -> QToolButton:
        """Return a button that offers everything."""
        made = QToolButton()
        made.setText(translate("Export", "Export"))
        made.setToolTip(translate("Export", "Save or print what is shown (Ctrl+E)"))
        made.setObjectName("framed")
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

        def draw() -> None:
            if isValid(made):
                made.setIcon(self._context.theme.icon("file-export", "text"))

        self._context.theme.changed.connect(draw)
        draw()
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        for name, action in self.actions.items():
            if name == "save_curve":
                menu.addSeparator()
            menu.addAction(action)
        made.setMenu(menu)
        return made

    def show_selected(self) -> None:
        """Allow what there is something for; call it when the selection changes."""
        day = self._shown.day() is not None
        for name in ("day_sheet", "print", "save_curve", "save_timeline"):
            self._context.actions.allow(f"{self._scope}.{name}", day)
        self._context.actions.allow(f"{self._scope}.export", bool(self._shown.vehicles()))

    # What the actions do

    def export_tracks(self) -> QObject | None:
        """Open the dialog for the tracks of all chosen vehicles."""
        from laixi_transport.ui.export.track_dialog import TrackExportDialog

        vehicles = self._shown.vehicles()
        if not vehicles:
            return None
        dialog = TrackExportDialog(self._context, vehicles, self._shown.period(), self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def save_day_sheet(self) -> None:
        """Draw the map of the selected vehicle's day, then open the dialog that saves its sheet."""
        self._with_map(self._open_day_sheet)

    def print_day_sheet(self) -> None:
        """Draw the map of the selected vehicle's day, then show its sheet as pages."""
        self._with_map(self._preview_day_sheet)

    def save_curve(self) -> QObject | None:
        """Open the dialog that saves the curve that is shown, over the time of the timeline or over the way."""
        from laixi_transport.ui.export.speed_drawing import SpeedDrawing

        day, other = self._shown.day(), self._shown.other_curve()
        if day is None:
            return None
        drawing = SpeedDrawing(day, self._shown.span()) if other is None else self._drawn(other)
        return self._save_chart(translate("Export", "Save the speed curve"), translate("Export", "Speed"), day, drawing)

    def save_timeline(self) -> QObject | None:
        """Open the dialog that saves the timeline with its lanes and its curve as they look."""
        day, timeline = self._shown.day(), self._shown.timeline()
        if day is None or timeline is None:
            return None
        return self._save_chart(
            translate("Export", "Save a picture of the timeline"),
            translate("Export", "Timeline"),
            day,
            self._drawn(timeline),
        )

    def _drawn(self, chart: QWidget) -> "Drawing":
        from laixi_transport.ui.export.widget_drawing import WidgetDrawing

        span = self._shown.span()
        vehicles = "  ".join(text.plate(vehicle.name) for vehicle in self._shown.vehicles()[:MOST_NAMED])
        title = f"{vehicles}  {text.date_time(span.begin_s)} – {text.date_time(span.end_s)}"
        return WidgetDrawing(chart, title, self._context.theme)

    def _save_chart(self, title: str, word: str, day: "VehicleDay", drawing: "Drawing") -> QObject:
        from laixi_transport.ui.export.picture_dialog import PictureDialog, image_of

        name = "_".join((word, text.plate(day.vehicle.name), text.date(day.begin_s)))

        def take(scale: float, take_image: Callable[[QImage], None]) -> None:
            take_image(image_of(drawing, scale))

        dialog = PictureDialog(self._context, title, name, take, drawing, self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    # Inside

    def _with_map(self, go_on: Callable[["DayTrips", QImage | None], None]) -> None:
        """Find the trips of the selected vehicle's day, draw the map, then go on with both."""
        from laixi_transport.ui.map.place_names import named_places

        day, context, base_map = self._shown.day(), self._context, self._shown.canvas.base_map
        if day is None:
            return
        context.tasks.run(
            lambda: context.services.trips.trips(day, named_places(base_map)), slot=f"{self._scope}.sheet", owner=self
        ).then(lambda found: self._draw_map(found, go_on)).otherwise(context.notify)

    def _draw_map(self, found: "DayTrips", go_on: Callable[["DayTrips", QImage | None], None]) -> None:
        from laixi_transport.ui.export.day_sheet.way_map import way_map
        from laixi_transport.ui.export.map_picture import PictureTaker
        from laixi_transport.ui.export.paper.ink import PaperTheme

        day = found.day
        if not day.track.located.any():
            go_on(found, None)
            return
        still = way_map(day, PaperTheme(parent=self), self._shown.canvas.base_map)
        self._taker = PictureTaker(still, lambda image: go_on(found, image), self)

    def _document(self, found: "DayTrips", picture: QImage | None) -> "Callable[[], Document]":
        from laixi_transport.ui.export.day_sheet.sheet import Sources, day_sheet

        sources = Sources(self._shown.canvas.base_map, self._context.now(), self._context.operator, picture, found)
        return lambda: day_sheet(found.day, sources)

    def _open_day_sheet(self, found: "DayTrips", picture: QImage | None) -> None:
        from laixi_transport.ui.export.document_dialog import DocumentDialog

        day = found.day
        name = text.plate(day.vehicle.name)
        date = text.date(day.begin_s)
        dialog = DocumentDialog(
            self._context,
            translate("Export", "Day sheet as PDF"),
            translate("Export", "Day sheet of {vehicle}, {day}").format(vehicle=name, day=date),
            "_".join((translate("Export", "Day sheet"), name, date)),
            self._document(found, picture),
            self._page,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _preview_day_sheet(self, found: "DayTrips", picture: QImage | None) -> None:
        from laixi_transport.ui.export.printing import open_preview

        open_preview(self._document(found, picture)(), self._page)
