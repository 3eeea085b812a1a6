"""Commands as dataclasses whose fields know how an operator is asked for them."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from laixi_transport.devices.wire.record import Message
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

C = TypeVar("C", bound="Command")
_KEY = "form"


class Input(StrEnum):
    """How a field is asked for; in brackets the type of its value."""

    TEXT = "text"  # [str] most: characters
    INTEGER = "integer"  # [int] least, most, unit
    FLAG = "flag"  # [bool]
    CHOICE = "choice"  # [int] one of choices
    SEVERAL = "several"  # [tuple of int] any of choices, others may be typed in
    MOMENT = "moment"  # [aware datetime], to the second
    PAIRS = "pairs"  # [tuple of (int, str)] parameter numbers of choices with their values as text


@dataclass(frozen=True, slots=True)
class Choice:
    """A value with its name (English, context "Command")."""

    value: int
    label: str
    unit: str = ""  # of the value that goes with it in PAIRS


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a command as the operator sees it."""

    name: str
    label: str  # English, context "Command"
    input: Input
    default: Any  # None: there is none
    required: bool
    least: int | None = None
    most: int | None = None
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    secret: bool = False  # shown as dots, and forgotten once the command is settled


@dataclass(frozen=True, slots=True)
class Answer:
    """A message that answers a command beside the general answer 0001.

    by_sequence  whether its body begins with the sequence number of what it answers
    """

    msg_id: int
    by_sequence: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a terminal is to do. The concrete ones stand in ``catalogue``."""

    KIND: ClassVar[str]
    TITLE: ClassVar[str]
    """English, context "Command"."""
    MESSAGE: ClassVar[int]
    """Id of the message that is sent."""
    ANSWERS: ClassVar[tuple[Answer, ...]] = ()
    PATIENCE_S: ClassVar[float] = 60.0
    """How long the answer may take once the terminal has said that it has taken the command."""
    GRAVE: ClassVar[str] = ""
    """Why the operator is asked once more before it is sent; empty: he is not. English, context "Command"."""
    FORM: ClassVar[tuple[FormField, ...]] = ()

    def message(self, version: int) -> Message:
        """Return the body to send to a terminal of a version; ValueError if it cannot be said there."""
        raise NotImplementedError

    def parameters(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {form.name: _json(getattr(self, form.name)) for form in self.FORM}

    @classmethod
    def made(cls, values: Mapping[str, Any]) -> Self:
        """Return the command of JSON values or of what an operator entered.

        Raises Problem, with the field's label, for a value that does not fit.
        """
        return cls(**{form.name: _taken(form, values.get(form.name)) for form in cls.FORM})


def asked(label: str, asked_for: Input, *, default: Any = None, required: bool | None = None, **terms: Any) -> Any:
    """Return a field of a command; without a default the operator must give a value, unless it is not required."""
    needed = default is None if required is None else required
    metadata = {_KEY: FormField("", label, asked_for, default, needed, **terms)}
    if needed:
        return dataclasses.field(metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(asked,))
def command(cls: type[C]) -> type[C]:
    """Make a command of a class: a frozen dataclass with slots; its form is its fields."""
    made = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    made.FORM = tuple(dataclasses.replace(field.metadata[_KEY], name=field.name) for field in dataclasses.fields(made))
    return made


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_json(member) for member in value]
    return value


def _taken(form: FormField, value: Any) -> Any:
    """Return a value of JSON or of a form in the field's type; Problem if it does not fit."""
    if value is None or value == "":
        if form.required:
            raise Problem(QT_TRANSLATE_NOOP("Problem", "“{field}” must be given."), field=form.label)
        return form.default
    wrong = Problem(
        QT_TRANSLATE_NOOP("Problem", "“{field}” does not take the value “{value}”."), field=form.label, value=value
    )
    try:
        return _converted(form, value)
    except (ValueError, TypeError) as error:
        raise wrong from error


def _converted(form: FormField, value: Any) -> Any:
    match form.input:
        case Input.TEXT:
            text = str(value)
            if form.most is not None and len(text) > form.most:
                raise ValueError(f"longer than {form.most} characters")
            return text
        case Input.FLAG:
            return bool(value)
        case Input.MOMENT:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            if at.tzinfo is None:
                raise ValueError("a time without its zone")
            return at.replace(microsecond=0)
        case Input.SEVERAL:
            return tuple(int(member) for member in value)
        case Input.PAIRS:
            return tuple((int(number), str(text)) for number, text in value)
        case _:
            number = int(value)
            if (form.least is not None and number < form.least) or (form.most is not None and number > form.most):
                raise ValueError("out of range")
            return number
