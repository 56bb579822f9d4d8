"""A form of which less came than was announced: half of it is not taken for the whole."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render


class CutOff:
    """Middleware. Forms that Django guards itself are refused by it already: half a form proves nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        return render(request, "400.html", status=400) if isinstance(problem, UnreadablePostError) else None
