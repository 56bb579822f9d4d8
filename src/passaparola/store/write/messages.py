"""Mails leave: taken under a lease, then sent, set back or ended. And the list of who wants no news."""

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.read.messages import MESSAGE_COLUMNS, MessageRow
from passaparola.store.session import Session

_DUE = "m.state = 'waiting' AND m.due_at <= %(now)s AND (m.leased_until IS NULL OR m.leased_until <= %(now)s)"
_ASKED_FOR = "m.kind IN ('join', 'sign_in', 'accept')"


def take_messages(session: Session, *, now: Instant, until: Instant, limit: int) -> list[MessageRow]:
    """Take mails that are due, until the lease ends, and count the try: first those that somebody waits for in front of a page.

    None of a workspace whose mail is paused. Another process takes others.
    """
    taken = _take(session, f"{_DUE} AND {_ASKED_FOR}", now, until, limit)
    if len(taken) < limit:
        taken += _take(session, _DUE, now, until, limit - len(taken))
    return taken


def _take(session: Session, which: str, now: Instant, until: Instant, limit: int) -> list[MessageRow]:
    rows = session.rows(
        "UPDATE store_message SET leased_until = %(until)s, attempts = attempts + 1 WHERE id IN"
        " (SELECT m.id FROM store_message m JOIN store_workspace w ON w.id = m.workspace_id"
        f" WHERE {which} AND w.mail_paused_at IS NULL ORDER BY m.due_at LIMIT %(limit)s)"
        " AND state = 'waiting' AND (leased_until IS NULL OR leased_until <= %(now)s)"
        f" RETURNING {MESSAGE_COLUMNS}",
        now=now,
        until=until,
        limit=limit,
    )
    return sorted((MessageRow(*row) for row in rows), key=lambda m: (m.due_at, m.id))


def messages_wait(session: Session, now: Instant) -> bool:
    """Whether any mail is due: asked twice a second, so it is one look at an index."""
    rows = session.rows(
        f"SELECT 1 FROM store_message m JOIN store_workspace w ON w.id = m.workspace_id WHERE {_DUE} AND w.mail_paused_at IS NULL LIMIT 1",
        now=now,
    )
    return bool(rows)


def end_message(session: Session, row: MessageRow, state: str, reason: str, now: Instant) -> bool:
    """A mail that was taken has left, or never will. The address goes where nobody is known by it. False: the lease was lost."""
    touched = session.run(
        "UPDATE store_message SET state = %(state)s, reason = %(reason)s, ended_at = %(now)s, leased_until = NULL,"
        " address = CASE WHEN person_id IS NULL THEN '' ELSE address END"
        " WHERE id = %(id)s::uuid AND state = 'waiting' AND leased_until = %(lease)s",
        state=state,
        reason=reason[:48],
        now=now,
        id=row.id,
        lease=row.leased_until,
    )
    return touched == 1


def set_message_back(session: Session, row: MessageRow, *, until: Instant, reason: str, counts: bool) -> None:
    """A mail that was taken waits again until then. Without `counts` the try is taken off: nothing was wrong with the mail."""
    session.run(
        "UPDATE store_message SET due_at = %(until)s, reason = %(reason)s, leased_until = NULL, attempts = attempts - %(less)s"
        " WHERE id = %(id)s::uuid AND state = 'waiting' AND leased_until = %(lease)s",
        until=until,
        reason=reason[:48],
        less=0 if counts else 1,
        id=row.id,
        lease=row.leased_until,
    )


def renew_magic(session: Session, workspace: str, magic: str, now: Instant) -> None:
    """The minutes of an unused one-time link begin now: its mail had to wait."""
    session.run(
        "UPDATE store_magiclink SET expires_at = %(now)s + (expires_at - created_at), created_at = %(now)s"
        " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid AND used_at IS NULL",
        now=now,
        ws=workspace,
        id=magic,
    )


def suppress(session: Session, address_mac: str, reason: str, now: Instant) -> bool:
    """The address wants no more news. False when that was known; what a mailbox provider or a bounce says then outranks a wish."""
    new = session.run(
        "INSERT INTO store_suppression (id, address_mac, reason, at) VALUES (%(id)s::uuid, %(mac)s, %(reason)s, %(now)s)"
        " ON CONFLICT (address_mac) DO NOTHING",
        id=new_id(),
        mac=address_mac,
        reason=reason,
        now=now,
    )
    if not new and reason in ("bounce", "complaint"):
        session.run(
            "UPDATE store_suppression SET reason = %(reason)s WHERE address_mac = %(mac)s AND reason IN ('unsubscribed', 'operator')",
            reason=reason,
            mac=address_mac,
        )
    return new == 1


def forget_suppression(session: Session, address_mac: str) -> bool:
    """The address may be written to again. False when nothing kept us from it."""
    return session.run("DELETE FROM store_suppression WHERE address_mac = %(mac)s", mac=address_mac) == 1


def forget_unacted(session: Session, workspace: str, before: Instant) -> int:
    """Remove the address of everybody whom we know only because somebody invited them before this moment. How many.

    Who did anything of their own, takes part, or was invited again since, stays known.
    """
    return session.run(
        "DELETE FROM store_identity WHERE workspace_id = %(ws)s::uuid AND kind = 'email' AND person_id IN"
        " (SELECT e.other_person_id FROM store_event e WHERE e.workspace_id = %(ws)s::uuid AND e.source = 'invitation'"
        "  AND e.other_person_id IS NOT NULL AND e.occurred_at < %(before)s"
        "  AND NOT EXISTS (SELECT 1 FROM store_event o WHERE o.workspace_id = e.workspace_id AND o.person_id = e.other_person_id)"
        "  AND NOT EXISTS (SELECT 1 FROM store_event s WHERE s.workspace_id = e.workspace_id AND s.type = 'share'"
        "   AND s.other_person_id = e.other_person_id AND (s.source <> 'invitation' OR s.occurred_at >= %(before)s))"
        "  AND NOT EXISTS (SELECT 1 FROM store_advocate a WHERE a.workspace_id = e.workspace_id AND a.person_id = e.other_person_id)"
        "  AND EXISTS (SELECT 1 FROM store_person p WHERE p.id = e.other_person_id AND p.created_at >= e.occurred_at"
        "   AND p.alias_of_id IS NULL)"
        "  AND NOT EXISTS (SELECT 1 FROM store_person p WHERE p.workspace_id = e.workspace_id AND p.alias_of_id = e.other_person_id)"
        "  AND NOT EXISTS (SELECT 1 FROM store_identity i WHERE i.workspace_id = e.workspace_id AND i.person_id = e.other_person_id"
        "   AND i.kind <> 'email'))",
        ws=workspace,
        before=before,
    )
