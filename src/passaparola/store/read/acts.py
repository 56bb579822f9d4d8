"""The log of what people, keys and the clock did, as it is read and given away: rows that only grow."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from passaparola.store.read.pages import Listing, Record
from passaparola.store.session import Session

PAGE = 500
ACTS = Listing(
    "store_act",
    "a",
    {
        **{name: f"a.{name}" for name in ("id", "actor", "verb", "subject", "input", "at")},
        "serial": "b.serial",
    },
    joins=" JOIN store_batch b ON b.id = a.batch",
    filters={
        "actor": "a.actor = %(actor)s",
        "verb": "a.verb = %(verb)s",
        "subject": "a.subject = %(subject)s",
        "since": "a.at >= %(since)s",
        "until": "a.at < %(until)s",
    },
)


class StepRow(NamedTuple):
    """What one act did to one reward. `net` is the reward after it, in minor units."""

    act: str
    reward: str
    step: str
    before: str | None
    after: str
    net: int
    reason: str | None


def acts_in_order(session: Session, workspace: str) -> Iterator[list[Record]]:
    """Every act, a page of commits at a time, in the order of the commits: what is added later comes last."""
    last = 0
    while batches := session.rows(
        "SELECT id, serial FROM store_batch WHERE workspace_id = %(ws)s::uuid AND serial > %(last)s ORDER BY serial LIMIT %(page)s",
        ws=workspace,
        last=last,
        page=PAGE,
    ):
        rows = session.rows(
            f"{ACTS.select(' AND a.batch = any{batches:uuid}')} ORDER BY b.serial, a.id",
            ws=workspace,
            batches=[key for key, _ in batches],
        )
        yield [dict(zip(ACTS.columns, row, strict=True)) for row in rows]
        last = batches[-1][1]


def steps_of(session: Session, workspace: str, acts: Iterable[str], rewards: Iterable[str]) -> list[StepRow]:
    """The steps that these acts brought about on these rewards, in their order."""
    causes = {f"act:{key}" for key in acts}
    rows = session.rows(
        "SELECT cause, reward_id, step, from_state, to_state, amount, reason FROM store_rewardtransition"
        " WHERE workspace_id = %(ws)s::uuid AND reward_id = any{rewards:uuid} ORDER BY id",
        ws=workspace,
        rewards=sorted(set(rewards)),
    )
    return [StepRow(cause.removeprefix("act:"), *rest) for cause, *rest in rows if cause in causes]
