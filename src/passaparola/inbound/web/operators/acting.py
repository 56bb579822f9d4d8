"""From a form to one act and back to the page. A form that is sent twice acts once: its token is the idempotency key."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import orjson
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import get_random_string
from django.utils.translation import gettext

from passaparola.actions.acting import Asked, IdempotencyMismatch, NotFound, Performed, Refusal
from passaparola.actions.conflicts import Conflict
from passaparola.actions.writer import LOST, QueueFull, Unanswered, WriterStopped
from passaparola.analytics.overview import forget_overviews
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now
from passaparola.inbound.web.operators.here import the_workspace
from passaparola.store.read.idempotency import Keyed

Result = TypeVar("Result")
LONGEST_NOTE = 500
NOT_DONE = (IdempotencyMismatch, Unanswered, Conflict, QueueFull, WriterStopped, *LOST)
logger = logging.getLogger(__name__)


class Ways(NamedTuple):
    """Where to go on when it was done, and what is shown when it was not: the form again, with what was typed."""

    done: str
    again: Callable[[], HttpResponse]


def beside(asked: Asked, which: int | str) -> Asked:
    """For what is done before the act of a form: under the form's own token, so that another file under it is refused as well."""
    keyed = asked.keyed
    return replace(asked, keyed=replace(keyed, route=f"{which} {keyed.route}"[:128]) if keyed else None)


def form_token() -> str:
    """For each form that acts, made when its page is shown."""
    return get_random_string(24)


def actor_of(request: HttpRequest) -> str:
    """How the log names who did it."""
    return f"staff:{request.user.get_username()}"[:128]


def note_of(request: HttpRequest) -> str:
    """What the person wrote beside the button."""
    return "".join(c for c in request.POST.get("note", "") if c.isprintable()).strip()[:LONGEST_NOTE]


def act(
    request: HttpRequest,
    do: Callable[[Asked], Performed[Result]],
    *,
    to: str | Ways,
    said: str | Callable[[Result | None], str],
    shown: Callable[[Result], None] = lambda _: None,
) -> HttpResponse:
    """Do it, and go on with a message: `said` (of the result, which is None when the form is sent again), or why not.

    `shown` gets the result, the first time only.
    """
    asked = asked_by(request)
    try:
        performed = the_writer().run(lambda: do(asked))
    except NotFound:
        raise Http404 from None
    except NOT_DONE as problem:
        messages.error(request, why_not_done(problem))
        return _go_on(to, done=False)
    forget_overviews()
    done = _tell(request, performed, said if isinstance(said, str) else said(performed.result))
    if performed.result is not None:
        shown(performed.result)
    return _go_on(to, done=done)


def asked_by(request: HttpRequest) -> Asked:
    """Who asks by this form, under its token."""
    return Asked(the_workspace(), now(), actor_of(request), _keyed(request), _rendered)


def why_not_done(problem: Exception) -> str:
    """What is said of one of NOT_DONE."""
    if isinstance(problem, IdempotencyMismatch):
        return gettext("This form was sent before with something else in it. Nothing was changed.")
    if isinstance(problem, Unanswered):
        return gettext("The server is busy, and this may still be done. Look again in a moment.")
    logger.warning("an act of staff was not done", exc_info=problem)
    return gettext("The server is busy. Nothing was changed; try again in a moment.")


def _go_on(to: str | Ways, *, done: bool) -> HttpResponse:
    if isinstance(to, str):
        return redirect(to)
    return redirect(to.done) if done else to.again()


def _tell(request: HttpRequest, performed: Performed[Any], said: str) -> bool:
    """Say what came of it. Whether it was done."""
    why = why_refused(performed)
    if why:
        sentence = f"{why[:1].upper()}{why[1:]}".rstrip(".")
        messages.error(request, gettext("Not done: %(why)s. Nothing was changed.") % {"why": sentence})
    else:
        messages.success(request, said)
    return not why


def why_refused(performed: Performed[Any]) -> str:
    """Why it was refused, in the language of who looks, the first time and again; empty where it was done."""
    if performed.replayed is not None:
        told = orjson.loads(performed.replayed.body or "{}")
    else:
        told = _told(performed.refusal) if performed.refusal else {}
    if not told.get("refused"):
        return ""
    sentence, said = gettext(told["refused"]), told.get("said") or {}
    return sentence % {place: gettext(word) for place, word in said.items()} if said else sentence


def _told(refusal: Refusal) -> dict[str, Any]:
    return {"refused": refusal.sentence, "said": refusal.said}


def _rendered(result: Any) -> tuple[int, str]:
    if isinstance(result, Refusal):
        return result.status, orjson.dumps(_told(result)).decode()
    return 200, "{}"


def _keyed(request: HttpRequest) -> Keyed:
    """The form's token, bound to who sent it and to everything in it but Django's own token, which changes."""
    token = request.POST.get("token", "")
    if not (1 <= len(token) <= 64 and token.isalnum() and token.isascii()):
        raise Http404
    given = sorted((k, v) for k, values in request.POST.lists() if k != "csrfmiddlewaretoken" for v in values)
    files = sorted((name, _digest(file)) for name, sent in request.FILES.lists() for file in sent)
    fingerprint = hashlib.sha256(orjson.dumps([request.method, request.path, given, files])).hexdigest()
    match = request.resolver_match
    route = f"{request.method} /{match.route if match else request.path}"[:128]
    return Keyed(f"staff:{request.user.pk}", route, token, fingerprint)


def _digest(file: "UploadedFile[Any]") -> str:
    read = hashlib.sha256()
    for part in file.chunks():
        read.update(part)
    return read.hexdigest()
