"""What a friend reads of an offer follows from the program, and nothing of what is promised is left out."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from passaparola.domain.instant import parse_instant
from passaparola.domain.people.public_name import LONGEST, public_name
from passaparola.domain.programs import read_program
from passaparola.domain.programs.boosted import boosted_words
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.offer import Offer, offer_of
from passaparola.domain.tongue import PLAIN
from tests.domain.tongues import Marking, letters_outside, sentences_for_translators

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "programs").glob("*.yaml"))


def example(name: str) -> str:
    return next(path.read_text() for path in EXAMPLES if path.stem == name)


HEAD = "program: p\nname: P\ncurrency: USD\n"


def program(text: str) -> Program:
    found, findings = read_program(text, key="0" * 32, version=1, effective_from=0)
    assert found is not None, findings
    return found


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def said(offer: Offer) -> str:
    gifts = [" ".join([g.worth, *g.terms]) for g in (*offer.friend, *offer.advocate)]
    return plain("\n".join([offer.headline, *gifts, *offer.steps, *offer.conditions, offer.disclosure]))


@pytest.mark.parametrize(
    ("trigger", "rewards", "headline"),
    [
        (
            "first_purchase",
            "[{side: advocate, kind: store_credit, amount: 5}, {side: friend, kind: store_credit, amount: 5}]",
            "You get 5.00 USD in store credit, and so does Ada",
        ),
        (
            "signup",
            "[{side: advocate, kind: store_credit, amount: 3}, {side: friend, kind: voucher, amount: 10}]",
            "You get a voucher worth 10.00 USD, and Ada gets 3.00 USD in store credit",
        ),
        ("signup", "[{side: friend, kind: voucher, voucher: {percent: 12.5}}]", "You get 12.5% off an order"),
        (
            "purchase",
            "[{side: advocate, kind: store_credit, percent: 10}]",
            "Order at Shop, and Ada gets 10% of your order in store credit",
        ),
        (
            "signup",
            "[{side: advocate, kind: store_credit, amount: 1}]",
            "Sign up at Shop, and Ada gets 1.00 USD in store credit",
        ),
        (
            "first_purchase",
            "[{side: advocate, kind: voucher, structure: {kind: milestone, every: 5}, voucher: {percent: 20}}]",
            "Order at Shop, and Ada gets 20% off an order for every 5 friends",
        ),
        (
            "first_purchase",
            "[{side: friend, kind: voucher, percent: 10, structure: percent}]",
            "You get a voucher worth 10% of your order",
        ),
        (
            "first_purchase",
            "[{side: advocate, kind: swag, item: Bag, structure: {kind: tier, tiers: [{at: 1, amount: 1}, {at: 3, amount: 2}]}}]",
            "Order at Shop, and Ada gets Bag: 1 item to 2 items",
        ),
    ],
)
def test_the_headline_says_what_both_get(trigger: str, rewards: str, headline: str) -> None:
    offer = offer_of(program(f"{HEAD}trigger: {trigger}\nrewards: {rewards}"), name="Ada", firm="Shop")
    assert plain(offer.headline) == headline


def test_every_term_of_a_reward_is_said() -> None:
    text = f"""{HEAD}trigger: {{kind: first_purchase, min_value: 20}}
windows: {{bind_days: 30, earn_days: 1}}
rewards:
  - {{side: advocate, kind: store_credit, percent: 10, minimum: 1, maximum: 50, hold_days: 14, expires_days: 365}}
  - {{side: friend, kind: voucher, voucher: {{percent: 20, max_discount: 15, min_order: 40}}, on_partial_refund: all, hold_days: 2}}
caps:
  - {{per: friend, metric: count, max: 2}}
