"""The API as django-ninja serves it under /api/v1, with its errors, its document and its reference page."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from ninja.types import DictStrAny

from passaparola import __version__
from passaparola.actions.acting import IdempotencyMismatch, NotFound
from passaparola.actions.conflicts import Conflict
from passaparola.actions.writer import LOST, QueueFull, Unanswered, WriterStopped
from passaparola.inbound.api.answers import trouble
from passaparola.inbound.api.openapi import finished
from passaparola.inbound.api.principals import KEY_IN_ADDRESS, KEY_IN_ADDRESS_WORDS
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.routes import ROUTERS
from passaparola.inbound.api.strict_json import strict_loads
from passaparola.inbound.api.whole_body import BROKEN_OFF

logger = logging.getLogger(__name__)
_NO_TEXT = "has a character that no text has"


class StrictParser(Parser):
    """JSON without doubt, and nothing but JSON."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        parameters = (request.content_params or {}).get("charset", "utf-8").lower()
        if request.content_type != "application/json" or parameters != "utf-8":
            raise Problem("unsupported_content", "Send application/json in UTF-8.")
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise Problem("unsupported_content", "Send the body as it is: compressed content is not taken.")
        value: DictStrAny = strict_loads(request.body)
        if b"\\u0000" in request.body and (places := list(_nul_places(value))):
            raise Problem("invalid", "Nothing was changed.", [FieldProblem(place, _NO_TEXT) for place in places])
        return value


def _nul_places(value: Any, place: str = "") -> Iterator[str]:
    """Where a text has a character that no text has, and that PostgreSQL does not take."""
    if isinstance(value, str) and "\0" in value:
        yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        yield from _nul_places(part, f"{place}.{str(name)[:64]}".removeprefix("."))


class Api(NinjaAPI):
    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None) -> Any:
        return finished(super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params))

    def get_openapi_operation_id(self, operation: Any) -> str:
        module = operation.view_func.__module__.rpartition(".")[2]
        return f"{module}_{operation.view_func.__name__}"


api = Api(
    title="passaparola",
    version=__version__,
    description=(
        "Who brought whom, who gets what, and why.\n\nAmounts are whole minor units with their currency; times are ISO 8601 in UTC; ids "
        "begin with what they name. Errors are problems by RFC 9457. Lists are pages: go on with `cursor=<next>`."
    ),
    docs_url=None,  # a page of our own: reference.py
    openapi_url="/openapi.json",
    parser=StrictParser(),
    urls_namespace="api",
)


def _invalid(problem: ValidationError) -> Problem:
    """Where each value is, without our names for where it came from."""
    return Problem(
        "invalid", "Nothing was changed.", [FieldProblem(_where(e["loc"]), _what(e)) for e in problem.errors]
    )


def _where(place: tuple[Any, ...]) -> str:
    source, *path = place
    return ".".join(str(p) for p in (path[1:] if source == "body" else path))


def _what(error: DictStrAny) -> str:
    if error["type"] == "extra_forbidden":
        return "is not a field of this request"
    if error["type"] == "missing":
        return "is missing"
    text = str(error["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _http(problem: HttpError) -> Problem:
    """A body that cannot be read hides our own problem behind django-ninja's."""
    if isinstance(problem.__cause__, Problem):
        return problem.__cause__
    return Problem("malformed", str(problem), status=problem.status_code)


def _broken(problem: Exception) -> Problem:
    logger.error("a request failed", exc_info=problem)
    return Problem("internal", "Nothing was changed. The log says what broke.")


def _later(detail: str, name: str = "overloaded", seconds: int = 1) -> Callable[[Exception], Problem]:
    return lambda _: Problem(name, detail, headers={"Retry-After": str(seconds)})


_NOT_HERE = "There is no such thing here."
_REUSED = "This key came with another request before. Nothing was changed."
_NOT_NOW = "Nothing was changed. Try again in a second."
_UNSURE = "It may still be done. Ask again with the same Idempotency-Key."
PROBLEMS: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda problem: problem,
    ValidationError: _invalid,
    HttpError: _http,
    UnreadablePostError: lambda _: Problem("malformed", BROKEN_OFF),
    RequestDataTooBig: lambda _: Problem("too_large", "The body is larger than this operation takes."),
    Http404: lambda _: Problem("not_found", _NOT_HERE),
    NotFound: lambda _: Problem("not_found", _NOT_HERE),
    IdempotencyMismatch: lambda _: Problem("idempotency_key_reused", _REUSED),
    Conflict: _later(_NOT_NOW, "busy"),
    QueueFull: _later(_NOT_NOW),
    WriterStopped: _later(_NOT_NOW),
    Unanswered: _later(_UNSURE, seconds=5),
    **dict.fromkeys(LOST, _later("Nothing was changed. Try again soon.", "unreachable", 5)),
    Exception: _broken,
}


def _handler(said: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda _, problem: trouble(said(problem))


for kind, said in PROBLEMS.items():
    api.add_exception_handler(kind, _handler(said))


def only_known_parameters(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A filter that is misspelt must not list everything: what the operation does not know in the address is refused."""
    operation = run.__self__  # type: ignore[attr-defined]
    known = {name for model in operation.models if model.__ninja_param_source__ == "query" for name in _names(model)}

    def checked(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            given = request.GET
        except TooManyFieldsSent:
            return trouble(Problem("malformed", "The address has too many parameters."))
        unknown = sorted(set(given) - known) if "Authorization" in request.headers else []
        errors = [FieldProblem(name[:64], "is not a parameter of this request") for name in unknown]
        errors += [FieldProblem(name[:64], _NO_TEXT) for name, value in given.items() if "\0" in value]
        if any("\0" in str(value) for value in path.values()):
            return trouble(Problem("not_found", _NOT_HERE))
        if not errors:
            return run(request, **path)
        query = request.META.get("QUERY_STRING", "")
        if KEY_IN_ADDRESS.search(query):
            return trouble(Problem("key_in_address", KEY_IN_ADDRESS_WORDS))
        return trouble(Problem("invalid", "Nothing was changed.", errors))

    return checked


def _names(model: Any) -> set[str]:
    flat = getattr(model, "__ninja_flatten_map__", None)
    return set(flat) if flat else set(model.model_fields)


api.add_decorator(only_known_parameters, mode="view")
for prefix, router in ROUTERS.items():
    api.add_router(prefix, router)
