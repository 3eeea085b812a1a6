"""How far each rule has come through the stored reports."""

from sqlalchemy.orm import Session

from laixi_transport.storage.database import Database
from laixi_transport.storage.tables import RuleCursorRow


class Rules:
    """A rule's cursor holds reports back from being sealed until the rule has seen them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cursor(self, rule: str) -> int:
        """Return the id of the last report that a rule has seen, 0 at its first start."""
        rows = self._database.fetch("SELECT position_id FROM rule_cursor WHERE rule = ?", (rule,))
        return int(rows[0][0]) if rows else 0

    def advance(self, session: Session, rule: str, position_id: int) -> None:
        """Move a cursor in the transaction of what the rule concluded (``store.writer.run``)."""
        row = session.get(RuleCursorRow, rule)
        if row is None:
            session.add(RuleCursorRow(rule=rule, position_id=position_id))
        else:
            row.position_id = position_id
        session.flush()
