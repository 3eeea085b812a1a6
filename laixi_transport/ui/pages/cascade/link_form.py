"""What was agreed on with a platform above, to be entered and changed."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from laixi_transport.domain.cascade import CascadeLink
from laixi_transport.ui.pages.cascade.check import checked
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import Panel, dim
from laixi_transport.ui.widgets.scrolling import scrolled

EDITIONS = (2019, 2011)
SECRET = frozenset({"password", "m1", "ia1", "ic1"})
NEW = CascadeLink(name="", host="", port=0, user_id=0, password="", center_id=0)


class LinkForm(Panel):
    """``saved`` has the link as it was entered; ``left`` says that nothing is to be changed."""

    saved = Signal(object)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(self.tr("Link to a platform above"))
        self._theme = theme
        self._before = NEW
        self._others: Sequence[CascadeLink] = ()
        self.fields: dict[str, QLineEdit] = {}
        self._faults: dict[str, str] = {}
        content = QWidget()
        content.setObjectName("content")
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        self._make_fields()
        scroll = scrolled(content)
        self._scroll = scroll
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.save_button = QPushButton(self.tr("Save (Ctrl+Enter)"))
        self.save_button.setObjectName("primary")
        self.save_button.clicked.connect(self.save)
        self.leave_button = QPushButton(self.tr("Cancel"))
        self.leave_button.clicked.connect(self.left)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave_button)
        row.addWidget(self.save_button)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self.said)
        self.body.addLayout(row)

    def begin(self, link: CascadeLink | None, others: Sequence[CascadeLink]) -> None:
        """Show a link to be changed, None: an empty form for a new one.

        others   all links there are, none of which may be entered twice
        """
        self._before = link or NEW
        self._others = others
        self.title.setText(self.tr("New link") if link is None else self.tr("Change “{name}”").format(name=link.name))
        shown = {name: getattr(self._before, name) for name in self.fields if hasattr(self._before, name)}
        shown |= dict(zip(("m1", "ia1", "ic1"), self._before.keys or ("", "", ""), strict=True))
        for name, field in self.fields.items():
            empty = shown[name] == 0 and (link is None or name in {"listen_port", "down_port"})
            field.setText("" if empty else str(shown[name]))
        self.edition.setCurrentIndex(EDITIONS.index(self._before.version))
        self.encrypted.setChecked(self._before.keys is not None)
        self.enabled.setChecked(self._before.enabled)
        self._show_keys()
        self._show_faults({})
        self._scroll.verticalScrollBar().setValue(0)
        self.fields["name"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def save(self) -> None:
        """Hand the link over, or say what is wrong with it."""
        entered = {name: field.text() for name, field in self.fields.items()}
        entered["version"] = str(self.edition.currentData())
        before = self._before
        link, faults = checked(before, entered, encrypted=self.encrypted.isChecked(), others=self._others)
        self._show_faults(faults)
        if link is None:
            first = self.fields[next(name for name in self.fields if name in faults)]
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self._scroll.ensureWidgetVisible(first)
            return
        self.saved.emit(replace(link, enabled=self.enabled.isChecked()))

    def complain(self, sentence: str) -> None:
        """Say why it was not taken."""
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {self._theme.palette.high_text};")
        self.said.setVisible(bool(sentence))

    def _make_fields(self) -> None:
        self._add("name", self.tr("Name"), self.tr("of the platform above, for people"))
        self._add("host", self.tr("Address"), self.tr("IP address or name"))
        self._add("port", self.tr("Port"), self.tr("of its main link"))
        self._add("user_id", self.tr("User"), self.tr("a number"))
        self._add("password", self.tr("Password"), self.tr("at most 8 characters"))
        self._add("center_id", self.tr("Access code"), self.tr("a number"))
        self._add("platform_id", self.tr("Our code"), self.tr("at most 11 characters"))
        self.edition = QComboBox()
        for edition in EDITIONS:
            self.edition.addItem(f"JT/T 809-{edition}", edition)
        self.edition.setAccessibleName(self.tr("Edition"))
        self._row(self.tr("Edition"), self.edition)
        self.encrypted = QCheckBox(self.tr("Encrypted, with the keys"))
        self.encrypted.toggled.connect(self._show_keys)
        self._row("", self.encrypted)
        for name, caption in (("m1", "M1"), ("ia1", "IA1"), ("ic1", "IC1")):
            self._add(name, caption, self.tr("a number"))
        self._add("listen_host", self.tr("Listen at"), self.tr("0.0.0.0: every address"))
        self._add("listen_port", self.tr("Listen port"), self.tr("open it in the firewall; 0: any"))
        self._add("down_ip", self.tr("Told address"), self.tr("reached from above"))
        self._add("down_port", self.tr("Told port"), self.tr("empty: where we listen"))
        self.enabled = QCheckBox(self.tr("Linked from now on"))
        self._row("", self.enabled)
        self._grid.setRowStretch(self._grid.rowCount(), 1)

    def _add(self, name: str, caption: str, hint: str) -> None:
        field = QLineEdit()
        field.setPlaceholderText(hint)
        field.setToolTip(hint)
        field.setAccessibleName(caption)
        if name in SECRET:
            field.setEchoMode(QLineEdit.EchoMode.Password)
        field.textEdited.connect(partial(self._mend, name))
        self.fields[name] = field
        label = self._row(caption, field)
        field.setProperty("caption", label)

    def _row(self, caption: str, widget: QWidget) -> QLabel:
        row = self._grid.rowCount()
        label = dim(caption)
        label.setBuddy(widget)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(widget, row, 1)
        return label

    def _show_keys(self) -> None:
        for name in ("m1", "ia1", "ic1"):
            self.fields[name].setVisible(self.encrypted.isChecked())
            label = self.fields[name].property("caption")
            label.setVisible(self.encrypted.isChecked())

    def _mend(self, name: str, _text: str) -> None:
        """Forget the fault of a field that is being changed."""
        if name in self._faults:
            self._show_faults({field: fault for field, fault in self._faults.items() if field != name})

    def _show_faults(self, faults: dict[str, str]) -> None:
        self._faults = faults
        for name, field in self.fields.items():
            wrong = name in faults
            if bool(field.property("invalid")) != wrong:
                field.setProperty("invalid", wrong)
                field.style().unpolish(field)
                field.style().polish(field)
            field.setToolTip(faults.get(name, field.placeholderText()))
        first = next((name for name in self.fields if name in faults), None)
        if first is None:
            self.complain("")
            return
        self.complain(
            self.tr("{field}: {fault}").format(field=self.fields[first].accessibleName(), fault=faults[first])
        )
