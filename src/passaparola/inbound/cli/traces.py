"""`passaparola trace`: the way from a click to the ledger."""

import click

from passaparola.inbound.cli.output import json_option, say_json, table
from passaparola.inbound.cli.ready import Problem, open_for_reading
from passaparola.inbound.cli.root import passaparola


@passaparola.command()
@click.argument("id")
@click.option("--otlp", is_flag=True, help="Print spans of OpenTelemetry as JSON, for the /v1/traces of a collector.")
@json_option
def trace(id: str, otlp: bool, as_json: bool) -> None:  # noqa: A002
    """Follow one friend from the click to the ledger and to whoever was told: every row, in order, with what it follows from.

    ID is a visit's token (v_…) or id, a webhook's id (msg_…), or what `explain` takes: evt_…, ref_…, rwd_…, an order's number.
    """
    workspace = open_for_reading()
    from passaparola.domain.instant import iso
    from passaparola.inbound import traced
    from passaparola.store.read.explanations import NothingKnown
    from passaparola.store.read.snapshot import snapshot
    from passaparola.store.read.traces import trace_id, trace_of

    with snapshot() as session:
        try:
            steps = trace_of(session, workspace, traced.named(workspace, id))
        except NothingKnown as problem:
            raise Problem(str(problem)) from None
    if otlp:
        say_json(traced.as_spans(steps))
    elif as_json:
        say_json(traced.as_json(steps))
    else:
        rows = [
            [iso(s.at), s.name, s.shown, ", ".join(f"{k} {v}" for k, v in s.facts.items() if k != "commit" and v != "")]
            for s in steps
        ]
        click.echo(f"Trace {trace_id(steps)}\n\n{table(['at', 'what', 'id', ''], rows)}")
