"""Drawing in arrays of pixels, compiled and without the interpreter's lock. No Qt.

A picture is an array (height, width) of uint32 0xffRRGGBB, what Qt calls RGB32. Only ``loading`` may be imported at
start; it brings the rest, which needs numba, on a thread of its own.
"""
