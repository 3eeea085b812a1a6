"""The pages of docs/protocols, printed from the same descriptions that read and write the messages.

``python -m tools.protocol_docs write|check``: write them anew, or fail if they are not what the descriptions say.
"""

import sys
from pathlib import Path

from tools.protocol_pages import PAGES, page_text

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "protocols"


def main(arguments: list[str]) -> int:
    """Write or check the pages; return 0 if they are up to date afterwards."""
    if arguments not in (["write"], ["check"]):
        print("python -m tools.protocol_docs write|check")
        return 2
    texts = {FOLDER / f"{page.name}.md": page_text(page) for page in PAGES}
    if arguments == ["write"]:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8", newline="\n")
        return 0
    stale = [path.name for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    if stale:
        print(f"docs/protocols: {', '.join(stale)} differ from the descriptions; python -m tools.protocol_docs write")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
