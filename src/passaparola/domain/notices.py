"""What happened and may be told outside: one notice for each step in the life of a referral, a reward or a voucher."""

import hashlib

from passaparola.domain.instant import Instant
from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.values import value

# Everything that may be told. docs/webhooks.md lists the same, and a test brings each of them about.
TOPICS: dict[str, str] = {
    "referral.open": _("A friend of whom we know, with nobody to thank for them any more"),
    "referral.bound": _("A friend is bound to an advocate"),
    "referral.converted": _("A friend did what the program rewards"),
    "referral.refused": _("A rule refused the advocate of a friend"),
    "referral.merged": _("Two records were one friend: this referral lives on in another"),
    "reward.pending": _("A reward was earned and waits"),
    "reward.issued": _("A reward is there to be used"),
    "reward.changed": _("The amount of a reward, or what it waits for, changed"),
    "reward.reversed": _("A reward was taken back wholly, after it had been issued"),
    "reward.restored": _("A reward that was taken back is there again"),
    "reward.denied": _("A person denied a reward that waited"),
    "reward.cancelled": _("A reward ended before it was issued, or a person withdrew it"),
    "reward.reopened": _("A person took back an approval, a denial or a cancellation: the reward waits again"),
    "reward.reserved": _("Some of a reward lies in a checkout"),
    "reward.released": _("A checkout let go of a reward"),
    "reward.redeemed": _("Some of a reward, or all of it, was used"),
    "reward.returned": _("An order was cancelled: what it had used is there again"),
    "reward.expired": _("What was left of a reward expired"),
    "voucher.issued": _("A voucher is there to be used, for the first time or again"),
    "voucher.reserved": _("A voucher lies in a checkout"),
    "voucher.released": _("A checkout let go of a voucher"),
    "voucher.redeemed": _("A voucher was used"),
    "voucher.returned": _("An order was cancelled: its voucher is open again"),
    "voucher.cancelled": _("A voucher was taken back or withdrawn: its code counts for nothing"),
    "voucher.expired": _("A voucher was not used in time: its code counts for nothing"),
    "credit.reserved": _("Store credit was set aside for an order"),
    "credit.released": _("An order was not placed: its store credit is free again"),
    "credit.captured": _("An order was paid with store credit"),
    "credit.returned": _("An order was cancelled: its store credit is there again"),
    "advocate.joined": _("A person became an advocate"),
    "advocate.confirmed": _("An advocate confirmed their address"),
    "advocate.suspended": _("An advocate was suspended"),
    "advocate.resumed": _("An advocate is in good standing again"),
}


# What a step of a reward is for its voucher.
STEPS_OF_VOUCHERS: dict[str, str] = {
    "issued": "voucher.issued",
    "restored": "voucher.issued",
    "reversed": "voucher.cancelled",
    "cancelled": "voucher.cancelled",
    "reopened": "voucher.cancelled",
    "expired": "voucher.expired",
}


@value(frozen=True, slots=True)
class Notice:
    """One thing that happened. `id` (32 hex digits) is the same however often it is told; `subject` is our id of the referral, reward or
    voucher that the topic names (`reward.issued`: a reward), or of the reward that a voucher is."""

    id: str
    topic: str
    subject: str
    cause: str
    at: Instant


def notice_id(outbox: str, place: int) -> str:
    """The id of the notice at this place of an outbox row: 32 hex digits that follow from both."""
    return hashlib.blake2b(f"{outbox}:{place}".encode(), digest_size=16).hexdigest()
