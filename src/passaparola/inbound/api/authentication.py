"""Who may call an operation: an API key with the operation's scope, as a bearer token."""

from django.http import HttpRequest
from ninja.security.base import AuthBase

from passaparola.inbound.api.principals import demand, principal
from passaparola.store.read.keys import KeyRow


class ApiKey(AuthBase):
    """Given to an operation as `auth`. What it lacks is raised as a Problem."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "An API key, `pp_live_…`, with the scope that the operation names."

    def __init__(self, scope: str):
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> KeyRow:
        row = principal(
            request.headers.get("Authorization"), request.META.get("QUERY_STRING", ""), request.headers.get("Origin")
        )
        demand(row, self.scope)
        return row


def key_of_request(request: HttpRequest) -> KeyRow:
    """The key that was let in."""
    found: KeyRow = request.auth  # type: ignore[attr-defined]
    return found
