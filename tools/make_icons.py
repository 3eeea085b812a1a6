"""Take the icons that are used from an unpacked ``npm pack @tabler/icons`` into resources/icons.

``python -m tools.make_icons PACKAGE_DIRECTORY``; without an argument only the coloured pictures of the style sheet are
drawn anew, which style sheets need as files because they cannot colour an icon.
"""

import re
import sys
from pathlib import Path

from laixi_transport.ui.theme.style_sheet import PICTURES
from laixi_transport.ui.theme.tokens import PALETTES

RESOURCES = Path(__file__).resolve().parents[1] / "resources"

NAMES = (
    "alert-circle", "alert-square", "alert-triangle", "arrow-autofit-width", "arrow-narrow-down",
    "arrow-narrow-up", "ban", "bus", "calendar", "check", "chevron-down", "chevron-left", "chevron-right", "chevron-up",
    "circle", "clock", "current-location", "database", "external-link", "eye-off", "file-export", "file-import",
    "filter", "focus-2", "gauge", "gavel", "help-circle", "history", "hourglass", "info-circle", "language", "list",
    "map-pin", "marquee-2", "maximize", "message", "minus", "player-pause", "player-play", "player-skip-back",
    "player-skip-forward", "plug-connected", "plug-x", "plus", "polygon", "rectangle", "road", "ruler-2",
    "ruler-measure", "search", "send", "stack-2", "truck", "x", "zoom-in", "zoom-out",
)  # fmt: skip
FEATURES = {"live": "map-2", "playback": "route", "terminals": "router", "cascade": "sitemap", "geofences": "shape"}
"""Features ask for icons by their own name, so that a picture can change without them."""


def take(package: Path) -> None:
    """Copy the drawings and the licence."""
    icons = RESOURCES / "icons"
    icons.mkdir(parents=True, exist_ok=True)
    for name, source in (*zip(NAMES, NAMES, strict=True), *FEATURES.items()):
        drawing = (package / "icons" / "outline" / f"{source}.svg").read_text(encoding="utf-8")
        drawing = re.sub(r'\n?\s*class="[^"]*"', "", re.sub(r"<!--.*?-->\s*", "", drawing, flags=re.DOTALL))
        (icons / f"{name}.svg").write_text(drawing.strip() + "\n", encoding="utf-8")
    (icons / "LICENSE.txt").write_text((package / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")


def pictures() -> dict[Path, str]:
    """Return the coloured pictures of each theme: path and content."""
    made = {}
    for theme, palette in PALETTES.items():
        for name, colour in PICTURES:
            drawing = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
            path = RESOURCES / "themes" / theme / f"{name}-{colour}.svg"
            made[path] = drawing.replace("currentColor", getattr(palette, colour))
    return made


def main(arguments: list[str]) -> int:
    """Run the tool."""
    if arguments:
        take(Path(arguments[0]))
    for path, drawing in pictures().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(drawing, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
