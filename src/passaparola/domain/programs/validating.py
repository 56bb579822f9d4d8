"""From the values of a file to the program document: every key and value that does not fit, with its place."""

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from passaparola.domain.programs.document import GROUPS, ProgramDocument
from passaparola.domain.programs.fields import did_you_mean
from passaparola.domain.programs.findings import NOTHING, Finding, FindingReason, Wrong, located, one_of, quoted
from passaparola.domain.programs.tree import Node, Path, Plain, descend, empty_values, path_text, plain
from passaparola.domain.programs.vocabulary import NEEDLESS_KEYS, NOTED_KEYS, OTHER_KEYS

Placed = tuple[Path, Wrong]

_EMPTY = Wrong(FindingReason.EMPTY_VALUE, "a value", "write a value, or leave the key out")
_NO_ENTRY = Wrong(FindingReason.MISSING_KEY, "at least one entry", "write a reward below it", "an empty list")
_NO_LIST = Wrong(FindingReason.WRONG_SHAPE, "a list", "begin each entry on its own line with `- `")
_NOTHING_YET = "only keys that are acted on; this one is known and changes nothing yet"
_LEAVE = "leave it for later, or leave it out"


def validate(root: Node) -> tuple[ProgramDocument | None, list[Placed]]:
    """The document, or what keeps the values from being one. What goes together is checked apart."""
    values = plain(root)
    later = list(_set_aside(values))
    empty: list[Placed] = [(path, _EMPTY) for path, _ in empty_values(root)]
    try:
        document = ProgramDocument.model_validate(values)
    except ValidationError as refused:
        taken = {path for path, _ in empty}
        wrongs = [_wrong(error, root) for error in refused.errors(include_url=False, include_input=False)]
        return None, later + empty + [w for w in wrongs if w[0] not in taken]
    return (None if empty else document), later + empty


def _set_aside(values: Plain, path: Path = (), level: str = "") -> Iterator[Placed]:
    """Take keys that change no reward and are not acted on yet out of the values, each with a warning: they may stay in the file."""
    if isinstance(values, list):
        for index, value in enumerate(values):
            yield from _set_aside(value, (*path, index), level)
    elif isinstance(values, dict) and level in GROUPS:
        for key in sorted(NOTED_KEYS.get(level, frozenset()) & values.keys()):
            del values[key]
            yield (*path, key), Wrong(FindingReason.NOT_YET, _NOTHING_YET, _LEAVE, quoted(key), "warning")
        for key, value in values.items():
            yield from _set_aside(value, (*path, key), f"{level}.{key}".lstrip("."))


def finding(root: Node, path: Path, wrong: Wrong, source: str) -> Finding:
    """The finding at the place of a path: at its key where the key is what is wrong, else at its value."""
    node, taken = descend(root, path)
    place, found = node.place, node.found() if taken == len(path) else NOTHING
    parent, _ = descend(root, path[:-1])
    if path and (wrong.found is not None or node.value is None) and isinstance(path[-1], str):
        place = parent.keys.get(path[-1], place)
    return located(wrong if wrong.found is not None else _with_found(wrong, found), place, path_text(path), source)


def _with_found(wrong: Wrong, found: str) -> Wrong:
    return Wrong(wrong.reason, wrong.expected, wrong.remedy, found, wrong.severity)


def _wrong(error: ErrorDetails, root: Node) -> Placed:
    """One refusal of the model in our words."""
    path: Path = error["loc"]
    level = ".".join(step for step in path[:-1] if isinstance(step, str))
    match error["type"]:
        case "missing":
            return path, _missing(level, str(path[-1]))
        case "extra_forbidden":
            return path, _unknown(level, str(path[-1]))
        case "model_type" | "model_attributes_type":
            return path, _no_group(".".join(step for step in path if isinstance(step, str)))
        case "too_short":
            return path, _NO_ENTRY
        case "list_type":
            return path, _NO_LIST
    # `structure: tier` is short for {kind: tier}: the place is that of the word.
    existing = path[: descend(root, path)[1]]
    context = error.get("ctx", {})
    return existing, Wrong(FindingReason(error["type"]), context["expected"], context["remedy"])


def _missing(level: str, key: str) -> Wrong:
    description = GROUPS[level].model_fields[key].description or key
    return Wrong(FindingReason.MISSING_KEY, f"the key `{key}` ({description.rstrip('.')})", f"add `{key}:`")


def _unknown(level: str, key: str) -> Wrong:
    known = tuple(GROUPS[level].model_fields)
    guess = OTHER_KEYS.get(level, {}).get(key) or did_you_mean(key, known)
    remedy = f"did you mean {guess}?" if guess else "leave it out, or mend its spelling or indentation"
    if key in NEEDLESS_KEYS.get(level, ()):
        remedy = f"leave it out: {NEEDLESS_KEYS[level][key]}"
    return Wrong(FindingReason.UNKNOWN_KEY, f"one of the keys {one_of(known)}", remedy, quoted(key))


def _no_group(level: str) -> Wrong:
    keys = one_of(tuple(GROUPS[level].model_fields))
    return Wrong(
        FindingReason.WRONG_SHAPE, f"a group of the keys {keys}", "write `key: value` lines, indented below it"
    )
