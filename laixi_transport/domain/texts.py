"""Marks texts for translation where Qt may not be imported."""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001 - the name that lupdate looks for
    """Return text unchanged; the translation tool finds the call and the window translates it when it shows it."""
    return text
