"""Two records are one person: the duplicate becomes an alias, nothing is moved, and the person's referrals are decided anew.

In words, with examples: docs/rules/attribution.md.
"""

from dataclasses import dataclass

import orjson

from passaparola.actions.acting import Asked, Desk, Performed, Refusal, perform
from passaparola.actions.effects import Cause, tell
from passaparola.actions.events.overlay import MERGED, Case, Overlay
from passaparola.actions.people.change import group_of
from passaparola.actions.people.facts import say_facts
from passaparola.actions.referrals.settle import settle
from passaparola.domain.events.facts import MOST_FACTS
from passaparola.domain.lifecycle import REFERRAL
from passaparola.domain.people.facts import PersonFacts
from passaparola.domain.referrals.standing import Standing
from passaparola.domain.referrals.state import FriendState
from passaparola.domain.rewards.limits import OF_PEOPLE, cap_key, count_key, measure_of, of_person
from passaparola.domain.rewards.tallies import tally_keys
from passaparola.store.ids import new_id
from passaparola.store.read import gather
from passaparola.store.session import Conflict

SAME_PERSON, MERGE_CYCLE = "same_person", "merge_cycle"


@dataclass(frozen=True, slots=True)
class Merge:
    """Who stands for both now. `changed` is False when they were one already."""

    person: str
    alias: str
    changed: bool
    referrals_merged: int = 0


