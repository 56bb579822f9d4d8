"""When the friends of advocates were counted: read only where a program gives something for their frequency."""

from collections.abc import Iterable, Sequence

from passaparola.domain.instant import Instant
from passaparola.store.session import Session


def counted_friends(
    session: Session, workspace: str, programs: Sequence[str], advocates: Iterable[str]
) -> list[tuple[str, str, str, Instant]]:
    """(program, advocate, referral, when) of each friend whom these advocates' streaks count, as their states say."""
    counted, at = ("r.state::jsonb ->> 'n'", "(r.state::jsonb -> 'k' ->> 3)::bigint")
    if not session.postgres:
        counted, at = ("json_extract(r.state, '$.n')", "json_extract(r.state, '$.k[3]')")
    rows = session.rows(
        f"SELECT r.program_id, {counted}, r.id, {at} FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid"
        " AND r.program_id = any{programs:uuid} AND r.advocate_person_id = any{people:uuid}"
        f" AND {counted} IS NOT NULL AND {at} IS NOT NULL",
        ws=workspace,
        programs=list(programs),
        people=sorted(advocates),
    )
    return [(program, advocate, referral, when) for program, advocate, referral, when in rows]
