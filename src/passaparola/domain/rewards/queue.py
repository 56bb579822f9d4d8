"""Who may leave a queue: the oldest first, whole, and what one occasion earned together. In words: docs/rules/limits.md."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from passaparola.domain.instant import Instant
from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.change import Reward
from passaparola.domain.rewards.limits import Stake, Used, first_full, limits_on, moves_for


def leaving(
    waiting: Iterable[Reward],
    *,
    program_of: Callable[[Reward], Program],
    root: Callable[[str], str],
    counters: Mapping[str, int],
    now: Instant,
) -> Iterator[tuple[Reward, str | None]]:
    """Of rewards that wait, the oldest first: each that may leave, with None, and each for which another limit is in the way, with its
    name. Whoever is older and needs the same limit is never passed by, unless they ask for more than there is where nothing is used."""
    blocked: set[str] = set()
    moved: dict[str, int] = {}
    for group in _together(waiting):
        program = program_of(group[0])
        stakes = [(r, Stake(r.side, root(r.beneficiary), r.referral, r.unit, now)) for r in group]
        full, trial = _try(program, stakes, counters, moved)
        if not full and not blocked & {name for _, stake in stakes for name in limits_on(program, stake)}:
            moved = trial
            yield from ((reward, None) for reward in group)
            continue
        if not _try(program, stakes, {}, {})[0]:
            blocked |= set(full.values())
        yield from ((r, full[r.id]) for r in group if full.get(r.id, r.queued_on) != r.queued_on)


def _try(
    program: Program, stakes: list[tuple[Reward, Stake]], counters: Mapping[str, int], moved: dict[str, int]
) -> tuple[dict[str, str], dict[str, int]]:
    """The limit in the way of each reward that does not fit, and what counters would have moved if all did."""
    full: dict[str, str] = {}
    trial = dict(moved)
    for reward, stake in stakes:
        name = first_full(program, stake, reward.net, Used(counters, trial))
        if name is not None:
            full[reward.id] = name
        for move in moves_for(program, stake, reward.net, 1):
            trial[move.key] = trial.get(move.key, 0) + move.delta
    return full, trial


def _together(waiting: Iterable[Reward]) -> list[list[Reward]]:
    """What one occasion of one referral earned; a milestone stands alone."""
    groups: dict[tuple[str, str], list[Reward]] = {}
    for reward in waiting:
        key = (reward.referral, reward.occasion) if reward.referral else (reward.id, "")
        groups.setdefault(key, []).append(reward)
    return list(groups.values())
