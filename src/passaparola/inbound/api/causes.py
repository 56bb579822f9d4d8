"""What made something happen, as the outside sees it: `evt_…`, `act_…`, or `due:rwd_…`."""

from passaparola.inbound.api.ids import shown

_PREFIX = {"event": "evt", "act": "act"}


def cause_shown(cause: str) -> str:
    """The public name of a cause."""
    kind, _, key = cause.partition(":")
    if kind in _PREFIX:
        return shown(_PREFIX[kind], key)
    return f"{kind}:{shown('rwd', key.partition(':')[0])}" if kind == "due" else cause
