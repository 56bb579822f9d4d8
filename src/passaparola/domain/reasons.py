"""Every named refusal and hold. One member, one meaning; shown to people, counted in reports, tested."""

from enum import StrEnum

from passaparola.domain.tongue import gettext_noop as _


class Reason(StrEnum):
    """Why a contender did not win, or a reward was not given, was reduced, or waits."""

    # attribution
    NO_CONTENDER = "no_contender"
    SELF_REFERRAL = "self_referral"
    CIRCULAR_REFERRAL = "circular_referral"
    EXISTING_CUSTOMER = "existing_customer"
    KNOWN_MAILBOX = "known_mailbox"
    NOT_ENROLLED = "not_enrolled"
    ADVOCATE_SUSPENDED = "advocate_suspended"
    BIND_WINDOW_OVER = "bind_window_over"
    TOUCH_AFTER_BINDING = "touch_after_binding"
    AFTER_ARRIVAL = "after_arrival"
    NOT_ARRIVED = "not_arrived"
    OUTRANKED = "outranked"
    LATER_VISIT = "later_visit"
    # qualification
    EARN_WINDOW_OVER = "earn_window_over"
    BELOW_MINIMUM_ORDER = "below_minimum_order"
    CURRENCY_MISMATCH = "currency_mismatch"
    ORDER_REFUNDED = "order_refunded"
    NOTHING_TO_GIVE = "nothing_to_give"
    PROGRAM_NOT_ACTIVE = "program_not_active"
    ANOTHER_PROGRAM = "another_program"
    BELOW_FIRST_TIER = "below_first_tier"
    PERIODS_OVER = "periods_over"
    BACKFILLED = "backfilled"
    FRIEND_LEFT = "friend_left"
    CONDITION_NOT_MET = "condition_not_met"
    BASE_NOT_TOLD = "base_not_told"
    # limits
    CAP_REACHED = "cap_reached"
    CAP_CLIPPED = "cap_clipped"
    BUDGET_EXHAUSTED = "budget_exhausted"
    OUT_OF_STOCK = "out_of_stock"
    APPLIED_AT_CHECKOUT = "applied_at_checkout"
    # holds
    QUEUED = "queued"
    HOLD = "hold"
    LATE_EVENT = "late_event"
    UNCONFIRMED = "unconfirmed"
    ADVOCATE_UNCONFIRMED = "advocate_unconfirmed"
    REWARDS_PAUSED = "rewards_paused"
    NEEDS_APPROVAL = "needs_approval"
    WAITS_FOR_CLAIM = "waits_for_claim"
    # what had left the firm
    ALREADY_REDEEMED = "already_redeemed"
    DECIDED_ANEW = "decided_anew"
    # acts of people
    DENIED = "denied"
    CANCELLED = "cancelled"
    UNDONE = "undone"
    MERGED = "merged"


# Both are translated where they are shown.
OPERATOR_WORDS: dict[Reason, str] = {
    Reason.NO_CONTENDER: _("nobody is known to have recommended this friend"),
    Reason.SELF_REFERRAL: _("the advocate and the friend are the same person"),
    Reason.CIRCULAR_REFERRAL: _("the friend had recommended this advocate before"),
    Reason.EXISTING_CUSTOMER: _("the friend was a customer before the recommendation"),
    Reason.KNOWN_MAILBOX: _("the friend was a customer before, under another spelling of their e-mail address"),
    Reason.NOT_ENROLLED: _("the person who recommended is not enrolled in the program"),
    Reason.ADVOCATE_SUSPENDED: _("the advocate is suspended"),
    Reason.BIND_WINDOW_OVER: _("the recommendation was too long before the friend came"),
    Reason.TOUCH_AFTER_BINDING: _("the recommendation came after the friend was already bound"),
    Reason.AFTER_ARRIVAL: _("the recommendation came after the friend had come without one"),
    Reason.NOT_ARRIVED: _("the friend has not come yet"),
    Reason.OUTRANKED: _("a stronger or earlier recommendation won"),
    Reason.LATER_VISIT: _("a visit before it won, for in this program the first one counts"),
    Reason.EARN_WINDOW_OVER: _("the order came after the time to earn had ended"),
    Reason.BELOW_MINIMUM_ORDER: _("the order was below the program's minimum"),
    Reason.CURRENCY_MISMATCH: _("the order is in another currency than the rule's amounts"),
    Reason.ORDER_REFUNDED: _("the order was refunded"),
    Reason.NOTHING_TO_GIVE: _("the share of the order rounds to nothing"),
    Reason.PROGRAM_NOT_ACTIVE: _("the program was not active"),
    Reason.ANOTHER_PROGRAM: _("it earns in another program, which comes first"),
    Reason.BELOW_FIRST_TIER: _("the advocate had not reached the first tier yet"),
    Reason.BACKFILLED: _("the recommendation was entered afterwards, and the program gives nothing for those"),
    Reason.PERIODS_OVER: _("the rule pays for the friend's first orders only, and those were before this one"),
    Reason.FRIEND_LEFT: _("the friend had cancelled before this order"),
    Reason.CONDITION_NOT_MET: _("the rule's condition was not met"),
    Reason.BASE_NOT_TOLD: _("the value that the share is taken of was not told with the event"),
    Reason.CAP_REACHED: _("the cap was reached"),
    Reason.CAP_CLIPPED: _("only the room left under the cap was given"),
    Reason.BUDGET_EXHAUSTED: _("the program's budget is used up"),
    Reason.OUT_OF_STOCK: _("none of it is left in stock"),
    Reason.APPLIED_AT_CHECKOUT: _("the discount was taken off the order at the checkout already"),
    Reason.QUEUED: _("the limit is used up: the reward waits until there is room, the oldest first"),
    Reason.HOLD: _("the reward waits for the end of its hold"),
    Reason.LATE_EVENT: _("the event came later than the workspace accepts without a look; a person must approve"),
    Reason.UNCONFIRMED: _("only a browser told of what earns it; the shop must tell of it, too, or a person approve"),
    Reason.ADVOCATE_UNCONFIRMED: _("the advocate has not confirmed their address yet"),
    Reason.REWARDS_PAUSED: _("an operator has paused all rewards"),
    Reason.NEEDS_APPROVAL: _("the program asks for a person's approval of this reward"),
    Reason.WAITS_FOR_CLAIM: _("the reward waits until whoever earned it claims it"),
    Reason.ALREADY_REDEEMED: _("part of the reward had already been used and was left as it was"),
    Reason.DECIDED_ANEW: _("an event that came later showed that something else was due"),
    Reason.DENIED: _("a person denied the reward"),
    Reason.CANCELLED: _("a person cancelled the reward"),
    Reason.UNDONE: _("a person undid the last step"),
    Reason.MERGED: _("two records were found to be one person"),
}

