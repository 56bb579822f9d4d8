"""The first pages of operators: sign in, and where to go from there."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from passaparola import __version__


class SignIn(LoginView):
    """Name and password. Whoever is signed in goes on."""

    template_name = "web/sign_in.html"
    redirect_authenticated_user = True
    next_page = "home"


@require_safe
@never_cache
@login_required(login_url="sign-in")
def home(request: HttpRequest) -> HttpResponse:
    """Where everything is, for now: the API and its reference."""
    return render(request, "web/home.html", {"version": __version__})
