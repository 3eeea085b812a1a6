"""Every kind of record that the corpora may hold: one module each, in one list.

A module has ``claims(path, record)``, which tells by the keys of a record or the name of its file whether it is of the
kind, and ``check(path, record)``, which fails with what is wrong. A new kind is a new module in the list.
"""

from tests.conformance import jt, rules

KINDS = (jt, rules)
