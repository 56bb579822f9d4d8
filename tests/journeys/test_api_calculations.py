"""The shop's dashboard calculates by the API: exact, with minor units, and with a problem that names what to mend."""

from typing import Any

import pytest

from passaparola.domain.calculations.catalogue import CATALOGUE
from passaparola.domain.calculations.parameters import Kind
from passaparola.domain.money import parse_amount
from tests.journeys.caller import Shop

PATH = "/api/v1/calculations"
AFFORD = {"lifetime_value_minor": 11600, "margin": 0.5, "profit_target_minor": 2800, "currency": "EUR"}


def body(name: str) -> dict[str, Any]:
    """The first example of a calculation as a program sends it."""
    found = CATALOGUE[name]
    given = found.examples[0].given
    sent: dict[str, Any] = {}
    for parameter in found.parameters:
        text = given.get(parameter.name)
        if text is not None:
            count = int(text) if parameter.kind == Kind.COUNT else text
            sent[parameter.field] = parse_amount(text, given["currency"]) if parameter.kind == Kind.MONEY else count
    return sent


def test_every_calculation_is_listed_and_answers_its_example_as_the_domain_does(shop: Shop) -> None:
    listed = shop.items(PATH)
    assert [entry["name"] for entry in listed] == list(CATALOGUE)
    for name, found in CATALOGUE.items():
        said = shop.post(f"{PATH}/{name}", body(name))
        assert said.status == 200, (name, said.body)
        assert said.json == found.answer(found.examples[0].given).document()


def test_numbers_and_texts_mean_the_same_and_amounts_are_minor_units(shop: Shop) -> None:
    answers = [
        shop.post(f"{PATH}/affordable-reward", {**AFFORD, "margin": margin}) for margin in (0.5, "0.5", "50 %", "50%")
    ]
    assert len({answer.body for answer in answers}) == 1
    reward = answers[0].json["result"]["max_reward"]
    assert reward == {"text": "30.00 EUR", "exact": "3000", "minor": 3000, "currency": "EUR"}
    assert answers[0].json["given"]["advocate_share"] == "50 %"
    yen = shop.post(f"{PATH}/aov", {"revenue_minor": 4000, "orders": 50, "currency": "JPY"}).json
    assert yen["result"]["aov"]["text"] == "80 JPY"
    growth = shop.post(f"{PATH}/growth", {"before": 100000, "after": 4e6, "months": 15.0}).json["result"]
    assert (growth["doubling_time"]["text"], growth["doubling_time"]["exact"]) == ("2.82 months", None)
    assert growth["halving_time"] is None


@pytest.mark.parametrize(
    ("name", "wrong", "fields"),
    [
        ("affordable-reward", {"margin": 50}, {"margin"}),
        ("affordable-reward", {"margin": True}, {"margin"}),
        ("affordable-reward", {"margin": 0.1 + 0.2}, {"margin"}),
        ("affordable-reward", {"margin": [1]}, {"margin"}),
        ("affordable-reward", {"margin": "x" * 41}, {"margin"}),
        ("affordable-reward", {"currency": "XXX"}, {"currency"}),
        ("affordable-reward", {"lifetime_value_minor": 1.5}, {"lifetime_value_minor"}),
        ("affordable-reward", {"lifetime_value_minor": "116.00"}, {"lifetime_value_minor"}),
        ("affordable-reward", {"lifetime_value_minor": -1}, {"lifetime_value_minor"}),
        ("affordable-reward", {"lifetime_value": "116.00"}, {"lifetime_value"}),
    ],
)
def test_a_wrong_value_is_a_problem_that_names_its_field(
    shop: Shop, name: str, wrong: dict[str, Any], fields: set[str]
) -> None:
    assert shop.post(f"{PATH}/{name}", AFFORD).status == 200
    said = shop.post(f"{PATH}/{name}", {**AFFORD, **wrong})
    assert (said.status, said.problem, said.fields) == (422, "invalid", fields), said.body


def test_a_number_beyond_all_bounds_is_named_too(shop: Shop) -> None:
    for raw in (b'{"change": 1e400, "months": 3}', b'{"change": NaN, "months": 3}'):
        said = shop.post(f"{PATH}/doubling-time", raw)
        assert (said.status, said.fields) == (422, {"change"}), said.body


def test_what_does_not_go_together_has_its_name(shop: Shop) -> None:
    said = shop.post(f"{PATH}/buzz", {"customers": 10, "satisfied_share": "80 %", "dissatisfied_share": "30 %"})
    assert (said.status, said.json["reasons"]) == (422, {"dissatisfied_share": "shares_above_whole"})
    assert "; mend: " in said.json["errors"][0]["message"]
    much = {
        "customers": 10**12,
        "participation": 1,
        "referrals_each": 1,
        "conversion": 1,
        "order_value_minor": 10**15,
        "currency": "EUR",
    }
    said = shop.post(f"{PATH}/referral-revenue", much)
    assert (said.status, set(said.json["reasons"].values())) == (422, {"result_too_large"})


def test_an_unknown_name_and_a_missing_scope_are_refused(shop: Shop) -> None:
    assert shop.post(f"{PATH}/rio", {}).problem == "not_found"
    key = shop.new_key("events:write")
    for said in (shop.get(PATH, key=key), shop.post(f"{PATH}/roi", body("roi"), key=key)):
        assert (said.status, said.json["scope"]) == (403, "reports:read")
    assert shop.post(f"{PATH}/roi", body("roi"), key=shop.new_key("reports:read")).status == 200
