"""Days as pages of staff write them: as each language does inside a sentence."""

from datetime import date

import pytest
from django.utils.translation import override

from passaparola.inbound.tongue import short_day


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "8 Nov 2026", "Nov 2026"),
        ("pl", "8 lis 2026", "lis 2026"),
        ("it", "8 nov 2026", "nov 2026"),
        ("ro", "8 nov. 2026", "nov. 2026"),
        ("ar", "8 نوفمبر 2026", "نوفمبر 2026"),
    ],
)
def test_a_month_is_abbreviated_as_its_language_does(language: str, day: str, month: str) -> None:
    with override(language):
        assert (short_day(date(2026, 11, 8)), short_day(date(2026, 11, 8), "LLL y")) == (day, month)
