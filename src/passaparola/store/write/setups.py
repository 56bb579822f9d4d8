"""Programs that are being set up: a revision is compared and set, so that nobody's answers undo another's. And what competitors offer."""

from collections.abc import Mapping

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.session import Conflict, Session


def add_setup(session: Session, workspace: str, *, answers: str, step: str, by: str, now: Instant) -> str:
    """A new one; its id."""
    key = new_id()
    session.run(
        "INSERT INTO store_setup (id, workspace_id, answers, step, revision, program, begun_by, saved_by, begun_at, saved_at)"
        " VALUES (%(id)s::uuid, %(ws)s::uuid, %(answers)s, %(step)s, 0, '', %(by)s, %(by)s, %(now)s, %(now)s)",
        id=key,
        ws=workspace,
        answers=answers,
        step=step,
        by=by,
        now=now,
    )
    return key


def save_setup(session: Session, key: str, revision: int, given: Mapping[str, str], now: Instant) -> None:
    """`given` has answers, step, program and saved_by. Raises Conflict when somebody saved after `revision`."""
    saved = session.run(
        "UPDATE store_setup SET answers = %(answers)s, step = %(step)s, program = %(program)s, saved_by = %(saved_by)s,"
        " saved_at = %(now)s, revision = revision + 1 WHERE id = %(id)s::uuid AND revision = %(revision)s",
        id=key,
        revision=revision,
        now=now,
        **given,
    )
    if not saved:
        raise Conflict


def remove_setup(session: Session, key: str) -> None:
    """It is gone; what came of it stays."""
    session.run("DELETE FROM store_setup WHERE id = %(id)s::uuid", id=key)


def put_competitor(session: Session, workspace: str, given: Mapping[str, str], now: Instant) -> None:
    """`given` has name, website, advocate, friend, currency and note. Of the same name: written again."""
    session.run(
        "INSERT INTO store_competitor (id, workspace_id, name, website, advocate, friend, currency, note, seen_at) VALUES"
        " (%(id)s::uuid, %(ws)s::uuid, %(name)s, %(website)s, %(advocate)s, %(friend)s, %(currency)s, %(note)s, %(now)s)"
        " ON CONFLICT (workspace_id, name) DO UPDATE SET website = excluded.website, advocate = excluded.advocate,"
        " friend = excluded.friend, currency = excluded.currency, note = excluded.note, seen_at = excluded.seen_at",
        id=new_id(),
        ws=workspace,
        now=now,
        **given,
    )


def remove_competitor(session: Session, workspace: str, key: str) -> bool:
    """Whether there was one."""
    where = "WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
    return session.run(f"DELETE FROM store_competitor {where}", ws=workspace, id=key) > 0
