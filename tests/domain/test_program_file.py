"""The program file: what each key means, and that every mistake is named with its line and how to mend it."""

import pytest

from passaparola.domain.programs import FindingReason, describe
from passaparola.domain.programs.compiled import (
    AccessMode,
    Budget,
    Cap,
    CapMetric,
    CapPer,
    LimitPolicy,
    OnPartialRefund,
    ProgramStatus,
    RewardKind,
    RewardRule,
    Side,
    Structure,
    Trigger,
    VoucherTerms,
)
from passaparola.domain.programs.document import GROUPS
from passaparola.domain.programs.scaling import UnableToExtend, extended_text
from passaparola.domain.programs.vocabulary import NOTED_KEYS
from tests.domain.program_files import FULL, REFUSALS, SMALL, edited, example, good, only, read

R = FindingReason

# What a file means


def test_give_5_get_5_gives_both_5_dollars_at_the_first_paid_order() -> None:
    program = good(example("give-5-get-5.yaml"))
    assert program.trigger is Trigger.FIRST_PURCHASE
    assert program.status is ProgramStatus.ACTIVE
    assert [(r.id, r.side, r.structure, r.kind, r.amount, r.unit, r.hold_days) for r in program.rules] == [
        ("advocate", Side.ADVOCATE, Structure.FLAT, RewardKind.STORE_CREDIT, 500, "USD", 0),
        ("friend", Side.FRIEND, Structure.FLAT, RewardKind.STORE_CREDIT, 500, "USD", 0),
    ]
    assert (program.bind_days, program.earn_days, program.caps, program.budget) == (None, None, (), None)


def test_ten_percent_gives_the_advocate_a_tenth_in_the_currency_of_the_order() -> None:
    program = good(example("ten-percent.yaml"))
    (rule,) = program.rules
    assert program.trigger is Trigger.FIRST_PURCHASE
    assert (rule.side, rule.structure, rule.percent_bp, rule.amount, rule.unit) == (
        Side.ADVOCATE,
        Structure.PERCENT,
        1000,
        None,
        None,
    )


def test_every_key_reaches_the_program() -> None:
    program = good(FULL)
    assert (program.slug, program.name, program.status) == ("full", "Everything at once", ProgramStatus.DRAFT)
    assert (program.currency, program.timezone, program.access) == ("EUR", "Europe/Rome", AccessMode.CUSTOMERS)
    assert (program.trigger, program.min_order, program.min_order_unit) == (Trigger.PURCHASE, 2000, "EUR")
    assert (program.bind_days, program.earn_days) == (30, None)
    assert program.rules == (
        RewardRule(
            id="share",
            side=Side.ADVOCATE,
            structure=Structure.PERCENT,
            kind=RewardKind.STORE_CREDIT,
            unit="EUR",
            percent_bp=1250,
            minimum=500,
            maximum=5000,
            hold_days=14,
            expires_days=365,
            on_partial_refund=OnPartialRefund.ALL,
        ),
        RewardRule(
            id="fifth",
            side=Side.ADVOCATE,
            structure=Structure.MILESTONE,
            kind=RewardKind.VOUCHER,
            unit="VOUCHER",
            amount=1,
            every=5,
            repeat=False,
            voucher=VoucherTerms(percent_bp=2000, max_discount=4000, min_order=1000),
        ),
        RewardRule(
            id="friend",
            side=Side.FRIEND,
            structure=Structure.FLAT,
            kind=RewardKind.VOUCHER,
            unit="EUR",
            amount=750,
            voucher=VoucherTerms(min_order=3000),
        ),
    )
    assert program.caps == (
        Cap(CapPer.ADVOCATE, CapMetric.VALUE, 50_000, "EUR", LimitPolicy.STOP),
        Cap(CapPer.FRIEND, CapMetric.COUNT, 3),
    )
    assert program.budget == Budget("EUR", 1_000_000, 90)


