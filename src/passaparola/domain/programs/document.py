"""The program file as it is written: the keys, their kinds of value, and their defaults."""

from typing import Annotated, Any

from pydantic import Field, PlainValidator, WithJsonSchema, field_validator, model_validator

from passaparola.domain.programs.access_groups import AccessGroup, AudienceText, GuardsGroup, RatioGroup, SegmentGroup
from passaparola.domain.programs.attribution import ALIASES as ATTRIBUTION_ALIASES
from passaparola.domain.programs.attribution import Attribution
from passaparola.domain.programs.compiled import (
    Applied,
    Fulfil,
    OnPartialRefund,
    RewardKind,
    Side,
    Use,
)
from passaparola.domain.programs.contest_groups import ContestGroup, Place
from passaparola.domain.programs.fields import (
    SLUG,
    Amount,
    CurrencyCode,
    Day,
    EventWord,
    HostName,
    Name,
    NewWord,
    Percent,
    Slug,
    TimeZone,
    Unit,
    WebAddress,
    Window,
    YesNo,
    choice,
    slug,
    whole,
    wrong,
)
from passaparola.domain.programs.findings import FindingReason
from passaparola.domain.programs.goals import EconomicsGroup, GoalGroup, LaunchGroup, OnboardingGroup
from passaparola.domain.programs.granting import GrantGroup
from passaparola.domain.programs.group import Group as _Group
from passaparola.domain.programs.group import numbers as _numbers
from passaparola.domain.programs.group import words as _words
from passaparola.domain.programs.languages import Language
from passaparola.domain.programs.leaderboard_groups import LeaderboardGroup
from passaparola.domain.programs.limit_groups import BudgetGroup, CapGroup
from passaparola.domain.programs.scaling import MoreTiersGroup, ScaleGroup
from passaparola.domain.programs.structures import (
    BaseWord,
    BoostGroup,
    ConditionText,
    PartGroup,
    PickWord,
    PrizeGroup,
    Seed,
    StructureGroup,
    TierGroup,
)
from passaparola.domain.programs.subjects import ALIASES as SUBJECT_ALIASES
from passaparola.domain.programs.subjects import Subject
from passaparola.domain.programs.triggers import Earning
from passaparola.domain.programs.vocabulary import FileStatus, ProgramType
from passaparola.domain.rewards.kinds import KINDS

DISCOUNTS = frozenset(str(name) for name, kind in KINDS.items() if kind.discount)

TypeWord = Annotated[ProgramType, PlainValidator(choice("type", ProgramType)), _words(ProgramType)]
SubjectWord = Annotated[
    Subject,
    PlainValidator(choice("subject", Subject, SUBJECT_ALIASES)),
    WithJsonSchema({"enum": [*(word.value for word in Subject), *SUBJECT_ALIASES]}),
]
AttributionWord = Annotated[
    Attribution,
    PlainValidator(choice("attribution", Attribution, ATTRIBUTION_ALIASES)),
    WithJsonSchema({"enum": [*(word.value for word in Attribution), *ATTRIBUTION_ALIASES]}),
]
LanguageWord = Annotated[Language, PlainValidator(choice("language", Language)), _words(Language)]
StatusWord = Annotated[FileStatus, PlainValidator(choice("status", FileStatus)), _words(FileStatus)]
TriggerWord = Annotated[Earning, PlainValidator(choice("trigger.kind", Earning)), _words(Earning)]
SideWord = Annotated[Side, PlainValidator(choice("rewards.side", Side)), _words(Side)]
KIND_ALIASES = {"coupon": "voucher"}
KindWord = Annotated[
    RewardKind,
    PlainValidator(choice("rewards.kind", RewardKind, KIND_ALIASES)),
    WithJsonSchema({"enum": [*(kind.value for kind in RewardKind), *KIND_ALIASES]}),
]
FulfilWord = Annotated[Fulfil, PlainValidator(choice("rewards.fulfil", Fulfil)), _words(Fulfil)]
UseWord = Annotated[Use, PlainValidator(choice("rewards.use", Use)), _words(Use)]
RefundWord = Annotated[
    OnPartialRefund, PlainValidator(choice("rewards.on_partial_refund", OnPartialRefund)), _words(OnPartialRefund)
]

