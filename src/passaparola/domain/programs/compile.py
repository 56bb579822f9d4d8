"""From the checked document to the program that decides: whole minor units, basis points, enums."""

from dataclasses import replace
from decimal import Decimal

from passaparola.domain.instant import Instant
from passaparola.domain.programs.compile_access import admission_of
from passaparola.domain.programs.compile_limits import budgets_of, cap_of
from passaparola.domain.programs.compile_structures import structured
from passaparola.domain.programs.compiled import (
    TOGETHER,
    Base,
    Ends,
    Landing,
    Onboarding,
    Program,
    ProgramStatus,
    RewardKind,
    RewardRule,
    Side,
    Structure,
    TierBy,
    VoucherTerms,
)
from passaparola.domain.programs.contest import Contest, Places
from passaparola.domain.programs.contest_groups import ContestGroup
from passaparola.domain.programs.destinations import read_address
from passaparola.domain.programs.document import (
    LandingGroup,
    ProgramDocument,
    RewardGroup,
    VoucherGroup,
    WindowsGroup,
)
from passaparola.domain.programs.goals import IN_MONEY, Goal, GoalGroup
from passaparola.domain.programs.granting import GrantGroup, GrantRule
from passaparola.domain.programs.leaderboard import Leaderboard
from passaparola.domain.programs.leaderboard_groups import LeaderboardGroup
from passaparola.domain.programs.meaning import (
    amount_of,
    counted_in,
    id_of,
    ids_of,
    in_money,
    is_percentage_voucher,
    kind_of,
    newcomers_to,
    structure_of,
    trigger_of,
    unit_of,
    use_of,
)
from passaparola.domain.programs.scale import Scale
from passaparola.domain.programs.scaling import ScaleGroup
from passaparola.domain.programs.subjects import Subject
from passaparola.domain.programs.triggers import NEW_TO_THE_FIRM
from passaparola.domain.programs.vocabulary import FileStatus
from passaparola.domain.rewards.kinds import Family
from passaparola.domain.units import MONTH, parse_units

_STATUS = {FileStatus.LIVE: ProgramStatus.ACTIVE, FileStatus.DRAFT: ProgramStatus.DRAFT}


def compile_program(
    document: ProgramDocument, text: str, *, key: str, version: int, effective_from: Instant
) -> Program:
    """The program of a document that passed every check. `text` is kept with it as it was written."""
    trigger, meant = document.trigger, trigger_of(document.trigger)
    rules = [r for reward in document.rewards for r in _rules(reward, document.currency, document.timezone)]
    program = Program(
        key=key,
        slug=document.program,
        name=document.name,
        version=version,
        effective_from=effective_from,
        status=_STATUS[document.status],
        timezone=document.timezone,
        currency=document.currency,
        access=document.access.mode,
        trigger=meant.trigger,
        rules=tuple(rule for rule in rules if rule.places is None),
        item=meant.item,
        stage=meant.stage,
        new_to=newcomers_to(trigger),
        min_order=_minor(trigger.min_value, document.currency),
        min_order_unit=None if trigger.min_value is None else document.currency,
        bind_days=document.windows.bind_days,
        earn_days=document.windows.earn_days,
        attribution=document.attribution,
        caps=tuple(cap_of(cap, document.currency) for cap in document.caps),
        budgets=budgets_of(document),
        landing=None if document.landing is None else _landing(document.landing),
        goal=None if document.goal is None else _goal(document.goal, document.currency),
        onboarding=None
        if document.onboarding is None
        else Onboarding(document.onboarding.stages, document.onboarding.referral_step),
        precedence=document.precedence,
        combine=document.combine,
        pays_backfilled=document.backfill.rewards,
        admission=admission_of(document),
        locations=tuple(document.locations),
        grants=tuple(_grant(grant, document) for grant in document.grants),
        scale=None if document.scale is None else _scale(document.scale),
        subject=document.subject,
        language=document.language,
        contest=None if document.contest is None else _contest(document.contest, document.currency),
        leaderboard=None if document.leaderboard is None else _leaderboard(document.leaderboard),
        prizes=tuple(rule for rule in rules if rule.places is not None),
        newcomers_only=document.subject is not Subject.CANDIDATE or trigger.friend_must_be is not None,
        new_by_mailbox=trigger.friend_must_be in NEW_TO_THE_FIRM,
        document=text,
    )
    return replace(program, segments=_segments(program, document.windows)) if document.windows.by_segment else program


def _segments(program: Program, windows: WindowsGroup) -> dict[str, Program]:
    """The program with the windows of each segment; what a segment leaves out is as for everybody."""
    found = {}
    for group in windows.by_segment:
        written = group.model_fields_set
        found[group.segment] = replace(
            program,
            bind_days=group.bind_days if "bind_days" in written else program.bind_days,
            earn_days=group.earn_days if "earn_days" in written else program.earn_days,
        )
    return found


