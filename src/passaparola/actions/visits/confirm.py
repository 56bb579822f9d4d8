"""An unconfirmed visit becomes a person's when somebody acts on it."""

from passaparola.domain.instant import Instant
from passaparola.domain.tokens import Clicked
from passaparola.store.session import writing
from passaparola.store.write.visits import confirm_visits


def confirm_visit(workspace: str, visit: Clicked, now: Instant) -> None:
    """Mark an unconfirmed visit as a person's. A person's or a machine's stays as it is, so does one that is confirmed already.

    A visit whose row is still in the spool gets it now. On SQLite call it through the writer.
    """
    with writing() as session:
        confirm_visits(session, workspace, [visit], now)
