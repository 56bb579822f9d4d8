"""What a file may say of what earns: each word means what the guide says, is told in words, and wrong keys beside it have their names."""

import pytest

from passaparola.domain.events.event import Event
from passaparola.domain.events.facts import MOST_FACTS, fact_of_cell
from passaparola.domain.events.read import UnableToReadEvent, read_event
from passaparola.domain.programs import describe
from passaparola.domain.programs.compiled import Trigger
from passaparola.domain.programs.earned import EARNED, EARNED_FROM, earning_key, friends_words, step_words, yours_words
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.programs.triggers import MEANING, Earning
from passaparola.domain.referrals.kept import dump_state, load_state
from passaparola.domain.referrals.state import FriendState, Order, Reached
from passaparola.domain.tongue import PLAIN
from tests.domain.program_files import good, read

R = FindingReason
ADVOCATE = "rewards:\n  - {side: advocate, kind: store_credit, amount: 5.00}\n"


def file(trigger: str, rewards: str = ADVOCATE) -> str:
    return f"program: p\nname: P\ncurrency: USD\ntrigger: {trigger}\n{rewards}"


def written(word: Earning) -> str:
    return "{kind: lead_stage, stage: meeting}" if word is Earning.LEAD_STAGE else word


@pytest.mark.parametrize("word", list(Earning))
def test_each_word_means_what_it_says_and_is_told_in_words(word: Earning) -> None:
    program, meant = good(file(written(word))), MEANING[word]
    assert (program.trigger, program.item) == (meant.trigger, meant.item)
    assert program.stage == (meant.stage or ("meeting" if word is Earning.LEAD_STAGE else None))
    assert EARNED[earning_key(program)] in describe(program)
    for said in (yours_words(program, PLAIN), friends_words(program, PLAIN), step_words(program, "Shop", PLAIN)):
        assert said
        assert "%(" not in said


def test_no_two_words_are_told_alike() -> None:
    programs = [good(file(written(word))) for word in Earning]
    for words in (describe, lambda p: yours_words(p, PLAIN), lambda p: friends_words(p, PLAIN)):
        assert len({words(program) for program in programs}) == len(programs)


@pytest.mark.parametrize(
    "word", [w for w in Earning if MEANING[w].trigger in (Trigger.PURCHASE, Trigger.FIRST_PURCHASE)]
)
def test_a_smallest_order_is_told(word: Earning) -> None:
    program = good(file(f"{{kind: {word}, min_value: 75}}"))
    assert EARNED_FROM[earning_key(program)] % {"amount": "75.00 USD"} in describe(program)
    assert "75.00 USD" in yours_words(program, PLAIN)


def test_words_of_the_firms_own() -> None:
    lesson = good(file("{kind: purchase, item: lesson, friend_must_be: new_pupil}"))
    assert (lesson.trigger, lesson.item, lesson.new_to) == (Trigger.PURCHASE, "lesson", "lesson")
    assert "each paid order of a friend of the item lesson" in describe(lesson)
    assert "has not paid for the item lesson before" in describe(lesson)
    plain = good(file("{kind: first_purchase, item: order}"))
    assert (plain.item, plain.new_to) == ("", None)
    trial = good(file("{kind: lead_stage, stage: trial-day}"))
    assert "reaches the stage trial-day" in describe(trial)


@pytest.mark.parametrize(
    ("word", "item"), [("new_rider", "ride"), ("new_customer", None), ("new", None), ("new_user", "ride")]
)
def test_new_to_what(word: str, item: str | None) -> None:
    assert good(file(f"{{kind: ride_completed, friend_must_be: {word}}}")).new_to == item


