"""A card for each thing that waits for an answer: what is asked, how much time is left, and the answer itself."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from laixi_transport.domain.cascade import Handling, UpperRequest
from laixi_transport.ui import format as text
from laixi_transport.ui.models.requests import pressing
from laixi_transport.ui.pages.cascade import wording
from laixi_transport.ui.pages.cascade.answers import StandardAnswers
from laixi_transport.ui.theme import Theme
from laixi_transport.ui.widgets import ElidedLabel

ICON_PX = 18
HANDLINGS = (Handling.IN_PROGRESS, Handling.DONE, Handling.NOT_HANDLED, Handling.LATER)
LONGEST = 500


class RequestCard(QFrame):
    """What questions and orders have in common."""

    def __init__(self, theme: Theme, request: UpperRequest, who: str, now_s: float) -> None:
        super().__init__()
        self.setObjectName("card")
        self._theme = theme
        self.request = request
        self._now_s = now_s
        self._came = text.moment(request.received.timestamp(), now_s)
        self._kind, self._mark = QLabel(), QLabel()
        self.about = ElidedLabel()
        self.about.setObjectName("dim")
        self.left = QLabel()
        self.left.setObjectName("countdown")
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.hide()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._kind)
        head.addWidget(self.about, 1)
        head.addWidget(self._mark)
        head.addWidget(self.left)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 8, 12, 10)
        self.column.setSpacing(6)
        self.column.addLayout(head)
        theme.changed.connect(self._recolour)
        self.show_who(who)
        self.tick(now_s)

    def show_who(self, who: str) -> None:
        """Say who asks, which may be known or changed only later."""
        said = self.tr("{who}, {time}").format(who=who, time=self._came)
        if self.about.text() != said:
            self.about.setText(said)

    def tick(self, now_s: float) -> None:
        """Show how much time is left."""
        self._now_s = now_s
        said, icon, colour = wording.countdown(self.request, now_s)
        self.left.setText(said)
        self.left.setStyleSheet(f"color: {getattr(self._theme.palette, colour)};")
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(self._theme.pixmap(icon, colour, ICON_PX, ratio))
        self._kind.setPixmap(self._theme.pixmap(wording.KIND_ICONS[self.request.kind], "dim", ICON_PX, ratio))
        urgency = wording.urgency_name(pressing(self.request, now_s))
        if self.property("urgency") != urgency:
            self.setProperty("urgency", urgency)
            self.style().unpolish(self)
            self.style().polish(self)

    def complain(self, sentence: str) -> None:
        """Show why an answer was not taken."""
        self.said.setText(sentence)
        self.said.setStyleSheet(f"color: {self._theme.palette.high_text};")
        self.said.setVisible(bool(sentence))

    def focus_answer(self) -> None:
        """Give the keyboard to the answer."""

    @property
    def touched(self) -> bool:
        """Whether somebody is about to answer."""
        return False

    def _recolour(self) -> None:
        self.tick(self._now_s)


class QuestionCard(RequestCard):
    """Is somebody at his post (查岗)? ``answered`` has the id and the text."""

    answered = Signal(int, str)

    def __init__(self, theme: Theme, request: UpperRequest, who: str, now_s: float, standard: StandardAnswers) -> None:
        super().__init__(theme, request, who, now_s)
        self.question = _words(request.text or self.tr("(The question has no text.)"))
        self.question.setObjectName("question")
        self.field = QComboBox()
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.setAccessibleName(self.tr("Answer to the question"))
        self.field.addItems(standard.all())
        self.field.setCurrentIndex(-1)
        self.field.setMinimumContentsLength(12)
        self.field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        line = self.field.lineEdit()
        if line is None:
            raise RuntimeError("an editable box has a line")
        self.line = line
        line.setMaxLength(LONGEST)
        line.setPlaceholderText(self.tr("Answer; the arrow key down has earlier ones"))
        line.returnPressed.connect(self.send)
        self.button = QPushButton(self.tr("Send  Enter"))
        self.button.setObjectName("primary")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.send)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.button)
        self.column.addWidget(self.question)
        self.column.addLayout(row)
        self.column.addWidget(self.said)
        self.column.addStretch(1)

    def send(self) -> None:
        """Send what stands in the field."""
        answer = self.line.text().strip()
        if not answer:
            self.complain(self.tr("Write an answer first, or choose an earlier one."))
            self.line.setFocus()
            return
        self.complain("")
        self.set_busy(True)
        self.answered.emit(self.request.id, answer)

    def set_busy(self, busy: bool) -> None:
        """Take no second answer while one is stored."""
        self.button.setEnabled(not busy)
        self.line.setReadOnly(busy)

    def focus_answer(self) -> None:
        """Give the keyboard to the answer."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def touched(self) -> bool:
        """Whether somebody is about to answer."""
        return self.line.hasFocus() or bool(self.line.text())


class OrderCard(RequestCard):
    """An alarm to be dealt with (督办). ``settled`` has the id and what is done."""

    settled = Signal(int, object)
    shown = Signal(object)
    """The request whose alarm is to be played back."""

    def __init__(self, theme: Theme, request: UpperRequest, who: str, now_s: float, *, known: bool) -> None:
        super().__init__(theme, request, who, now_s)
        self.subject = _words(wording.subject(request, now_s))
        self.subject.setObjectName("strong")
        self.column.addWidget(self.subject)
        details = [self.tr("Level: urgent") if request.urgent else self.tr("Level: normal")]
        if request.deadline is not None:
            details.append(
                self.tr("deal with it until {time}").format(time=text.moment(request.deadline.timestamp(), now_s))
            )
        if request.contact:
            details.append(self.tr("ordered by {who}").format(who=request.contact))
        self.details = _words(" · ".join(details))
        self.details.setObjectName("dim")
        self.column.addWidget(self.details)
        row = QHBoxLayout()
        row.setSpacing(4)
        self.buttons: dict[Handling, QPushButton] = {}
        for handling in HANDLINGS:
            button = QPushButton(wording.handling(handling))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, chosen=handling: self._settle(chosen))
            self.buttons[handling] = button
            row.addWidget(button)
        row.addStretch(1)
        self.show_button = QPushButton()
        self.show_button.setObjectName("flat")
        self.show_button.setIconSize(QSize(theme.px(ICON_PX), theme.px(ICON_PX)))
        self.show_button.setToolTip(self.tr("Play back the vehicle at the time of the alarm"))
        self.show_button.setAccessibleName(self.show_button.toolTip())
        self.show_button.clicked.connect(lambda: self.shown.emit(self.request))
        self.show_button.setVisible(known)
        row.addWidget(self.show_button)
        self.column.addLayout(row)
        self.column.addWidget(self.said)
        self.column.addStretch(1)
        self._recolour()

    def set_busy(self, busy: bool) -> None:
        """Take no second choice while one is stored."""
        for button in self.buttons.values():
            button.setEnabled(not busy)

    def focus_answer(self) -> None:
        """Give the keyboard to the first choice."""
        self.buttons[HANDLINGS[0]].setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def touched(self) -> bool:
        """Whether somebody is about to choose."""
        return any(button.hasFocus() for button in self.buttons.values())

    def _settle(self, handling: Handling) -> None:
        self.complain("")
        self.set_busy(True)
        self.settled.emit(self.request.id, handling)

    def _recolour(self) -> None:
        super()._recolour()
        self.show_button.setIcon(self._theme.icon("playback", "dim"))


def _words(said: str) -> QLabel:
    label = QLabel(said)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
