"""Orders that only a browser told of: in whatever order things are told, they come to the same, and they move nothing of anybody else's."""

from itertools import permutations

import pytest

from passaparola.domain.instant import DAY
from tests.domain.phrases import Story
from tests.domain.town import versions

TEN = """
program: ten
name: Ten per cent
currency: EUR
timezone: Europe/Rome
trigger: {trigger}
rewards:
  - {{side: advocate, kind: store_credit, percent: 10}}
"""
TOLD = (
    "Ben signs up on 1 May",
    "Ben orders 10.00 on 2 May as A1 in a browser with Mallory's code",
    "Ben orders 90.00 on 3 May as A2 in a browser with Ada's code",
    "Ben orders 40.00 on 3 May as A2",
    "Ben orders 20.00 on 4 May as A3",
)


@pytest.mark.parametrize("trigger", ["first_purchase", "purchase"])
def test_the_order_of_telling_makes_no_difference(trigger: str) -> None:
    ends = []
    for told in permutations(TOLD):
        story = Story(versions(TEN.format(trigger=trigger)))
        story.tell("; ".join(told))
        story.town.let_fall_due(story.town.now + DAY)
        ends.append((story.town.end_state(), story.town.of("ada"), story.town.of("mallory")))
    assert all(end == ends[0] for end in ends)
    given = 400 if trigger == "first_purchase" else 600
    assert ends[0][1:] == ({("EUR", "issued"): given}, {})
