"""What was decided, in words: complete for the operator, safe for the advocate."""

import re
from pathlib import Path
from typing import Any

import pytest

from passaparola.domain import rewards
from passaparola.domain.explain import paragraph_for_operator, sentence_for_advocate, transition_sentence
from passaparola.domain.explain.words import STATUS_WORDS, STEP_WORDS, exact_quotient, percent_text, worth
from passaparola.domain.instant import parse_instant
from passaparola.domain.reasons import ADVOCATE_WORDS, OPERATOR_WORDS, Reason
from passaparola.domain.referrals.state import TouchKind

NOON = parse_instant("2026-05-01T12:00:00Z")
ADA, BEN, MALLORY = "a" * 32, "b" * 32, "c" * 32
NAMES = {ADA: "Ada", BEN: "Ben (ben@example.com)", MALLORY: "Mallory"}


def label(person: str) -> str:
    return NAMES[person]


def effect(**more: Any) -> dict[str, Any]:
    return {
        "step": "issued", "side": "advocate", "person": ADA, "kind": "store_credit", "amount": 414, "reversed": 0, "unit": "USD",
        "state": "issued", "reason": None, "hold_until": None, **more,
    }  # fmt: skip


def rule(**more: Any) -> dict[str, Any]:
    saw = {"trigger": "first_purchase", "order": "o1", "amount": 4144, "unit": "USD", "refunded": 0}
    arithmetic = {"of": 4144, "percent_bp": 1000, "half_up": 414, "unit": "USD"}
    return {"rule": "share", "side": "advocate", "saw": saw, "arithmetic": arithmetic, "result": "granted", **more}


def decision(**more: Any) -> dict[str, Any]:
    """Ada brought Ben, who bought for 41.44 USD, of which she gets 10 %."""
    return {
        "program": "ten-percent", "version": 2, "now": NOON, "status": "converted", "refused": None,
        "bound": {"advocate": ADA, "by": "code", "at": NOON, "first_order": "o1"},
        "contenders": [
            {"advocate": ADA, "by": "code", "at": NOON, "result": "won"},
            {"advocate": MALLORY, "by": "visit", "at": NOON, "result": "outranked"},
        ],
        "rules": [rule()], "refusals": [], "effects": [effect()], **more,
    }  # fmt: skip


def words(**more: Any) -> str:
    return paragraph_for_operator(decision(**more), label, friend=BEN)


def test_the_operator_reads_who_what_and_the_arithmetic_to_the_cent() -> None:
    assert words().split("\n") == [
        "Decided under ten-percent, version 2, as of 2026-05-01T12:00:00Z.",
        (
            "Friend Ben (ben@example.com): the friend is bound and has converted; bound to Ada by code at 2026-05-01T12:00:00Z,"
            " first order o1."
        ),
        "Considered Ada, by code of 2026-05-01T12:00:00Z: won.",
        (
            "Considered Mallory, by a visit through the link of 2026-05-01T12:00:00Z: refused, a stronger or earlier recommendation won"
            " [outranked]."
        ),
        "Rule share for the advocate: order o1 of 41.44 USD; 10 % of 41.44 USD = 4.144, half up 4.14 USD; given.",
        "4.14 USD in store credit for Ada (the advocate) was issued. State: issued.",
    ]


