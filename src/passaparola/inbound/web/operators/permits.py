"""Who of staff may do what: one table. Every view of staff names the permit that it needs (`entry.py: needs`)."""

from enum import StrEnum

from passaparola.domain.staff import Role


class Permit(StrEnum):
    """What a view may need. `view` is to see programs, people, rewards and numbers."""

    VIEW = "view"
    SUPPORT = "support"  # look after people: findings, missing referrals, links
    DECIDE_REWARDS = "decide_rewards"  # approve, deny, cancel, undo, give
    WRITE_PROGRAMS = "write_programs"  # write, publish, pause, end
    DESIGN = "design"  # branding, pictures, the words of pages
    SHARE = "share"  # texts to share, placements, invitations
    FIRM = "firm"  # the firm's name and addresses, how late an event may come
    STAFF = "staff"  # who of staff may do what
    KEYS = "keys"  # API keys and webhooks
    PRIVACY = "privacy"  # requests of people about their data, cookies, the log of acts


_EVERYBODY = frozenset({Permit.VIEW})
PERMITS: dict[Role, frozenset[Permit]] = {
    Role.ADMINISTRATOR: frozenset(Permit),
    Role.MARKETING: _EVERYBODY | {Permit.WRITE_PROGRAMS, Permit.DESIGN, Permit.SHARE},
    Role.SALES: _EVERYBODY | {Permit.SUPPORT, Permit.SHARE},
    Role.SUCCESS: _EVERYBODY | {Permit.SUPPORT, Permit.DECIDE_REWARDS, Permit.SHARE},
    Role.SUPPORT: _EVERYBODY | {Permit.SUPPORT, Permit.DECIDE_REWARDS},
}


def permits_of(role: Role | None) -> frozenset[Permit]:
    """What a role may; nothing without one."""
    return PERMITS[role] if role else frozenset()
