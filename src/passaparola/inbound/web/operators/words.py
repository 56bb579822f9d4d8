"""The words for what the pages of staff show: states, kinds, findings, events. Each is a sentence or a name ready for translation."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REWARD_STATES: dict[str, Any] = {
    "pending": _("Waiting"),
    "approved": _("Approved"),
    "issuing": _("Being issued"),
    "issued": _("Issued"),
    "redeemed": _("Used"),
    "denied": _("Denied"),
    "cancelled": _("Cancelled"),
    "expired": _("Expired"),
    "reversed": _("Taken back"),
    "failed": _("Failed"),
}
REFERRAL_STATES: dict[str, Any] = {
    "open": _("Nobody yet"),
    "bound": _("Recommended"),
    "converted": _("Converted"),
    "refused": _("Refused"),
    "merged": _("Joined with another"),
}
PROGRAM_STATES: dict[str, Any] = {
    "draft": _("Draft"),
    "active": _("Live"),
    "paused": _("Paused"),
    "ended": _("Ended"),
    "archived": _("Archived"),
}
ADVOCATE_STATES: dict[str, Any] = {
    "active": _("Active"),
    "provisional": _("Not confirmed yet"),
    "suspended": _("Suspended"),
}
VOUCHER_STATES: dict[str, Any] = {"open": _("Open"), "reserved": _("In a checkout"), "redeemed": _("Used")}
TONES = {
    **dict.fromkeys(("issued", "converted", "active", "open-voucher"), "good"),
    **dict.fromkeys(("pending", "paused", "provisional", "bound", "reserved", "draft"), "wait"),
    **dict.fromkeys(("denied", "refused", "failed", "suspended", "reversed"), "bad"),
}
SIDES: dict[str, Any] = {"advocate": _("for the advocate"), "friend": _("for the friend")}
KINDS: dict[str, Any] = {
    "store_credit": _("Store credit"),
    "ride_credit": _("Ride credit"),
    "travel_credit": _("Travel credit"),
    "bill_credit": _("Bill credit"),
    "points": _("Points"),
    "voucher": _("Voucher"),
    "percent_discount": _("Discount"),
    "fixed_discount": _("Discount"),
    "first_purchase_discount": _("Discount on the first order"),
    "voucher_next_purchase": _("Voucher for the next order"),
    "unit": _("Units"),
    "stock": _("Company shares"),
    "upgrade": _("Upgrade"),
    "free_subscription": _("Free subscription"),
    "exclusive_access": _("Exclusive access"),
    "shout_out": _("Public thank-you"),
    "cash": _("Money"),
    "gift_card": _("Gift card"),
    "commission": _("Commission"),
    "payroll_bonus": _("Payroll bonus"),
    "free_product": _("Free product"),
    "gift": _("Gift"),
    "small_gift": _("Small gift"),
    "swag": _("Swag"),
    "surplus_bundle": _("Bundle"),
    "prize": _("Prize"),
}
IDENTITIES: dict[str, Any] = {
    "customer_id": _("Customer id"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "device": _("Device"),
}
EVENTS: dict[str, Any] = {
    "share": _("Invited somebody"),
    "visit": _("Came through a link"),
    "signup": _("Signed up"),
    "purchase": _("Ordered"),
    "refund": _("Was refunded"),
    "stage": _("Reached a stage"),
    "customer": _("Is a customer"),
}
MAILS: dict[str, Any] = {
    "join": _("Mail: confirm your address"),
    "sign_in": _("Mail: a link to sign in"),
    "accept": _("Mail: confirm, and here is your offer"),
    "told": _("Mail: confirm who told you"),
    "named": _("Mail: did you tell this friend?"),
    "answered": _("Mail: what came of a missing friend"),
    "friend_joined": _("Mail: a friend has come"),
    "reward": _("Mail: news of a reward"),
    "statement": _("Mail: a statement"),
    "invite": _("Mail: an invitation"),
}
MAIL_STATES: dict[str, Any] = {
    "waiting": _("on its way"),
    "sent": _("sent"),
    "suppressed": _("not sent: they want no mail"),
    "failed": _("could not be delivered"),
    "dropped": _("not sent"),
}
STEPS: dict[str, Any] = {
    "pending": _("Reward waits"),
    "issued": _("Reward issued"),
    "changed": _("Amount changed"),
    "reversed": _("Taken back"),
    "restored": _("Given again"),
    "cancelled": _("Cancelled"),
    "denied": _("Denied"),
    "reopened": _("Waits again"),
    "expired": _("Expired"),
    "reserved": _("Set aside at a checkout"),
    "released": _("Let go by a checkout"),
    "redeemed": _("Used"),
    "returned": _("Came back from a cancelled order"),
    "short": _("Could not be taken back, for it had been used"),
}
ACCOUNTS: dict[str, Any] = {
    "expense": _("Cost of the program"),
    "credit": _("Store credit owed"),
    "voucher": _("Vouchers given"),
    "entitlement": _("What people hold"),
    "payable": _("To be paid out or sent"),
    "redeemed": _("Used at checkouts"),
    "breakage": _("Expired unused"),
    "discount": _("Percentage vouchers at work"),
}
TRANSFERS: dict[str, Any] = {
    "single": _("booked"),
    "pending": _("set aside"),
    "post": _("booked what was set aside"),
    "void": _("let go what was set aside"),
    "reversal": _("booked back"),
}
VERBS: dict[str, tuple[Any, Any, str]] = {  # the button, what is said when it was done, how it looks
    "approve": (_("Approve"), _("The reward was approved and issued."), "primary"),
    "deny": (_("Deny"), _("The reward was denied."), "outline-danger"),
    "cancel": (_("Cancel the reward"), _("The reward was cancelled."), "outline-danger"),
    "undo": (_("Undo"), _("The last step was undone. The reward waits for a decision."), ""),
}
RETURN = "return"  # of what was handed over; by one at a time, so not among the steps for many
RETURNED = (_("It came back"), _("It is owed again."), "")
# What is wrong, in a few words; and what to do about it.
FINDINGS: dict[str, tuple[Any, Any]] = {
    "reward_late": (
        _("A reward that was promised is late"),
        _(
            "Somebody waits for it longer than they were told. Open the reward, and approve it, hand it over or deny it."
        ),
    ),
    "prize_not_given": (
        _("A prize of a contest was not given"),
        _(
            "A limit, a pause or the state of the program refused it; nobody else gets it. Raise the limit, or thank the winner by hand."
        ),
    ),
    "budget_ends_soon": (
        _("A budget ends within a week at the present rate"),
        _("Raise its total, lower the rewards, or let it end. What was promised is kept."),
    ),
    "budget_alert": (
        _("A budget is nearly used up"),
        _("When it is used up, new rewards are refused, or wait where the program says so."),
    ),
    "program_extended": (
        _("A program was extended by its scale rule"),
        _("Enough friends came back. Its new version is live; going back to the version before is a rollback."),
    ),
    "program_not_extended": (
        _("A program could not be extended by its scale rule"),
        _("Enough friends came back, and the file could not be written again. Extend it by hand, without `scale`."),
    ),
    "grant_held_back": (
        _("A rule gives nothing at present"),
        _(
            "Somebody meets it, and a limit of its program is used up. It gives as soon as there is room: raise the limit, or wait for it."
        ),
    ),
    "event_conflict": (
        _("An event came again with other content"),
        _("The first telling counts. Look at what your shop sends: another fact needs another event id."),
    ),
    "order_conflict": (
        _("An order was told twice with different amounts or buyers"),
        _("The first telling counts. Look at which of the two is right in your shop."),
    ),
    "refund_conflict": (
        _("A refund was told with two amounts"),
        _("The larger one counts. Look at which of the two is right in your shop."),
    ),
    "refund_in_another_currency": (
        _("A refund is in another currency than its order"),
        _("It took nothing back. Decide by hand whether the reward should be cancelled."),
    ),
    "unknown_code": (
        _("A friend used a code that nobody has"),
        _("Perhaps it was mistyped, or the link was switched off. Find the friend to see what was decided without it."),
    ),
    "unknown_advocate": (
        _("A friend named somebody we do not know"),
        _("Perhaps the shop sent a wrong id. The friend is not bound to anybody by it."),
    ),
    "two_people_one_identity": (
        _("Two records share an address or number"),
        _("If they are one person, merge them (API: people/merge). Nothing was merged by itself."),
    ),
    "merged_after_redemption": (
        _("Two records were merged after both had used a reward"),
        _("What was used stays used. Look whether the person should have had both."),
    ),
    "late_event_after_redemption": (
        _("An event came late, after a reward had been used"),
        _("It would have been decided otherwise. What was used stays; decide whether to talk to the person."),
    ),
    "earlier_order_after_redemption": (
        _("An earlier order came to light after a reward had been used"),
        _("What was used stays; decide whether to talk to the person."),
    ),
    "late_event_raises_reward": (
        _("A late event would raise a reward"),
        _("The higher amount is not given by itself. Look at the reward."),
    ),
    "not_recovered": (
        _("A reward could not be taken back, for it had been used"),
        _("The amount stays with the person. Decide whether to settle it with them."),
    ),
    "secret_key_in_browser": (
        _("A secret API key was used from a web page"),
        _("Everybody who opened that page has it. Revoke the key under Settings and make a new one."),
    ),
    "webhook_disabled": (
        _("A webhook was disabled"),
        _(
            "Its address is gone, failed ten times in three days, or its secret cannot be read. Mend it, enable the webhook, and send it"
            " again what happened since (API: webhooks/replay)."
        ),
    ),
    "outbox_dead_letter": (
        _("Something could not be told to mails and webhooks"),
        _("It was set aside after eight tries; the log says why. `passaparola webhook retry` tries it again."),
    ),
    "ledger_violation": (
        _("The books do not add up"),
        _("This should never happen. Keep a backup, run `passaparola ledger verify` and report it."),
    ),
    "invitations_held_back": (
        _("Invitations were not mailed, for there were too many in an hour"),
        _("Those who invited were not told. Their friends were mailed nothing and may be invited again."),
    ),
    "unable_to_prove": (
        _("The books could not be proved at night"),
        _("Nobody knows whether they are right. Mend what is named below, then run `passaparola ledger verify`."),
    ),
}
PROBLEMS: dict[str, Any] = {
    "address_refused": _("this address may not be called"),
    "host_not_found": _("the host was not found"),
    "no_connection": _("no connection"),
    "tls_failed": _("no safe connection"),
    "timeout": _("no answer in time"),
    "connection_broken": _("the connection broke off"),
    "not_http": _("the answer was no HTTP"),
    "answer_too_large": _("the answer was too large"),
    "status": _("it was not taken"),
    "redirect": _("the answer leads elsewhere"),
    "gone": _("the address is gone"),
    "secret_unreadable": _("our secret cannot be read"),
    "by_operator": _("one of you switched it off"),
    "failing": _("it failed for three days"),
}
ACTORS: dict[str, Any] = {
    "clock": _("the clock"),
    "event": _("an event"),
    "command line": _("the command line"),
}
WAITS_FOR: dict[str, Any] = {
    "hold": _("the end of its hold"),
    "approval": _("a decision of yours"),
    "handover": _("being handed over"),
}
DETAILS: dict[str, Any] = {
    "code": _("Code"),
    "named": _("Named"),
    "order": _("Order"),
    "stored": _("Told first"),
    "told": _("Told later"),
    "person": _("Person"),
    "other": _("Other person"),
    "kind": _("Kind"),
    "origin": _("Page"),
    "prefix": _("Key"),
    "reward": _("Reward"),
    "short": _("Missing"),
    "stands": _("Referral that stands"),
    "merged": _("Referral that was joined"),
    "friend": _("Friend"),
    "referral": _("Referral"),
    "sentence": _("What is wrong"),
    "law": _("Law"),
    "limit": _("Limit"),
    "endpoint": _("Webhook"),
    "delivery": _("Delivery"),
    "outbox": _("Outbox"),
    "tries": _("Tries"),
    "problem": _("Problem"),
    "unit": _("Currency"),
    "refund": _("Refund"),
    "left": _("Left of the budget"),
    "given": _("Given in the last days"),
    "ends": _("Used up on"),
    "amount": _("Amount"),
    "waits_for": _("Waits for"),
    "expected_at": _("Expected"),
    "program": _("Program"),
    "rule": _("Rule"),
    "grant": _("Rule"),
    "place": pgettext_lazy("rank", "Place"),
    "why": _("Why"),
    "reason": _("Why"),
    "has": _("Given so far"),
    "due": _("Due by what is known now"),
    "used": _("Used"),
    "total": _("Budget"),
    "percent": _("Warned from (per cent)"),
    "period": _("Period"),
    "version": _("New version"),
    "friends": _("Friends"),
    "back": _("Friends who came back"),
    "now": _("Advocate by what is known now"),
    "earlier": _("Earlier order"),
    "cause": _("Cause"),
}
# Where the same name is of something else in one kind of finding.
DETAILS_OF: dict[tuple[str, str], Any] = {
    ("late_event_after_redemption", "stands"): _("Advocate who stays"),
    ("earlier_order_after_redemption", "stands"): _("Order that was rewarded"),
}


def finding_words(kind: str) -> tuple[Any, Any]:
    """What a finding of this kind means and what to do; its own name where it has no words yet."""
    return FINDINGS.get(kind, (kind.replace("_", " ").capitalize(), ""))
