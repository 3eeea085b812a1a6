"""What went wrong, as a sentence for a person."""

from typing import Any


class Problem(Exception):  # noqa: N818 - it is shown to people, who do not call it an error
    """A fault that the user can understand and do something about.

    ``template`` says what happened and what to do, in English, with named places for ``values``; mark it with
    ``QT_TRANSLATE_NOOP("Problem", ...)`` so that the window can show it in Chinese. The command line prints
    ``str(problem)`` and leaves with a code other than 0. Technical details belong into the log or ``__cause__``.
    """

    def __init__(self, template: str, /, **values: Any) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values
