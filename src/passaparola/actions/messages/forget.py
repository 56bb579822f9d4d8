"""The address of a friend who was invited and never came is forgotten. A keyed hash stays with the mail: it knows the address again for
the limits and for who wants no mail, and does not tell it."""

from passaparola.actions.messages.letters import FORGET_INVITED_DAYS
from passaparola.domain.instant import DAY, Instant
from passaparola.store.session import writing
from passaparola.store.write.messages import forget_unacted


def forget_invited(workspace: str, *, now: Instant) -> int:
    """Forget who was invited more than 14 days ago and did nothing since. How many addresses."""
    with writing() as session:
        return forget_unacted(session, workspace, now - FORGET_INVITED_DAYS * DAY)
