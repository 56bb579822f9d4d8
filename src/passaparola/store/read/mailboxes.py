"""Who is known under another spelling of an address, and since when they are customers."""

from collections.abc import Iterable

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.people.mailbox import keys_of, mailbox
from passaparola.store.session import Session

MOST = 100  # people of one mailbox who are looked at, the longest known first


def mailbox_key(value: str, *, postgres: bool) -> str:
    """The expression of the index `identity_mailbox` (migration 0027): the address without what follows a `+`, and without the dots."""
    at = "STRPOS" if postgres else "INSTR"
    local = f"SUBSTR({value}, 1, {at}(REPLACE({value}, '@', '+'), '+') - 1)"
    return f"(REPLACE({local}, '.', '') || SUBSTR({value}, {at}({value}, '@')))"


def people_by_mailbox(session: Session, workspace: str, boxes: Iterable[str]) -> list[tuple[str, str]]:
    """(mailbox, person) of everybody who is known by an address of these mailboxes."""
    wanted = set(boxes)
    key, other = (mailbox_key(f"{i}.value", postgres=session.postgres) for i in ("i", "j"))
    rows = session.rows(
        f"SELECT i.value, i.person_id FROM store_identity i WHERE i.workspace_id = %(ws)s::uuid AND i.kind = 'email'"
        f" AND {key} = any{{keys:text}} AND i.id IN (SELECT j.id FROM store_identity j WHERE j.workspace_id = %(ws)s::uuid"
        f" AND j.kind = 'email' AND {other} = {key} ORDER BY j.id LIMIT {MOST})",
        ws=workspace,
        keys=sorted({k for box in wanted for k in keys_of(box)}),
    )
    found = ((mailbox(address), person) for address, person in rows)
    return sorted((box, person) for box, person in found if box in wanted)


def first_customers(session: Session, workspace: str, people: Iterable[str]) -> dict[str, Instant]:
    """Since when each of these people is a customer: by their first paid order, or by what was said; a date counts from its end in UTC.

    Nothing of those who are none.
    """
    rows = session.rows(
        "SELECT person_id, MIN(CASE WHEN type = 'purchase' AND amount_minor > 0 THEN occurred_at END),"
        " MIN(CASE WHEN NOT only_date THEN customer_since END), MIN(CASE WHEN only_date THEN customer_since END) FROM store_event"
        " WHERE workspace_id = %(ws)s::uuid AND person_id = any{people:uuid} AND outcome IN ('recorded', 'duplicate_order')"
        " AND (type = 'purchase' OR customer_since IS NOT NULL) GROUP BY person_id",
        ws=workspace,
        people=sorted(people),
    )
    found = {}
    for person, paid, since, day in rows:
        moments = [at for at in (paid, since, None if day is None else day + DAY) if at is not None]
        if moments:
            found[person] = min(moments)
    return found