HoldDays = Annotated[int, PlainValidator(whole(0, 365)), _numbers(0, 365)]
Months = Annotated[int, PlainValidator(whole(1, 120)), _numbers(1, 120)]
EarlyDays = Annotated[int, PlainValidator(whole(1, 365)), _numbers(1, 365)]
Stock = Annotated[int, PlainValidator(whole(1, 1_000_000_000)), _numbers(1, 1_000_000_000)]
AppliedWord = Annotated[Applied, PlainValidator(choice("rewards.applied", Applied)), _words(Applied)]
PointsPerUnit = Annotated[int, PlainValidator(whole(1, 1_000_000)), _numbers(1, 1_000_000)]
FieldName = Annotated[str, PlainValidator(slug), WithJsonSchema({"type": "string", "pattern": f"^{SLUG}$"})]
ExpiryDays = Annotated[int, PlainValidator(whole(1, 3650)), _numbers(1, 3650)]
Precedence = Annotated[int, PlainValidator(whole(0, 1000)), _numbers(0, 1000)]


class TriggerGroup(_Group):
    """What earns a reward. `trigger: purchase` is short for `trigger: {kind: purchase}`."""

    one_word = "kind"
    kind: TriggerWord = Field(description="What the friend does, such as signup, first_purchase or ride_completed.")
    min_value: Amount | None = Field(None, description="The smallest order that counts, in the program's currency.")
    item: EventWord | None = Field(
        None, description="Only purchases of this item, a word of your own; any if left out."
    )
    stage: EventWord | None = Field(None, description="With lead_stage: which stage earns, such as meeting.")
    friend_must_be: NewWord | None = Field(
        None, description="new_customer, or a word such as new_rider: never paid for the item before."
    )


class WindowsOfGroup(_Group):
    """The windows of one segment. What it leaves out is as for everybody."""

    segment: EventWord = Field(description="The word of the fact `segment`, such as b2b.")
    bind_days: Window = Field(None, description="Instead of the bind_days for everybody.")
    earn_days: Window = Field(None, description="Instead of the earn_days for everybody.")


class WindowsGroup(_Group):
    """How long things count, in days of the program's time zone."""

    bind_days: Window = Field(None, description="From the friend's first touch to binding; unlimited by default.")
    earn_days: Window = Field(None, description="From binding to the last order that earns; unlimited by default.")
    by_segment: list[WindowsOfGroup] = Field(
        default_factory=list, description="Other windows for friends of a segment: the fact `segment` of their event."
    )

    @field_validator("by_segment", mode="before")
    @classmethod
    def _a_list(cls, value: Any) -> Any:
        if isinstance(value, list):
            return value
        raise wrong(
            FindingReason.WRONG_SHAPE, "a list", "write `- {segment: b2b, bind_days: 365}` on a line of its own"
        )


class VoucherGroup(_Group):
    """What a voucher is worth at a checkout. Without `percent` it is worth the reward's amount."""

    percent: Percent | None = Field(None, description="Per cent off the order on which it is used.")
    max_discount: Amount | None = Field(None, description="With percent: the most it takes off.")
    min_order: Amount | None = Field(None, description="The smallest order on which it may be used.")


class EndsGroup(_Group):
    """When what a person holds comes to its end."""

    months: Months = Field(description="Calendar months from its issue; it ends with that day.")


