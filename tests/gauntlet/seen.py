"""What the database says of one workspace, in the model's terms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from passaparola.store.session import reading

Key = tuple[str, str, str]  # promise, person, occasion


@dataclass(frozen=True)
class Seen:
    people: dict[str, str]  # name → id
    bound: dict[str, str]
    rewards: dict[Key, tuple[str, int, int, int, int]]
    balances: dict[tuple[str, str], int]
    ids: dict[Key, str]
    voucher_codes: dict[Key, str]


def look(workspace: str, one: Callable[[str], str]) -> Seen:
    """`one`: who stands for a person."""
    with reading() as session:
        people = {p: n for n, p in session.rows(_PEOPLE, ws=workspace)}
        referrals = session.rows(_REFERRALS, ws=workspace)
        rewards = session.rows(_REWARDS, ws=workspace)
        transfers = session.rows(_TRANSFERS, ws=workspace)
    friend_of = {key: one(people.get(friend, "nobody")) for key, friend, _ in referrals}
    bound = {one(people[f]): people[a] for _, f, a in referrals if a and f in people}
    seen = Seen({n: p for p, n in people.items()}, bound, {}, _balances(transfers, people), {}, {})
    for key, promise, person, occasion, state, worth, reserved, redeemed, expired, code in rewards:
        name = friend_of.get(occasion) or occasion.removeprefix("milestone:")
        natural = (promise, people[person], name)
        counts = worth if state in ("pending", "issued", "redeemed", "expired") else 0
        seen.rewards[natural] = (state, counts, reserved, redeemed, expired)
        seen.ids[natural] = key
        if code:
            seen.voucher_codes[natural] = code
    return seen


def agree(what: str, found: dict[Any, Any], expected: dict[Any, Any]) -> None:
    wrong = {k: (found.get(k), expected.get(k)) for k in {**found, **expected} if found.get(k) != expected.get(k)}
    assert not wrong, f"{what}: the product and the model differ: {wrong}"


_PEOPLE = "SELECT value, person_id FROM store_identity WHERE workspace_id = %(ws)s::uuid AND kind = 'customer_id'"
_REFERRALS = "SELECT id, friend_id, advocate_person_id FROM store_referral WHERE workspace_id = %(ws)s::uuid"
_REWARDS = (
    "SELECT r.id, r.rule, r.beneficiary_id, r.occasion, r.state, r.amount - r.reversed, r.reserved, r.redeemed, r.expired, v.code"
    " FROM store_reward r LEFT JOIN store_voucher v ON v.workspace_id = r.workspace_id AND v.reward_id = r.id"
    " WHERE r.workspace_id = %(ws)s::uuid ORDER BY r.id"
)
_TRANSFERS = (
    "SELECT t.kind, t.purpose, t.amount, d.kind, d.person_id, c.kind, c.person_id FROM store_transfer t"
    " JOIN store_account d ON d.id = t.debit_id JOIN store_account c ON c.id = t.credit_id WHERE t.workspace_id = %(ws)s::uuid"
)


def _balances(transfers: list[Any], people: dict[str, str]) -> dict[tuple[str, str], int]:
    """What is posted on each account, on its own side; what waits to be issued, and what lies in checkouts."""
    found: dict[tuple[str, str], int] = {}

    def add(kind: str, person: str | None, amount: int) -> None:
        key = (kind, people[person] if person else "")
        found[key] = found.get(key, 0) + amount

    for kind, purpose, amount, debit, debtor, credit, creditor in transfers:
        if kind in ("single", "post", "reversal"):
            add(debit, debtor, amount if debit == "expense" else -amount)
            add(credit, creditor, amount if credit != "expense" else -amount)
        if kind in ("pending", "post", "void"):
            sign = 1 if kind == "pending" else -1
            add("waiting" if purpose == "issue" else "held", None, sign * amount)
    return {key: amount for key, amount in found.items() if amount}
