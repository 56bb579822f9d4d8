"""What is known of the friends of a program, page by page: for contests and scale rules, which look at all of them."""

from collections.abc import Iterator

from passaparola.domain.instant import Instant
from passaparola.domain.referrals.state import FriendState, load_state
from passaparola.store.session import Session

_NOBODY = "0" * 32
PAGE = 1000


def converted(
    session: Session, workspace: str, program: str, since: Instant, until: Instant
) -> Iterator[tuple[str, FriendState]]:
    """(referral, state) of the friends who first earned in this time, by the referrals' ids."""
    earned = "r.status = 'converted' AND r.converted_at >= %(since)s AND r.converted_at < %(until)s"
    return _pages(session, earned, {"ws": workspace, "program": program, "since": since, "until": until})


def bound(session: Session, workspace: str, program: str, until: Instant) -> Iterator[tuple[str, FriendState]]:
    """(referral, state) of the friends bound until then, by the referrals' ids."""
    theirs = "r.status IN ('bound', 'converted') AND r.bound_at <= %(until)s"
    return _pages(session, theirs, {"ws": workspace, "program": program, "until": until})


def _pages(session: Session, which: str, values: dict[str, str | int]) -> Iterator[tuple[str, FriendState]]:
    last = _NOBODY
    while True:
        rows = session.rows(
            "SELECT r.id, r.state FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
            f" AND {which} AND r.id > %(last)s::uuid ORDER BY r.id LIMIT %(page)s",
            **values,
            last=last,
            page=PAGE,
        )
        for referral, state in rows:
            yield referral, load_state(state)
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


def suspended(session: Session, workspace: str, program: str) -> set[str]:
    """The people who may not recommend at present."""
    rows = session.rows(
        "SELECT a.person_id FROM store_advocate a WHERE a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid"
        " AND a.status = 'suspended'",
        ws=workspace,
        program=program,
    )
    return {row[0] for row in rows}
