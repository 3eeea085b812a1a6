"""Faults as sentences in the user's language."""

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.problem import Problem


def describe(error: object) -> str:
    """Return what happened as a translated sentence; what is not a Problem is named, and the log has the rest."""
    if isinstance(error, Problem):
        return QCoreApplication.translate("Problem", error.template).format(**error.values)
    if isinstance(error, BaseException):
        name = type(error).__name__
        said = f"{name}: {error}" if str(error) else name
        return QCoreApplication.translate(
            "Problem", "Something went wrong inside the program ({error}). The log has the details."
        ).format(error=said)
    return str(error)
