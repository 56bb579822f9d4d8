"""Sandboxes: workspaces of their own, with their own keys, whose time stands still until somebody moves it, forwards only."""

import re
from dataclasses import dataclass

from passaparola.actions.acting import Asked, Desk, NotFound, Performed, Refusal, perform
from passaparola.actions.workspaces import ensure_workspace
from passaparola.domain.events.read import LATEST
from passaparola.domain.instant import SECOND, Instant, iso
from passaparola.domain.tongue import gettext_noop
from passaparola.store.read.catalogue import default_workspace
from passaparola.store.read.clocks import workspace_clock
from passaparola.store.session import Conflict, reading

LIVE, BACK, FAR = "live_workspace", "clock_goes_back", "clock_too_far"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SET = (
    "UPDATE store_workspace SET clock_at = %(to)s::bigint WHERE id = %(ws)s::uuid"
    " AND COALESCE(clock_at, -1) = COALESCE(%(seen)s::bigint, -1)"
)


class UnableToMakeWorkspace(ValueError):
    """No workspace was made; the message says why."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The clock of a sandbox, before and after."""

    before: Instant
    now: Instant


def create_workspace(slug: str, *, sandbox: bool, at: Instant, name: str = "") -> str:
    """A new workspace; the clock of a sandbox begins at `at` and stands still. Its id. Raises UnableToMakeWorkspace."""
    if at > LATEST:
        raise UnableToMakeWorkspace("The clock goes until the year 2200: begin earlier.")
    if not _SLUG.fullmatch(slug):
        raise UnableToMakeWorkspace(f"{slug!r} cannot be a workspace: use up to 64 of a-z, 0-9 and -")
    with reading() as session:
        if default_workspace(session, slug) is not None:
            raise UnableToMakeWorkspace(f"There is a workspace {slug!r} already.")
    return ensure_workspace(slug=slug, name=name, sandbox=sandbox, now=at)


def move_clock(*, to: Instant | None = None, by: Instant = 0, asked: Asked) -> Performed[Moved]:
    """Move a sandbox's clock to a time, or forwards by so much. What falls due by then is the clock's to do (`run_clock`).

    Refused (409): `live_workspace`, `clock_goes_back`, `clock_too_far` (2200). Raises NotFound, IdempotencyMismatch, Conflict.
    """
    return perform(asked, lambda desk: _move(to, by, desk))


def _move(to: Instant | None, by: Instant, desk: Desk) -> Moved:
    clock = workspace_clock(desk.session, desk.workspace.id)
    if clock is None:
        raise NotFound("there is no such workspace")
    if not clock.sandbox:
        raise Refusal(LIVE, gettext_noop("A live workspace has the real time: only a sandbox's clock can be moved."))
    before = desk.now if clock.clock_at is None else clock.clock_at
    wanted = before + by if to is None else to
    if wanted < before:
        raise Refusal(
            BACK,
            gettext_noop("Time does not go back: what was decided was decided then."),
            now=iso(before),
            wanted=iso(wanted),
        )
    if wanted > LATEST:
        raise Refusal(FAR, gettext_noop("The clock goes until the year 2200."), wanted=wanted // SECOND)
    desk.act("clock.move", "", before=before, to=wanted)
    if desk.session.run(_SET, to=wanted, ws=desk.workspace.id, seen=clock.clock_at) != 1:
        raise Conflict("the clock was moved by another writer")
    return Moved(before, wanted)
