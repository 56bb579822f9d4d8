"""A program version made ready for deciding: plain frozen values, no parsing left to do.

Money is whole minor units. Windows are days; None is unlimited. Percentages are basis points (10 % is 1000).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from passaparola.domain.instant import Instant
from passaparola.domain.programs.access import ANYBODY, AccessMode, Admission
from passaparola.domain.programs.attribution import Attribution
from passaparola.domain.programs.conditions import CONVERTED, Condition
from passaparola.domain.programs.contest import Contest, Places
from passaparola.domain.programs.goals import Goal
from passaparola.domain.programs.granting import GrantRule
from passaparola.domain.programs.languages import Language
from passaparola.domain.programs.leaderboard import Leaderboard
from passaparola.domain.programs.scale import Scale
from passaparola.domain.programs.subjects import Subject
from passaparola.domain.programs.terms import Boost, Draw, Ends, Landing, Onboarding, Part, Prize, Tier, VoucherTerms
from passaparola.domain.rewards.kinds import RewardKind
from passaparola.domain.rewards.periods import Period

__all__ = [  # defined elsewhere, and taken from here
    "AccessMode", "Boost", "Draw", "Ends", "Landing", "Onboarding", "Part", "Prize", "RewardKind", "Tier", "VoucherTerms",
]  # fmt: skip

DEFAULT_PRECEDENCE = 100


class Side(StrEnum):
    ADVOCATE = "advocate"
    FRIEND = "friend"
    WINNERS = "winners"  # in a file only: a prize is an advocate's


class Trigger(StrEnum):
    """What earns a reward."""

    SIGNUP = "signup"
    FIRST_PURCHASE = "first_purchase"
    PURCHASE = "purchase"
    STAGE = "stage"  # a step on the way: verified, a contract, hired
    CONTENT_VISIT = "content_visit"  # each day on which a known visitor comes through the advocate's link
    GRANT = "manual_grant"  # staff, with a reason; no event


ORDERS = frozenset({Trigger.FIRST_PURCHASE, Trigger.PURCHASE})


class Structure(StrEnum):
    FLAT = "flat"  # the same amount for each occasion
    PERCENT = "percent"  # a share of the order
    MILESTONE = "milestone"  # for every n converted friends of one advocate
    TIER = "tier"  # more for each, the more friends (or value) an advocate has brought
    FREQUENCY = "frequency"  # for n converted friends within some days of the first
    RECURRING = "recurring"  # for each of the first paid orders since the binding
    STAGED = "staged"  # in parts, at the stages of one friend's way
    BONUS = "bonus"  # in a file only: it is compiled to what each friend earns, and to a milestone on top


COUNTING = frozenset({Structure.MILESTONE, Structure.TIER, Structure.FREQUENCY})  # what counts an advocate's friends
_RANKED = frozenset({Structure.TIER, Structure.FREQUENCY})
TOGETHER = frozenset(
    {Structure.MILESTONE, Structure.FREQUENCY}
)  # what many friends earn together, and no one by itself


class Base(StrEnum):
    """What a share is taken of."""

    ORDER = "order"
    PLAN = "plan"  # the price of the subscription: the fact `plan_price_minor`
    DEAL = "deal"  # the value of the deal: the fact `deal_minor`, or the amount of the stage
    LTV = "ltv"  # what the friend is worth over time: the fact `ltv_minor`


class TierBy(StrEnum):
    """What an advocate climbs by."""

    COUNT = "count"  # converted friends
    VALUE = "value"  # what their friends have paid, in minor units of the rule's unit


class Fulfil(StrEnum):
    """What stands between earning a reward and having it."""

    AUTOMATIC = "automatic"
    AFTER_HOLD = "after_hold"  # after `hold_days`
    APPROVAL = "approval"  # an operator approves
    CLAIM = "claim"  # the person takes it
    BATCH = "batch"  # owed at once, handed over with others


class Applied(StrEnum):
    """When a discount is taken off without a code of its own."""

    ON_LINK_OPEN = "on_link_open"


class Use(StrEnum):
    """On which orders a reward may be used."""

    NOW = "now"
    NEXT_PURCHASE = "next_purchase"  # not on the order that earned it, and on no earlier one
    FUTURE_ONLY = "future_only"  # on orders dated after its issue
    FIRST_ORDER = "first_order"  # while its owner has paid no other order


class OnPartialRefund(StrEnum):
    PROPORTIONAL = "proportional"
    KEEP = "keep"
    ALL = "all"


class LimitPolicy(StrEnum):
    CLIP = "clip"  # give what room is left
    STOP = "stop"  # give nothing when the whole does not fit
    QUEUE = "queue"  # keep the whole waiting until there is room


class OnExhausted(StrEnum):
    """What becomes of rewards when a budget is used up."""

    STOP = "stop"
    QUEUE = "queue"


class CapPer(StrEnum):
    """What a cap bounds: the rewards of one person on a side, of one referral, or of the whole program."""

    ADVOCATE = "advocate"
    FRIEND = "friend"
    PROGRAM = "program"
    REFERRAL = "referral"


class CapMetric(StrEnum):
    VALUE = "value"  # minor units of one currency
    COUNT = "count"  # number of rewards
    QUANTITY = "quantity"  # of a unit that is no money, such as MB


class ProgramStatus(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class RewardRule:
    """One promise of a program to one side.

    `amount` is the flat amount, or None with PERCENT. `unit` is the ISO 4217 code of a fixed amount, of a minimum and of a maximum;
    with PERCENT and neither it is None and the order's currency counts. A percentage voucher has unit "VOUCHER" and amount 1.
    """

    id: str
    side: Side
    structure: Structure
    kind: RewardKind
    unit: str | None
    amount: int | None = None
    percent_bp: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    every: int | None = None
    repeat: bool = True
    hold_days: int = 0
    expires_days: int | None = None
    voucher: VoucherTerms | None = None
    on_partial_refund: OnPartialRefund = OnPartialRefund.PROPORTIONAL
    item: str = ""  # what is sent, or what is upgraded
    fulfil: Fulfil = Fulfil.AUTOMATIC
    use: Use = Use.NOW
    ends: Ends | None = None  # instead of expires_days
    opens: str | None = None  # exclusive access: the day from which everybody has it
    early_days: int = 0  # … and how many days before that this person has it
    stock: int | None = None  # how many there are, in the rule's unit
    fallback: str | None = None  # the rule that gives instead when they are gone
    choice: str | None = None  # of the rules with one such word a person gets one: the one they prefer
    applied: bool = False  # a discount that was taken off when the friend came by the link
    points_per_currency_unit: int = 100
    personal: tuple[str, ...] = ()  # what must be known of the person before it is sent
    tiers: tuple[Tier, ...] = ()
    by: TierBy = TierBy.COUNT
    retroactive: bool = False
    within_days: int | None = None
    periods: int | None = None
    boosts: tuple[Boost, ...] = ()
    draw: Draw | None = None
    of: Base = Base.ORDER
    parts: tuple[Part, ...] = ()
    when: Condition | None = None
    location: str | None = None  # given there only; `when` asks for it
    places: Places | None = None  # of a prize
    plain: bool = field(init=False, compare=False, repr=False, default=True)  # an amount or a share, and nothing more

    def __post_init__(self) -> None:
        more = self.tiers or self.boosts or self.parts or self.structure is Structure.RECURRING
        more = more or self.draw is not None or self.when is not None or self.of is not Base.ORDER
        object.__setattr__(self, "plain", not more)

    @property
    def asks_number(self) -> bool:
        """Whether its condition asks for the friend's number in the advocate's count."""
        return self.when is not None and CONVERTED in self.when.names


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that one person of a side, one referral or the whole program may get: in each `period`, or over the program's whole life.

    `metric` VALUE counts minor units of `unit`, QUANTITY whole ones; COUNT counts rewards of any unit.
    """

    per: CapPer
    metric: CapMetric
    maximum: int
    unit: str | None = None
    policy: LimitPolicy = LimitPolicy.CLIP
    period: Period | None = None

    @property
    def is_plain(self) -> bool:
        """For one person, for ever, by value or number, and nothing waits: the caps of the first program files."""
        plain = self.per in (CapPer.ADVOCATE, CapPer.FRIEND) and self.metric != CapMetric.QUANTITY
        return plain and self.period is None and self.policy != LimitPolicy.QUEUE


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that the whole program may give, in each `period` or in all, in minor units of `unit`. All rewards of one occasion fit,
    or none is given."""

    unit: str
    total: int
    alert_percent: int = 80
    period: Period | None = None
    on_exhausted: OnExhausted = OnExhausted.STOP


@dataclass(frozen=True, slots=True)
class Program:
    """One version of a program. In force from `effective_from` until the next version's; the first counts for all time before it."""

    key: str  # our id of the program, 32 hex digits
    slug: str  # the id in its file, such as give-5-get-5
    name: str
    version: int
    effective_from: Instant
    status: ProgramStatus
    timezone: str
    currency: str
    access: AccessMode
    trigger: Trigger
    rules: tuple[RewardRule, ...]
    item: str | None = None  # only purchases of it earn ("": plain orders); None: any
    stage: str | None = None  # with STAGE: which
    new_to: str | None = None  # only purchases of this item make an existing customer; None: any
    min_order: int | None = None
    min_order_unit: str | None = None
    bind_days: int | None = None
    earn_days: int | None = None
    attribution: Attribution = Attribution.LAST_TOUCH
    caps: tuple[Cap, ...] = ()
    budgets: tuple[Budget, ...] = ()
    landing: Landing | None = None
    goal: Goal | None = None
    onboarding: Onboarding | None = None
    precedence: int = DEFAULT_PRECEDENCE  # of programs that want one conversion the larger comes first
    combine: bool = False  # earns beside others that combine
    segments: Mapping[str, "Program"] = field(
        default_factory=dict, compare=False, repr=False
    )  # the same, with other windows
    locations: tuple[str, ...] = ()
    scale: Scale | None = None
    subject: Subject = Subject.CUSTOMER
    language: Language = (
        Language.EN
    )  # of pages and mails, where a person chose none and the browser asks for none of ours
    contest: Contest | None = None
    leaderboard: Leaderboard | None = None
    prizes: tuple[RewardRule, ...] = ()  # what the contest gives; no occasion of a friend does
    newcomers_only: bool = True  # whoever was a customer before is bound to nobody
    new_by_mailbox: bool = False  # nor whoever was one under another spelling of their address
    grants: tuple[GrantRule, ...] = ()  # with GRANT: what is given without staff
    pays_backfilled: bool = False  # also for friends whom staff entered afterwards
    admission: Admission = ANYBODY
    document: str = field(default="", repr=False, compare=False)
    structures: frozenset[Structure] = field(init=False, compare=False, repr=False, default=frozenset())
    draws: bool = field(init=False, compare=False, repr=False, default=False)
    counts: bool = field(init=False, compare=False, repr=False, default=False)  # something counts an advocate's friends
    stocks: tuple[tuple[str, int], ...] = field(
        init=False, compare=False, repr=False, default=()
    )  # rule → how many there are
    alternatives: bool = field(init=False, compare=False, repr=False, default=False)  # some rule stands for another
    ranks: bool = field(init=False, compare=False, repr=False, default=False)  # something goes by who came first
    plain: bool = field(init=False, compare=False, repr=False, default=True)  # amounts and shares, and nothing more

    def promised(self, side: Side) -> list[RewardRule]:
        """The rules that a side is told of: not those that only stand in for another when it is out of stock."""
        instead = {rule.fallback for rule in self.rules if rule.fallback} if self.alternatives else set()
        chosen = {rule.id for rule in self.rules if rule.choice}
        return [r for r in self.rules if r.side is side and (r.id not in instead or r.id in chosen)]

    def __post_init__(self) -> None:
        """What the rules use, so that what none uses costs nothing."""
        used = frozenset(rule.structure for rule in self.rules)
        object.__setattr__(self, "structures", used)
        stocks = tuple((rule.id, rule.stock) for rule in self.rules if rule.stock is not None)
        object.__setattr__(self, "stocks", stocks)
        other = any(rule.choice or rule.applied for rule in self.rules)
        object.__setattr__(self, "alternatives", bool(stocks) or other)
        object.__setattr__(self, "draws", any(rule.draw is not None for rule in self.rules))
        object.__setattr__(self, "counts", self.asks_number or not used.isdisjoint(COUNTING))
        object.__setattr__(self, "ranks", self.draws or self.asks_number or not used.isdisjoint(_RANKED))
        object.__setattr__(self, "plain", all(rule.plain for rule in self.rules))

    @property
    def is_open(self) -> bool:  # to anybody, whoever they are
        return self.access is AccessMode.OPEN and self.admission.audience is None

    @property
    def longest_bind(self) -> int | None:
        """The longest bind window of any segment; None: without end."""
        days = [self.bind_days, *(other.bind_days for other in self.segments.values())]
        return None if None in days else max(d for d in days if d is not None)

    def at_location(self, location: str) -> "Program":
        """What is promised at one of the locations: what is promised at each, and what is promised there."""
        return replace(self, rules=tuple(r for r in self.rules if r.location in (None, location)))

    @property
    def asks_number(self) -> bool:
        """Whether a condition asks for the friend's number in the advocate's count."""
        return any(rule.asks_number for rule in self.rules)

    @property
    def every_rule(self) -> tuple[RewardRule, ...]:
        """All that may have given a reward."""
        return (*self.rules, *self.prizes)

    @property
    def by_order(self) -> bool:
        """Whether orders earn its rewards."""
        return self.trigger in ORDERS

    @property
    def budget(self) -> Budget | None:
        """The first budget, where there is one."""
        return self.budgets[0] if self.budgets else None

    @property
    def has_periods(self) -> bool:
        """Whether one of the limits begins anew with a period."""
        return any(cap.period for cap in self.caps) or any(budget.period for budget in self.budgets)

    @property
    def queues(self) -> bool:
        """Whether a reward may wait for room under one of the limits."""
        caps = any(cap.policy is LimitPolicy.QUEUE for cap in self.caps)
        return caps or any(budget.on_exhausted is OnExhausted.QUEUE for budget in self.budgets)
