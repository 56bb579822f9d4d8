"""From a queued mail to a letter: what its template shows, read when it is sent. Addresses begin with the configured origin only."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import orjson

from passaparola.actions.design.branding import look_of
from passaparola.actions.messages.languages import subject_spoken_of
from passaparola.actions.messages.queue import MessageKind
from passaparola.actions.messages.words import safe_reason
from passaparola.actions.workspaces import DEFAULT_SLUG
from passaparola.domain.design.theme import Look
from passaparola.domain.instant import SECOND, Instant
from passaparola.domain.keyring import Keyring
from passaparola.domain.people.public_name import public_name
from passaparola.domain.plain_words import plain_name, plain_words
from passaparola.domain.programs.compiled import Side
from passaparola.domain.referrals.requests import ADVOCATE_WORDS, Refused, RequestState
from passaparola.domain.rewards.change import Reward, RewardState
from passaparola.domain.tokens import link_token
from passaparola.domain.values import value
from passaparola.outbound.mail.letter import Firm, Letter
from passaparola.store.read import checkout, gather, statements
from passaparola.store.read import messages as read
from passaparola.store.read.design import branding_of
from passaparola.store.read.messages import ContactRow, MessageRow
from passaparola.store.read.quotes import quote_for_mail
from passaparola.store.read.requests import RequestRow, request_by_id
from passaparola.store.session import Session
from passaparola.store.write.messages import renew_magic

ASKED_FOR = frozenset(
    {MessageKind.JOIN, MessageKind.SIGN_IN, MessageKind.ACCEPT, MessageKind.TOLD}
)  # somebody waits for it: no news
NEWS = frozenset(MessageKind) - ASKED_FOR - {MessageKind.ENDPOINT_DISABLED}
UNSUBSCRIBE = "unsubscribe"
TOLD, NAMED = "told", "named"  # what the words in the links of requests are signed for
FORGET_INVITED_DAYS = 14
MAGIC_PATHS = {"enrol": "/join/confirm/", "portal": "/me/enter/", "accept": "/l/accept/"}
Facts = dict[str, Any]


class Overtaken(Exception):
    """There is nothing to say any more; the message is a short name for why."""


@value(frozen=True, slots=True)
class Site:
    """Where links in mails lead: the configured origins, never what a request said. `staff` is where staff sign in, if not there."""

    url: str
    keys: Keyring
    staff: str = ""

    def unsubscribe(self, message: str) -> str:
        """The address that ends all news to whoever got this mail."""
        return f"{self.url}/u/{link_token(self.keys.links, UNSUBSCRIBE, message)}"


@value(frozen=True, slots=True)
class _Sheet:
    """What the facts of one mail are gathered with."""

    session: Session
    row: MessageRow
    contact: ContactRow
    site: Site
    told: Mapping[str, Any]
    now: Instant


def letter_of(session: Session, row: MessageRow, site: Site, now: Instant) -> Letter:
    """The letter, with what is true now. Raises Overtaken. A one-time link that grew old while its mail waited begins its minutes now."""
    contact = read.contact_row(session, row.workspace)
    kind = MessageKind(row.kind)
    facts = _GATHERED[kind](_Sheet(session, row, contact, site, orjson.loads(row.facts), now))
    facts["subject"] = subject_spoken_of(session, row.workspace, row.program)
    return Letter(
        row.id,
        kind,
        row.address,
        row.language,
        Firm(
            contact.name, contact.website, contact.contact_email, contact.postal_address, _look(session, row.workspace)
        ),
        facts,
        site.unsubscribe(row.id) if kind in NEWS else "",
        contact.sandbox,
    )


def _look(session: Session, workspace: str) -> Look:
    return look_of(branding_of(session, workspace))


def _magic(sheet: _Sheet) -> Facts:
    key = str(sheet.told["magic"])
    magic = read.magic_row(sheet.session, sheet.row.workspace, key)
    if magic is None or magic.used_at is not None:
        raise Overtaken("link_used")
    if magic.expires_at <= sheet.now:
        renew_magic(sheet.session, sheet.row.workspace, key, sheet.now)
    return {
        "address": f"{sheet.site.url}{MAGIC_PATHS[magic.purpose]}{link_token(sheet.site.keys.links, magic.purpose, key)}",
        "minutes": max(1, (magic.expires_at - magic.created_at) // (60 * SECOND)),
        "program": _program(sheet),
        "known": bool(sheet.told.get("known")),
        "asked_from": str(sheet.told.get("from", "")),
    }


def _portal(sheet: _Sheet, page: str = "") -> str:
    """Their portal; of another firm than the first by its own door, which lets in at once whoever is in already."""
    slug = sheet.contact.slug
    return f"{sheet.site.url}/me/" + (page if slug == DEFAULT_SLUG else f"sign-in/{slug}/")


def _program(sheet: _Sheet, program: str | None = None) -> str:
    key = program or sheet.row.program
    return read.program_names(sheet.session, sheet.row.workspace, [key]).get(key, "") if key else ""


def _person(sheet: _Sheet) -> str:
    return _name(sheet, sheet.row.person) if sheet.row.person else ""


def _name(sheet: _Sheet, person: str) -> str:
    return plain_name(read.person_name(sheet.session, sheet.row.workspace, person))


def _friend_joined(sheet: _Sheet) -> Facts:
    if not read.bound_advocates(sheet.session, sheet.row.workspace, [sheet.told["referral"]]):
        raise Overtaken("not_bound")
    return {"address": _portal(sheet), "program": _program(sheet), "person": _person(sheet)}


def _reward(sheet: _Sheet) -> Facts:
    steps = dict(sheet.told["steps"])
    rewards = gather.rewards_by_id(sheet.session, sheet.row.workspace, steps)
    terms = read.voucher_terms(sheet.session, sheet.row.workspace, steps)
    items = [item for r in sorted(rewards, key=lambda r: r.id) if (item := _item(r, steps[r.id], terms.get(r.id, {})))]
    if not items:
        raise Overtaken("overtaken")
    shown = {item["step"] for item in items}
    advocate = any(item["side"] == Side.ADVOCATE for item in items)
    return {
        "address": _portal(sheet),
        "shop": sheet.contact.website,
        "program": _program(sheet),
        "person": _person(sheet),
        "items": items,
        "news": next((step for step in ("issued", "pending") if step in shown), "changed"),
        "side": str(Side.ADVOCATE if advocate else Side.FRIEND),
        "joined": bool(sheet.told.get("joined")),
    }


def _item(reward: Reward, step: str, terms: Mapping[str, Any]) -> Facts | None:
    """What a reward looks like now, in the light of the step that is told; None when a later step has its own mail."""
    net = reward.amount - reward.reversed
    thing = {"kind": reward.kind, "unit": reward.unit, "amount": net, "percent": terms.get("percent")}
    said = {"side": str(reward.side), **thing}
    if step in ("issued", "restored") and reward.state in (RewardState.ISSUED, RewardState.REDEEMED):
        return {**said, "step": "issued", "expires_at": reward.expires_at, **terms}
    if step == "pending" and reward.state == RewardState.PENDING:
        why = safe_reason(reward.reason, reward.side, waits=True)
        return {**said, "step": "pending", "hold_until": reward.hold_until, "why": why}
    if step not in ("reversed", "cancelled", "denied"):
        return None
    gone = reward.state not in (RewardState.PENDING, RewardState.ISSUED, RewardState.REDEEMED)
    if not gone and not reward.reversed:
        return None
    lost = reward.amount if reward.state in (RewardState.CANCELLED, RewardState.DENIED) else reward.reversed
    why = safe_reason(reward.reason, reward.side, waits=False) if gone else ""
    return {**said, "step": "changed", "lost": {**thing, "amount": lost}, "left": None if gone else thing, "why": why}


def _statement(sheet: _Sheet) -> Facts:
    begin, end = int(sheet.told["from"]), int(sheet.told["to"])
    session, ws, person = sheet.session, sheet.row.workspace, sheet.row.person or ""
    group = checkout.person_group(session, ws, person)
    moves = statements.moves_of(session, ws, group, begin, end)
    friends = statements.friends_won(session, ws, group, begin, end)
    if not moves and not friends:
        raise Overtaken("nothing_moved")
    vouchers = {m.purpose: m for m in moves if m.account == "voucher"}
    balances = checkout.balances_of(session, ws, group, sheet.now)
    return {
        "address": _portal(sheet),
        "person": _person(sheet),
        "from": begin,
        "credit": [_line(unit, available, pending, moves) for unit, available, _, pending, _ in balances],
        "given": vouchers["issue"].count if "issue" in vouchers else 0,
        "used": vouchers["spend"].count if "spend" in vouchers else 0,
        "open": statements.open_vouchers(session, ws, group),
        "friends": friends,
        "advocate": bool(read.standing_advocates(session, ws, group)),
    }


def _line(unit: str, available: Any, pending: Any, moves: list[statements.Move]) -> Facts:
    """One currency: what came, what went, and what there is now."""
    moved = {m.purpose: m.amount for m in moves if m.account == "credit" and m.unit == unit}
    return {
        "unit": unit,
        "earned": moved.get("issue", 0),
        "back": -moved.get("reverse", 0),
        "used": -(moved.get("spend", 0) + moved.get("return", 0)),
        "expired": -moved.get("expire", 0),
        "balance": int(available),
        "pending": int(pending),
    }


def _invite(sheet: _Sheet) -> Facts:
    if sheet.contact.invites_allowed_at is None or not sheet.contact.postal_address:
        raise Overtaken("invitations_off")
    if not sheet.contact.mails_to(str(sheet.told.get("country", ""))):
        raise Overtaken("other_country")
    slug = read.link_slug(sheet.session, sheet.row.workspace, sheet.told["link"])
    if slug is None:
        raise Overtaken("link_off")
    return {
        "address": f"{sheet.site.url}/r/{slug}?c=invitation",
        "program": _program(sheet),
        "advocate": _name(sheet, sheet.told["advocate"]),
        "words": plain_words(str(sheet.told.get("words", ""))),
        "days": FORGET_INVITED_DAYS,
        "quote": _quote(sheet),
    }


def _quote(sheet: _Sheet) -> Facts | None:
    """What somebody says of the firm, when the mail is sent."""
    row = sheet.row
    found = quote_for_mail(sheet.session, row.workspace, row.program, row.language[:2]) if row.program else None
    return asdict(found) if found else None


def _told(sheet: _Sheet) -> Facts:
    row = _request(sheet, RequestState.UNCONFIRMED)
    return {
        "address": f"{sheet.site.url}/told/yes/{link_token(sheet.site.keys.links, TOLD, row.id)}",
        "program": _program(sheet),
        "said": plain_name(row.said),
    }


def _named(sheet: _Sheet) -> Facts:
    row = _request(sheet, RequestState.ASKED)
    return {
        "address": f"{sheet.site.url}/me/named/{link_token(sheet.site.keys.links, NAMED, row.id)}",
        "program": _program(sheet),
        "person": _person(sheet),
        "friend": public_name(row.friend_name) or "",
    }


def _answered(sheet: _Sheet) -> Facts:
    row = _request(sheet, RequestState.ACCEPTED, RequestState.REFUSED)
    why = ADVOCATE_WORDS[Refused(row.reason)] if row.reason else ""
    facts = {"address": _portal(sheet, "missing/"), "program": _program(sheet), "person": _person(sheet)}
    return {**facts, "counted": row.state == RequestState.ACCEPTED, "why": why}


def _request(sheet: _Sheet, *states: RequestState) -> RequestRow:
    row = request_by_id(sheet.session, str(sheet.told["request"]))
    if row is None or row.workspace != sheet.row.workspace or row.state not in states:
        raise Overtaken("request_over")
    return row


def _endpoint(sheet: _Sheet) -> Facts:
    found = read.endpoint_address(sheet.session, sheet.row.workspace, sheet.told["endpoint"])
    if found is None:
        raise Overtaken("endpoint_removed")
    url, reason = found
    host = url.partition("://")[2].partition("/")[0]
    return {"address": f"{sheet.site.staff or sheet.site.url}/", "endpoint": url, "host": host, "reason": reason}


_GATHERED: dict[MessageKind, Callable[[_Sheet], Facts]] = {
    MessageKind.JOIN: _magic,
    MessageKind.SIGN_IN: _magic,
    MessageKind.ACCEPT: _magic,
    MessageKind.FRIEND_JOINED: _friend_joined,
    MessageKind.REWARD: _reward,
    MessageKind.STATEMENT: _statement,
    MessageKind.INVITE: _invite,
    MessageKind.TOLD: _told,
    MessageKind.NAMED: _named,
    MessageKind.ANSWERED: _answered,
    MessageKind.ENDPOINT_DISABLED: _endpoint,
}
