"""Invitations: an advocate asks us to mail a friend."""

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.messages.invite import Invitation, invite
from passaparola.domain.countries import UnableToReadCountry, read_country
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.authentication import ApiKey
from passaparola.inbound.api.ids import key_of
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.routes.suppressions import Address, the_address
from passaparola.inbound.api.shapes import AdvocateId, Given, Shown
from passaparola.inbound.keyring import the_keyring

router = Router(tags=["Mail"])
ACCEPTED = {"accepted": True}


class WantedInvitation(Given):
    advocate: AdvocateId
    email: Address
    words: str = Field(
        "", max_length=2000, description="The advocate's own: 300 plain characters of them are sent, without links"
    )
    language: str = Field("", max_length=12, description="In which the friend reads; empty: the program's")
    country: str = Field(
        "",
        max_length=2,
        description="The friend's (ISO 3166). Where the workspace names countries, nobody in another or none is mailed",
    )


class Accepted(Shown):
    accepted: bool = Field(
        description="True, whether or not a mail will be sent: the answer tells nothing of the address"
    )


@router.post("", auth=ApiKey("mail:write"), response={202: Accepted})
def create(request: HttpRequest, wanted: Annotated[WantedInvitation, Body()]) -> HttpResponse:
    """Mail an advocate's invitation to a friend, once, within the limits. Off until the operator allows it. Scope: `mail:write`."""
    if wanted.language and wanted.language not in dict(settings.LANGUAGES):
        raise Problem(
            "invalid", "Nothing was changed.", [FieldProblem("language", "is not one that mails are written in")]
        )
    invitation = Invitation(
        key_of("adv", wanted.advocate),
        the_address(wanted.email),
        wanted.words,
        wanted.language,
        _the_country(wanted.country),
    )
    keys = the_keyring()
    return act(request, lambda asked: invite(invitation, keys=keys, asked=asked), lambda _: ACCEPTED, status=202)


def _the_country(text: str) -> str:
    try:
        return read_country(text) if text else ""
    except UnableToReadCountry as problem:
        raise Problem("invalid", "Nothing was changed.", [FieldProblem("country", str(problem))]) from None
