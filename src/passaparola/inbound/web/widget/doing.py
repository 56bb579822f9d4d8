"""What is done by a widget: asking to join by mail, and what the firm's signed user has, joins and shares."""

import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from passaparola.actions.acting import Asked, NotFound, done
from passaparola.actions.advocates.enrol import enrol
from passaparola.actions.joining.join_program import Asking, join_program
from passaparola.actions.joining.magic import PORTAL
from passaparola.actions.joining.share import Shared, record_share
from passaparola.actions.joining.sign_in import portal_link
from passaparola.domain.keyring import browser_hash
from passaparola.domain.people.identity import UnableToReadIdentity, canonical
from passaparola.domain.people.public_name import public_name
from passaparola.domain.programs.compiled import Program
from passaparola.domain.tokens import link_token
from passaparola.domain.user_tokens import SignedUser, UnableToReadUser, read_user, signing_secret
from passaparola.inbound.api.problems import FieldProblem, Problem
from passaparola.inbound.client_address import client_network
from passaparola.inbound.keyring import the_keyring
from passaparola.inbound.rates import Rate
from passaparola.inbound.running import the_writer
from passaparola.inbound.today import now, now_in
from passaparola.inbound.web.advocates.channels import CHANNELS, TOLD_BY_SCRIPT
from passaparola.inbound.web.advocates.sharing import Giving
from passaparola.inbound.web.widget.callers import Caller, answered, body_of
from passaparola.inbound.web.widget.saying import given_away, program_of, read_in
from passaparola.store.read.advocates import advocates_in
from passaparola.store.read.gather import people_by_identity
from passaparola.store.read.joining import ShownLink
from passaparola.store.read.offers import firm_of
from passaparola.store.read.portal import Standing, count_friends, links_of, parts_of, standing
from passaparola.store.read.sharing import share_texts
from passaparola.store.read.snapshot import reading

WHO = "widget"  # who acts, as the log names it
PORTALS = Rate(20, 3600)  # ways into their portal that one person may ask for in an hour
SUSPENDED = "suspended"


@answered(("POST",))
def join(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """Ask to join with an address: a mail goes there, and every address is answered alike."""
    given = body_of(request, frozenset({"email", "program", "lang"}))
    program = _program(caller, given)
    try:
        address = canonical("email", given.get("email", ""))[1]
    except UnableToReadIdentity as problem:
        raise Problem("invalid", "Nothing was done.", [FieldProblem("email", str(problem))]) from None
    language = read_in(request, given.get("lang", ""), program)
    browser = browser_hash(secrets.token_urlsafe(32))  # nobody holds it: the mail alone opens what was asked for
    asking = Asking(program.key, address, browser, language[:12], client_network(request.META))
    asked, keys = Asked(caller.workspace, now_in(caller.workspace), WHO), the_keyring()
    the_writer().run(lambda: join_program(asking, asked=asked, keys=keys))
    return {"asked": True}


@answered(("POST",))
def user(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """What the firm's signed user gives away; with `join` they take part first, where the program's rules let them."""
    given = body_of(request, frozenset({"user", "program", "lang", "join"}))
    signed, program = _signed(caller, given), _program(caller, given)
    with translation.override(read_in(request, given.get("lang", ""), program)):
        if given.get("join") and (refused := _enrol(caller, program, signed)):
            return {"refused": refused}
        return _own(caller, program, signed) or {"known": False}


@answered(("POST",))
def portal(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """A signed user's way into their portal: a one-time address, as the firm's server gets one by the API."""
    given = body_of(request, frozenset({"user", "program"}))
    signed, program = _signed(caller, given), _program(caller, given)
    found = _link(caller, program, signed)
    if found is None:
        raise Problem("not_found", "This user takes no part in this program.")
    if not PORTALS.spend(caller.workspace, found[1].person):
        detail = "Ask again in an hour."
        raise Problem("too_often", detail, status=429, title="Too many ways in", headers={"Retry-After": "3600"})
    with reading() as session:
        parts = advocates_in(session, caller.workspace, program.key, found[1].group)
    asked = Asked(caller.workspace, now_in(caller.workspace), WHO)
    made = the_writer().run(lambda: done(portal_link(parts[0].id, asked=asked)))
    return {"url": f"{settings.PUBLIC_URL}/me/enter/{link_token(the_keyring().links, PORTAL, made.magic)}"}


@answered(("POST",))
def share(request: HttpRequest, caller: Caller) -> dict[str, Any]:
    """A share button of a signed user's own link was used."""
    given = body_of(request, frozenset({"user", "program", "channel"}))
    signed, program, channel = _signed(caller, given), _program(caller, given), given.get("channel", "")
    if channel not in CHANNELS and channel not in TOLD_BY_SCRIPT:
        raise Problem("invalid", "Nothing was done.", [FieldProblem("channel", "is no channel")])
    found = _link(caller, program, signed)
    if found is None:
        raise Problem("not_found", "This user has no link in this program.")
    link, at = found[0], now_in(caller.workspace)
    shared = Shared(link.id, link.code, channel)
    the_writer().run(lambda: record_share(shared, workspace=caller.workspace, now=at))
    return {"recorded": True}


def _program(caller: Caller, given: dict[str, Any]) -> Program:
    program = program_of(caller.workspace, given.get("program", "")[:64])
    if program is None:
        raise Problem("not_found", "There is no such program, or it is not active.")
    return program


def _signed(caller: Caller, given: dict[str, Any]) -> SignedUser:
    try:
        return read_user(given.get("user", ""), signing_secret(the_keyring(), caller.key.id), now=now())
    except UnableToReadUser as problem:
        raise Problem("invalid", "Nothing was done.", [FieldProblem("user", str(problem))]) from None


def _enrol(caller: Caller, program: Program, signed: SignedUser) -> str:
    """Let them take part; why not, where the program does not let them in."""
    asked = Asked(caller.workspace, now_in(caller.workspace), WHO)
    try:
        performed = the_writer().run(lambda: enrol(program.key, identities=signed.identities, asked=asked))
    except NotFound:
        return "not_found"
    return performed.refusal.reason if performed.refusal is not None else ""


def _own(caller: Caller, program: Program, signed: SignedUser) -> dict[str, Any] | None:
    found = _link(caller, program, signed)
    if found is None:
        return None
    link, who = found
    with reading() as session:
        firm = firm_of(session, caller.workspace)
        brought, _ = count_friends(session, caller.workspace, [program.key], who.group)
        texts = share_texts(session, caller.workspace, program.slug)
    giving = Giving(program, caller.workspace, firm.name, public_name(who.name), texts)
    return {"known": True, "friends": brought, **given_away(link, giving)}


def _link(caller: Caller, program: Program, signed: SignedUser) -> tuple[ShownLink, Standing] | None:
    """The first link of the user that is switched on, in this program, and who they are now."""
    with reading() as session:
        known = people_by_identity(session, caller.workspace, signed.identities)
        person = next((known[identity] for identity in signed.identities if identity in known), None)
        found = standing(session, caller.workspace, person) if person else None
        links = links_of(session, caller.workspace, found.group) if found else []
        parts = parts_of(session, caller.workspace, found.group) if found else []
    if any(part.program == program.key and part.status == SUSPENDED for part in parts):
        return None
    mine = [link for link in links if link.program == program.key]
    return (mine[0], found) if mine and found else None
