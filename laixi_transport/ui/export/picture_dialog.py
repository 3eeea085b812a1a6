"""Saving a drawing as PNG or SVG: a chart, or the map."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QPushButton, QWidget

from laixi_transport.services.export.watch import Cancelled
from laixi_transport.services.export.whole_file import whole_file
from laixi_transport.ui import format as text
from laixi_transport.ui.context import Context
from laixi_transport.ui.export.dialog import SaveDialog
from laixi_transport.ui.export.job import Work
from laixi_transport.ui.export.places import file_name


class Drawing(Protocol):
    """Something that can be painted in any sharpness."""

    @property
    def size(self) -> QSize:
        """Return its size in logical pixels."""

    def paint(self, painter: QPainter) -> None:
        """Paint it whole; called on any thread."""


PNG, PNG_SHARP, SVG = "png", "png2", "svg"
SCALES = {PNG: 1.0, PNG_SHARP: 2.0}


class PictureDialog(SaveDialog):
    """Saves a picture, or puts it on the clipboard.

    take     hands over the image in a sharpness, at once or later; on the window's thread
    drawing  for formats of lines, None where there is none: a map is pixels
    """

    def __init__(
        self,
        context: Context,
        title: str,
        name: str,
        take: Callable[[float, Callable[[QImage], None]], object],
        drawing: Drawing | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, title, parent)
        self._name_proposed = name
        self._take = take
        self._drawing = drawing
        self._waiting: object = None  # what makes the image must not be collected before
        formats: list[tuple[str, object]] = [
            (self.tr("PNG picture"), PNG),
            (self.tr("PNG picture, twice as sharp"), PNG_SHARP),
        ]
        if drawing is not None:
            formats.append((self.tr("SVG drawing, sharp in any size"), SVG))
        self.format = self.add_combo(self.tr("Format"), formats)
        kept = str(context.settings.value("export/picture", PNG_SHARP))
        self.format.setCurrentIndex(max(0, self.format.findData(kept)))
        self.copy = QPushButton(self.tr("Copy picture"))
        self.copy.clicked.connect(self.copy_picture)
        self.form.addRow("", self.copy)
        self.finish_form()

    def suffix(self) -> str:
        return ".svg" if self.format.currentData() == SVG else ".png"

    def proposed(self) -> str:
        return file_name(self._name_proposed)

    def chosen(self) -> None:
        self.context.settings.setValue("export/picture", self.format.currentData())

    def start(self) -> None:
        """Have the picture made, then save it."""
        if self.job.running or not self.path.text().strip():
            return
        scale = SCALES.get(self.format.currentData())
        if scale is None:
            super().start()
        else:
            self.save.setEnabled(False)
            self._waiting = self._take(scale, self._save_image)

    def copy_picture(self) -> None:
        """Put the picture on the clipboard, twice as sharp."""
        self._waiting = self._take(2.0, self._copy_image)

    def work(self, path: Path) -> Work:
        drawing, image = self._drawing, self._image

        def write(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> int:
            data = svg_bytes(drawing) if image is None and drawing is not None else png_bytes(image)
            if cancelled():
                raise Cancelled
            progress(0.9)
            with whole_file(path) as beside:
                beside.write_bytes(data)
            return len(data)

        return write

    def result_text(self, result: Any) -> str:
        return self.tr("Written: {size}.").format(size=text.size(result))

    _image: QImage | None = None

    def _save_image(self, image: QImage) -> None:
        self._waiting, self._image = None, image
        super().start()
        self._image = None

    def _copy_image(self, image: QImage) -> None:
        self._waiting = None
        QGuiApplication.clipboard().setImage(image)
        self.told.setText(self.tr("The picture is on the clipboard."))
        self.told.show()


def png_bytes(image: QImage | None) -> bytes:
    """Return an image as PNG; its sharpness stands in it as dots an inch."""
    if image is None:
        raise ValueError("there is no image")
    dots_per_m = round(96 * image.devicePixelRatioF() / 0.0254)
    image.setDotsPerMeterX(dots_per_m)
    image.setDotsPerMeterY(dots_per_m)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise OSError("the picture could not be packed")
    return bytes(buffer.data().data())


def svg_bytes(drawing: Drawing) -> bytes:
    """Return a drawing as SVG."""
    from PySide6.QtSvg import QSvgGenerator

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(drawing.size)
    generator.setViewBox(QRectF(0, 0, drawing.size.width(), drawing.size.height()))
    generator.setResolution(96)
    painter = QPainter(generator)
    drawing.paint(painter)
    painter.end()
    return bytes(buffer.data().data())


def image_of(drawing: Drawing, scale: float) -> QImage:
    """Return a drawing as an image on white."""
    image = QImage(drawing.size * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.paint(painter)
    painter.end()
    return image
