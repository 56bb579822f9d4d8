"""The schema. Every row carries its workspace; every unique key starts with it, except what arrives without one."""

from .access import ApiKey, IdempotencyKey
from .events import Act, Decision, Event, Finding
from .ledger import Account, Batch, Block, Counter, Transfer
from .outbox import Outbox
from .people import Advocate, Identity, Person, ShareLink
from .programs import Program, ProgramVersion
from .referrals import Referral
from .rewards import CreditReservation, CreditReservationLine, Reward, RewardTransition, Voucher
from .workspaces import Workspace

__all__ = [
    "Account",
    "Act",
    "Advocate",
    "ApiKey",
    "Batch",
    "Block",
    "Counter",
    "CreditReservation",
    "CreditReservationLine",
    "Decision",
    "Event",
    "Finding",
    "IdempotencyKey",
    "Identity",
    "Outbox",
    "Person",
    "Program",
    "ProgramVersion",
    "Referral",
    "Reward",
    "RewardTransition",
    "ShareLink",
    "Transfer",
    "Voucher",
    "Workspace",
]