class RewardGroup(_Group):
    """One promise to one side."""

    id: Slug | None = Field(None, description="The reward's id within the program; its side if left out. Never reuse.")
    side: SideWord = Field(description="advocate (who recommends), friend (who is new) or winners (of the contest).")
    place: Place | None = Field(None, description="With winners: for which place of the contest; 1 is the best.")
    to_place: Place | None = Field(None, description="With place: the last of several places that win the same.")
    kind: KindWord = Field(description="What is given, such as store_credit, voucher (single use), points or cash.")
    amount: Amount | None = Field(None, description="A fixed amount, in the reward's currency.")
    percent: Percent | None = Field(None, description="A share of the friend's order, in per cent, rounded half up.")
    structure: StructureGroup | None = Field(
        None, description="flat or percent if left out, as amount or percent says."
    )
    of: BaseWord | None = Field(None, description="With percent: of the order (the default), plan, deal or ltv.")
    when: ConditionText | None = Field(None, description="A condition in CEL over what is known of the occasion.")
    location: EventWord | None = Field(None, description="Given there only: one of the locations of the file.")
    boosts: list[BoostGroup] = Field(
        default_factory=list, description="More on some days; all that are in force count."
    )
    pick: PickWord | None = Field(None, description="weighted_random: one entry of the catalogue instead of an amount.")
    catalogue: list[PrizeGroup] = Field(default_factory=list, description="With pick: what may be drawn.")
    seed: Seed | None = Field(None, description="With pick: the text that makes each draw one that can be verified.")
    minimum: Amount | None = Field(None, description="With percent: the least it gives.")
    maximum: Amount | None = Field(None, description="With percent: the most it gives.")
    currency: CurrencyCode | None = Field(None, description="The program's currency if left out.")
    unit: Unit | None = Field(None, description="With unit and stock: what is counted, such as MB or a share's symbol.")
    item: Name | None = Field(None, description="What is sent, upgraded or opened, in words.")
    fulfil: FulfilWord = Field(
        Fulfil.AUTOMATIC, description="automatic, after_hold, approval (by an operator), claim (by the person), batch."
    )
    use: UseWord | None = Field(
        None, description="now, next_purchase, future_only (orders after its issue) or first_order; now if left out."
    )
    stock: Stock | None = Field(
        None, description="How many there are, in all; when they are gone the fallback is given."
    )
    fallback: Slug | None = Field(None, description="The id of the reward that is given when this one is out of stock.")
    choice: Slug | None = Field(
        None, description="Of the rewards with one such word the person gets the one they prefer."
    )
    applied: AppliedWord | None = Field(None, description="on_link_open: a discount the shop takes off at once.")
    ends: EndsGroup | None = Field(None, description="When what a person holds comes to its end, in calendar months.")
    opens: Day | None = Field(None, description="With exclusive_access: the day from which everybody has access.")
    early_days: EarlyDays | None = Field(None, description="With opens: how many days earlier the person has access.")
    points_per_currency_unit: PointsPerUnit | None = Field(
        None,
        description="With points: how many are worth 1.00 of the program's currency at a checkout; 100 if left out.",
    )
    personal: list[FieldName] = Field(
        default_factory=list, description="What must be known before a thing is sent, such as size and name."
    )
    hold_days: HoldDays = Field(0, description="Days between earning and approval.")
    expires_days: ExpiryDays | None = Field(None, description="Days from issue to expiry; never if left out.")
    voucher: VoucherGroup | None = Field(None, description="The terms of a voucher.")
    on_partial_refund: RefundWord = Field(
        OnPartialRefund.PROPORTIONAL, description="What a partial refund takes back: its proportion, nothing, or all."
    )

    @field_validator("personal", mode="before")
    @classmethod
    def _a_list(cls, value: Any) -> Any:
        if isinstance(value, list):
            return value
        raise wrong(FindingReason.WRONG_SHAPE, "a list", "write it as [size, name]")

    @model_validator(mode="before")
    @classmethod
    def _discount(cls, value: Any) -> Any:
        """`{kind: percent_discount, percent: 10}` is short for `voucher: {percent: 10}`: it is taken off the order of its use."""
        if not isinstance(value, dict) or "percent" not in value:
            return value
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in DISCOUNTS:
            return value
        terms = value.get("voucher", {})
        if "structure" in value or not isinstance(terms, dict) or "percent" in terms:
            return value
        rest = {key: content for key, content in value.items() if key != "percent"}
        return {**rest, "voucher": {**terms, "percent": value["percent"]}}


class LandingGroup(_Group):
    """Where a link leads."""

    url: WebAddress = Field(description="The firm's page for friends; the visit and the code are appended.")
    hosts: list[HostName] = Field(default_factory=list, description="Further hosts that `?to=` may name in a link.")

    @field_validator("hosts", mode="before")
    @classmethod
    def _a_list(cls, value: Any) -> Any:
        if isinstance(value, list):
            return value
        raise wrong(FindingReason.WRONG_SHAPE, "a list", "begin each entry on its own line with `- `")


class BackfillGroup(_Group):
    """What becomes of recommendations that staff enter afterwards."""

    rewards: YesNo = Field(
        False, description="true: they earn as others do; otherwise they are counted, and give nothing."
    )


