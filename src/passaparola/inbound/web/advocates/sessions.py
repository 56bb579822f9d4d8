"""Who is in the portal: a person of a workspace in one browser, by a session of their own that has nothing to do with the staff's."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from passaparola.domain.instant import DAY, Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.programs.spoken import spoken_by, subject_of
from passaparola.inbound.programs_known import programs_of
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now
from passaparola.inbound.web.advocates.answers import SUBJECT, gone_on
from passaparola.inbound.web.cookies import REGISTRY, REMEMBERED, SIGNED_IN, give, take_away
from passaparola.inbound.web.reading import read_as
from passaparola.store.read.portal import Standing, parts_of, standing
from passaparola.store.read.snapshot import reading

SEEN_EVERY: Instant = DAY  # a session that is used lives on; written once a day, not with every page
SIGN_IN = "/me/sign-in/"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks: `person` stands for everybody in `group`."""

    workspace: str
    person: str
    group: tuple[str, ...]
    name: str
    language: str = ""  # that they chose


View = Callable[..., HttpResponse]


def cookie_name() -> str:
    """`__Host-` keeps other hosts of the domain from planting one."""
    return REGISTRY["portal"].name


def begin(request: HttpRequest, answer: HttpResponse, *, workspace: str, person: str, remember: bool = False) -> None:
    """Let a person in: a session with a new key, whatever the browser brought; the old one ends. It ends after two days without use,
    after two weeks with `remember`."""
    old, fresh, seconds = _key(request), SessionStore(), REMEMBERED if remember else SIGNED_IN
    fresh["portal"] = {"workspace": workspace, "person": person, "seen": now(), "seconds": seconds}
    the_writer().run(lambda: _begin(fresh, old, seconds))
    rotate_token(request)
    give(answer, "portal", str(fresh.session_key), seconds)


def _begin(fresh: SessionStore, old: str, seconds: int) -> None:
    SessionStore.clear_expired()
    fresh.set_expiry(seconds)
    fresh.create()
    if old:
        SessionStore(old).delete()


def end(request: HttpRequest, answer: HttpResponse) -> None:
    """Let them out: the session is removed, so that its key opens nothing any more."""
    key = _key(request)
    if key:
        the_writer().run(lambda: SessionStore(key).delete())
    take_away(answer, "portal")


def visitor(request: HttpRequest) -> Visitor | None:
    """Who looks, as they stand now: whoever was merged is who they were merged into, whoever was removed is nobody."""
    said = _said(request)
    if said is None:
        return None
    with reading() as session:
        found: Standing | None = standing(session, said["workspace"], said["person"])
    return Visitor(said["workspace"], found.person, found.group, found.name, found.language) if found else None


def portal_page(view: View) -> View:
    """For views that need a person: given as the second argument. Everybody else is led to the sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        who = visitor(request)
        if who is None:
            answer = gone_on(SIGN_IN)
            if _key(request):
                end(request, answer)
            return answer
        read_as(request, partial(_spoken, who), chosen=who.language)
        request.META[SUBJECT] = lambda: subject_of(own_programs(who))
        answer = view(request, who, *args, **kwargs)
        _stay(request, answer)
        return answer

    return guarded


def own_programs(who: Visitor) -> list[Program]:
    """The programs in which they take part, the one joined first coming first; all of the firm's where there is none."""
    known = {key: versions.live for key, versions in programs_of(who.workspace).items()}
    with reading() as session:
        parts = parts_of(session, who.workspace, who.group)
    return [known[part.program] for part in parts if part.program in known] or list(known.values())


def _spoken(who: Visitor) -> str:
    """What the program speaks that they joined first."""
    return spoken_by(own_programs(who)[:1])


def _stay(request: HttpRequest, answer: HttpResponse) -> None:
    """Use keeps a session alive."""
    said, key = _said(request), _key(request)
    if said is None or now() - said["seen"] < SEEN_EVERY:
        return
    store, seconds = SessionStore(key), said.get("seconds", SIGNED_IN)
    store["portal"] = {**said, "seen": now()}
    store.set_expiry(seconds)
    the_writer().run(store.save)
    give(answer, "portal", key, seconds)


def _said(request: HttpRequest) -> dict[str, Any] | None:
    key = _key(request)
    said = SessionStore(key).get("portal") if key else None
    return said if isinstance(said, dict) else None


def _key(request: HttpRequest) -> str:
    return request.COOKIES.get(cookie_name(), "")
