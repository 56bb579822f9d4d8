"""A flow as plain JSON values, for the API and the command line."""

from dataclasses import asdict
from typing import Any

from passaparola.domain.programs.flow import Flow


def flow_document(flow: Flow) -> dict[str, Any]:
    return {
        "program": flow.program,
        "name": flow.name,
        "parts": [{"key": p.key, "title": p.title, "moves": [asdict(m) for m in p.moves]} for p in flow.parts],
        "limits": list(flow.limits),
    }
