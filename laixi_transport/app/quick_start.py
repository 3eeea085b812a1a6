"""No garbage is looked for until the first window stands.

What imports make stays for good; going through it again and again while they do costs a tenth of the start.
"""

import gc


def begin() -> None:
    """Look for no garbage from now on; whoever calls this sees to it that ``end`` is called."""
    gc.disable()


def end() -> None:
    """Look for garbage again, but never among what the start has made."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
