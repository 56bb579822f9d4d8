"""What no page can help: a form of which less came than was announced, and a database that is away."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from passaparola.actions.writer import LOST

RETRY_SECONDS = "30"
logger = logging.getLogger(__name__)


class Troubles:
    """Middleware: half a form is not taken for the whole, and who comes while the database is away is told to come back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, UnreadablePostError):
            return render(request, "400.html", status=400)
        if not isinstance(problem, LOST):
            return None
        logger.error("a page could not ask the database", exc_info=problem)
        answer = render(request, "500.html", status=503)
        answer.headers["Retry-After"], answer.headers["Cache-Control"] = RETRY_SECONDS, "no-store"
        return answer
