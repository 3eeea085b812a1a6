"""Signatures of timing terminals: who has the private key of the terminal's certificate has sent it.

The SHA-1 or SHA-256 of what is signed, bare, is encrypted with the private key of 2048 bits (RSA, PKCS #1 v1.5, block
type 1). Source: public terminals and gateways, which agree; some signers write the digest's name before it as PKCS #1
has it, which is taken as well.
"""

import hashlib
import hmac
from collections.abc import Callable
from enum import IntEnum
from typing import NamedTuple

SIGNATURE_BYTES = 256


class Algorithm(IntEnum):
    """Digest that is signed; bits 4 to 7 of the attributes."""

    NONE = 0
    SHA1 = 1
    SHA256 = 2


Verify = Callable[[bytes, bytes, Algorithm], bool]
"""Says whether a signature is that of what was signed: (signed, signature, algorithm)."""

_DIGESTS: dict[Algorithm, Callable[[bytes], bytes]] = {
    Algorithm.SHA1: lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),  # the protocol's choice
    Algorithm.SHA256: lambda data: hashlib.sha256(data).digest(),
}
_NAMES = {
    Algorithm.SHA1: bytes.fromhex("3021300906052b0e03021a05000414"),
    Algorithm.SHA256: bytes.fromhex("3031300d060960864801650304020105000420"),
}
"""DigestInfo of RFC 8017 9.2 up to the digest."""


class PublicKey(NamedTuple):
    """The public half of a terminal's key, as its certificate has it; ``PublicKey(...).verify`` is a ``Verify``."""

    modulus: int
    exponent: int = 65537

    def verify(self, signed: bytes, signature: bytes, algorithm: Algorithm) -> bool:
        """Return whether the signature is that of what was signed."""
        size = (self.modulus.bit_length() + 7) // 8
        digest_of = _DIGESTS.get(algorithm)
        number = int.from_bytes(signature)
        if digest_of is None or len(signature) != size or number >= self.modulus:
            return False
        block = pow(number, self.exponent, self.modulus).to_bytes(size)
        digest = digest_of(signed)
        return any(
            hmac.compare_digest(block, _padded(content, size)) for content in (digest, _NAMES[algorithm] + digest)
        )


def signed_sign_on(terminal_no: str, unix_s: int) -> bytes:
    """Return what a terminal signs when it signs on (0102): its number and the time in 8 bytes."""
    return terminal_no.encode() + unix_s.to_bytes(8)


def _padded(content: bytes, size: int) -> bytes:
    return b"\x00\x01" + b"\xff" * (size - len(content) - 3) + b"\x00" + content
