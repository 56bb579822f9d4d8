"""What holds for every program and every history, whatever comes in whatever order."""

from collections import defaultdict
from copy import deepcopy

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from passaparola.domain.decide import decide
from passaparola.domain.instant import DAY
from passaparola.domain.ledger.accounts import TransferKind
from passaparola.domain.reasons import ADVOCATE_WORDS, OPERATOR_WORDS, Reason
from passaparola.domain.referrals.kept import dump_state, load_state
from passaparola.domain.referrals.state import FriendState, Order, Reached, Touch
from passaparola.domain.rewards.limits import budget_key, cap_key, count_key
from passaparola.domain.rewards.tallies import tally_key
from tests.domain.histories import END, events, programs, single
from tests.domain.town import KEY, Told, Town, versions

FRIENDS = ("ben", "cleo", "dan")
SIGN = {
    TransferKind.PENDING: 1,
    TransferKind.SINGLE: 1,
    TransferKind.VOID: -1,
    TransferKind.REVERSAL: -1,
    TransferKind.POST: 0,
}
NOT_REFUSED = {"granted", "unchanged", "counted", "lowered"}


def told(document: str, history: list[Told]) -> Town:
    town = Town(versions(document), now=END)
    for event in history:
        town.tell(event, now=END)
    return town


@settings(max_examples=400)
@given(programs(), events().map(single), st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_the_same(document, history, random):
    shuffled = history.copy()
    random.shuffle(shuffled)
    ordered, disordered = told(document, history), told(document, shuffled)
    for town in (ordered, disordered):
        town.let_fall_due(END + 60 * DAY)
    assert ordered.end_state() == disordered.end_state()
    assert dump_state(without_memory(ordered)) == dump_state(without_memory(disordered))


def without_memory(town: Town) -> FriendState:
    """Only the fold, without what was concluded."""
    state = deepcopy(town.states["ben"])
    state.concluded = state.standing = None
    return state


@given(programs(), events().map(single))
def test_telling_everything_again_changes_nothing(document, history):
    town = told(document, history)
    before, state, booked = town.end_state(), dump_state(town.states["ben"]), town.booked
    for event in history:
        town.tell(event, now=END)
        assert town.booked == booked
    assert (town.end_state(), dump_state(town.states["ben"])) == (before, state)


@given(programs(limits=True), st.tuples(*(events(f, f) for f in FRIENDS)), st.randoms(use_true_random=False))
def test_no_cap_and_no_budget_is_passed_and_counters_are_the_sums(document, histories, random):
    history = [event for own in histories for event in single(own)]
    random.shuffle(history)
    town = told(document, history)
    live = town.versions.live
    sums: dict[str, int] = defaultdict(int)
    for _, reward in town.all_rewards():
        sums[budget_key(KEY, reward.unit)] += reward.net
        sums[cap_key(KEY, reward.side, reward.beneficiary, reward.unit)] += reward.net
        sums[cap_key(KEY, reward.side, reward.beneficiary, "#")] += reward.net > 0
    for state in town.states.values():
        if state.counted_for:
            sums[count_key(KEY, state.counted_for)] += 1
        if state.standing is not None:
            for (measure, advocate), weight in state.standing.tallies.items():
                sums[tally_key(KEY, advocate, measure)] += weight
    counters = {key: used for key, used in town.counters.items() if used and not key.startswith("pace:")}
    assert counters == {key: sums[key] for key in counters if sums[key]}
    assert all(town.counters[key] == total for key, total in sums.items() if key.startswith("tier:"))
    assert live.budget is not None
    assert sums[budget_key(KEY, "EUR")] <= live.budget.total
    for cap in live.caps:
        for person in {r.beneficiary for _, r in town.all_rewards()}:
            assert sums[cap_key(KEY, cap.per, person, cap.unit or "#")] <= cap.maximum


@given(programs(), events().map(single))
def test_no_refund_leaves_more_than_was_earned_nor_takes_more_than_was_given(document, history):
    town = told(document, history)
    issued: dict[tuple[str, str], int] = defaultdict(int)
    for _, reward in town.all_rewards():
        assert 0 <= reward.reversed <= reward.amount
        assert 0 <= reward.net <= reward.amount
        if reward.state == "issued":
            issued[(reward.beneficiary, reward.unit)] += reward.net
    assert {k: v for k, v in town.owed.items() if v} == {k: v for k, v in issued.items() if v}


@given(programs(limits=True), events().map(single))
def test_each_change_moves_in_the_ledger_what_it_changes(document, history):
    town = Town(versions(document), now=END)
    for event in history:
        town.tell(event, now=END)
        for decision in town.last.values():
            for change in decision.changes:
                assert sum(SIGN[TransferKind(t.kind)] * t.amount for t in change.transfers) == change.delta
                assert {t.unit for t in change.transfers} <= {change.after.unit}


@given(programs(limits=True), events().map(single))
def test_the_moves_of_limits_are_the_changes_of_net(document, history):
    town = Town(versions(document), now=END)
    for event in history:
        town.tell(event, now=END)
        for decision in town.last.values():
            moved = sum(m.delta for m in decision.moves if m.key == budget_key(KEY, "EUR"))
            assert moved == sum(c.delta for c in decision.changes if c.after.unit == "EUR")


@given(programs(limits=True), events().map(single))
def test_every_decision_is_explained_in_full(document, history):
    town = told(document, history)
    for friend, decision in town.last.items():
        said = orjson.loads(orjson.dumps(decision.explanation))
        assert len(said["contenders"]) == len(town.states[friend].touches)
        assert sum(c["result"] == "won" for c in said["contenders"]) == (decision.binding.conclusion is not None)
        for line in said["rules"]:
            if line["result"] not in NOT_REFUSED:
                assert Reason(line["result"]) in OPERATOR_WORDS
                assert any(r["rule"] == line["rule"] and r["reason"] == line["result"] for r in said["refusals"])
        assert len(said["effects"]) == len(decision.changes)
        if decision.status == "refused":
            assert decision.refused in OPERATOR_WORDS


@given(programs(limits=True), events().map(single))
def test_the_same_facts_give_the_same_decision(document, history):
    town = told(document, history)
    for friend in town.last:
        facts, world = town.facts(friend), town.world()
        first, second = (decide(deepcopy(facts), town.versions, world, now=town.now) for _ in range(2))
        assert first.explanation == second.explanation
        assert (first.changes, first.moves, first.conclusion) == (second.changes, second.moves, second.conclusion)


# -- the state is a fold ------------------------------------------------------------------------------------------------------

_moments = st.tuples(st.integers(0, 4), st.sampled_from("abc"))
_texts = st.sampled_from(("x", "y"))


@st.composite
def states(draw: st.DrawFn) -> FriendState:
    state = FriendState()
    for _ in range(draw(st.integers(0, 5))):
        at, mark = draw(_moments)
        kind = draw(st.integers(0, 6))
        if kind == 0:
            named = draw(st.one_of(st.none(), _moments))
            state.touch(Touch(f"visit:{mark}", at, mark, "visit", "ada", None, named, draw(st.booleans())))
        elif kind == 1:
            state.sign_up(at, mark)
        elif kind == 2:
            item, facts = draw(st.sampled_from(("", "ride"))), draw(st.sampled_from((None, {"quantity": 2})))
            state.order(Order(draw(_texts), at, mark, draw(st.integers(0, 2)), "EUR", (), item, facts))
        elif kind == 3:
            state.refund(draw(_texts), mark, draw(st.one_of(st.none(), st.integers(1, 3))), "EUR")
        elif kind == 4:
            state.customer(at, draw(st.booleans()))
        elif kind == 5:
            stage, worth = draw(st.sampled_from(("lead", "contract"))), draw(st.one_of(st.none(), st.integers(0, 2)))
            state.reach(Reached(stage, at, mark, worth, "EUR", None, draw(st.sampled_from(("", "d1")))))
        else:
            state.late.add(mark)
    return state


def joined(*parts: FriendState) -> str:
    whole = FriendState()
    for part in parts:
        whole.absorb(deepcopy(part))
    return dump_state(whole)


@settings(max_examples=1_000)
@given(states(), states(), states())
def test_joining_states_is_commutative_associative_and_idempotent(one, two, three):
    assert joined(one, two) == joined(two, one)
    assert joined(one, two, two, one) == joined(one, two)
    left, right = load_state(joined(one, two)), load_state(joined(two, three))
    assert joined(left, three) == joined(one, right)


@given(programs(), events().map(single))
def test_a_state_is_stored_and_read_back_as_it_was(document, history):
    for state in told(document, history).states.values():
        assert load_state(dump_state(state)) == state
        assert dump_state(load_state(dump_state(state))) == dump_state(state)


@settings(max_examples=300)
@given(programs(holds=False), events().map(single), st.integers(1, 600), st.randoms(use_true_random=False))
def test_what_has_left_the_firm_stands(document, history, used, random):
    """After a redemption arrival wins: what was used is never taken back, and no reward ends below it."""
    town = told(document, history)
    town.use("ada", used)
    used_by = [f for f in town.last if any(r.redeemed for r in town.rewards[f].values())]
    conclusion = {f: c for f in used_by if (c := town.last[f].conclusion) is not None}
    assert len(conclusion) == len(used_by)
    redeemed = {r.id: r.redeemed for _, r in town.all_rewards()}
    again = history.copy()
    random.shuffle(again)
    for n, event in enumerate(again):
        late = {"visit": "w1", "advocate": "cara"} if event.kind == "anonymous" else {}
        town.tell(Told(**{**fields(event), "id": f"late{n}", "at": event.at - 3600_000_000, **late}), now=END)
    for friend, before in conclusion.items():
        after = town.last[friend].conclusion
        assert after is not None
        assert (after.advocate, after.version) == (before.advocate, before.version)
    for _, reward in town.all_rewards():
        assert reward.redeemed == redeemed.get(reward.id, 0)
        assert reward.amount - reward.reversed >= reward.redeemed
    assert all(owed >= 0 for owed in town.owed.values())


def fields(event: Told) -> dict[str, object]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}


def test_every_reason_has_words_for_the_operator_and_safe_ones_for_the_advocate() -> None:
    assert set(OPERATOR_WORDS) == set(ADVOCATE_WORDS) == set(Reason)