def _grant(group: GrantGroup, document: ProgramDocument) -> GrantRule:
    reward = group.reward or id_of(document.rewards[0])
    return GrantRule(group.id, group.when, reward, group.reason, group.again)


def _minor(text: str | None, currency: str) -> int | None:
    return None if text is None else parse_units(text, currency)


def _ends(reward: RewardGroup, timezone: str) -> Ends | None:
    """As written; an upgrade without an end lasts for the months that it is of."""
    if reward.ends is not None:
        return Ends(reward.ends.months, timezone)
    lasts = reward.kind is RewardKind.UPGRADE and reward.expires_days is None
    return Ends(parse_units(amount_of(reward) or "1", MONTH), timezone) if lasts else None


def _rules(reward: RewardGroup, currency: str, timezone: str) -> tuple[RewardRule, ...]:
    """The rule of a reward; of one with a bonus that for each friend, and the milestone that comes on top."""
    rule = _rule(reward, currency, timezone)
    if rule.structure is not Structure.BONUS or reward.structure is None:
        return (rule,)
    unit = (reward.currency or currency) if in_money(reward) else counted_in(reward)
    bonus = replace(
        rule,
        id=ids_of(reward)[-1],
        structure=Structure.MILESTONE,
        unit=unit,
        amount=_minor(reward.structure.bonus, unit),
        every=reward.structure.every,
        percent_bp=None,
        minimum=None,
        maximum=None,
        of=Base.ORDER,
        boosts=(),
    )
    return replace(rule, structure=Structure.FLAT if rule.percent_bp is None else Structure.PERCENT, repeat=True), bonus


def _rule(reward: RewardGroup, program_currency: str, timezone: str) -> RewardRule:
    currency = reward.currency or program_currency
    structure, group, unit = structure_of(reward), reward.structure, unit_of(reward, program_currency)
    worth = currency if in_money(reward) else counted_in(reward)
    return RewardRule(
        id=id_of(reward),
        side=Side.ADVOCATE if reward.side is Side.WINNERS else reward.side,
        structure=structure,
        kind=reward.kind,
        unit=unit,
        amount=1 if is_percentage_voucher(reward) else _minor(amount_of(reward), worth),
        percent_bp=reward.percent,
        minimum=_minor(reward.minimum, currency),
        maximum=_minor(reward.maximum, currency),
        every=group.every if group is not None and structure in TOGETHER else None,
        repeat=group is None or group.repeat is not False,
        hold_days=reward.hold_days,
        expires_days=reward.expires_days,
        voucher=_terms(reward.voucher, currency) if kind_of(reward).family is Family.VOUCHER else None,
        on_partial_refund=reward.on_partial_refund,
        item=reward.item or "",
        fulfil=reward.fulfil,
        use=use_of(reward),
        stock=reward.stock,
        fallback=reward.fallback,
        choice=reward.choice,
        applied=reward.applied is not None,
        ends=_ends(reward, timezone),
        opens=reward.opens,
        early_days=reward.early_days or 0,
        points_per_currency_unit=reward.points_per_currency_unit or 100,
        personal=tuple(reward.personal),
        places=None if reward.place is None else Places(reward.place, reward.to_place or reward.place),
        **structured(reward, worth),
    )


def _terms(voucher: VoucherGroup | None, currency: str) -> VoucherTerms:
    if voucher is None:
        return VoucherTerms()
    return VoucherTerms(
        percent_bp=voucher.percent,
        max_discount=_minor(voucher.max_discount, currency),
        min_order=_minor(voucher.min_order, currency),
    )


def _landing(landing: LandingGroup) -> Landing:
    own = read_address(landing.url)
    hosts = [own.host] if own is not None else []
    return Landing(landing.url, tuple(dict.fromkeys([*hosts, *landing.hosts])))


def _contest(contest: ContestGroup, currency: str) -> Contest:
    by_value = contest.by is TierBy.VALUE
    least = parse_units(contest.least, currency) if by_value else int(contest.least)
    return Contest(contest.period, by_value, least, contest.ties, contest.wait_days)


def _leaderboard(board: LeaderboardGroup) -> Leaderboard:
    return Leaderboard(board.period, board.by, board.size, board.rewards, board.others)


def _scale(scale: ScaleGroup) -> Scale:
    return Scale(scale.retention_percent, scale.days, scale.least_friends)


def _goal(goal: GoalGroup, currency: str) -> Goal:
    unit = currency if goal.kind in IN_MONEY else None
    target = None if goal.target is None else _minor(goal.target, currency) if unit else int(Decimal(goal.target))
    return Goal(goal.kind, target, unit, goal.factor, goal.months, goal.deadline)
