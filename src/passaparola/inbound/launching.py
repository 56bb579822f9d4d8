"""What this installation says of itself before a program is launched."""

from urllib.parse import urlsplit

from django.conf import settings

from passaparola.analytics.launch import launch_facts
from passaparola.domain.programs.readiness import LaunchFacts


def facts_here(workspace: str) -> LaunchFacts:
    """Whether events arrive, mail leaves, links can be opened, and people see whom to ask."""
    return launch_facts(workspace, mail_is_set=settings.MAIL.smtp, public_address=not only_here())


def only_here() -> bool:
    """Whether the address of the pages can be opened on this machine only."""
    return urlsplit(settings.PUBLIC_URL).hostname in ("localhost", "127.0.0.1", "::1")
