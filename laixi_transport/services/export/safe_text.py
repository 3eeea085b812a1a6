"""Text that a spreadsheet program does not take for a formula."""

import re

_ACTIVE = re.compile(r"[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d[\d\u2009]*(\.\d+)?")


def safe_text(text: str) -> str:
    """Return text with an apostrophe before it where a spreadsheet program would compute it.

    Excel and others run a cell of a CSV file that begins with one of = + - @, also in full width, and treat leading
    tabs and line ends as nothing. A plain number is none of these. Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if _ACTIVE.match(text) and not _NUMBER.fullmatch(text) else text
