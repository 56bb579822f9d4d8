"""The schema. Every row carries its workspace; every unique key starts with it, except what arrives without one."""

from .access import ApiKey, CacheEntry, IdempotencyKey, RateCount
from .design import Branding, PageText, PersonalWords, Picture, VideoPlay
from .events import Act, Decision, Event, Finding
from .handing import Handover, RewardDetail, RewardPreference
from .joining import Acceptance, Enrolment, MagicLink
from .leaders import Board, BoardEntry, BoardMark, PublicName
from .ledger import Account, Batch, Block, Counter, Transfer
from .messages import Message, Suppression
from .outbox import Outbox
from .people import Advocate, AdvocateInvitation, Exclusion, Identity, NameKey, Person, ShareLink
from .programs import Program, ProgramVersion
from .quotes import Quote
from .referrals import Referral
from .requests import ReferralRequest
from .rewards import CreditReservation, CreditReservationLine, Reward, RewardTransition, Voucher
from .setups import Competitor, Setup
from .sharing import Material, PlacedLink, Placement, ShareText
from .staff import StaffRole
from .tallies import Tallied, Tally, TallyMark
from .visits import Visit
from .webhooks import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from .workspaces import Workspace

__all__ = [
    "Acceptance",
    "Account",
    "Act",
    "Advocate",
    "AdvocateInvitation",
    "ApiKey",
    "Batch",
    "Block",
    "Board",
    "BoardEntry",
    "BoardMark",
    "Branding",
    "CacheEntry",
    "Competitor",
    "Counter",
    "CreditReservation",
    "CreditReservationLine",
    "Decision",
    "DeliveryAttempt",
    "Enrolment",
    "Event",
    "Exclusion",
    "Finding",
    "Handover",
    "IdempotencyKey",
    "Identity",
    "MagicLink",
    "Material",
    "Message",
    "NameKey",
    "Outbox",
    "PageText",
    "Person",
    "PersonalWords",
    "Picture",
    "PlacedLink",
    "Placement",
    "Program",
    "ProgramVersion",
    "PublicName",
    "Quote",
    "RateCount",
    "Referral",
    "ReferralRequest",
    "Reward",
    "RewardDetail",
    "RewardPreference",
    "RewardTransition",
    "Setup",
    "ShareLink",
    "ShareText",
    "StaffRole",
    "Suppression",
    "Tallied",
    "Tally",
    "TallyMark",
    "Transfer",
    "VideoPlay",
    "Visit",
    "Voucher",
    "WebhookDelivery",
    "WebhookEndpoint",
    "Workspace",
]
