"""Small pages on the way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe


@require_safe
def go_on(_: HttpRequest) -> HttpResponse:
    """After a first password was chosen."""
    return redirect("home")


@require_safe
def ask_a_colleague(request: HttpRequest) -> HttpResponse:
    """Nobody resets a password by mail: whoever runs the server makes a new link."""
    return render(request, "account/password_reset.html")
