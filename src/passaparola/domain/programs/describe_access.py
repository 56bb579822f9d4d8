"""Who may recommend, in plain sentences."""

from passaparola.domain.programs.access import AccessMode, Join, Segment, SegmentBy
from passaparola.domain.programs.compiled import Program
from passaparola.domain.tongue import Tongue
from passaparola.domain.tongue import gettext_noop as _

_ACCESS = {
    AccessMode.OPEN: _("Anyone may recommend."),
    AccessMode.CUSTOMERS: _("Customers may recommend."),
    AccessMode.INVITE_ONLY: _("Only people who were invited may recommend."),
    AccessMode.EMPLOYEES: _("Everybody who works here may recommend."),
    AccessMode.PROSPECTS_ALLOWED: _("Everybody who is known may recommend, customer or not."),
    AccessMode.SEGMENT: _("Only the people of a segment may recommend."),
}
_TOP = {
    SegmentBy.REVENUE: _("It holds the top %(percent)s of the people with paid orders, by what they paid."),
    SegmentBy.ORDERS: _("It holds the top %(percent)s of the people with paid orders, by their number."),
    SegmentBy.NPS: _("It holds the top %(percent)s of the people with the fact nps, by it."),
    SegmentBy.SATISFACTION: _("It holds the top %(percent)s of the people with the fact satisfaction, by it."),
}
_JOIN = {
    Join.AUTOMATIC_ON_SIGNUP: _("Whoever signs up becomes an advocate at once."),
    Join.BY_ASKING: _("Nobody becomes an advocate without asking."),
}


def access_words(program: Program, tongue: Tongue) -> list[str]:
    """One or more sentences: who, which segment and audience, and how they come in where that is not the usual way."""
    _, admission = tongue.gettext, program.admission
    said = [_(_ACCESS[program.access])]
    if admission.segment is not None:
        said.append(segment_words(admission.segment, tongue))
    if program.access is AccessMode.INVITE_ONLY and admission.invited_for_days != 30:
        days = admission.invited_for_days
        text = tongue.ngettext(
            "An invitation is good once, for %(n)s day.", "An invitation is good once, for %(n)s days.", days
        )
        said.append(text % {"n": days})
    if admission.audience is not None:
        said.append(_("They must meet the condition %(condition)s.") % {"condition": admission.audience.text})
    if admission.join in _JOIN:
        said.append(_(_JOIN[admission.join]))
    return said


def segment_words(segment: Segment, tongue: Tongue) -> str:
    """Whom a segment holds."""
    if segment.percent_bp is not None:
        return tongue.gettext(_TOP[segment.by]) % {"percent": tongue.percent(segment.percent_bp)}
    return tongue.gettext("It holds the people whose fact segment is %(name)s.") % {"name": segment.named or ""}
