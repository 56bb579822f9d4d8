"""Guessing passwords is slowed down, also where several processes answer and each sees a part of the guesses."""

import pytest
from django.core.cache import cache
from django.test import override_settings

from passaparola.config import databases
from tests.databases import Database, on_both
from tests.journeys.staff import a_browser, an_operator, give_password

pytestmark = on_both


@pytest.mark.parametrize("shared", [False, True], ids=["in this process", "in the database"])
def test_guessing_is_slowed_down_for_a_name_wherever_it_is_counted(database: Database, shared: bool) -> None:
    an_operator()
    with override_settings(CACHES={"default": databases.cache(shared=shared)}):
        cache.clear()
        assert all(give_password(a_browser(), password=f"guess {n}").status_code == 200 for n in range(5))
        refused = give_password(a_browser())
        assert refused.status_code == 200, "the right password comes too late"
        assert "Too many" in refused.content.decode()
        an_operator("otto")
        assert give_password(a_browser(), "otto").status_code == 302, "others are not kept out"
        cache.clear()
