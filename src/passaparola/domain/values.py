"""Values of the hot path: immutable by the type checker's word, and as cheap to make as any object.

`@value(frozen=True, slots=True)` is `dataclasses.dataclass` to mypy, which refuses every assignment to a field. At run time the guard
itself is left out: it makes each of the thirty values of a conversion three times as dear, a tenth of all our time for an event.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    import dataclasses
    from collections.abc import Callable

    def value(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """A dataclass that is compared and hashed by what it holds."""
        if not frozen:
            raise TypeError("a value is frozen")
        return dataclasses.dataclass(slots=slots, unsafe_hash=True)


__all__ = ["value"]
