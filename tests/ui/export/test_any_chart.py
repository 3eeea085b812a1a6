"""Charts that paint themselves on the screen leave the window as PNG and SVG too."""

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from laixi_transport.ui.export.picture_dialog import image_of, svg_bytes
from laixi_transport.ui.export.track_exports import TrackExports
from laixi_transport.ui.export.widget_drawing import MARGIN, TITLE, WidgetDrawing
from laixi_transport.ui.timeline.axis import Span
from laixi_transport.ui.timeline.curve import WayCurve
from laixi_transport.ui.timeline.distance_chart import DistanceChart
from laixi_transport.ui.timeline.shared_span import SharedSpan


@pytest.fixture
def chart(qtbot, context):
    span = SharedSpan()
    span.set_limits(Span(0.0, 100.0))
    made = DistanceChart(context.theme, span)
    qtbot.addWidget(made)
    made.resize(600, 160)
    time_s = np.arange(0.0, 101.0, 10.0)
    curve = WayCurve(time_s / 50.0, 30 + 20 * np.sin(time_s), time_s)
    made.set_curves(curve, None, ("06-10", ""))
    return made


def test_a_chart_over_the_way_becomes_lines_and_a_sharp_image(chart, context):
    drawing = WidgetDrawing(chart, "鲁B·D0123", context.theme)
    assert drawing.size == chart.size() + QSize(2 * MARGIN, 2 * MARGIN + TITLE)
    text = svg_bytes(drawing).decode()
    assert text.count("<polyline") + text.count("<path") > 5
    assert text.count("<text") >= 6  # the title, its caption, its ticks
    assert "D0123" in text  # the sign before it stands in another font, and so in a text of its own
    one, two = image_of(drawing, 1.0), image_of(drawing, 2.0)
    assert two.size() == one.size() * 2
    accent = context.theme.colour("accent")
    assert sum(two.pixelColor(x, y) == accent for x in range(0, two.width(), 2) for y in range(0, two.height(), 2)) > 20


@pytest.mark.parametrize(("action", "kind"), [("save_curve", "svg"), ("save_timeline", "png2")])
def test_the_shown_chart_is_saved_through_the_dialog(qtbot, page, context, chart, files, action, kind):
    exports = TrackExports(
        context, "charts", dataclasses.replace(page.shown, other_curve=lambda: chart, timeline=lambda: chart), page
    )
    dialog = getattr(exports, action)()
    dialog.format.setCurrentIndex(dialog.format.findData(kind))
    with qtbot.waitSignal(dialog.saved):
        dialog.start()
    (path,) = files.iterdir()
    if kind == "svg":
        assert "06-10" in path.read_text(encoding="utf-8")
    else:
        assert QImage(str(path)).size() == 2 * (chart.size() + QSize(2 * MARGIN, 2 * MARGIN + TITLE))


def test_the_curve_over_time_is_saved_where_no_other_stands_in_its_place(qtbot, context, day, page):
    # What stands in for the speed over time is asked when it is saved, not when the page is made.
    chosen = []
    shown = dataclasses.replace(page.shown, other_curve=lambda: chosen[0] if chosen else None)
    exports = TrackExports(context, "late", shown, page)
    dialog = exports.save_curve()
    assert image_of(dialog._drawing, 1.0).width() == 1200
    dialog.reject()
    assert exports.save_timeline() is None
