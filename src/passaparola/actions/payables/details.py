"""What a person tells us so that a thing can be made and sent. It lies apart from the books, and the log holds only its names."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.payables.hand_over import missing_of
from passaparola.actions.rewards.terms import rule_of
from passaparola.store.ids import new_id

_KEEP = (
    "INSERT INTO store_rewarddetail (id, workspace_id, reward_id, details, updated_at) VALUES (%(id)s::uuid, %(ws)s::uuid,"
    " %(reward)s::uuid, %(details)s, %(now)s) ON CONFLICT (workspace_id, reward_id) DO UPDATE SET details = excluded.details,"
    " updated_at = excluded.updated_at"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The names of what is known for a reward, and of what is missing still."""

    reward: str
    known: tuple[str, ...]
    missing: tuple[str, ...]


def keep_details(reward: str, details: Mapping[str, str], *, asked: Asked) -> Performed[Kept]:
    """Keep these details of a reward; they replace what was known. Refused: `unknown_detail` (422) for what its program does not ask for.

    Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _keep(reward, details, desk))


def _keep(key: str, details: Mapping[str, str], desk: Desk) -> Kept:
    reward = desk.reward(key)
    asked_for = rule_of(reward, desk.programs).personal
    unknown = sorted(set(details) - set(asked_for))
    if unknown:
        said = ", ".join(asked_for) or "nothing"
        raise Refusal("unknown_detail", f"the program asks for {said}, not for {', '.join(unknown)}", 422)
    known = {name: " ".join(text.split()) for name, text in details.items() if text.strip()}
    desk.act("reward.details", key, names=sorted(known))
    values = {"id": new_id(), "ws": desk.workspace.id, "reward": key, "details": orjson.dumps(known).decode()}
    desk.plan.guarded.append((_KEEP, {**values, "now": desk.now}))
    return Kept(key, tuple(sorted(known)), missing_of(reward, values["details"], desk))