def test_a_clip_a_minimum_a_budget_and_a_hold_show_the_values_they_saw() -> None:
    saw = {**rule()["saw"], "cap_value": 1000, "used_value": 700, "budget": 5000, "budget_left": 200, "asked": 500}
    arithmetic = {**rule()["arithmetic"], "minimum": 500}
    clipped = words(rules=[rule(saw=saw, arithmetic=arithmetic, reason="cap_clipped")])
    assert "half up 4.14 USD, raised to the minimum of 5.00 USD" in clipped
    assert "the person's cap of 10.00 USD had 3.00 USD left" in clipped
    assert "the budget of 50.00 USD had 2.00 USD left, and 5.00 USD was asked" in clipped
    assert "given, but only the room left under the cap was given [cap_clipped]" in clipped
    in_euros = words(rules=[rule(saw={**saw, "budget_unit": "EUR"}, result="refused", reason="budget_exhausted")])
    assert "the budget of 50.00 EUR had 2.00 EUR left, and 5.00 EUR was asked" in in_euros
    held = words(effects=[effect(step="pending", state="pending", reason="hold", hold_until=NOON)])
    assert (
        "waits, held until 2026-05-01T12:00:00Z: the reward waits for the end of its hold [hold]. State: pending."
        in held
    )


def test_a_part_of_a_whole_with_a_maximum_shows_both() -> None:
    part = {"base": "deal", "base_minor": 500_000, "base_bp": 1_000, "whole": 40_000, "whole_before": 50_000}
    part |= {"before_bp": 1_000, "upto_bp": 3_000, "flat": 8_000, "unit": "EUR"}
    told = words(rules=[rule(saw={"stage": "meeting"}, arithmetic=part)])
    assert (
        "the whole is 10 % of 5000.00 EUR, half up 500.00 EUR, lowered to the maximum of 400.00 EUR, 30 % of it" in told
    )


def test_a_refund_shows_the_share_that_goes_back_on_the_sum() -> None:
    saw = {**rule()["saw"], "refunded": 1200}
    told = words(
        rules=[rule(saw=saw, arithmetic={**rule()["arithmetic"], "reversed": 120}, result="unchanged")],
        effects=[effect(step="reversed", reversed=120, reason="order_refunded")],
    )
    assert "order o1 of 41.44 USD, 12.00 USD of it refunded" in told
    assert "4.14 USD × 12.00 USD ÷ 41.44 USD = 1.198841…, half up 1.20 USD, goes back for the refunds so far" in told
    assert (
        "was taken back, 1.20 USD of it reversed so far, 2.94 USD is left: the order was refunded [order_refunded]"
        in told
    )


def test_a_flat_reward_a_sign_up_and_a_milestone_are_told() -> None:
    flat = rule(saw={"trigger": "signup"}, arithmetic={"flat": 500, "unit": "EUR"})
    assert "Rule share for the advocate: the friend signed up; the amount is 5.00 EUR; given." in words(rules=[flat])
    milestone = rule(
        saw={"count": 6, "every": 3, "reached": 2, "occasion": "every-3:2", "cap_count": 5, "used_count": 1},
        arithmetic={"flat": 1, "unit": "VOUCHER"},
    )
    told = words(rules=[milestone], effects=[effect(kind="voucher", unit="VOUCHER", amount=1)])
    assert (
        "converted friends are 6, one reward for every 3: 2 in all, this is number 2; the amount is 1 voucher" in told
    )
    assert "1 of at most 5 rewards were given to the person before" in told
    assert "A voucher for Ada (the advocate) was issued." in told


def test_a_share_that_rounds_to_nothing_shows_how() -> None:
    little = {"of": 4, "percent_bp": 1000, "half_up": 0, "unit": "USD"}
    line = rule(
        saw={**rule()["saw"], "amount": 4, "arithmetic": little}, result="nothing_to_give", reason="nothing_to_give"
    )
    del line["arithmetic"]
    assert "10 % of 0.04 USD = 0.004, half up 0.00 USD; refused, the share" in words(rules=[line], effects=[])


def test_a_reward_that_was_ended_stays_so() -> None:
    assert "given before and ended since, a person denied" in words(rules=[rule(result="unchanged", reason="denied")])


