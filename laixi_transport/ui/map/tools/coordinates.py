"""Places that somebody types: decimal degrees, or degrees, minutes and seconds, in either order."""

import re

_NUMBER = r"\d+(?:\.\d+)?"
_ANGLE = re.compile(
    rf"(?P<before>[NSEW])?\s*(?P<sign>[-+])?\s*(?P<deg>{_NUMBER})\s*"
    rf"(?:[°度]\s*(?:(?P<min>{_NUMBER})\s*['′分]\s*(?:(?P<sec>{_NUMBER})\s*(?:[\"″秒]|''|′′))?)?)?\s*"
    r"(?(before)|(?P<after>[NSEW](?![A-Z]))?)"
)
_WORDS = {
    "北纬": "N", "南纬": "S", "东经": "E", "西经": "W", "，": ",", "：": ":", "。": ".", "’": "′", "‘": "′",
    "”": "″", "“": "″", "º": "°", "˚": "°", "（": "(", "）": ")",
}  # fmt: skip
_FILLING = re.compile(r"[\s,;/()]*")
_LETTERS = re.compile(r"LATITUDE|LONGITUDE|LAT|LON|LNG|纬度|经度|[:=]")


def parse_place(typed: str) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees of what was typed, None if it is no place.

    Letters or words (N, E, 北纬, 东经) say which is which; without them a number above 90 is the longitude, and of two
    small ones the latitude comes first, as on paper.
    """
    line = typed.upper()
    for word, sign in _WORDS.items():
        line = line.replace(word, sign)
    line = _LETTERS.sub(" ", line)
    found: list[tuple[float, str]] = []
    at = _end(_FILLING, line, 0)
    while at < len(line):
        match = _ANGLE.match(line, at)
        if match is None:
            return None
        angle = _angle(match)
        if angle is None:
            return None
        found.append(angle)
        at = _end(_FILLING, line, match.end())
    return _ordered(found)


def _end(pattern: re.Pattern[str], line: str, at: int) -> int:
    match = pattern.match(line, at)
    return at if match is None else match.end()


def _angle(match: re.Match[str]) -> tuple[float, str] | None:
    """Return degrees and "N" or "E", or "" where nothing says which."""
    minutes, seconds = float(match["min"] or 0), float(match["sec"] or 0)
    letter = match["before"] or match["after"] or ""
    if minutes >= 60 or seconds >= 60:
        return None
    degrees = float(match["deg"]) + minutes / 60 + seconds / 3600
    if (match["sign"] == "-") != (letter in {"S", "W"}):
        degrees = -degrees
    return degrees, {"S": "N", "W": "E"}.get(letter, letter)


def _ordered(found: list[tuple[float, str]]) -> tuple[float, float] | None:
    if len(found) != 2:
        return None
    (one, first), (other, second) = found
    if first == second and first:
        return None
    swapped = first == "E" or second == "N" or (not first and not second and abs(one) > 90)
    lat, lon = (other, one) if swapped else (one, other)
    return (lon, lat) if abs(lat) <= 85 and abs(lon) <= 180 else None
