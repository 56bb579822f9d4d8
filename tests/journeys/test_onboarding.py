"""PRG-17: the step that asks to refer is hidden until the stages ahead of it are done, and its conversion is measured."""

import pytest

from passaparola.domain.programs.compiled import Onboarding
from passaparola.domain.programs.onboarding import asks, stages_done
from tests.databases import on_both
from tests.journeys.caller import Shop, open_shop, sign_up

FILE = """\
program: {slug}
name: Space for both
currency: USD
trigger: signup
rewards:
  - {{side: friend, kind: store_credit, amount: 5.00}}
onboarding: {{stages: 6, referral_step: 6}}
"""


@pytest.mark.parametrize(
    ("done", "shown"),
    [([], False), ([1, 2, 3, 4], False), ([1, 2, 3, 4, 5], True), ([5], False), ([1, 2, 3, 4, 5, 6], False)],
)
def test_the_step_is_shown_when_those_ahead_of_it_are_done(done: list[int], shown: bool) -> None:
    assert asks(Onboarding(6, 6), done) is shown


def test_other_stages_are_no_stages_of_joining() -> None:
    assert stages_done(["lead", "onboarding_2", "onboarding_", "onboarding_2", "onboarding_12"]) == [2, 12]


@on_both
def test_a_shop_asks_whether_to_show_the_step(shop: Shop) -> None:
    joined = open_shop("joining", FILE)
    path = "/api/v1/onboarding?program=friends&customer_id="

    def stage(person: str, n: int) -> None:
        told = {"id": f"{person}-{n}", "type": "stage", "stage": f"onboarding_{n}", "person": person}
        assert joined.event(told).status == 201

    assert joined.get(path + "ada").json == {"stages": 6, "referral_step": 6, "done": [], "show": False}
    for n in range(1, 6):
        assert joined.get(path + "ada").json["show"] is False
        stage("ada", n)
        stage("cleo", n)
    assert joined.get(path + "ada").json == {"stages": 6, "referral_step": 6, "done": [1, 2, 3, 4, 5], "show": True}
    rate = "/api/v1/onboarding/conversion?program=friends"
    assert joined.get(rate).json == {"asked": 2, "referred": 0, "conversion_rate": 0.0}
    assert joined.event(sign_up("ben", "ada")).status == 201
    assert joined.get(rate).json == {"asked": 2, "referred": 1, "conversion_rate": 0.5}
    assert shop.get(path + "ada").status == 404
