"""How many there are of a thing. The counter is never above the stock of the live version: the third winner of two gets another thing."""

from collections.abc import Iterator, Mapping

from passaparola.domain.programs.compiled import Program
from passaparola.domain.rewards.limits import CounterMove


def stock_key(program: str, rule: str) -> str:
    """The counter of what was given of one rule's stock."""
    return f"stock:{program}:{rule}"


def stock_moves(program: Program, rule: str, delta: int) -> Iterator[CounterMove]:
    """What a change of `delta` pieces of this rule's rewards does to its stock."""
    if delta:
        for key, stock in program.stocks:
            if key == rule:
                yield CounterMove(stock_key(program.key, rule), delta, stock)


def is_gone(program: Program, rule: str, more: int, counters: Mapping[str, int]) -> bool:
    """Whether fewer than `more` pieces of this rule's stock are left."""
    return any(key == rule and counters.get(stock_key(program.key, rule), 0) + more > n for key, n in program.stocks)


def stock_keys(program: Program) -> Iterator[str]:
    """The counters of everything that may run out."""
    for rule, _ in program.stocks:
        yield stock_key(program.key, rule)
