"""From a request to one act and back: who asks, under which key, and the answer that is stored with the effect."""

from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from django.http import HttpRequest, HttpResponse

from passaparola.actions.acting import Asked, Performed, Refusal
from passaparola.inbound.api.answers import answer, refused, replayed
from passaparola.inbound.api.authentication import key_of_request
from passaparola.inbound.api.idempotency import read_keyed
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now_in
from passaparola.store.read.keys import KeyRow

Result = TypeVar("Result")
PERSONAL = frozenset({"saw"})  # of a refusal: what a rule saw of a person is shown once, and stored with no answer


def actor_of(key: KeyRow) -> str:
    """How the log names who asked: the key's prefix, which is no secret."""
    return f"key:{key.prefix}"


def _route(request: HttpRequest) -> str:
    """Method and template, as the scope of an idempotency key has it."""
    match = request.resolver_match
    return f"{request.method} /{match.route if match else request.path}"[:128]


def act(
    request: HttpRequest,
    do: Callable[[Asked], Performed[Result]],
    shape: Callable[[Result], Any],
    *,
    status: int | Callable[[Result], int] = 200,
    key_required: bool = False,
    stored: Callable[[Result], Any] | None = None,
) -> HttpResponse:
    """Do one act and answer with the shape of its result, or with the rule's refusal.

    `key_required`: nothing else makes the request single. `stored` is what a replay shows, where that must not be the shape itself.
    """
    key = key_of_request(request)
    keyed = read_keyed(
        request.headers.get("Idempotency-Key"),
        principal=key.id,
        route=_route(request),
        request=(request.method or "", request.path, request.META.get("QUERY_STRING", ""), request.body),
        required=key_required,
    )

    def rendered(
        result: Result | Refusal, show: Callable[[Result], Any], without: frozenset[str] = frozenset()
    ) -> tuple[int, str]:
        if isinstance(result, Refusal):
            problem = refused(result, without=without)
            return problem.status, problem.body().decode()
        return status if isinstance(status, int) else status(result), orjson.dumps(show(result)).decode()

    def kept(result: Result | Refusal) -> tuple[int, str]:
        return rendered(result, stored or shape, PERSONAL)

    asked = Asked(key.workspace, now_in(key.workspace), actor_of(key), keyed, kept)
    performed = the_writer().run(lambda: do(asked))
    if performed.replayed is not None:
        return replayed(performed.replayed)
    result: Any = performed.refusal if performed.refusal is not None else performed.result
    code, body = rendered(result, shape)
    return answer(body, code)
