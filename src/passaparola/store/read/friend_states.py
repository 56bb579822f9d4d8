"""What is known of the friends of a program, page by page: for contests and scale rules, which look at all of them."""

from collections.abc import Iterator, Sequence

from passaparola.domain.instant import Instant
from passaparola.domain.referrals.kept import load_state
from passaparola.domain.referrals.state import FriendState
from passaparola.store.session import Session

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
    """Their ids by an index, sorted once, then the states by their ids: a page that asked for both would sort all that is left anew."""
    rows = session.rows(
        "SELECT r.id FROM store_referral r WHERE r.workspace_id = %(ws)s::uuid AND r.program_id = %(program)s::uuid"
        f" AND {which} ORDER BY r.id",
        **values,
    )
    keys = [row[0] for row in rows]
    for begin in range(0, len(keys), PAGE):
        for referral, _, state in states_of(session, str(values["program"]), keys[begin : begin + PAGE]):
            yield referral, state


def states_of(session: Session, program: str, keys: Sequence[str]) -> Iterator[tuple[str, str, FriendState]]:
    """(referral, status, state) of these, by their ids; those of other programs are left out."""
    rows = session.rows(
        "SELECT r.id, r.program_id, r.status, r.state FROM store_referral r WHERE r.id = any{keys:uuid} ORDER BY r.id",
        keys=list(keys),
    )
    return ((key, status, load_state(state)) for key, of, status, state in rows if of == program)


def suspended(session: Session, workspace: str, program: str) -> set[str]:
    """The people who may not recommend at present."""
    rows = session.rows(
        "SELECT a.person_id FROM store_advocate a WHERE a.workspace_id = %(ws)s::uuid AND a.program_id = %(program)s::uuid"
        " AND a.status = 'suspended'",
        ws=workspace,
        program=program,
    )
    return {row[0] for row in rows}