def test_the_same_text_gives_an_equal_program_and_keeps_the_text() -> None:
    assert good(FULL) == good(FULL)
    assert good(FULL).document == FULL


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert good("\ufeff" + FULL.replace("\n", "\r\n")) == good(FULL)


@pytest.mark.parametrize(
    ("currency", "written", "minor"),
    [("USD", "5.00", 500), ("USD", "5", 500), ("USD", '"0.07"', 7), ("JPY", "500", 500), ("KWD", "1.005", 1005)],
)
def test_amounts_are_exact_in_the_digits_of_their_currency(currency: str, written: str, minor: int) -> None:
    text = edited("currency: USD", f"currency: {currency}", example("give-5-get-5.yaml")).replace(
        "5.00\n", f"{written}\n"
    )
    assert [rule.amount for rule in good(text).rules] == [minor, minor]


def test_no_amount_passes_through_a_float() -> None:
    text = example("give-5-get-5.yaml").replace("5.00\n", "9007199254740.93\n")
    assert good(text).rules[0].amount == 900719925474093


def test_a_voucher_worth_a_share_of_the_order_says_so() -> None:
    text = example("ten-percent.yaml").replace("store_credit", "voucher")
    assert only(text).reason is FindingReason.VOUCHER_TERMS
    rule = good(text + "    structure: percent\n").rules[0]
    assert (rule.kind, rule.unit, rule.voucher) == (RewardKind.VOUCHER, None, VoucherTerms())


def test_a_thing_in_tiers_is_described_with_the_number_of_each() -> None:
    tiers = "structure: {kind: tier, tiers: [{at: 1, amount: 1}, {at: 3, amount: 2}]}"
    rewards = f"rewards: [{{side: advocate, kind: swag, item: Bag, {tiers}}}]"
    text = describe(good(f"program: p\nname: P\ncurrency: EUR\ntrigger: first_purchase\n{rewards}\n"))
    assert "- The advocate gets Bag: 1 item from friend number 1 on, 2 items from friend number 3 on." in text


def test_a_name_that_others_take_for_a_day_keeps_no_file_from_being_described() -> None:
    growing = "budget: {total: 10}\nscale: {retention_percent: 40, budget: {total: 20}}\n"
    text = edited("name: Small", "name: 2026-02-30", SMALL + growing)
    assert "From then on:" in describe(good(text))
    with pytest.raises(UnableToExtend, match="dates in quotes"):
        extended_text(text)


def test_a_segment_that_stands_twice_is_warned_of() -> None:
    twice = "windows: {by_segment: [{segment: b2b, bind_days: 2}, {segment: b2b, bind_days: 9}]}\n"
    found = only(SMALL + twice)
    assert (found.path, found.reason, found.severity) == ("windows.by_segment[1].segment", R.DUPLICATE_ID, "warning")


EACH_PLACE = """\
program: places
name: Places
currency: EUR
trigger: contract
locations: [centre, harbour]
rewards:
  - {id: one, side: advocate, kind: store_credit, amount: 50.00, location: centre}
  - {id: two, side: advocate, kind: store_credit, amount: 50.00, location: harbour}
budget: {total: 60.00}
"""
IN_PARTS = """\
program: parts
name: Parts
currency: EUR
trigger: contract
rewards:
  - side: advocate
    kind: store_credit
    amount: 100.00
    structure: {kind: staged, parts: [{stage: meeting, percent: 30}, {stage: contract, percent: 70}]}
budget: {total: 60.00}
"""


@pytest.mark.parametrize(
    ("text", "total", "severity"),
    [
        (EACH_PLACE, "50.00", None),
        (EACH_PLACE, "49.99", "error"),
        (EACH_PLACE.replace(", location: harbour", ""), "60.00", "warning"),
        (IN_PARTS, "70.00", None),
        (IN_PARTS, "69.99", "warning"),
        (IN_PARTS, "29.99", "error"),
    ],
)
def test_a_budget_is_too_small_where_it_never_holds_what_one_occasion_gives(
    text: str, total: str, severity: str | None
) -> None:
    _, findings = read(text.replace("60.00", total))
    assert [(f.reason, f.severity) for f in findings] == ([(R.BUDGET_TOO_SMALL, severity)] if severity else [])


