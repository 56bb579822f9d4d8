"""Tiers, streaks, boosts, draws and parts: at every boundary, against a second way of reckoning, and whatever the numbers."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passaparola.domain.decision import World
from passaparola.domain.instant import DAY, end_of_day
from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Boost, Draw, Part, Prize, RewardRule, Side, Structure
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.reasons import Reason
from passaparola.domain.referrals.state import Conclusion, FriendState, Reached
from passaparola.domain.rewards.boosts import covers
from passaparola.domain.rewards.by_staff import grant_key
from passaparola.domain.rewards.draw import draw_for, drawn
from passaparola.domain.rewards.grants import decide_grant
from passaparola.domain.rewards.kinds import RewardKind
from passaparola.domain.rewards.staged import staged
from passaparola.domain.rewards.streaks import streaks
from tests.domain.town import Told, Town, versions

START = 20_600 * DAY
RULE = RewardRule("r", Side.ADVOCATE, Structure.FLAT, RewardKind.STORE_CREDIT, "EUR", 100)
HEAD = "program: p\nname: P\ncurrency: EUR\ntimezone: Europe/Rome\ntrigger: {}\nrewards:\n  - {{side: advocate, {}}}\n"
TIERS = "[{at: 1, amount: 10.00}, {at: 3, amount: 15.00}, {at: 6, amount: 25.00}]"
WORTH = {1: 1_000, 3: 1_500, 6: 2_500}


# -- tiers --------------------------------------------------------------------------------------------------------------------


def town_of(structure: str, trigger: str = "first_purchase") -> Town:
    return Town(versions(HEAD.format(trigger, f"kind: store_credit, structure: {structure}")), now=START)


def buys(town: Town, n: int) -> None:
    told = Told("order", f"f{n}", START + n, f"o{n}", code="ada", order=f"o{n}", amount=1_000)
    town.tell(told)


def has(town: Town) -> int:
    return sum(town.of("ada").values())


@pytest.mark.parametrize(("friends", "earned"), [(1, 10), (2, 20), (3, 35), (4, 50), (5, 65), (6, 90), (7, 115)])
def test_x15_each_friend_earns_by_their_number(friends: int, earned: int) -> None:
    town = town_of(f"{{kind: tier, tiers: {TIERS}}}")
    for n in range(friends):
        buys(town, n)
    assert has(town) == earned * 100


def tier(number: int) -> int:
    return WORTH[max(at for at in WORTH if at <= number)]


@given(st.lists(st.integers(0, 9), max_size=24))
def test_retroactive_tiers_agree_with_a_second_reckoning_after_every_step(steps: list[int]) -> None:
    """A friend who is named for the first time buys; named again, their order is refunded."""
    town, counted, numbers = town_of(f"{{kind: tier, retroactive: true, tiers: {TIERS}}}"), set[int](), dict[int, int]()
    for n in steps:
        if n in numbers:
            counted.discard(n)
            town.tell(Told("refund", f"f{n}", START + 99, f"r{n}", order=f"o{n}"))
        else:
            counted.add(n)
            numbers[n] = len(counted)
            buys(town, n)
        own = sum(tier(numbers[friend]) for friend in counted)
        for below, at in pairwise(WORTH):
            before = sum(numbers[friend] < at for friend in counted)
            own += (WORTH[at] - WORTH[below]) * before if len(counted) >= at else 0
        assert has(town) == own
        if len(steps) == len(set(steps)):
            assert has(town) == len(counted) * tier(len(counted)), "without refunds: as if all were in the tier reached"


# -- streaks ------------------------------------------------------------------------------------------------------------------

PACE = replace(RULE, structure=Structure.FREQUENCY, every=3, within_days=30)


@pytest.mark.parametrize(("day", "found"), [(29, 1), (30, 1), (31, 0)])
def test_x20_the_third_on_day_thirty_pays_and_on_day_thirty_one_does_not(day: int, found: int) -> None:
    assert streaks([START, START + DAY, START + day * DAY], PACE, "Europe/Rome") == found


def test_the_last_moment_of_the_last_day_counts_also_where_the_clocks_change() -> None:
    first = 20_370 * DAY  # 9 October 2025: the clocks in Rome go back on the 26th
    end = end_of_day(first, 30, "Europe/Rome")
    assert streaks([first, first, end - 1], PACE, "Europe/Rome") == 1
    assert streaks([first, first, end], PACE, "Europe/Rome") == 0


@given(st.lists(st.integers(0, 60), max_size=14), st.integers(2, 4), st.integers(1, 20), st.randoms())
def test_streaks_are_whole_apart_and_the_same_in_any_order(days, every, within, random) -> None:
    rule = replace(PACE, every=every, within_days=within)
    times = [START + day * DAY for day in days]
    found = streaks(times, rule, "UTC")
    random.shuffle(times)
    assert streaks(times, rule, "UTC") == found == most_streaks(tuple(sorted(days)), every, within)
    assert streaks(times, replace(rule, repeat=False), "UTC") == min(found, 1)


def most_streaks(days: tuple[int, ...], every: int, within: int) -> int:
    """The most streaks that any choice of them gives: no choice of first friends beats taking the earliest."""
    if len(days) < every:
        return 0
    whole = days[every - 1] - days[0] <= within
    return max(most_streaks(days[1:], every, within), 1 + most_streaks(days[every:], every, within) if whole else 0)


# -- boosts -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "day", "covered"),
    [
        ((2026, 12, 1), (2026, 12, 24), date(2026, 12, 24), True),
        ((2026, 12, 1), (2026, 12, 24), date(2027, 12, 24), False),
        ((12, 24), (1, 6), date(2030, 12, 31), True),
        ((12, 24), (1, 6), date(2031, 1, 6), True),
        ((12, 24), (1, 6), date(2031, 1, 7), False),
        ((2, 29), (2, 29), date(2028, 2, 29), True),
        ((2, 28), (3, 1), date(2027, 3, 1), True),
        ((5, 1), (5, 1), date(2027, 5, 1), True),
    ],
)
def test_a_boost_covers_its_first_and_its_last_day(first, last, day, covered) -> None:
    assert covers(Boost(first, last, add=1), day) is covered


# -- draws --------------------------------------------------------------------------------------------------------------------


def test_x06_a_fixed_seed_draws_the_same_and_the_weights_are_kept() -> None:
    draw = Draw("a fixed seed", (Prize("AAA", 250, 98), Prize("BBB", 5_000, 2)))
    found = [drawn(draw, f"a fixed seed\nby-lot\nr\nadvocate\nperson{n}\nreferral") for n in range(20_000)]
    again = [drawn(draw, f"a fixed seed\nby-lot\nr\nadvocate\nperson{n}\nreferral") for n in range(20_000)]
    assert found == again
    assert 300 <= Counter(one.prize.name for one in found)["BBB"] <= 500


@given(st.lists(st.integers(1, 1_000), min_size=1, max_size=8), st.text())
def test_every_number_is_somebodys(weights: list[int], text: str) -> None:
    draw = Draw("seed", tuple(Prize(str(n), n + 1, weight) for n, weight in enumerate(weights)))
    found = drawn(draw, text)
    assert 0 <= found.number < found.weights == sum(weights)
    before = sum(weights[: int(found.prize.name)])
    assert before <= found.number < before + found.prize.weight


# -- parts --------------------------------------------------------------------------------------------------------------------


@given(st.integers(1, 10**9), st.lists(st.integers(1, 9_999), max_size=5, unique=True))
def test_the_parts_of_a_staged_reward_are_the_whole(amount: int, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 10_000]
    parts = tuple(Part(f"s{n}", upto - before) for n, (before, upto) in enumerate(pairwise(edges)))
    rule = replace(RULE, structure=Structure.STAGED, amount=amount, parts=parts)
    state = FriendState()
    for n, part in enumerate(parts):
        state.reach(Reached(part.stage, START + n, f"e{n}"))
    program = versions(HEAD.format("purchase", "kind: store_credit, amount: 1.00")).live
    bound = Conclusion("ada", "t", "code", START, "e0", 1)
    found = staged(rule, state, bound, program, referral="ref", beneficiary="ada")
    assert sum(result.target.amount for result in found if result.target is not None) == amount
    assert len({result.occasion for result in found}) == len(parts)


def test_a_milestone_that_comes_back_is_what_it_was_though_it_is_something_else_by_now() -> None:
    every_two = HEAD.format(
        "first_purchase", "kind: store_credit, amount: 20.00, structure: {kind: milestone, every: 2}"
    )
    points = every_two.replace("store_credit, amount: 20.00", "points, amount: 30")
    town = Town(versions(every_two, points, every=START + DAY), now=START)
    buys(town, 0)
    buys(town, 1)
    town.tell(Told("refund", "f1", START + 2, "r1", order="o1", amount=1_000))
    town.tell(Told("order", "f2", START + 2 * DAY, "o2", code="ada", order="o2", amount=1_000))
    assert town.of("ada") == {("EUR", "issued"): 2_000}


# -- stock, and what staff give by lot ---------------------------------------------------------------------------------------------


def test_a_stock_that_a_new_version_brings_holds_for_friends_of_the_version_before() -> None:
    bag = HEAD.format("first_purchase", "kind: swag")
    town = Town(versions(bag, bag.replace("swag", "swag, stock: 1"), every=START + DAY), now=START)
    buys(town, 0)
    buys(town, 1)
    assert has(town) == 1
    assert town.last["f1"].refusals == [("advocate", "r-f1", Reason.OUT_OF_STOCK)]


@pytest.mark.parametrize("limits", ["", "caps: [{per: program, metric: count, max: 2, policy: queue}]\n"])
def test_a_top_up_takes_no_piece_that_is_not_there(limits: str) -> None:
    """Also where it has to wait for room."""
    tiers = "[{at: 1, amount: 1}, {at: 2, amount: 2}]"
    gifts = f"kind: gift, stock: 3, structure: {{kind: tier, retroactive: true, tiers: {tiers}}}"
    town = Town(versions(HEAD.format("first_purchase", gifts) + limits), now=START)
    buys(town, 0)
    buys(town, 1)
    assert has(town) == 3
    assert town.last["f1"].refusals == [("advocate", "tier:2", Reason.OUT_OF_STOCK)]


def test_what_staff_give_by_lot_is_drawn_for_each_person_and_can_be_drawn_again() -> None:
    prizes = "catalogue: [{name: a, amount: 1.00, weight: 1}, {name: b, amount: 2.00, weight: 1}]"
    lot = versions(HEAD.format("manual_grant", f"kind: store_credit, {LOT}, {prizes}"))
    given = {}
    for n in range(12):
        found = decide_grant(lot.live.rules[0], f"p{n}", f"g{n}", lot, World({}, {}, {}), now=START)
        given[n] = found.changes[0].after.amount
        again = draw_for(lot.live.rules[0], lot.live, ticket=f"p{n}", occasion=grant_key(f"g{n}"))
        assert given[n] == again.prize.amount
    assert set(given.values()) == {100, 200}


# -- what a file may not say ----------------------------------------------------------------------------------------------------

R, MISMATCH = FindingReason, FindingReason.STRUCTURE_MISMATCH
TIER, RETROACTIVE = "structure: {kind: tier, tiers: %s}", "structure: {kind: tier, retroactive: true, tiers: %s}"
STAGED, LOT = "structure: {kind: staged, parts: %s}", "pick: weighted_random, seed: '12345678'"
BOOST = "amount: 9.00, boosts: [{first_day: 03-02, last_day: 03-03%s}]"
BETWEEN = "amount: 9.00, boosts: [{first_day: %s, last_day: %s, times: 2}]"
ONE_PRIZE = "catalogue: [{name: a, amount: 1.00, weight: 1}]"
BY_COUNT = [  # earned by first orders
    (TIER % "[{at: 3, amount: 1.00}, {at: 3, amount: 2.00}]", "structure.tiers[1].at", MISMATCH),
    (TIER % "[{at: 0, amount: 1.00}]", "structure.tiers[0].at", R.BAD_NUMBER),
    (TIER % "[{at: 1.5, amount: 1.00}]", "structure.tiers[0].at", R.BAD_NUMBER),
    (TIER % "[{at: 1, amount: 1.00, percent: 5}]", "structure.tiers[0]", R.AMOUNT_OR_PERCENT),
    (TIER % "[{at: 1}]", "structure.tiers[0]", R.AMOUNT_OR_PERCENT),
    (TIER % "[{at: 1, amount: 1.00}, {at: 2, percent: 5}]", "structure.tiers[1].percent", MISMATCH),
    (TIER % "[]", "structure.tiers", R.MISSING_KEY),
    (TIER % "[{at: 1, amount: 1.001}]", "structure.tiers[0].amount", R.BAD_AMOUNT),
    ("amount: 1.00, structure: tier", "structure.tiers", R.MISSING_KEY),
    (RETROACTIVE % "[{at: 1, percent: 5}]", "structure.retroactive", MISMATCH),
    (RETROACTIVE % "[{at: 1, amount: 2.00}, {at: 2, amount: 1.00}]", "structure.retroactive", MISMATCH),
    ("amount: 1.00, structure: {kind: flat, within_days: 3}", "structure.within_days", MISMATCH),
    ("percent: 20, structure: {kind: recurring, periods: 3}", "structure.kind", MISMATCH),
    ("amount: 1.00, structure: {kind: milestone, every: 2}, when: 'hour > 1'", "when", MISMATCH),
]
EACH_ORDER = [
    (RETROACTIVE % "[{at: 1, amount: 1.00}]", "structure.retroactive", MISMATCH),
    ("kind: points, structure: {kind: tier, by: value, tiers: [{at: 0, amount: 5}]}", "structure.by", MISMATCH),
    ("amount: 1.00, structure: {kind: frequency, every: 3}", "structure.within_days", R.MISSING_KEY),
    ("amount: 9.00, " + STAGED % "[{stage: a, percent: 50}]", "structure.parts", MISMATCH),
    (
        "amount: 9.00, " + STAGED % "[{stage: a, percent: 50}, {stage: a, percent: 50}]",
        "structure.parts[1].stage",
        R.DUPLICATE_ID,
    ),
    ("percent: 9, " + STAGED % "[{stage: a, percent: 100}]", "percent", MISMATCH),
    ("amount: 9.00, of: deal", "of", R.LIMIT_WITHOUT_PERCENT),
    (BETWEEN % ("2026-02-30", "2026-03-01"), "boosts[0].first_day", R.BAD_TEXT),
    (BETWEEN % ("2026-03-02", "2026-03-01"), "boosts[0].last_day", MISMATCH),
    (BETWEEN % ("03-02", "2026-03-01"), "boosts[0].last_day", MISMATCH),
    (BOOST % ", times: 1", "boosts[0].times", R.BAD_NUMBER),
    (BOOST % "", "boosts[0]", R.MISSING_KEY),
    (BOOST % ", add_percent: 1", "boosts[0].add_percent", MISMATCH),
    ((BOOST % ", add: 1.00").replace("amount: 9.00", "percent: 9"), "boosts[0].add", MISMATCH),
    (LOT, "catalogue", R.MISSING_KEY),
    (f"pick: weighted_random, {ONE_PRIZE}", "seed", R.MISSING_KEY),
    ("amount: 1.00, seed: '12345678'", "seed", MISMATCH),
    (f"pick: weighted_random, seed: short, {ONE_PRIZE}", "seed", R.BAD_TEXT),
    (f"{LOT}, {ONE_PRIZE.replace('weight: 1', 'weight: 0')}", "catalogue[0].weight", R.BAD_NUMBER),
    (f"{LOT}, {ONE_PRIZE}, boosts: [{{first_day: 01-01, last_day: 01-02, times: 2}}]", "boosts", MISMATCH),
]
REFUSED = [
    *(("first_purchase", *row) for row in BY_COUNT),
    *(("purchase", *row) for row in EACH_ORDER),
    ("signup", TIER % "[{at: 1, percent: 5}]", "structure.tiers", R.NEEDS_AN_ORDER),
]


@pytest.mark.parametrize(("trigger", "reward", "path", "reason"), REFUSED)
def test_what_cannot_work_is_refused_at_its_place(trigger: str, reward: str, path: str, reason: FindingReason) -> None:
    reward = reward if reward.startswith("kind:") else f"kind: store_credit, {reward}"
    program, findings = read_program(HEAD.format(trigger, reward), key="0" * 32, version=1, effective_from=0)
    assert program is None
    assert (f"rewards[0].{path}", reason) in {(f.path, f.reason) for f in findings if f.severity == "error"}, findings
    assert all(f.remedy for f in findings)


def test_what_a_top_up_passes_over_is_warned_of() -> None:
    tiers = RETROACTIVE % "[{at: 1, amount: 1.00}]"
    text = (
        HEAD.format("first_purchase", f"kind: store_credit, choice: thanks, location: a, {tiers}") + "locations: [a]\n"
    )
    stock = "  - {id: bag, side: advocate, kind: swag, stock: 1, fallback: advocate}\n"
    _, findings = read_program(
        text.replace("locations", f"{stock}locations"), key="0" * 32, version=1, effective_from=0
    )
    found = {(f.path, f.severity) for f in findings}
    assert found == {(path, "warning") for path in ("rewards[0].choice", "rewards[0].location", "rewards[1].fallback")}


@pytest.mark.parametrize(
    ("other", "warned"),
    [
        ("amount: 5.00", ["rewards[0].choice"]),
        (
            "amount: 5.00, structure: {kind: staged, parts: [{stage: lead, percent: 100}]}",
            ["rewards[0].choice", "rewards[1].choice"],
        ),
        (
            "amount: 5.00, structure: {kind: staged, parts: [{stage: lead, percent: 50}, {stage: contract, percent: 50}]}",
            [],
        ),
    ],
)
def test_a_choice_between_what_comes_in_parts_and_what_does_not_is_warned_of(other: str, warned: list[str]) -> None:
    parts = "structure: {kind: staged, parts: [{stage: lead, percent: 10}, {stage: contract, percent: 90}]}"
    text = HEAD.format("contract", f"id: deal, kind: store_credit, choice: thanks, amount: 1000.00, {parts}")
    text += f"  - {{id: other, side: advocate, kind: cash, choice: thanks, {other}}}\n"
    _, findings = read_program(text, key="0" * 32, version=1, effective_from=0)
    assert [(f.path, f.reason, f.severity) for f in findings] == [(at, R.NOT_FOR_THIS_KIND, "warning") for at in warned]


@pytest.mark.parametrize("structure", ["tier, tiers: [{at: 1, amount: 1.00}]", "frequency, every: 2, within_days: 3"])
def test_what_counts_an_advocates_friends_is_for_the_advocate(structure: str) -> None:
    text = HEAD.format("first_purchase", f"kind: store_credit, structure: {{kind: {structure}}}")
    program, findings = read_program(
        text.replace("side: advocate", "side: friend"), key="0" * 32, version=1, effective_from=0
    )
    assert program is None
    assert R.MILESTONE_FOR_FRIEND in {f.reason for f in findings}