def merge(keep: str, *, duplicate: str, asked: Asked) -> Performed[Merge]:
    """`duplicate`, and everybody merged into it before, becomes an alias of `keep`. Again: nothing happens.

    In each program with two referrals one survives with the joined state: the one whose rewards have left the firm, else that of `keep`.
    The other is `merged` and its rewards are taken back; where something of both had been used, that is a finding. Who turns out to have
    recommended themselves is refused. What caps and milestones counted for both counts together from now on: nothing that was given is
    taken back for it, and a milestone reached by the sum is given with the next friend.

    Refused (409): `same_person`; `merge_cycle` when `keep` is an alias of `duplicate`. Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: merge_into(keep, duplicate, desk))


def merge_into(keep: str, duplicate: str, desk: Desk) -> Merge:
    """The same, inside an act that does more."""
    if keep == duplicate:
        raise Refusal(SAME_PERSON, "a person is not merged with itself")
    kept, gone = group_of(keep, desk), group_of(duplicate, desk)
    if kept[0] == gone[0]:
        if duplicate == kept[0]:
            raise Refusal(MERGE_CYCLE, "the first is an alias of the second: merge them the other way round")
        return Merge(kept[0], duplicate, False)
    root, alias = kept[0], gone[0]
    cause = desk.act("person.merge", root, duplicate=alias)
    overlay = desk.people()
    for member in gone:
        _point(member, root, overlay, desk)
    desk.plan.merges = 1
    _join_facts(root, gone, desk)
    desk.gather(overlay, friends=[root])
    desk.afterwards.append(lambda: _nothing_begun(root, overlay, desk))
    _join_counters(root, alias, overlay, desk)
    survivors = [found for program in sorted(overlay.programs) if (found := _join(program, root, overlay, desk, cause))]
    for case, _ in survivors:
        settle(case, overlay.programs[case.program], overlay, desk.plan, cause=cause, now=desk.now)
    return Merge(root, alias, True, sum(joined for _, joined in survivors))


def _nothing_begun(root: str, overlay: Overlay, desk: Desk) -> None:
    """No referral of the person was begun since they were read. Asked at the very end, when every other writer waits for the workspace:
    what was committed is seen now, and what was not will find the programs changed and be decided again."""
    read = {key for key, case in overlay.by_id.items() if overlay.root(case.friend) == root}
    found = gather.referrals_of(desk.session, desk.workspace.id, sorted(overlay.programs), overlay.group(root))
    if {row.id for row in found} != read:
        raise Conflict("a referral of a merged person was begun")


def _point(alias: str, root: str, overlay: Overlay, desk: Desk) -> None:
    """Aliases point straight to who stands for them, never to another alias."""
    overlay.alias(alias, root)
    values = {"root": root, "ws": desk.plan.workspace, "id": alias}
    statement = (
        "UPDATE store_person SET alias_of_id = %(root)s::uuid, revision = revision + 1"
        " WHERE workspace_id = %(ws)s::uuid AND id = %(id)s::uuid"
    )
    desk.plan.guarded.append((statement, values))


def _join_facts(root: str, others: list[str], desk: Desk) -> None:
    """What is said of one who is an alias now is said of the one that stands for both, where nothing else is: up to twenty facts."""
    known: dict[str, PersonFacts] = {person: {} for person in (root, *others)} | desk.facts_of([root, *others])
    mine = known[root]
    more = {name: fact for other in reversed(others) for name, fact in known[other].items() if name not in mine}
    room = dict(sorted(more.items())[: MOST_FACTS - len(mine)])
    joined = {**known, root: {**mine, **room}}
    desk.afterwards.append(lambda: _nothing_said(joined, desk))
    if room:
        say_facts({root: room}, desk)


def _nothing_said(joined: dict[str, PersonFacts], desk: Desk) -> None:
    """Nothing else is said of these persons than when they were read and joined; asked at the very end, as above."""
    now = desk.facts_of(joined)
    if any(now.get(person, {}) != facts for person, facts in joined.items()):
        raise Conflict("a fact of a merged person was said")


def _join_counters(root: str, alias: str, overlay: Overlay, desk: Desk) -> None:
    """What was counted for both counts for the one that stands for them. A sum above a ceiling stays: nothing more fits until it falls."""
    keys: dict[str, str] = {}
    for program, versions in overlay.programs.items():
        keys[count_key(program, alias)] = count_key(program, root)
        own, joined = (list(tally_keys(program, versions.versions, [person])) for person in (alias, root))
        keys.update(zip(sorted(own), sorted(joined), strict=True))
        for cap in (c for version in versions.versions for c in version.caps if c.per in OF_PEOPLE):
            if cap.is_plain:
                measure = measure_of(cap)
                keys[cap_key(program, cap.per, alias, measure)] = cap_key(program, cap.per, root, measure)
            else:
                keys.update((key, of_person(key, root)) for key in desk.counters_of_cap(program, str(cap.per), alias))
    used = desk.counters([*keys, *keys.values()])
    for key in sorted(k for k in keys if used.get(k)):
        _empty_into(key, keys[key], used[key], desk)
        overlay.counters[keys[key]] = used.get(keys[key], 0) + used[key]


def _empty_into(key: str, other: str, used: int, desk: Desk) -> None:
    ws = desk.plan.workspace
    empty = (
        "UPDATE store_counter SET used = 0, ceiling = NULL WHERE workspace_id = %(ws)s::uuid AND key = %(key)s"
        " AND used = %(used)s"
    )
    add = (
        "INSERT INTO store_counter (id, workspace_id, key, used, ceiling) VALUES (%(id)s::uuid, %(ws)s::uuid, %(key)s, %(used)s, NULL)"
        " ON CONFLICT (workspace_id, key) DO UPDATE SET used = store_counter.used + excluded.used, ceiling = NULL"
    )
    desk.plan.guarded.append((empty, {"ws": ws, "key": key, "used": used}))
    desk.plan.guarded.append((add, {"id": new_id(), "ws": ws, "key": other, "used": used}))


def _join(program: str, root: str, overlay: Overlay, desk: Desk, cause: Cause) -> tuple[Case, int] | None:
    """The person's referral of this program that survives, and the number of referrals that were merged into it."""
    mine = overlay.cases_of(program, root)
    living = sorted((c for c in mine if c.status != MERGED), key=lambda c: (not _left(c), c.friend != root, c.id))
    if not living:
        return None
    survivor, others = living[0], living[1:]
    for other in others:
        _absorb(survivor, other, overlay, desk, cause)
    return survivor, len(others)


def _left(case: Case) -> bool:
    return any(reward.left_the_firm for reward in case.rewards.values())


def _absorb(survivor: Case, other: Case, overlay: Overlay, desk: Desk, cause: Cause) -> None:
    """The survivor takes the other's state, and answers for its rewards from now on."""
    if _left(survivor) and _left(other):
        detail = orjson.dumps({"stands": survivor.id, "merged": other.id}).decode()
        desk.plan.find("merged_after_redemption", f"{survivor.id}:{other.id}", detail, desk.now)
    survivor.state.absorb(other.state)
    survivor.rewards.update(other.rewards)
    survivor.has_rewards = survivor.has_rewards or other.has_rewards
    other.rewards.clear()
    counted = other.state.standing
    gone = Standing(tallies=counted.tallies, counted_at=counted.counted_at) if counted is not None else None
    other.state = FriendState(counted_for=other.state.counted_for, standing=gone)
    REFERRAL.require("merge", other.status, MERGED)
    other.status = MERGED
    overlay.keep(survivor)
    overlay.bind(survivor, survivor.state.concluded)
    settle(other, overlay.programs[other.program], overlay, desk.plan, cause=cause, now=desk.now)
    tell([{"topic": "referral.merged", "id": other.id}], cause, desk.plan, desk.now)