def test_nobody_considered_is_said() -> None:
    told = words(status="open", bound=None, contenders=[], rules=[], effects=[], refused="no_contender")
    assert "Nobody was considered" in told
    assert "[no_contender]" in told


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_words_wherever_it_may_stand(reason: Reason) -> None:
    named = f"{OPERATOR_WORDS[reason]} [{reason}]"
    assert named in words(bound=None, refused=str(reason))
    assert named in words(contenders=[{"advocate": ADA, "by": "email", "at": NOON, "result": str(reason)}])
    assert named in words(rules=[rule(result=str(reason), reason=str(reason))])
    assert named in words(refusals=[{"rule": "", "occasion": "", "reason": str(reason)}])
    assert named in words(effects=[effect(reason=str(reason))])
    assert ADVOCATE_WORDS[reason]


@pytest.mark.parametrize("kind", list(TouchKind))
@pytest.mark.parametrize("status", STATUS_WORDS)
def test_every_touch_and_status_has_words(kind: TouchKind, status: str) -> None:
    assert STATUS_WORDS[status] in words(
        status=status, contenders=[{"advocate": ADA, "by": str(kind), "at": NOON, "result": "won"}]
    )


def steps_in_the_source() -> set[str]:
    """Every name of a step that the domain gives to a RewardChange."""
    found: set[str] = set()
    for file in Path(rewards.__path__[0]).glob("*.py"):
        for call in re.findall(r"RewardChange\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", file.read_text()):
            found.update(re.findall(r'"([a-z]+)"', call))
    return found


def test_every_step_has_words() -> None:
    assert {"issued", "pending", "reversed", "redeemed", "expired"} <= steps_in_the_source()
    assert steps_in_the_source() | {"denied", "cancelled"} <= set(STEP_WORDS)
    for step in STEP_WORDS:
        assert STEP_WORDS[step] in words(effects=[effect(step=step)])
        line = {"step": step, "at": NOON, "amount": 414, "reason": "denied", "actor": "olga", "note": "looked odd"}
        told = transition_sentence(line, "store_credit", "USD")
        assert told.startswith(
            f"2026-05-01T12:00:00Z: {STEP_WORDS[step]} by olga: a person denied the reward [denied] (looked odd)"
        )


SAFE = re.compile(r"Ben|example|o1|Mallory|41\.44|10 %|cap|budget|\[|_")


def advocate(**more: Any) -> str:
    told = sentence_for_advocate(decision(**more), ADA)
    assert not SAFE.search(told), told
    assert len(re.findall(r"[.!?](\s|$)", told)) <= 2
    return told


def test_the_advocate_reads_what_became_of_the_recommendation() -> None:
    assert advocate() == "You received 4.14 USD in store credit."
    waiting = effect(step="pending", state="pending", reason="hold", hold_until=NOON)
    assert advocate(effects=[waiting]) == ADVOCATE_WORDS[Reason.HOLD]
    gone = effect(step="cancelled", state="cancelled", reason="order_refunded")
    assert advocate(effects=[gone]) == ADVOCATE_WORDS[Reason.ORDER_REFUNDED]
    assert advocate(effects=[effect(step="reversed", reversed=120, reason="order_refunded")]) == (
        "Part of your reward was taken back; 2.94 USD in store credit is left."
    )
    assert advocate(effects=[], rules=[]).startswith("A friend came through your recommendation.")
    refused = rule(result="cap_reached", reason="cap_reached")
    assert advocate(effects=[], rules=[refused]) == ADVOCATE_WORDS[Reason.CAP_REACHED]


