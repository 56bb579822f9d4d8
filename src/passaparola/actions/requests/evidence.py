"""What speaks for a request, for staff: visits by the advocate's links, the friend's sign-up and orders, whom they came through."""

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.people.name_key import name_key
from passaparola.domain.values import value
from passaparola.store.read import gather
from passaparola.store.read import requests as read
from passaparola.store.read.checkout import person_group
from passaparola.store.read.requests import RequestRow, Seen
from passaparola.store.session import Session

NEAR: Instant = 7 * DAY
MOST_SEEN, MOST_CANDIDATES = 10, 10


@value(frozen=True, slots=True)
class Evidence:
    """`friend` is whom we know by the address; `bound_to` the advocate whom they came through, with the referral; `visits` those through
    the advocate's links within a week of the day; `candidates` who goes by the name."""

    friend: str | None
    seen: tuple[Seen, ...]
    referral: str | None
    bound_to: str | None
    visits: int
    candidates: tuple[str, ...]


def evidence_of(session: Session, row: RequestRow) -> Evidence:
    """What we know, read now."""
    identity = (row.known_as, row.friend)
    known = gather.people_by_identity(session, row.workspace, [identity]).get(identity) if row.friend else None
    group = person_group(session, row.workspace, known) if known else []
    standing = read.referral_of(session, row.workspace, row.program, group) if group else None
    mine = person_group(session, row.workspace, row.person) if row.person else []
    begin, end = row.came_at - NEAR, row.came_at + NEAR
    return Evidence(
        friend=group[0] if group else None,
        seen=tuple(read.seen_of(session, row.workspace, group, MOST_SEEN)) if group else (),
        referral=standing.referral if standing else None,
        bound_to=standing.advocate if standing else None,
        visits=read.visits_near(session, row.workspace, mine, begin, end) if mine else 0,
        candidates=_candidates(session, row, group),
    )


def _candidates(session: Session, row: RequestRow, friend: list[str]) -> tuple[str, ...]:
    key = name_key(row.said)
    if row.person or not key:
        return ()
    found = read.advocates_named(session, row.workspace, row.program, key, MOST_CANDIDATES)
    return tuple(person for person in found if person not in friend)
