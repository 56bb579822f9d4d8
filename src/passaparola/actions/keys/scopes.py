"""What a key may do. `*` is everything; a publishable key may only tell what a browser knows, and read offers where it has that scope."""

from passaparola.domain.tongue import gettext_noop as _

SCOPES: dict[str, str] = {
    "events:write": _("record events"),
    "events:read": _("read events and their explanations"),
    "offers:read": _("read what an advocate's link or code offers to a friend"),
    "programs:read": _("read and check programs"),
    "programs:write": _("apply, pause, resume and end programs"),
    "people:read": _("read people, advocates, links and referrals"),
    "people:write": _("change people, advocates and links, merge people"),
    "rewards:read": _("read rewards, their transitions and explanations"),
    "rewards:write": _("approve, deny, cancel and undo rewards"),
    "checkout": _("check, reserve, redeem and release vouchers and store credit"),
    "ledger:read": _("read accounts, transfers, balances and verify the ledger"),
    "findings:read": _("read findings"),
    "findings:write": _("resolve findings"),
    "log:read": _("read the log of who did what"),
    "webhooks:read": _("read webhooks and what was delivered"),
    "webhooks:write": _("add, change, rotate, remove, replay and try out webhooks"),
    "reports:read": _("read reports, and calculate"),
    "workspace:read": _("read what the workspace says of itself, and its switches"),
    "workspace:write": _("change that, allow invitations, pause and resume"),
    "design:read": _("read how the firm looks, its pictures and the texts of its pages"),
    "design:write": _("change that"),
    "mail:read": _("see whether an address wants no mail"),
    "mail:write": _("invite friends by mail, say who wants no mail"),
    "keys": _("create, list and revoke API keys"),
}
EVERYTHING = "*"
FOR_BROWSERS = frozenset({"offers:read"})  # what everybody may do who opens a page that holds the key


class UnknownScope(ValueError):
    """There is no such scope."""


def checked_scopes(scopes: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The scopes, each once and in order. Raises UnknownScope, naming those there are."""
    for scope in scopes:
        if scope != EVERYTHING and scope not in SCOPES:
            raise UnknownScope(f"{scope!r} is no scope: use {EVERYTHING} or some of {', '.join(SCOPES)}")
    return (EVERYTHING,) if EVERYTHING in scopes else tuple(sorted(set(scopes)))


def browser_scopes(scopes: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The scopes of a publishable key. Raises UnknownScope for one that a browser may not have."""
    for scope in scopes:
        if scope not in FOR_BROWSERS:
            raise UnknownScope(
                f"a publishable key may have {', '.join(sorted(FOR_BROWSERS))} and no other scope: leave out {scope!r}"
            )
    return tuple(sorted(set(scopes)))


def allows(scopes: frozenset[str] | tuple[str, ...], needed: str) -> bool:
    """Whether a key with these scopes may do what needs `needed`."""
    return EVERYTHING in scopes or needed in scopes
