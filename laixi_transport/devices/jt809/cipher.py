"""The keystream that bodies are encrypted with (JT/T 809-2011 4.2).

Two platforms agree on three numbers for an access code; every message carries the key that its own stream begins with.
Decrypting and encrypting are the same.
"""

from typing import NamedTuple


class Keys(NamedTuple):
    """The numbers agreed on, all of 32 bits."""

    m1: int
    ia1: int
    ic1: int


def crypt(data: bytes, key: int, keys: Keys) -> bytes:
    """Return data encrypted or decrypted with the stream that ``key`` begins; key 0 and M1 0 stand for 1."""
    modulus = keys.m1 or 1
    key = key or 1
    ia1, ic1 = keys.ia1, keys.ic1
    out = bytearray(len(data))
    for at, byte in enumerate(data):
        key = (ia1 * (key % modulus) + ic1) & 0xFFFFFFFF
        out[at] = byte ^ key >> 20 & 0xFF
    return bytes(out)
