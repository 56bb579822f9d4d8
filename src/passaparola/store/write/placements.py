"""What is written of places where a program is recommended."""

from passaparola.domain.instant import Instant
from passaparola.store.ids import new_id
from passaparola.store.read.placements import PlacementRow
from passaparola.store.session import Session


def add_placement(session: Session, workspace: str, row: PlacementRow) -> None:
    """A new place."""
    session.run(
        "INSERT INTO store_placement (id, workspace_id, program_id, kind, name, link_id, slug, reach, created_at)"
        " VALUES (%(id)s::uuid, %(ws)s::uuid, %(program)s::uuid, %(kind)s, %(name)s, %(link)s::uuid, %(slug)s, %(reach)s, %(now)s)",
        id=row.id,
        ws=workspace,
        program=row.program,
        kind=row.kind,
        name=row.name,
        link=row.link,
        slug=None if row.link else row.slug,
        reach=row.reach,
        now=row.created_at,
    )


def change_placement(session: Session, workspace: str, key: str, *, name: str, reach: int | None) -> None:
    """Another name or reach."""
    session.run(
        "UPDATE store_placement SET name = %(name)s, reach = %(reach)s WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid",
        ws=workspace,
        key=key,
        name=name,
        reach=reach,
    )


def end_placement(session: Session, workspace: str, key: str, now: Instant) -> None:
    """It is over."""
    session.run(
        "UPDATE store_placement SET ended_at = %(now)s WHERE workspace_id = %(ws)s::uuid AND id = %(key)s::uuid AND ended_at IS NULL",
        ws=workspace,
        key=key,
        now=now,
    )


def place_link(session: Session, workspace: str, placement: str, link: str) -> None:
    """Whose link this is came to join by that place."""
    session.run(
        "INSERT INTO store_placedlink (id, workspace_id, placement_id, link_id)"
        " VALUES (%(id)s::uuid, %(ws)s::uuid, %(placement)s::uuid, %(link)s::uuid)",
        id=new_id(),
        ws=workspace,
        placement=placement,
        link=link,
    )