@pytest.mark.parametrize(
    ("trigger", "path", "reason"),
    [
        ("{kind: lead_stage}", "trigger.stage", R.MISSING_KEY),
        ("{kind: contract, stage: meeting}", "trigger.stage", R.TRIGGER_MISMATCH),
        ("{kind: signup, item: ride}", "trigger.item", R.TRIGGER_MISMATCH),
        ("{kind: ride_completed, item: stay}", "trigger.item", R.TRIGGER_MISMATCH),
        ("{kind: hired, min_value: 5}", "trigger.min_value", R.NEEDS_AN_ORDER),
        ("{kind: purchase, item: Ride}", "trigger.item", R.BAD_ID),
        ("{kind: purchase, friend_must_be: rider}", "trigger.friend_must_be", R.UNKNOWN_VALUE),
    ],
)
def test_keys_beside_a_word_belong_to_it(trigger: str, path: str, reason: FindingReason) -> None:
    program, findings = read(file(trigger))
    assert program is None
    assert [(f.path, f.reason) for f in findings] == [(path, reason)]


def test_new_to_an_item_where_there_is_none_is_a_warning() -> None:
    program, findings = read(file("{kind: signup, friend_must_be: new_rider}"))
    assert program is not None
    assert [(f.severity, f.reason) for f in findings] == [("warning", R.TRIGGER_MISMATCH)]


@pytest.mark.parametrize(
    ("reward", "path"),
    [
        ("{side: friend, kind: store_credit, amount: 5}", "rewards[0].side"),
        (
            "{side: advocate, kind: store_credit, amount: 5, structure: {kind: milestone, every: 2}}",
            "rewards[0].structure",
        ),
    ],
)
def test_staff_give_one_thing_to_one_person(reward: str, path: str) -> None:
    program, findings = read(file("manual_grant", f"rewards: [{reward}]\n"))
    assert program is None
    assert [(f.path, f.reason) for f in findings] == [(path, R.TRIGGER_MISMATCH)]


def test_a_share_needs_an_order() -> None:
    program, findings = read(file("contract", "rewards: [{side: advocate, kind: store_credit, percent: 10}]\n"))
    assert program is None
    assert [f.reason for f in findings] == [R.NEEDS_AN_ORDER]


# -- events -------------------------------------------------------------------------------------------------------------------

RIDE = {
    "id": "r1",
    "type": "purchase",
    "at": "2026-05-01T09:30:00Z",
    "person": "ben",
    "amount_minor": 2000,
    "currency": "USD",
}
LEAD = {"id": "l1", "type": "stage", "at": "2026-05-01T09:30:00Z", "person": "ben", "stage": "lead"}


def test_item_stage_and_facts_are_read() -> None:
    ride = read_event({**RIDE, "item": "ride", "facts": {"quantity": 2, "city": "Rome", "night": True, "none": None}})
    assert (ride.item, ride.facts) == ("ride", (("city", "Rome"), ("night", True), ("quantity", 2)))
    deal = read_event({**LEAD, "order": "d1", "amount_minor": 500_000, "currency": "EUR"})
    assert (deal.type, deal.stage, deal.order, deal.amount, deal.unit) == ("stage", "lead", "d1", 500_000, "EUR")


def test_a_plain_order_is_an_order_without_item() -> None:
    assert read_event({**RIDE, "item": "order"}) == read_event(RIDE)


def test_an_event_without_the_new_fields_has_the_hash_it_always_had() -> None:
    """Computed before there were items: what is stored must be known again."""
    assert read_event(RIDE).content_hash() == OLD_HASH


OLD_HASH = "e07d16aee2d1098daba0f12ffe551e58"


