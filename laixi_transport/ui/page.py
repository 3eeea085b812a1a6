"""What the shell expects of a page."""

from typing import Any, Protocol

from PySide6.QtWidgets import QWidget


class Page(Protocol):
    """A feature's page: a ``QWidget`` made with ``Page(context, parent)`` when it is first shown.

    Pages enter their actions in ``context.actions`` with their feature's id as scope. Every method may be left out.
    """

    def activated(self) -> None:
        """The page came to the front."""

    def deactivated(self) -> None:
        """Another page came to the front, or the window closes."""

    def show_target(self, **target: Any) -> None:
        """Show what another place of the program points at: ``vehicle_id=``, ``time_s=`` (Unix seconds)."""

    def save_state(self) -> dict[str, Any]:
        """Return what to remember, in the types of JSON."""

    def restore_state(self, state: dict[str, Any]) -> None:
        """Take what ``save_state`` once returned, perhaps of an older version: unknown things are ignored."""


def call(page: QWidget, method: str, *values: Any, **named: Any) -> Any:
    """Call one of the methods above where the page has it."""
    function = getattr(page, method, None)
    return function(*values, **named) if function is not None else None