def test_the_advocate_reads_all_that_one_event_gave_and_whose_limit_it_was() -> None:
    credit, voucher = effect(amount=1000), effect(kind="voucher", unit="VOUCHER", amount=1)
    assert advocate(effects=[effect(), credit]) == "You received 14.14 USD in store credit."
    assert advocate(effects=[effect(), voucher]) == "You received 4.14 USD in store credit. You received a voucher."
    assert advocate(effects=[], rules=[rule(result="unchanged")]) == "Your reward for this stays as it was."
    ended = rule(result="unchanged", reason="denied")
    assert advocate(effects=[], rules=[ended]) == ADVOCATE_WORDS[Reason.DENIED]

    def capped(*caps: tuple[str, int, int], **more: int) -> str:
        found = [{"per": per, "metric": "value", "max": most, "used": used, "unit": "USD"} for per, most, used in caps]
        saw = {**rule()["saw"], **more, "caps": found}
        return advocate(effects=[], rules=[rule(saw=saw, result="cap_reached", reason="cap_reached")])

    assert capped(("program", 800, 800)) == ADVOCATE_WORDS[Reason.BUDGET_EXHAUSTED]
    assert capped(("referral", 500, 400)) == "You have had the most that the program gives for one recommendation."
    assert capped(("program", 800, 500), cap_count=2, used_count=2) == ADVOCATE_WORDS[Reason.CAP_REACHED]
    assert capped(("advocate", 500, 500), ("program", 800, 800)) == ADVOCATE_WORDS[Reason.CAP_REACHED]


def test_an_order_that_earns_nothing_by_itself_is_told_with_what_stands_against_it() -> None:
    refused = {"rule": "", "occasion": "order:o2", "reason": "below_minimum_order"}
    saw = {"order": "o2", "amount": 333, "unit": "USD", "at": NOON, "minimum": 2000, "minimum_unit": "EUR"}
    assert words(refusals=[{**refused, "saw": saw}]).split("\n")[-2] == (
        "Order o2 of 3.33 USD; the smallest order that counts is 20.00 EUR; no reward is earned: the order was below the program's"
        " minimum [below_minimum_order]."
    )
    late = {**refused, "reason": "earn_window_over", "saw": {"order": "o2", "amount": 1, "unit": "USD", "earn_days": 5}}
    assert "Order o2 of 0.01 USD; the time to earn is 5 days; no reward is earned: the order came" in words(
        refusals=[late]
    )


def test_an_advocate_reads_nothing_of_another_ones() -> None:
    told = decision()
    assert sentence_for_advocate(told, MALLORY) == ADVOCATE_WORDS[Reason.OUTRANKED]
    assert sentence_for_advocate(told, "d" * 32) == "This was not about a recommendation of yours."
    friends = [effect(side="friend", person=BEN)]
    assert "4.14" not in advocate(effects=friends)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_safe_for_the_advocate(reason: Reason) -> None:
    for more in (
        {"effects": [effect(step="cancelled", state="cancelled", reason=str(reason))]},
        {"effects": [], "rules": [rule(result=str(reason), reason=str(reason))]},
        {"effects": [], "rules": [], "refusals": [{"rule": "", "occasion": "", "reason": str(reason)}]},
        {
            "effects": [],
            "bound": None,
            "contenders": [{"advocate": ADA, "by": "code", "at": NOON, "result": str(reason)}],
        },
    ):
        assert advocate(**more) == ADVOCATE_WORDS[reason]


@pytest.mark.parametrize(
    ("numerator", "denominator", "unit", "text"),
    [
        (4144 * 1000, 10_000, "USD", "4.144"),
        (4000 * 1000, 10_000, "USD", "4.00"),
        (100, 3, "USD", "0.333333…"),
        (333 * 1000, 10_000, "JPY", "33.3"),
        (300 * 1000, 10_000, "JPY", "30"),
        (1234 * 1000, 10_000, "KWD", "0.1234"),
        (1, 1, "VOUCHER", "1"),
    ],
)
def test_the_exact_value_before_rounding_is_shown(numerator: int, denominator: int, unit: str, text: str) -> None:
    assert exact_quotient(numerator, denominator, unit) == text


def test_percentages_and_worth_are_written_as_people_do() -> None:
    assert [percent_text(n) for n in (1000, 1250, 5, 10_000)] == ["10 %", "12.5 %", "0.05 %", "100 %"]
    assert worth(500, "voucher", "EUR") == "a voucher worth 5.00 EUR"
    assert worth(3, "voucher", "VOUCHER") == "3 vouchers"
