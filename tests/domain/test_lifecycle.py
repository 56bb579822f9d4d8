"""The moves of a program, a referral and a reward: those of the table, no others; and the flow of each shipped program."""

import json
import re
from enum import StrEnum

import pytest

from passaparola.domain.lifecycle import PROGRAM, REFERRAL, REWARD, IllegalMove, Machine, ReferralStatus
from passaparola.domain.programs.compiled import ProgramStatus
from passaparola.domain.programs.flow import flow_of
from passaparola.domain.programs.flow_drawn import as_dot, as_mermaid, as_text
from passaparola.domain.rewards.change import RewardState
from tests.domain.phrases import Story
from tests.domain.program_files import EXAMPLES, read
from tests.domain.street import StreetStory
from tests.domain.test_rules_run import STORIES
from tests.domain.tongues import Marking, letters_outside
from tests.domain.town import versions

MACHINES = (PROGRAM, REFERRAL, REWARD)
NEVER_BEGUN = {RewardState.APPROVED, RewardState.ISSUING, RewardState.FAILED}  # for what needs somebody outside


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.name)
def test_a_move_that_is_none_raises_and_one_that_is_does_not(machine: Machine) -> None:
    known = {(m.act, m.before, m.after) for m in machine.moves}
    acts = sorted({m.act for m in machine.moves})
    for act in acts:
        for before in (None, *machine.states):
            for after in machine.states:
                if (act, before, after) in known:
                    machine.require(act, before, after)
                else:
                    with pytest.raises(IllegalMove, match=f"'{act}' does not lead from"):
                        machine.require(act, before, after)


@pytest.mark.parametrize(
    ("machine", "states"), [(PROGRAM, ProgramStatus), (REFERRAL, ReferralStatus), (REWARD, RewardState)]
)
def test_every_state_can_be_reached(machine: Machine, states: type[StrEnum]) -> None:
    reached: set[str | None] = set()
    found: set[str | None] = {None}
    while found - reached:
        reached |= found
        found |= {m.after for m in machine.moves if m.before in reached}
    assert found - {None} == set(states) - NEVER_BEGUN


def test_what_a_person_or_time_ended_is_given_again_by_nobody_but_a_person() -> None:
    assert {m.act for m in REWARD.moves if m.before == RewardState.DENIED} == {"reopened"}
    assert {m.act for m in REWARD.moves if m.before == RewardState.EXPIRED} == {"returned"}  # what was used of it
    assert not [m for m in REFERRAL.moves if m.before == ReferralStatus.MERGED]


@pytest.mark.parametrize("row", STORIES, ids=lambda row: row.name)
def test_every_step_of_every_worked_case_is_a_move_of_the_table(row: object) -> None:
    several = [text for written in row.programs for text in written.split("\n---\n")]  # type: ignore[attr-defined]
    story = Story(versions(*several)) if len(several) == 1 else StreetStory(several)
    for sentence in row.cells["What happens"].split(";"):  # type: ignore[attr-defined]
        told = story.tell(sentence)
        for town in getattr(told, "towns", [told]):
            for decision in town.last.values():
                for change in decision.changes:
                    before = change.before.state if change.before else None
                    REWARD.require(change.step, before, change.after.state)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_flow_of_each_shipped_program_is_printed_in_each_format(path: object) -> None:
    program, _ = read(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert program is not None
    flow = flow_of(program)
    assert [part.key for part in flow.parts if part.key.startswith("reward_")] == [
        f"reward_{r.id}" for r in program.every_rule
    ]
    text, mermaid, dot = as_text(flow), as_mermaid(flow), as_dot(flow)
    for part in flow.parts:
        assert part.title in text
        assert part.moves[0].before is None
        assert len(set(part.moves)) == len(part.moves)
    moves = sum(len(part.moves) for part in flow.parts)
    assert text.count(" → ") == mermaid.count(" --> ") == dot.count(" -> ") == moves
    assert mermaid.startswith("stateDiagram-v2\n")
    assert mermaid.count("{") == mermaid.count("}") == len(flow.parts)
    assert not re.search(r"--> \S+ : .*[;:\"#]", mermaid)
    assert dot.count("{") == dot.count("}") == len(flow.parts) + 1
    for label in re.findall(r"label=(\"(?:[^\"\\]|\\.)*\")", dot):
        json.loads(label)


def test_the_flow_says_the_holds_the_approval_and_the_limits_of_its_program() -> None:
    program, findings = read(
        "program: p\nname: P\ncurrency: EUR\ntrigger: first_purchase\nwindows: {bind_days: 30}\nrewards:\n"
        "  - {id: a, side: advocate, kind: store_credit, amount: 5.00, hold_days: 14, expires_days: 90}\n"
        "  - {id: b, side: friend, kind: cash, amount: 5.00, fulfil: claim}\n"
        "caps:\n  - {per: advocate, metric: count, max: 3, policy: queue}\n"
    )
    assert program is not None, findings
    text = as_text(flow_of(program))
    for said in (
        "● → pending: Rewards are earned by a friend's first paid order; it is held for 14 days",
        "pending → issued: the hold is over",
        "● → pending: a limit is used up: it waits in the queue",
        "issued → expired: it expires 90 days after its issue",
        "expired → issued: the order is cancelled",
        "pending → issued: the person claims it",
        "issued → redeemed: it is paid out",
        "open → bound: the friend comes, and a recommendation counts (within 30 days of the first touch)",
        "An advocate gets at most 3 rewards in all; what does not fit waits until there is room, the oldest first.",
    ):
        assert said in text, said
    assert "● → issued" not in text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_flow_is_told_in_the_readers_language(path: object) -> None:
    program, _ = read(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert program is not None
    marking = Marking()
    for part in flow_of(program, marking.tongue).parts:
        for move in part.moves:
            names = [program.item or "", program.stage or ""]
            said = move.when
            for name in names:
                said = said.replace(name, "0") if name else said
            assert not letters_outside(said), said
