"""What is written of how a workspace looks and of what it prepared for sharing. Written again, a row is changed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.session import Session


def put_branding(
    session: Session, workspace: str, given: Mapping[str, str], changed: Iterable[str], now: Instant
) -> None:
    """`given` has accent, typeface, corners, tone, logo, custom_css and css; of a row that is there only what `changed` is written."""
    named = {"workspace_id": workspace}
    _put(session, "store_branding", named, {**given, "updated_at": now}, change=[*changed, "updated_at"])


def put_page_text(session: Session, named: Mapping[str, str], content: str, now: Instant) -> None:
    """`named` has workspace_id, program, language and block."""
    _put(session, "store_pagetext", named, {"content": content, "updated_at": now})


def remove_page_text(session: Session, named: Mapping[str, str]) -> bool:
    """Whether there was one."""
    return _remove(session, "store_pagetext", named)


def put_words(session: Session, named: Mapping[str, str], others: Sequence[str], words: str, now: Instant) -> None:
    """`named` has workspace_id, program_id and person_id; `others` are merged with them, and say nothing of their own from now on. Empty
    words are removed."""
    for person in others if words else (named["person_id"], *others):
        _remove(session, "store_personalwords", {**named, "person_id": person})
    if words:
        _put(session, "store_personalwords", named, {"words": words, "updated_at": now})


def put_share_text(session: Session, named: Mapping[str, str], values: Mapping[str, str], now: Instant) -> None:
    """`named` has workspace_id, program, language and channel; `values` words and subject."""
    _put(session, "store_sharetext", named, {**values, "updated_at": now})


def remove_share_text(session: Session, named: Mapping[str, str]) -> bool:
    """Whether there was one."""
    return _remove(session, "store_sharetext", named)


def add_picture(session: Session, workspace: str, row: Mapping[str, Any], now: Instant) -> None:
    """A picture; one that is there stays as it is."""
    _put(
        session,
        "store_picture",
        {"workspace_id": workspace, "digest": row["digest"]},
        {**row, "created_at": now},
        change=(),
    )


def remove_picture(session: Session, workspace: str, digest: str) -> None:
    """A picture, with its bytes."""
    _remove(session, "store_picture", {"workspace_id": workspace, "digest": digest})


def add_material(session: Session, workspace: str, row: Mapping[str, Any], now: Instant) -> None:
    """`row` has id, program, kind, language, title, words, picture and address."""
    given = {**row, "workspace_id": workspace, "created_at": now}
    marks = ", ".join("%(id)s::uuid" if name == "id" else _marked(name) for name in given)
    session.run(f"INSERT INTO store_material ({', '.join(given)}) VALUES ({marks})", **given)


def remove_material(session: Session, workspace: str, key: str) -> None:
    """The material of this id."""
    session.run(
        "DELETE FROM store_material WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid", ws=workspace, key=key
    )


def add_play(session: Session, workspace: str, program: str, visit: str, now: Instant) -> None:
    """A film that was asked for; the second time of a visit counts nothing."""
    named = {"workspace_id": workspace, "program": program, "visit": visit}
    _put(session, "store_videoplay", named, {"at": now}, change=())


_UUIDS = frozenset({"workspace_id", "program_id", "person_id", "visit"})


def _marked(name: str) -> str:
    return f"%({name})s::uuid" if name in _UUIDS else f"%({name})s"


def _put(
    session: Session,
    table: str,
    named: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    change: Iterable[str] | None = None,
) -> None:
    """`change` are the columns that are written where the row is there already: all, unless said."""
    given = {**values, **named}
    sets = ", ".join(f"{name} = excluded.{name}" for name in (values if change is None else change))
    session.run(
        f"INSERT INTO {table} (id, {', '.join(given)}) VALUES (%(id)s::uuid, {', '.join(map(_marked, given))})"
        f" ON CONFLICT ({', '.join(named)}) DO {f'UPDATE SET {sets}' if sets else 'NOTHING'}",
        id=new_id(),
        **given,
    )


def _remove(session: Session, table: str, named: Mapping[str, Any]) -> bool:
    where = " AND ".join(f"{name} = {_marked(name)}" for name in named)
    return session.run(f"DELETE FROM {table} WHERE {where}", **named) > 0