class ProgramDocument(_Group):
    """A whole program file."""

    program: Slug = Field(description="The program's id. Files with the same id are versions of one program.")
    name: Name = Field(description="What people call it.")
    type: TypeWord = Field(ProgramType.CUSTOMER, description="A label for lists and reports; it changes no rule.")
    subject: SubjectWord = Field(
        Subject.CUSTOMER, description="Who or what is recommended to: the word for friends on pages and in reports."
    )
    status: StatusWord = Field(FileStatus.LIVE, description="live, or draft: kept, but nothing is decided by it.")
    currency: CurrencyCode = Field(description="The currency of amounts that name no other.")
    timezone: TimeZone = Field("Etc/UTC", description="The IANA time zone in which days begin and end.")
    language: LanguageWord = Field(
        Language.EN, description="What people read who chose no language and whose browser asks for none of ours."
    )
    access: AccessGroup = Field(default_factory=AccessGroup, description="Who may become an advocate.")
    audience: AudienceText | None = Field(
        None, description="A condition in CEL over what is known of a person, for whoever becomes an advocate."
    )
    trigger: TriggerGroup = Field(description="What earns a reward.")
    windows: WindowsGroup = Field(default_factory=WindowsGroup, description="How long things count.")
    attribution: AttributionWord = Field(
        Attribution.LAST_TOUCH,
        description="Of several visits the last or the first counts; a code always counts before.",
    )
    rewards: list[RewardGroup] = Field(description="What is given, one entry for each promise; [] for none.")
    caps: list[CapGroup] = Field(default_factory=list, description="Limits for persons, referrals or the program.")
    budget: BudgetGroup | None = Field(None, description="The limit for the whole program.")
    budgets: list[BudgetGroup] = Field(default_factory=list, description="Several limits for the whole program.")
    landing: LandingGroup | None = Field(None, description="Where links lead; our own landing page if left out.")
    goal: GoalGroup | None = Field(None, description="What the program is for, and when it has been reached.")
    economics: EconomicsGroup | None = Field(None, description="What a customer is worth: rewards are judged by it.")
    guards: GuardsGroup | None = Field(None, description="What is wise here: the check warns of what is not.")
    onboarding: OnboardingGroup | None = Field(None, description="The step of joining the product that asks to refer.")
    launch: LaunchGroup | None = Field(
        None, description="What people did before the launch; `program ready` asks for it."
    )
    precedence: Precedence = Field(100, description="Of programs that want one conversion the larger one gets it.")
    locations: list[EventWord] = Field(
        default_factory=list, description="Where the firm is: the words of the fact `location` of an order."
    )
    backfill: BackfillGroup = Field(
        default_factory=BackfillGroup, description="Recommendations that staff enter afterwards."
    )
    scale: ScaleGroup | None = Field(None, description="Extend the program once enough friends came back.")
    grants: list[GrantGroup] = Field(
        default_factory=list,
        description="With manual_grant: what is given without staff, to whoever meets a condition.",
    )
    contest: ContestGroup | None = Field(None, description="Who brought most in a period wins the prizes.")
    leaderboard: LeaderboardGroup | None = Field(None, description="Who brought most, for everybody to see.")
    combine: YesNo = Field(False, description="true: it also earns beside other programs that say so.")

    @field_validator("rewards", "caps", "budgets", "locations", "grants", mode="before")
    @classmethod
    def _a_list(cls, value: Any) -> Any:
        if isinstance(value, list):
            return value
        raise wrong(FindingReason.WRONG_SHAPE, "a list", "begin each entry on its own line with `- `")


GROUPS: dict[str, type[_Group]] = {
    "": ProgramDocument,
    "access": AccessGroup,
    "access.segment": SegmentGroup,
    "trigger": TriggerGroup,
    "windows": WindowsGroup,
    "windows.by_segment": WindowsOfGroup,
    "rewards": RewardGroup,
    "rewards.structure": StructureGroup,
    "rewards.structure.tiers": TierGroup,
    "rewards.structure.parts": PartGroup,
    "rewards.boosts": BoostGroup,
    "rewards.catalogue": PrizeGroup,
    "rewards.voucher": VoucherGroup,
    "rewards.ends": EndsGroup,
    "caps": CapGroup,
    "budget": BudgetGroup,
    "budgets": BudgetGroup,
    "grants": GrantGroup,
    "landing": LandingGroup,
    "goal": GoalGroup,
    "economics": EconomicsGroup,
    "guards": GuardsGroup,
    "guards.reward_to_price": RatioGroup,
    "onboarding": OnboardingGroup,
    "launch": LaunchGroup,
    "backfill": BackfillGroup,
    "contest": ContestGroup,
    "leaderboard": LeaderboardGroup,
    "scale": ScaleGroup,
    "scale.budget": BudgetGroup,
    "scale.tiers": MoreTiersGroup,
    "scale.tiers.tiers": TierGroup,
}
