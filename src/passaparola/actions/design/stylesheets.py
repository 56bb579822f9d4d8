"""An operator's own style sheet: read by the grammar of CSS, every rule scoped to our pages, nothing fetched, nothing laid over them.

What is not known to be harmless is refused, with its line: functions, rules and properties are lists of what may be.
"""

import re
from collections.abc import Iterable
from typing import Any

import tinycss2

from passaparola.domain.tongue import gettext_noop

SCOPE = ".themed"
LONGEST = 20_000
_RULES_WITHIN = frozenset({"media", "supports"})
_FUNCTIONS = frozenset(
    """
    var calc min max clamp env counter counters
    rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark
    linear-gradient radial-gradient conic-gradient
    repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient
    translate translatex translatey translate3d scale scalex scaley rotate skew skewx skewy matrix perspective
    cubic-bezier steps linear minmax repeat fit-content
    blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    inset circle ellipse polygon
    not is where has nth-child nth-last-child nth-of-type nth-last-of-type lang dir selector
    """.split()  # noqa: SIM905 a list of words reads best as words
)
_SELECTORS_REFUSED = re.compile(
    r"\b(?:disclosure|bottom|footer)\b|^body.*:(?:before|after)\b", re.IGNORECASE | re.DOTALL
)
_PROPERTIES_REFUSED = frozenset({"behavior", "-moz-binding"})
_POSITIONS = frozenset({"static", "relative", "absolute", "inherit", "initial", "unset"})


class UnableToReadStyle(ValueError):
    """A rule that may not be here. `line` is where; `sentence` with `said` is what is wrong and how to mend it."""

    def __init__(self, line: int, sentence: str, **said: str):
        self.line, self.sentence, self.said = line, sentence, {**said, "line": str(line)}
        super().__init__(sentence % self.said)


def scoped_css(text: str) -> str:
    """The rules, each holding inside `.themed` only. Raises UnableToReadStyle."""
    if len(text) > LONGEST:
        raise UnableToReadStyle(
            1,
            gettext_noop("line %(line)s: at most %(most)s characters, here are %(count)s"),
            most=str(LONGEST),
            count=str(len(text)),
        )
    if "\0" in text:
        raise UnableToReadStyle(1, gettext_noop("line %(line)s: there is a character that no text has"))
    try:
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        return "\n".join(_rule(rule) for rule in rules)
    except RecursionError:
        raise UnableToReadStyle(1, gettext_noop("line %(line)s: brackets are nested too deep")) from None


def _rule(node: Any) -> str:
    if node.type == "error":
        raise UnableToReadStyle(
            node.source_line,
            gettext_noop("line %(line)s: this cannot be read (%(message)s)"),
            message=str(node.message),
        )
    if node.type == "qualified-rule":
        return f"{_selectors(node)} {{ {_declarations(node.content)} }}"
    if node.type == "at-rule" and node.lower_at_keyword in _RULES_WITHIN and node.content is not None:
        _only_harmless(node.prelude)
        inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        condition = tinycss2.serialize(node.prelude).strip()
        return f"@{node.lower_at_keyword} {condition} {{\n" + "\n".join(_rule(rule) for rule in inner) + "\n}"
    raise UnableToReadStyle(
        node.source_line,
        gettext_noop("line %(line)s: %(found)s may not be here; rules, @media and @supports may"),
        found=f"@{getattr(node, 'at_keyword', node.type)}",
    )


def _selectors(rule: Any) -> str:
    _only_harmless(rule.prelude)
    parts: list[list[Any]] = []
    part: list[Any] = []
    for token in rule.prelude:
        if token.type == "literal" and token.value == ",":
            parts.append(part)
            part = []
        elif token.type != "comment":
            part.append(token)
    scoped = []
    for tokens in [*parts, part]:
        first = next((t for t in tokens if t.type != "whitespace"), None)
        if first is None or (first.type == "literal" and first.value in "+~|&"):
            raise UnableToReadStyle(
                rule.source_line,
                gettext_noop("line %(line)s: a rule begins with what it is about, such as h1 or .button"),
            )
        whole = first.type == "ident" and first.lower_value == "body"
        written = tinycss2.serialize(tokens).strip()
        if found := _SELECTORS_REFUSED.search(written):
            raise UnableToReadStyle(
                rule.source_line, gettext_noop("line %(line)s: %(found)s may not be here"), found=found[0][:40]
            )
        scoped.append(f"{SCOPE}{written[len('body') :]}" if whole else f"{SCOPE} {written}")
    return ", ".join(scoped)


def _declarations(tokens: Iterable[Any]) -> str:
    kept = []
    for node in tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            raise UnableToReadStyle(
                node.source_line,
                gettext_noop(
                    "line %(line)s: only properties may be inside a rule, such as color: #123456; each ends with a semicolon"
                ),
            )
        _only_harmless(node.value)
        _allowed(node)
        kept.append(f"{node.name}: {tinycss2.serialize(node.value).strip()};")
    return " ".join(kept)


def _allowed(node: Any) -> None:
    """No property that runs something, stays fixed over the page, or beats our own rules for the disclosure."""
    if node.important:
        raise UnableToReadStyle(
            node.source_line, gettext_noop("line %(line)s: leave out !important: your rules come last anyway")
        )
    if node.lower_name in _PROPERTIES_REFUSED:
        raise UnableToReadStyle(
            node.source_line, gettext_noop("line %(line)s: %(found)s may not be here"), found=node.lower_name
        )
    if node.lower_name == "position":
        words = {t.lower_value for t in node.value if t.type == "ident"}
        others = [t for t in node.value if t.type not in ("ident", "whitespace", "comment")]
        if others or not words <= _POSITIONS:
            raise UnableToReadStyle(
                node.source_line,
                gettext_noop(
                    "line %(line)s: position may be static, relative or absolute: nothing may lie over the page"
                ),
            )


def _only_harmless(tokens: Iterable[Any]) -> None:
    """No address, and no function that is not on the list; at every depth."""
    for token in tokens:
        if token.type == "error":
            raise UnableToReadStyle(
                token.source_line,
                gettext_noop("line %(line)s: this cannot be read (%(message)s)"),
                message=str(token.message),
            )
        if token.type == "url":
            raise UnableToReadStyle(
                token.source_line,
                gettext_noop("line %(line)s: url() may not be here: a page loads pictures of its own only"),
            )
        if token.type == "function":
            if token.lower_name not in _FUNCTIONS:
                raise UnableToReadStyle(
                    token.source_line,
                    gettext_noop("line %(line)s: %(found)s may not be here"),
                    found=f"{token.lower_name[:40]}()",
                )
            _only_harmless(token.arguments)
        elif token.type in ("() block", "[] block", "{} block"):
            _only_harmless(token.content)
