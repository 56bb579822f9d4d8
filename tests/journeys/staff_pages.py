"""The table of the pages of staff. One row a page: who may see it, how many statements it takes at most, however much there is.

What walks the table: the count of statements and the crawler (test_staff_pages.py), axe and three widths (test_operator_browser.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver

from passaparola.actions.acting import Asked, done
from passaparola.actions.leaders.count import count_boards
from passaparola.actions.programs.apply import apply_program
from passaparola.actions.requests.miss import Missing, miss_referral
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.web.operators import urls
from passaparola.inbound.web.operators.permits import Permit
from passaparola.store.models import Placement, Quote, Referral, Reward, Setup
from tests.journeys.caller import PROGRAM, now

BOARD = PROGRAM.format(slug="friends") + "leaderboard: {size: 3, rewards: true}\n"


@dataclass(frozen=True, slots=True)
class Page:
    """`path` may name `{reward}`, `{referral}`, `{person}`, `{request}`, `{place}` and `{setup}`: there after `Shop.conversion`."""

    path: str
    permit: Permit
    statements: int


PAGES: tuple[Page, ...] = (
    Page("/", Permit.VIEW, 16),
    Page("/programs/friends/", Permit.VIEW, 21),
    Page("/programs/friends/leaderboard/", Permit.VIEW, 14),
    Page("/dashboard/", Permit.VIEW, 20),
    Page("/programs/friends/numbers/?days=90&step=week", Permit.VIEW, 24),
    Page("/programs/friends/rewards/", Permit.VIEW, 8),
    Page("/programs/friends/referrals/?state=bound", Permit.VIEW, 8),
    Page("/rewards/?money=waiting&q=ben", Permit.VIEW, 30),
    Page("/referrals/?step=converted&reason=hold&from=2026-01-01", Permit.VIEW, 8),
    Page("/arrivals/?kind=visit", Permit.VIEW, 8),
    Page("/payouts/", Permit.DECIDE_REWARDS, 12),
    Page("/programs/friends/pause/", Permit.WRITE_PROGRAMS, 4),
    Page("/people/per_{person}/", Permit.VIEW, 32),
    Page("/referrals/ref_{referral}/", Permit.VIEW, 18),
    Page("/rewards/rwd_{reward}/", Permit.VIEW, 24),
    Page("/findings/", Permit.VIEW, 6),
    Page("/findings/?state=resolved", Permit.VIEW, 6),
    Page("/requests/", Permit.SUPPORT, 6),
    Page("/requests/?state=done", Permit.SUPPORT, 6),
    Page("/requests/req_{request}/", Permit.SUPPORT, 14),
    Page("/connect/", Permit.KEYS, 8),
    Page("/connect/orders/", Permit.VIEW, 6),
    Page("/connect/orders/enter/", Permit.DECIDE_REWARDS, 4),
    Page("/settings/", Permit.KEYS, 5),
    Page("/settings/webhooks/", Permit.KEYS, 5),
    Page("/settings/firm/", Permit.FIRM, 5),
    Page("/settings/staff/", Permit.STAFF, 8),
    Page("/settings/log/", Permit.PRIVACY, 6),
    Page("/gallery/", Permit.WRITE_PROGRAMS, 4),
    Page("/gallery/x14-flat/", Permit.WRITE_PROGRAMS, 4),
    Page("/programs/friends/file/", Permit.WRITE_PROGRAMS, 8),
    Page("/programs/friends/file/1/return/", Permit.WRITE_PROGRAMS, 7),
    Page("/programs/friends/plan/", Permit.WRITE_PROGRAMS, 7),
    Page("/quotes/", Permit.SHARE, 7),
    Page("/competitors/", Permit.WRITE_PROGRAMS, 6),
    Page("/setup/", Permit.WRITE_PROGRAMS, 5),
    Page("/setup/stp_{setup}/rewards/", Permit.WRITE_PROGRAMS, 8),
    Page("/setup/stp_{setup}/beginning/", Permit.WRITE_PROGRAMS, 8),
    Page("/setup/stp_{setup}/check/", Permit.WRITE_PROGRAMS, 12),
    Page("/settings/design/", Permit.DESIGN, 7),
    Page("/programs/friends/page/", Permit.DESIGN, 12),
    Page("/programs/friends/page/look/", Permit.DESIGN, 10),
    Page("/programs/friends/sharing/", Permit.SHARE, 12),
    Page("/programs/friends/sharing/new/", Permit.SHARE, 7),
    Page("/programs/friends/sharing/new/banner/", Permit.SHARE, 7),
    Page("/programs/friends/sharing/plc_{place}/", Permit.SHARE, 20),
    Page("/programs/friends/sharing/texts/", Permit.SHARE, 9),
    Page("/find", Permit.VIEW, 6),
    Page("/programs/friends/sharing/materials/", Permit.SHARE, 9),
    Page("/settings/design/pictures/", Permit.DESIGN, 9),
    Page("/find?q=be", Permit.VIEW, 30),
    Page("/find?q=A-1001", Permit.VIEW, 30),
    Page("/find?q=nobody", Permit.VIEW, 30),
)


def a_setup(workspace: Any) -> str:
    """The id of a set-up that somebody has begun."""
    begun = {"step": "check", "begun_by": "staff:olga", "saved_by": "staff:olga", "begun_at": 0, "saved_at": 0}
    found, _ = Setup.objects.get_or_create(workspace_id=workspace, defaults=begun)
    return str(found.id.hex)


def a_place(workspace: Any, program: Any) -> str:
    """The id of a banner of the firm's own."""
    banner = {"kind": "banner", "name": "Window", "created_at": 0}
    found, _ = Placement.objects.get_or_create(
        workspace_id=workspace, program_id=program, slug="window", defaults=banner
    )
    return str(found.id.hex)


def paths() -> dict[str, Page]:
    """The pages by their address in the shop of the test."""
    referral = Referral.objects.filter(status="converted")[0]
    reward = Reward.objects.filter(state="issued").order_by("id")[0]
    assert referral.advocate_person_id
    asked = Asked(referral.workspace_id.hex, now(), "test")
    missing = Missing(referral.program_id.hex, referral.advocate_person_id.hex, ("email", "ben@example.com"), now())
    request = done(miss_referral(missing, asked=asked, keys=the_keyring()))
    said = {"workspace_id": referral.workspace_id, "text": "Good bread", "shown_as": "Anna", "created_at": 0}
    Quote.objects.create(state="proposed", person_id=referral.advocate_person_id, **said)
    apply_program(BOARD, workspace=referral.workspace_id.hex, now=now(), actor="Olga")
    count_boards(referral.workspace_id.hex, now=now())
    known = {
        "request": request,
        "setup": a_setup(referral.workspace_id),
        "place": a_place(referral.workspace_id, referral.program_id),
        "referral": referral.id.hex,
        "reward": reward.id.hex,
        "person": referral.advocate_person_id.hex,
    }
    return {page.path.format(**known): page for page in PAGES}


def views(patterns: list[Any] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every view of staff with its address, those of included areas, too; sign-in itself is allauth's."""
    for pattern in urls.urlpatterns if patterns is None else patterns:
        where = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not where.startswith("accounts/"):
                yield from views(pattern.url_patterns, where)
        else:
            yield where, pattern
