"""Counters of limits by what they count, rewards that wait for room, and what the rewards say that the counters should be."""

from collections import defaultdict
from collections.abc import Iterator

from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.limits import moves_for, of_person, queue_key, stake_of
from passaparola.store.read.discrepancies import MOST, Discrepancy
from passaparola.store.read.gather import REWARD_COLUMNS, aliases, reward_of
from passaparola.store.session import Session

_PAGE = 5_000


def counters_of_cap(session: Session, workspace: str, program: str, per: str, who: str) -> list[str]:
    """Every counter of one person's caps, of whatever period, with those of their queues."""
    return [key for head in _caps(program, per, who) for key in _counters(session, workspace, head)]


def _caps(program: str, per: str, who: str) -> tuple[str, str]:
    return f"cap:{program}:{per}:{who}:", f"queue:cap:{program}:{per}:{who}:"


def counters_of_program(session: Session, workspace: str, program: str) -> dict[str, int]:
    """Every counter of the program's limits and of their queues."""
    heads = (f"cap:{program}:", f"budget:{program}:", f"queue:cap:{program}:", f"queue:budget:{program}:")
    return {key: used for head in heads for key, used in _counters(session, workspace, head).items()}


def _counters(session: Session, workspace: str, head: str) -> dict[str, int]:
    rows = session.rows(
        "SELECT key, used FROM store_counter WHERE workspace_id = %(ws)s::uuid AND key LIKE %(like)s ORDER BY key",
        ws=workspace,
        like=f"{head}%",
    )
    return {str(key): int(used) for key, used in rows}


def queues(session: Session, workspace: str) -> list[str]:
    """The limits under which something waits for room."""
    rows = session.rows(
        "SELECT DISTINCT queued_on FROM store_reward WHERE workspace_id = %(ws)s::uuid AND queued_on IS NOT NULL"
        " ORDER BY queued_on",
        ws=workspace,
    )
    return [str(row[0]) for row in rows]


def queued(session: Session, workspace: str, limit: str, most: int) -> list[Reward]:
    """The rewards that wait for room under this limit, the oldest first."""
    rows = session.rows(
        f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid AND queued_on = %(limit)s"
        " AND queued_on IS NOT NULL ORDER BY id LIMIT %(most)s",
        ws=workspace,
        limit=limit,
        most=most,
    )
    return [reward_of(row) for row in rows]


def due_counters(session: Session, workspace: str, program: Program) -> dict[str, int]:
    """What the counters of the program's limits and queues should have used, by the rewards."""
    roots = aliases(session, workspace)
    used: dict[str, int] = defaultdict(int)
    for reward in _rewards(session, workspace, program.key):
        person = roots.get(reward.beneficiary, reward.beneficiary)
        if reward.counts > 0:
            for move in moves_for(program, stake_of(reward, person), reward.counts, 1):
                used[move.key] += move.delta
        if reward.queued_on is not None:
            used[queue_key(of_person(reward.queued_on, person))] += 1
    return dict(used)


def _rewards(session: Session, workspace: str, program: str) -> Iterator[Reward]:
    last = "0" * 32
    while True:
        rows = session.rows(
            f"SELECT {REWARD_COLUMNS} FROM store_reward WHERE workspace_id = %(ws)s::uuid"
            " AND program_id = %(program)s::uuid AND id > %(last)s::uuid ORDER BY id LIMIT %(size)s",
            ws=workspace,
            program=program,
            last=last,
            size=_PAGE,
        )
        yield from map(reward_of, rows)
        if len(rows) < _PAGE:
            return
        last = str(rows[-1][0])


def limits_beside_rewards(session: Session, workspace: str, program: Program) -> list[Discrepancy]:
    """Counters of limits with a period, of referrals, of the whole program and of queues, against the rewards."""
    due, kept = due_counters(session, workspace, program), counters_of_program(session, workspace, program.key)
    found = [
        Discrepancy((key,), str(kept.get(key, 0)), str(due.get(key, 0)))
        for key in sorted({*kept, *due})
        if kept.get(key, 0) != due.get(key, 0)
    ]
    return found[:MOST]
