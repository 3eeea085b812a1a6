"""Reading bytes of any of the protocols for people: the ``decode`` command and the conformance tests."""
