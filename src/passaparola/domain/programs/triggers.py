"""The words of a file for what earns a reward, and what each means: a trigger, and of which purchases or which stage."""

from dataclasses import dataclass
from enum import StrEnum

from passaparola.domain.programs.compiled import Trigger


class Earning(StrEnum):
    """What a file may write for `trigger: kind`."""

    SIGNUP = "signup"
    FIRST_PURCHASE = "first_purchase"
    PURCHASE = "purchase"
    FIRST_INVOICE = "first_invoice_paid"
    EACH_INVOICE = "each_invoice_paid"
    FIRST_RIDE = "first_ride_completed"
    RIDE = "ride_completed"
    FIRST_STAY = "first_stay_completed"
    STAY = "stay_completed"
    VERIFIED = "signup_verified"
    APPROVED = "signup_approved"
    LEAD_STAGE = "lead_stage"
    CONTRACT = "contract"
    HIRED = "hired"
    CONTENT_VISIT = "content_visit"
    GRANT = "manual_grant"


@dataclass(frozen=True, slots=True)
class Meant:
    """A trigger; `item`: of these purchases only; `stage`: with this stage."""

    trigger: Trigger
    item: str | None = None
    stage: str | None = None


MEANING: dict[Earning, Meant] = {
    Earning.SIGNUP: Meant(Trigger.SIGNUP),
    Earning.FIRST_PURCHASE: Meant(Trigger.FIRST_PURCHASE),
    Earning.PURCHASE: Meant(Trigger.PURCHASE),
    Earning.FIRST_INVOICE: Meant(Trigger.FIRST_PURCHASE, "invoice"),
    Earning.EACH_INVOICE: Meant(Trigger.PURCHASE, "invoice"),
    Earning.FIRST_RIDE: Meant(Trigger.FIRST_PURCHASE, "ride"),
    Earning.RIDE: Meant(Trigger.PURCHASE, "ride"),
    Earning.FIRST_STAY: Meant(Trigger.FIRST_PURCHASE, "stay"),
    Earning.STAY: Meant(Trigger.PURCHASE, "stay"),
    Earning.VERIFIED: Meant(Trigger.STAGE, stage="verified"),
    Earning.APPROVED: Meant(Trigger.STAGE, stage="approved"),
    Earning.LEAD_STAGE: Meant(Trigger.STAGE),  # the file says which
    Earning.CONTRACT: Meant(Trigger.STAGE, stage="contract"),
    Earning.HIRED: Meant(Trigger.STAGE, stage="hired"),
    Earning.CONTENT_VISIT: Meant(Trigger.CONTENT_VISIT),
    Earning.GRANT: Meant(Trigger.GRANT),
}
NEW_TO_THE_FIRM = frozenset({"new", "new_customer"})  # any paid order makes an existing customer, also without the key