budget: {{total: 1000}}
"""
    words = said(offer_of(program(text), name="Ada", firm="Shop"))
    for term in (
        "with your first order of at least 20.00 USD",
        "at least 1.00 USD",
        "at most 50.00 USD",
        "given after 14 days",
        "yours after 2 days",
        "valid for 365 days",
        "at most 15.00 USD off",
        "on an order of at least 40.00 USD",
        "used once",
        "within 30 days of opening the link",
        "Orders count for 1 day ",
        "at most 2 rewards",
        "the reward goes.",
        "budget",
        "For new customers",
        "paid recommendation",
    ):
        assert term in words, term


def test_a_cap_of_the_advocate_is_no_business_of_the_friend() -> None:
    text = f"{HEAD}trigger: first_purchase\nrewards: [{{side: advocate, kind: store_credit, amount: 5}}]\n"
    capped = text + "caps: [{per: advocate, metric: value, max: 500}]\n"
    assert said(offer_of(program(text), name="Ada", firm="Shop")) == said(
        offer_of(program(capped), name="Ada", firm="Shop")
    )


def test_without_a_name_it_is_a_friend() -> None:
    both = program(example("give-5-get-5"))
    assert "your friend" in offer_of(both, name=None, firm="Shop").headline


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_every_example_reads_well(path: Path) -> None:
    offer = offer_of(program(path.read_text()), name="Ada", firm="Shop")
    words = said(offer)
    assert "None" not in words
    assert not re.search(r"%\(|  |\(\)", words)
    assert offer.steps
    rewarded = any(rule.side == "advocate" for rule in program(path.read_text()).rules)
    assert ("Ada gets" in plain(offer.disclosure)) == rewarded


def test_nobody_is_said_to_be_paid_who_is_not() -> None:
    friend = program(f"{HEAD}trigger: signup\nrewards: [{{side: friend, kind: voucher, amount: 5}}]")
    assert offer_of(friend, name="Ada", firm="Shop").disclosure == "This is a recommendation. Nobody is paid for it."


def test_names_stand_between_marks_that_keep_the_sentence_in_order() -> None:
    offer = offer_of(program(example("give-5-get-5")), name="أدا", firm="Shop")
    assert "\u2068أدا\u2069" in offer.headline


def test_every_sentence_goes_through_the_language() -> None:
    """A sentence that is written out somewhere else would stay English for everybody."""
    marked = replace(
        PLAIN,
        gettext=lambda t: f"<{t}>",
        ngettext=lambda one, many, n: f"<{one if n == 1 else many}>",
        money=lambda *_: "#",
        percent=lambda _: "#",
        listing="#".join,
    )
    for path in EXAMPLES:
        offer = offer_of(program(path.read_text()), name="0", firm="0", tongue=marked)
        for text in [
            offer.headline,
            *offer.steps,
            *offer.conditions,
            offer.disclosure,
            *(g.worth for g in offer.friend),
        ]:
            depth, outside = 0, ""
            for character in text:
                depth += (character == "<") - (character == ">")
                outside += character if depth == 0 and character not in "<>" else ""
            assert not re.search("[A-Za-z]", outside), (path.stem, text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada", "Ada"),
        ("  Ada  Lovelace ", "Ada"),
        ("ada@example.com", None),
        ("https://mallory.example", None),
        ("", None),
        ("\x00", None),
        ("12345", None),
        ("\u3164", None),
        ("\u202eadA", "adA"),
        ("A\u200bd\u2066a\u2069", "Ada"),
        ("نرگس\u200cزار", "نرگس\u200cزار"),
        ("Z" + "\u0301" * 50 + "oe", "Ź\u0301\u0301\u0301oe"),
        ("x" * 10_000, "x" * LONGEST),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),  # text: the page escapes it
        ("{{7*7}}", None),
        ("Zoë", "Zoë"),
    ],
)
def test_a_public_name_is_short_and_inert(name: str, shown: str | None) -> None:
    assert public_name(name) == shown


BOOSTED = f"""{HEAD}timezone: Europe/Rome
trigger: purchase
rewards:
  - side: friend
    kind: store_credit
    amount: 5.00
    boosts:
      - {{first_day: 12-01, last_day: 12-24, add: 2.50}}
      - {{first_day: 2026-12-20, last_day: 2026-12-22, times: 2}}
      - {{first_day: 12-27, last_day: 02-29, times: 3}}
  - side: advocate
    kind: store_credit
    percent: 10
    maximum: 20.00
    boosts: [{{first_day: 2026-12-01, last_day: 2026-12-24, add_percent: 2.5, times: 1.5}}]
"""


@pytest.mark.parametrize(
    ("at", "friend", "advocate"),
    [
        ("2026-11-30T22:59:59Z", "", ""),
        (
            "2026-11-30T23:00:00Z",
            "until 2026-12-24 it is 7.50 USD in store credit",
            "until 2026-12-24 2.5% more; 1.5 times as much",
        ),
        (
            "2026-12-21T12:00:00Z",
            "until 2026-12-22 it is 15.00 USD in store credit",
            "until 2026-12-24 2.5% more; 1.5 times as much",
        ),
        ("2026-12-24T23:00:00Z", "", ""),
        ("2026-12-30T12:00:00Z", "until 2027-02-28 it is 15.00 USD in store credit", ""),
        ("2028-01-02T12:00:00Z", "until 2028-02-29 it is 15.00 USD in store credit", ""),
    ],
)
def test_while_a_boost_is_in_force_the_offer_says_what_there_is_and_until_when(
    at: str, friend: str, advocate: str
) -> None:
    boosted, now = program(BOOSTED), parse_instant(at)
    offer = offer_of(boosted, name="Ada", firm="Shop", now=now)
    told = [gift.terms[0] if gift.terms[0].startswith("until") else "" for gift in (*offer.friend, *offer.advocate)]
    assert told == [friend, advocate]
    marking = Marking()
    marked = [boosted_words(rule, boosted, now, marking.tongue) for rule in boosted.rules]
    assert [len(words) for words in marked] == [int(bool(friend)), int(bool(advocate))]
    assert not [text for words in marked for text in words if letters_outside(text)]
    assert marking.asked <= sentences_for_translators()
