"""A trace as JSON for programs, and as spans of OpenTelemetry (OTLP in JSON) for any collector."""

from collections.abc import Sequence
from typing import Any

from passaparola import __version__
from passaparola.domain.instant import iso
from passaparola.domain.tokens import VISIT_PREFIX, read_visit_token
from passaparola.inbound.keyring import the_keyring
from passaparola.store.read.traces import Step, trace_id

INTERNAL = 1  # OTLP's kind of a span


def named(workspace: str, text: str) -> str:
    """What a trace is looked up by: of a visit's token the visit, anything else as it is."""
    clicked = read_visit_token(the_keyring().visits, workspace, text) if text.startswith(VISIT_PREFIX) else None
    return clicked.visit if clicked else text


def as_json(steps: Sequence[Step]) -> dict[str, Any]:
    """Each step with what it follows from."""
    return {"trace": trace_id(steps), "steps": [_step(step) for step in steps]}


def as_spans(steps: Sequence[Step]) -> dict[str, Any]:
    """What a collector takes at `/v1/traces`."""
    trace, known = trace_id(steps), {step.key for step in steps}
    spans = [_span(step, trace, known) for step in steps]
    scope = {"scope": {"name": "passaparola", "version": __version__}, "spans": spans}
    return {
        "resourceSpans": [
            {"resource": {"attributes": [_attribute("service.name", "passaparola")]}, "scopeSpans": [scope]}
        ]
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "span": _span_id(step.key),
        "after": _span_id(step.after) if step.after else None,
        "name": step.name,
        "id": step.shown,
        "at": iso(step.at),
        **step.facts,
    }


def _span(step: Step, trace: str, known: set[str]) -> dict[str, Any]:
    parent = {"parentSpanId": _span_id(step.after)} if step.after in known and step.after else {}
    return {
        "traceId": trace,
        "spanId": _span_id(step.key),
        **parent,
        "name": step.name,
        "kind": INTERNAL,
        "startTimeUnixNano": str(step.at * 1000),
        "endTimeUnixNano": str(max(step.at, step.end or 0) * 1000),
        "attributes": [
            _attribute(f"passaparola.{name}", said) for name, said in {"id": step.shown, **step.facts}.items()
        ],
    }


def _span_id(key: str) -> str:
    """The half of our id that is chance."""
    return key[16:]


def _attribute(name: str, said: str | int) -> dict[str, Any]:
    return {"key": name, "value": {"intValue": str(said)} if isinstance(said, int) else {"stringValue": said}}
