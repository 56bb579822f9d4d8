"""What a key may do. `*` is everything; a publishable key may only tell what a browser knows, and read offers where it has that scope."""

SCOPES: dict[str, str] = {
    "events:write": "record events",
    "events:read": "read events and their explanations",
    "offers:read": "read what an advocate's link or code offers to a friend",
    "programs:read": "read and check programs",
    "programs:write": "apply, pause, resume and end programs",
    "people:read": "read people, advocates, links and referrals",
    "people:write": "change people, advocates and links, merge people",
    "rewards:read": "read rewards, their transitions and explanations",
    "rewards:write": "approve, deny, cancel and undo rewards",
    "checkout": "check, reserve, redeem and release vouchers and store credit",
    "ledger:read": "read accounts, transfers, balances and verify the ledger",
    "findings:read": "read findings",
    "findings:write": "resolve findings",
    "log:read": "read the log of who did what",
    "webhooks:read": "read webhooks and what was delivered",
    "webhooks:write": "add, change, rotate, remove, replay and try out webhooks",
    "reports:read": "read reports, and calculate",
    "workspace:read": "read what the workspace says of itself, and its switches",
    "workspace:write": "change that, allow invitations, pause and resume",
    "design:read": "read how the firm looks, its pictures and the texts of its pages",
    "design:write": "change that",
    "mail:read": "see whether an address wants no mail",
    "mail:write": "invite friends by mail, say who wants no mail",
    "keys": "create, list and revoke API keys",
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
