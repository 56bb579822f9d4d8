"""A friend says who told them: for shops that ask it themselves, at the checkout or over the counter."""

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Body, Router
from pydantic import Field

from passaparola.actions.requests.name import Naming, name_advocate
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.people.name_key import name_key
from passaparola.domain.people.public_name import public_name
from passaparola.inbound.api.acting import act
from passaparola.inbound.api.authentication import ApiKey
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.api.shapes import Given, Shown, Text
from passaparola.inbound.keyring import the_keyring

router = Router(tags=["Referrals"])
KEY_REQUIRED = {"x-idempotency-key-required": True}
LONGEST_NAME = 60


class SaidName(Given):
    program: Text = Field(description="Slug or prg_…; it must be live")
    friend: Text = Field(description="Who came: your customer id, or an e-mail address")
    friend_name: Text = Field(description="Their first name: the advocate is told it, and nothing else of them")
    told_by: Text = Field(description="Whom they name: a name, an e-mail address or a code")
    language: str = Field("", max_length=12, description="In which they read; empty: the program's")


class ReceivedDocument(Shown):
    received: bool = Field(description="Always true: whether anybody goes by the name is told to nobody")


@router.post("", auth=ApiKey("people:write"), response={202: ReceivedDocument}, openapi_extra=KEY_REQUIRED)
def say(request: HttpRequest, said: Annotated[SaidName, Body()]) -> HttpResponse:
    """Keep whom a friend names; when exactly one advocate goes by it, they are asked, and with their yes the referral is attributed.

    The reason that is stored with it is "named by friend, confirmed by advocate". Several of one name wait for an operator. The answer is
    the same 202 after the same work, whoever was named. You vouch for the friend: nobody is mailed to confirm the address.

    Scope: `people:write`. Needs an Idempotency-Key.
    """
    naming = _naming(said)
    return act(
        request,
        lambda asked: name_advocate(naming, asked=asked, keys=the_keyring()),
        lambda _: {"received": True},
        status=202,
        key_required=True,
    )


def _naming(said: SaidName) -> Naming:
    wrong = []
    kind = "email" if "@" in said.friend else "customer_id"
    try:
        friend = canonical(kind, said.friend)
    except UnableToReadIdentity as problem:
        friend = (kind, "")
        wrong.append(FieldProblem("friend", str(problem)))
    if len(said.friend_name) > LONGEST_NAME or public_name(said.friend_name) is None:
        wrong.append(FieldProblem("friend_name", f"must be a name of at most {LONGEST_NAME} characters, such as Ben"))
    if len(said.told_by) > 200 or not said.told_by.isprintable() or not name_key(said.told_by):
        wrong.append(FieldProblem("told_by", "must be a name, an e-mail address or a code, of at most 200 characters"))
    if said.language and said.language not in dict(settings.LANGUAGES):
        wrong.append(FieldProblem("language", "is not one that mails are written in"))
    if wrong:
        raise Problem("invalid", "Nothing was changed.", wrong)
    return Naming(said.program, friend, said.friend_name, said.told_by, said.language, vouched=True)
