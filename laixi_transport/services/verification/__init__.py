"""Whether what is stored is what the terminals sent: positions held against the raw frames they were made of."""

from laixi_transport.services.verification.service import Verification, verify

__all__ = ["Verification", "verify"]