ADVOCATE_WORDS: dict[Reason, str] = {
    Reason.NO_CONTENDER: _("We could not connect this friend with a recommendation."),
    Reason.SELF_REFERRAL: _("A recommendation counts for somebody else than yourself."),
    Reason.CIRCULAR_REFERRAL: _("This recommendation could not be counted."),
    Reason.EXISTING_CUSTOMER: _("This friend was with us already."),
    Reason.KNOWN_MAILBOX: _("This friend was with us already."),
    Reason.NOT_ENROLLED: _("This recommendation came from outside the program."),
    Reason.ADVOCATE_SUSPENDED: _("Your participation is on hold. Please contact us."),
    Reason.BIND_WINDOW_OVER: _("The friend came too long after your recommendation."),
    Reason.TOUCH_AFTER_BINDING: _("The friend had already come through another recommendation."),
    Reason.AFTER_ARRIVAL: _("The friend was with us already when your recommendation came."),
    Reason.NOT_ARRIVED: _("The friend has not come yet."),
    Reason.OUTRANKED: _("The friend came through another recommendation."),
    Reason.LATER_VISIT: _("Another link had been opened before yours."),
    Reason.EARN_WINDOW_OVER: _("The friend's order came after the time for a reward."),
    Reason.BELOW_MINIMUM_ORDER: _("The friend's order was below the minimum of the program."),
    Reason.CURRENCY_MISMATCH: _("The friend's order was in a currency the program does not cover."),
    Reason.ORDER_REFUNDED: _("The friend's order was returned."),
    Reason.NOTHING_TO_GIVE: _("The reward for this order is less than the smallest coin."),
    Reason.PROGRAM_NOT_ACTIVE: _("The program was not running at that time."),
    Reason.ANOTHER_PROGRAM: _("What your friend did counted in another of our programs."),
    Reason.BELOW_FIRST_TIER: _("Your friend counts. Your rewards begin with further friends."),
    Reason.BACKFILLED: _("This friend is on your list. Rewards begin with friends who come from now on."),
    Reason.PERIODS_OVER: _("The time for which this friend earns you a reward is over."),
    Reason.FRIEND_LEFT: _("Your friend has left, and earns you nothing more."),
    Reason.CONDITION_NOT_MET: _("This was not what the reward is given for."),
    Reason.BASE_NOT_TOLD: _("Your reward is being checked."),
    Reason.CAP_REACHED: _("You have reached the most the program gives to one person."),
    Reason.CAP_CLIPPED: _("This reward took you to the most the program gives to one person."),
    Reason.BUDGET_EXHAUSTED: _("The program has given all it had to give."),
    Reason.OUT_OF_STOCK: _("There was none of this left."),
    Reason.APPLIED_AT_CHECKOUT: _("The discount was taken off the order already."),
    Reason.QUEUED: _("Your reward is on its way: others are ahead of it, and it comes when there is room."),
    Reason.HOLD: _("Your reward is on its way: it is confirmed after the return period."),
    Reason.LATE_EVENT: _("Your reward is being checked."),
    Reason.UNCONFIRMED: _("Your reward is being checked."),
    Reason.ADVOCATE_UNCONFIRMED: _("Confirm your address, and your reward is on its way."),
    Reason.REWARDS_PAUSED: _("Your reward is being checked."),
    Reason.NEEDS_APPROVAL: _("Your reward is being checked."),
    Reason.WAITS_FOR_CLAIM: _("Your reward is ready: claim it."),
    Reason.ALREADY_REDEEMED: _("You had already used this reward."),
    Reason.DECIDED_ANEW: _("We learned more about your friend's orders, and your reward has changed."),
    Reason.DENIED: _("This reward was not approved. Please contact us if you think that is wrong."),
    Reason.CANCELLED: _("This reward was withdrawn. Please contact us if you think that is wrong."),
    Reason.UNDONE: _("This reward is being looked at again."),
    Reason.MERGED: _("This reward was counted once, under your other account."),
}