# What is refused: each line of FULL, changed


@pytest.mark.parametrize(("old", "new", "path", "reason"), REFUSALS)
def test_each_mistake_has_its_name_its_place_and_a_remedy(old: str, new: str, path: str, reason: FindingReason) -> None:
    text = edited(old, new)
    program, findings = read(text)
    (finding,) = [f for f in findings if f.severity == "error"]
    assert program is None
    assert (finding.path, finding.reason) == (path, reason), finding.sentence()
    assert finding.remedy
    assert finding.expected
    assert finding.found
    line = 1 + FULL[: FULL.index(old)].count("\n")
    if path.endswith("]") or reason is R.MISSING_KEY:  # the whole entry is wrong: the line is its first
        assert line - 4 <= finding.line <= line
    else:
        assert line - 1 <= finding.line <= line + 1


SMALL_REFUSALS = [
    ("amount: 5.00", "percent: 10", "rewards[0].percent", R.NEEDS_AN_ORDER),
    ("trigger: signup", "trigger: {kind: signup, min_value: 5}", "trigger.min_value", R.NEEDS_AN_ORDER),
    ("amount: 5.00", "", "rewards[0]", R.AMOUNT_OR_PERCENT),
    ("amount: 5.00", "amount: 5.00\n    voucher: {min_order: 5}", "rewards[0].voucher", R.VOUCHER_TERMS),
    (
        "amount: 5.00",
        "amount: 5.00\n    structure: {kind: milestone, every: 5}",
        "rewards[0].structure.kind",
        R.MILESTONE_FOR_FRIEND,
    ),
    ("amount: 5.00", "amount: 5.00\n    maximum: 5.00", "rewards[0].maximum", R.LIMIT_WITHOUT_PERCENT),
    ("trigger: signup\n", "", "trigger", R.MISSING_KEY),
    ("trigger: signup", "trigger: {}", "trigger.kind", R.MISSING_KEY),
    (SMALL[SMALL.index("rewards") :], "", "rewards", R.MISSING_KEY),
    (SMALL[SMALL.index("rewards") :], "rewards: 5\n", "rewards", R.WRONG_SHAPE),
    (SMALL[SMALL.index("rewards") :], "rewards:\n  -\n", "rewards[0]", R.EMPTY_VALUE),
]


@pytest.mark.parametrize(("old", "new", "path", "reason"), SMALL_REFUSALS)
def test_each_mistake_in_a_small_file_has_its_name(old: str, new: str, path: str, reason: FindingReason) -> None:
    assert good(SMALL).rules[0].amount == 500
    finding = only(edited(old, new, SMALL))
    assert (finding.severity, finding.path, finding.reason) == ("error", path, reason), finding.sentence()


SHARE_REFUSALS = [
    ("    currency: EUR\n", "rewards[0].currency", R.CURRENCY_WITHOUT_USE),
    ("    structure: {kind: milestone, every: 5}\n", "rewards[0].percent", R.STRUCTURE_MISMATCH),
    ("    voucher: {min_order: 5.00}\n", "rewards[0].voucher", R.VOUCHER_TERMS),
    (
        "  - {side: friend, kind: store_credit, amount: 5, structure: percent}\n",
        "rewards[1].structure",
        R.STRUCTURE_MISMATCH,
    ),
    (
        "  - {side: friend, kind: voucher, percent: 5, structure: percent, voucher: {min_order: 9}}\n",
        "rewards[1].voucher.min_order",
        R.VOUCHER_TERMS,
    ),
]


