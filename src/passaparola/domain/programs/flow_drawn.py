"""A flow as text for people, as a Mermaid state diagram, and as a DOT graph."""

import re
from collections.abc import Callable
from enum import StrEnum

from passaparola.domain.programs.flow import Flow, FlowMove, FlowPart


class FlowFormat(StrEnum):
    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"


def as_text(flow: Flow) -> str:
    """Each machine with its moves, one a line: `pending → issued: the hold is over`."""
    blocks = [f"{flow.name} ({flow.program})", *(_block(part) for part in flow.parts)]
    return "\n\n".join([*blocks, *(["\n".join(flow.limits)] if flow.limits else [])])


def _block(part: FlowPart) -> str:
    return "\n".join([part.title, *(f"  {m.before or '●'} → {m.after}: {m.when}" for m in part.moves)])


def as_mermaid(flow: Flow) -> str:
    """https://mermaid.js.org/syntax/stateDiagram.html: one composite state for each machine."""
    lines = ["stateDiagram-v2", f"  %% {flow.name} ({flow.program})"]
    for part in flow.parts:
        key = _word(part.key)
        lines.append(f'  state "{_plain(part.title)}" as {key} {{')
        lines += [f"    {key}_{state} : {state}" for state in _states(part)]
        lines += [f"    {_end(key, m)} --> {key}_{m.after} : {_plain(m.when)}" for m in part.moves]
        lines.append("  }")
    lines += [f"  %% {said}" for said in flow.limits]
    return "\n".join(lines)


def _end(key: str, move: FlowMove) -> str:
    return f"{key}_{move.before}" if move.before else "[*]"


def as_dot(flow: Flow) -> str:
    """https://graphviz.org/doc/info/lang.html: one cluster for each machine."""
    lines = [
        f"digraph {_quoted(flow.program)} {{",
        f"  label={_quoted(flow.name)};",
        "  node [shape=box, style=rounded];",
    ]
    for part in flow.parts:
        key = _word(part.key)
        lines += [f"  subgraph {_quoted('cluster_' + key)} {{", f"    label={_quoted(part.title)};"]
        lines.append(f'    {_quoted(key)} [shape=point, label=""];')
        lines += [f"    {_quoted(f'{key}_{state}')} [label={_quoted(state)}];" for state in _states(part)]
        for move in part.moves:
            before = f"{key}_{move.before}" if move.before else key
            lines.append(f"    {_quoted(before)} -> {_quoted(f'{key}_{move.after}')} [label={_quoted(move.when)}];")
        lines.append("  }")
    lines += [f"  // {said}" for said in flow.limits]
    return "\n".join([*lines, "}"])


def _states(part: FlowPart) -> list[str]:
    return list(dict.fromkeys(state for m in part.moves for state in (m.before, m.after) if state))


def _word(text: str) -> str:
    return re.sub(r"\W", "_", text)


def _plain(text: str) -> str:
    """What Mermaid would take for syntax becomes something alike."""
    return re.sub(r"\s+", " ", text).replace('"', "'").replace(";", ",").replace(":", " -").replace("#", "no. ")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


DRAWN: dict[FlowFormat, Callable[[Flow], str]] = {
    FlowFormat.TEXT: as_text,
    FlowFormat.MERMAID: as_mermaid,
    FlowFormat.DOT: as_dot,
}
