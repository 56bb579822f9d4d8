"""Where links lead, from a cache of this process: a friend is sent on although the database is away."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import connection

from passaparola.domain.programs import read_program
from passaparola.domain.programs.compiled import Landing, ProgramStatus
from passaparola.store.read.catalogue import version_document
from passaparola.store.read.snapshot import Session, reading
from passaparola.store.read.visits import LinkedProgram, linked_programs, newest_links, program_states

MOST = 200_000  # links that are remembered
FRESH = 30.0  # seconds in which a link is taken as it was; after that it is looked up again behind the friend's back
UNKNOWN_FRESH = 1.0  # seconds in which an unknown slug is not looked up again
MOST_UNKNOWN = 10_000
LEADS = frozenset({ProgramStatus.ACTIVE, ProgramStatus.PAUSED})
logger = logging.getLogger(__name__)


class LinksUnreachable(Exception):
    """The link is not in the cache and the database cannot be asked."""


@dataclass(slots=True)
class Leading:
    """A program as its links need it."""

    workspace: str
    active: bool
    version: int | None
    landing: Landing | None
    locations: tuple[str, ...] = ()  # for which a link may be
    sandbox: bool = False  # its time is not ours


@dataclass(slots=True)
class Target:
    """A link and what it leads to."""

    slug: str
    link: str
    workspace: str
    code: str
    active: bool
    program: Leading
    checked: float

    @property
    def leads(self) -> bool:
        return self.active and self.program.active


class Targets:
    """The cache. Look-ups are one dictionary; what is stale is read again, many at once, by `refresh`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Target] = {}
        self._programs: dict[str, Leading] = {}
        self._unknown: dict[str, float] = {}
        self._stale: set[str] = set()
        self._gate = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def known(self, slug: str) -> Target | None:
        """The link of a slug, if this process knows it. Nobody waits for the database."""
        known = self._known.get(slug)
        if known is not None and self._clock() - known.checked > FRESH:
            self._stale.add(slug)
        return known

    def find(self, slug: str) -> Target | None:
        """The link of a slug, whether it leads anywhere or not; None when there is none. Raises LinksUnreachable."""
        known, now = self.known(slug), self._clock()
        if known is not None:
            return known
        if now - self._unknown.get(slug, now - UNKNOWN_FRESH) < UNKNOWN_FRESH:
            return None
        return self._ask(slug, now)

    def forget(self) -> None:
        """Ask the database again for every link."""
        self._known, self._programs, self._unknown = {}, {}, {}

    def preload(self, count: int = MOST) -> int:
        """Read the links that were made last. The number of links known then."""
        with reading() as session:
            self._keep(session, newest_links(session, count)[::-1])  # what is kept first is the first to be forgotten
        return len(self)

    def refresh(self) -> None:
        """Read again the programs, and the links that were used and are stale."""
        stale, self._stale = self._stale, set()
        with reading() as session:
            self._refresh_programs(session)
            slugs = sorted(stale)
            for first in range(0, len(slugs), 2000):
                part = slugs[first : first + 2000]
                self._keep(session, linked_programs(session, part))

    def _ask(self, slug: str, now: float) -> Target | None:
        try:
            with reading() as session:
                self._keep(session, linked_programs(session, [slug]))
        except Exception as problem:
            logger.exception("a link could not be looked up")
            connection.close()
            raise LinksUnreachable from problem
        finally:
            if connection.vendor != "sqlite":
                connection.close()  # a thread of the hot path keeps no connection
        found = self._known.get(slug)
        if found is None:
            if len(self._unknown) >= MOST_UNKNOWN:
                self._unknown.clear()
            self._unknown[slug] = now
        return found

    def _keep(self, session: Session, rows: Sequence[LinkedProgram]) -> None:
        now = self._clock()
        targets = [Target(r.slug, r.id, r.workspace, r.code, r.active, self._program(session, r), now) for r in rows]
        with self._gate:
            self._known.update((target.slug, target) for target in targets)
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]

    def _program(self, session: Session, row: LinkedProgram) -> Leading:
        known = self._programs.get(row.program)
        if known is None:
            landing, locations = _places(session, row.workspace, row.program, row.version)
            known = Leading(row.workspace, row.status in LEADS, row.version, landing, locations, row.sandbox)
            self._programs[row.program] = known
        return known

    def _refresh_programs(self, session: Session) -> None:
        for program, status, version in program_states(session, list(self._programs)):
            known = self._programs[program]
            if known.version != version:
                known.landing, known.locations = _places(session, known.workspace, program, version)
                known.version = version
            known.active = status in LEADS


def _places(
    session: Session, workspace: str, program: str, version: int | None
) -> tuple[Landing | None, tuple[str, ...]]:
    found = version_document(session, workspace, program, version) if version is not None else None
    read = read_program(found[0], key=program, version=version or 0, effective_from=0)[0] if found else None
    return (read.landing, read.locations) if read is not None else (None, ())