@pytest.mark.parametrize(("added", "path", "reason"), SHARE_REFUSALS)
def test_what_does_not_go_with_a_share_of_an_order_is_refused(added: str, path: str, reason: FindingReason) -> None:
    text = example("ten-percent.yaml")
    assert good(text).rules[0].percent_bp == 1000
    findings = [f for f in read(text + added)[1] if f.severity == "error"]
    assert [(f.path, f.reason) for f in findings] == [(path, reason)]


SMALL_WARNINGS = [
    ("\ncaps: [{per: advocate, metric: count, max: 5}]\n", "caps[0]", R.LIMIT_WITHOUT_USE),
    ("\ncaps: [{per: friend, metric: value, max: 5, currency: EUR}]\n", "caps[0]", R.LIMIT_WITHOUT_USE),
    ("\ncaps: [{per: friend, metric: value, max: 4, policy: stop}]\n", "caps[0].max", R.CAP_TOO_SMALL),
    ("\nbudget: {total: 100, currency: EUR}\n", "budget", R.LIMIT_WITHOUT_USE),
    ("    on_partial_refund: keep\n", "rewards[0].on_partial_refund", R.NEEDS_AN_ORDER),
]


@pytest.mark.parametrize(("added", "path", "reason"), SMALL_WARNINGS)
def test_what_has_no_effect_is_a_warning_and_still_a_program(added: str, path: str, reason: FindingReason) -> None:
    program, (finding,) = read(SMALL + added)
    assert program is not None
    assert (finding.severity, finding.path, finding.reason) == ("warning", path, reason)


def test_a_budget_below_the_fullest_occasion_warns_and_below_the_usual_one_refuses() -> None:
    milestone = "  - {id: m, side: advocate, kind: store_credit, amount: 50, structure: {kind: milestone, every: 5}}\n"
    text = SMALL.replace("signup", "first_purchase") + milestone
    for total, severity in (("55.00", None), ("54.99", "warning"), ("4.99", "error")):
        _, findings = read(f"{text}budget: {{total: {total}}}\n")
        assert [f.severity for f in findings] == ([severity] if severity else [])


def test_all_mistakes_are_reported_at_once_in_the_order_of_lines() -> None:
    text = FULL
    for old, new in (("type: saas", "type: sas"), ("minimum: 5\n", "minimum: 70\n"), ("per: friend", "per: stranger")):
        text = edited(old, new, text)
    _, findings = read(edited("side: friend", "sied: friend", text))
    assert [(f.line, f.path) for f in findings] == [
        (3, "type"),
        (16, "rewards[0].minimum"),
        (26, "rewards[2].side"),
        (26, "rewards[2].sied"),
        (32, "caps[1].per"),
    ]


def test_a_finding_reads_as_a_sentence() -> None:
    finding = only(edited('amount: "7.50"', "amount: 7.50.0"))
    assert finding.sentence() == (
        'program.yaml:28: rewards[2].amount: found "7.50.0"; expected an amount above 0, in digits with a point; '
        'mend: write it as 5.00 or "5.00", without currency sign or comma'
    )


@pytest.mark.parametrize(
    ("key", "meant"), [("budgett", "budget"), ("curency", "currency"), ("reward", "rewards"), ("event", "trigger")]
)
def test_a_misspelt_key_is_answered_with_the_one_that_was_meant(key: str, meant: str) -> None:
    _, findings = read(f"{SMALL}{key}: 5\n")
    assert [f.remedy for f in findings] == [f"did you mean {meant}?"]
    assert findings[0].line == 9


def test_keys_that_change_no_reward_may_stand_in_a_file_before_they_are_acted_on() -> None:
    for key in sorted(NOTED_KEYS[""]):
        program, findings = read(f"{SMALL}{key}: {{kind: something, deeper: [1, {{more: 2}}]}}\n")
        assert program == good(SMALL)
        assert [(f.severity, f.reason, f.path, f.line) for f in findings] == [
            ("warning", FindingReason.NOT_YET, key, 9)
        ]


def test_later_words_are_not_words_of_this_version() -> None:
    for level, keys in NOTED_KEYS.items():
        assert not keys & set(GROUPS[level].model_fields)
