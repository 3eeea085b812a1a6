"""Pictures, sounds and clips from terminals, each kept once by the digest of its bytes."""
