"""A referral that somebody asks for: a friend names who told them, or an advocate misses a friend of theirs.

Nothing is bound by asking. A friend's word needs the advocate's yes; an advocate's word needs an operator's.
"""

from enum import StrEnum

from passaparola.domain.tongue import gettext_noop as _


class RequestKind(StrEnum):
    NAMED = "named"  # a friend says who told them
    MISSING = "missing"  # an advocate says who came through them


class RequestState(StrEnum):
    """`unconfirmed`, `new` and `asked` wait for the friend, for us and for the advocate; `open` and `unmatched` for an operator."""

    UNCONFIRMED = "unconfirmed"  # the friend has not pressed the button in our mail
    NEW = "new"  # we look for who was named
    ASKED = "asked"  # one advocate was found, who is asked
    OPEN = "open"  # an operator decides: a missing referral, or several go by the name
    UNMATCHED = "unmatched"  # nobody goes by the name
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Match(StrEnum):
    """What the name led to. Only staff see it: the friend is told the same of all three."""

    EXACT = "exact"
    SEVERAL = "several"
    NONE = "none"


class Refused(StrEnum):
    """Why a request came to nothing."""

    ADVOCATE_SAID_NO = "advocate_said_no"
    FRIEND_UNKNOWN = "friend_unknown"
    CUSTOMER_BEFORE = "customer_before"
    FRIEND_OF_ANOTHER = "friend_of_another"
    TOO_LONG_AGO = "too_long_ago"
    SAME_PERSON = "same_person"
    NOT_PLAUSIBLE = "not_plausible"


WAITING = frozenset(
    {RequestState.UNCONFIRMED, RequestState.NEW, RequestState.ASKED, RequestState.OPEN, RequestState.UNMATCHED}
)
FOR_STAFF = (RequestState.OPEN, RequestState.UNMATCHED)
OPERATOR_WORDS: dict[Refused, str] = {
    Refused.ADVOCATE_SAID_NO: _("the advocate said no"),
    Refused.FRIEND_UNKNOWN: _("nobody like that came to us"),
    Refused.CUSTOMER_BEFORE: _("the friend was a customer before"),
    Refused.FRIEND_OF_ANOTHER: _("the friend came through somebody else"),
    Refused.TOO_LONG_AGO: _("it is too long ago"),
    Refused.SAME_PERSON: _("advocate and friend are the same person"),
    Refused.NOT_PLAUSIBLE: _("it does not fit what we know"),
}
ADVOCATE_WORDS: dict[Refused, str] = {
    Refused.ADVOCATE_SAID_NO: _("You said that it was not you."),
    Refused.FRIEND_UNKNOWN: _(
        "We found no sign-up and no order that fits. Ask your friend which address they used, and write to us again."
    ),
    Refused.CUSTOMER_BEFORE: _("Your friend was with us before you recommended us."),
    Refused.FRIEND_OF_ANOTHER: _("Your friend came to us another way."),
    Refused.TOO_LONG_AGO: _("It is too long ago to be counted."),
    Refused.SAME_PERSON: _("You cannot recommend us to yourself."),
    Refused.NOT_PLAUSIBLE: _("It does not fit what we know. Write to us if you think that is wrong."),
}
CONFIRMED_BY_ADVOCATE = "named by friend, confirmed by advocate"  # the reason that is stored with the referral
CONFIRMED_BY_STAFF = "named by friend, entered by staff"
MISSED_BY_ADVOCATE = "missed by advocate, entered by staff"