def test_what_is_new_is_in_the_hash() -> None:
    plain = read_event(RIDE)
    others: list[dict[str, object]] = [{"item": "ride"}, {"facts": {"city": "Rome"}}, {"facts": {"city": "Pisa"}}]
    assert len({plain.content_hash(), *(read_event({**RIDE, **other}).content_hash() for other in others)}) == 4


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({**RIDE, "item": "a ride"}, "item"),
        ({**RIDE, "item": "x" * 33}, "item"),
        ({**RIDE, "item": 5}, "item"),
        ({**LEAD, "item": "ride"}, "item"),
        ({**RIDE, "stage": "lead"}, "stage"),
        ({**LEAD, "stage": ""}, "stage"),
        ({**LEAD, "stage": "Lead"}, "stage"),
        ({**LEAD, "person": ""}, "person"),
        ({**RIDE, "facts": "plan"}, "facts"),
        ({**RIDE, "facts": {f"f{n}": n for n in range(MOST_FACTS + 1)}}, "facts"),
        ({**RIDE, "facts": {"Plan": "pro"}}, "facts.Plan"),
        ({**RIDE, "facts": {"price": 6.5}}, "facts.price"),
        ({**RIDE, "facts": {"price": [1]}}, "facts.price"),
        ({**RIDE, "facts": {"price": 2**63}}, "facts.price"),
        ({**RIDE, "facts": {"note": "two\nlines"}}, "facts.note"),
        ({**RIDE, "facts": {"plan_price_minor": -1}}, "facts.plan_price_minor"),
        ({**RIDE, "facts": {"quantity": True}}, "facts.quantity"),
        ({**RIDE, "facts": {"sku": 5}}, "facts.sku"),
    ],
)
def test_what_cannot_be_read_is_named(told: dict[str, object], field: str) -> None:
    with pytest.raises(UnableToReadEvent) as caught:
        read_event(told)
    assert [e.field for e in caught.value.errors] == [field]


@pytest.mark.parametrize(
    ("name", "cell", "fact"),
    [
        ("plan_price_minor", "6500", 6500), ("age", "0", 0), ("article", "007", "007"), ("sku", "4711", "4711"),
        ("night", "true", True), ("night", "false", False), ("city", "Rome", "Rome"), ("big", "9" * 20, "9" * 20),
    ],
)  # fmt: skip
def test_a_cell_of_a_table_is_a_number_a_truth_value_or_a_text(name: str, cell: str, fact: object) -> None:
    found = fact_of_cell(name, cell)
    assert (found, type(found)) == (fact, type(fact))


def test_an_event_is_a_value() -> None:
    assert isinstance(read_event(LEAD), Event)
    assert hash(read_event({**RIDE, "facts": {"city": "Rome"}}))


# -- state --------------------------------------------------------------------------------------------------------------------


def test_a_state_of_an_older_version_is_read_as_it_was_written() -> None:
    old = '{"o":{"o1":[5,"e1",1000,"EUR"],"o2":[6,"e2",1,"EUR",[[7,"e3"]]]},"s":[4,"e0"],"t":{}}'
    state = load_state(old)
    assert dump_state(state) == old
    assert (state.orders["o1"].item, state.orders["o1"].facts, state.stages) == ("", None, {})


def test_stages_items_and_facts_are_kept() -> None:
    state = FriendState()
    state.order(Order("o1", 5, "e1", 1000, "EUR", (), "ride", {"city": "Rome"}))
    state.order(Order("o2", 5, "e2", 1000, "EUR", (), "", {"night": True}))
    state.reach(Reached("contract", 9, "e3", 500, "EUR", None, "d1"))
    state.reach(Reached("contract", 8, "e4", None, None, {"segment": "smb"}))
    assert load_state(dump_state(state)) == state
    assert set(state.stages) == {"contract:d1", "contract"}
    first = state.reached("contract")
    assert first is not None
    assert (first.at, first.event) == (8, "e4")


@pytest.mark.parametrize(("months", "lasts"), [("5.00", 5), ("1200", 1_200), ("1201", None), ("999999999999999", None)])
def test_an_upgrade_lasts_for_months_that_the_calendar_has(months: str, lasts: int | None) -> None:
    text = f"program: p\nname: P\ncurrency: EUR\ntrigger: signup\nrewards: [{{side: friend, kind: upgrade, amount: {months}}}]\n"
    program, findings = read(text)
    ends = program.rules[0].ends if program else None
    assert (ends.months if ends else None) == lasts
    assert bool(findings) == (lasts is None)
