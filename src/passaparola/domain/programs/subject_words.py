"""What is said of the friend where a program's subject has a name of its own: a rider, a guest, a candidate.

Each sentence about friends has one about them beside it; what is not here is said of friends.
"""

from collections.abc import Mapping

from passaparola.domain.programs.subjects import Subject
from passaparola.domain.programs.whoever_comes import WHOEVER_COMES
from passaparola.domain.tongue import Tongue, ngettext_noop
from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.values import replace

Words = Mapping[str, str | tuple[str, str]]


def speaking_of(tongue: Tongue, subject: str) -> Tongue:
    """The tongue that says of the program's subject what it would say of friends."""
    words = SAID.get(subject)
    if words is None:
        return tongue

    def one(text: str) -> str:
        said = words.get(text, text)
        return tongue.gettext(said if isinstance(said, str) else text)

    def many(text: str, plural: str, n: int) -> str:
        said = words.get(text)
        return tongue.ngettext(*(said if isinstance(said, tuple) else (text, plural)), n)

    return replace(tongue, gettext=one, ngettext=many)


_GUEST: Words = {
    "The friend gets %(gift)s.": _("The guest gets %(gift)s."),
    "A friend is bound to an advocate %(bind)s and earns rewards %(earn)s.": _(
        "A guest is bound to an advocate %(bind)s and earns rewards %(earn)s."
    ),
    "Friends of the segment %(segment)s: %(windows)s": _("Guests of the segment %(segment)s: %(windows)s"),
    "%(gift)s for every %(n)s friend": ngettext_noop(
        "%(gift)s for every %(n)s guest", "%(gift)s for every %(n)s guests"
    ),
    "%(gift)s once, for the first %(n)s friend": ngettext_noop(
        "%(gift)s once, for the first %(n)s guest", "%(gift)s once, for the first %(n)s guests"
    ),
    "%(gift)s for the first %(n)s friend": ngettext_noop(
        "%(gift)s for the first %(n)s guest", "%(gift)s for the first %(n)s guests"
    ),
    "%(worth)s from friend number %(n)s on": _("%(worth)s from guest number %(n)s on"),
    "Rewards are earned by a friend's sign-up:": _("Rewards are earned by a guest's sign-up:"),
    "as soon as a friend signs up through you": _("as soon as a guest signs up through you"),
    "Your friend gets": _("Your guest gets"),
    "A friend, since %(day)s": _("A guest, since %(day)s"),
    "Friend %(friend)s: %(said)s.": _("Guest %(friend)s: %(said)s."),
    "Rule %(rule)s for the friend: %(said)s.": _("Rule %(rule)s for the guest: %(said)s."),
    "the friend is not bound to anybody": _("the guest is not bound to anybody"),
    "the friend is bound and has not converted": _("the guest is bound and has not converted"),
    "the friend is bound and has converted": _("the guest is bound and has converted"),
    "nobody can be rewarded for this friend": _("nobody can be rewarded for this guest"),
    "the friend signed up": _("the guest signed up"),
    "the advocate's converted friends are %(count)s, one reward for every %(every)s: %(reached)s in all": _(
        "the advocate's converted guests are %(count)s, one reward for every %(every)s: %(reached)s in all"
    ),
    "A friend came through your recommendation. Your reward follows when the program's conditions are met.": _(
        "A guest came through your recommendation. Your reward follows when the program's conditions are met."
    ),
    "We could not connect this friend with a recommendation.": _(
        "We could not connect this guest with a recommendation."
    ),
    "This friend was with us already.": _("This guest was with us already."),
    "The friend came too long after your recommendation.": _("The guest came too long after your recommendation."),
    "The friend has not come yet.": _("The guest has not come yet."),
    "The friend came through another recommendation.": _("The guest came through another recommendation."),
    "The referral of a friend": _("The referral of a guest"),
    "The friend's reward %(rule)s": _("The guest's reward %(rule)s"),
    "Rewards are earned by a friend's first completed stay:": _(
        "Rewards are earned by a guest's first completed stay:"
    ),
    "Rewards are earned by each completed stay of a friend:": _(
        "Rewards are earned by each completed stay of a guest:"
    ),
    "after the first stay of a friend who comes through you": _(
        "after the first stay of a guest who comes through you"
    ),
    "after each stay of a friend who comes through you": _("after each stay of a guest who comes through you"),
    "A friend is new who has not paid for a stay before.": _("A guest is new who has not paid for a stay before."),
    "For new customers: you have not paid an order at %(firm)s before.": _(
        "For new guests: you have not paid an order at %(firm)s before."
    ),
    "Come to %(firm)s, and %(who)s gets %(advocate)s": _("Stay with %(firm)s, and %(who)s gets %(advocate)s"),
}
_RIDER: Words = {
    "The friend gets %(gift)s.": _("The rider gets %(gift)s."),
    "A friend is bound to an advocate %(bind)s and earns rewards %(earn)s.": _(
        "A rider is bound to an advocate %(bind)s and earns rewards %(earn)s."
    ),
    "Friends of the segment %(segment)s: %(windows)s": _("Riders of the segment %(segment)s: %(windows)s"),
    "%(gift)s for every %(n)s friend": ngettext_noop(
        "%(gift)s for every %(n)s rider", "%(gift)s for every %(n)s riders"
    ),
    "%(gift)s once, for the first %(n)s friend": ngettext_noop(
        "%(gift)s once, for the first %(n)s rider", "%(gift)s once, for the first %(n)s riders"
    ),
    "%(gift)s for the first %(n)s friend": ngettext_noop(
        "%(gift)s for the first %(n)s rider", "%(gift)s for the first %(n)s riders"
    ),
    "%(worth)s from friend number %(n)s on": _("%(worth)s from rider number %(n)s on"),
    "Rewards are earned by a friend's sign-up:": _("Rewards are earned by a rider's sign-up:"),
    "as soon as a friend signs up through you": _("as soon as a rider signs up through you"),
    "Your friend gets": _("Your rider gets"),
    "A friend, since %(day)s": _("A rider, since %(day)s"),
    "Friend %(friend)s: %(said)s.": _("Rider %(friend)s: %(said)s."),
    "Rule %(rule)s for the friend: %(said)s.": _("Rule %(rule)s for the rider: %(said)s."),
    "the friend is not bound to anybody": _("the rider is not bound to anybody"),
    "the friend is bound and has not converted": _("the rider is bound and has not converted"),
    "the friend is bound and has converted": _("the rider is bound and has converted"),
    "nobody can be rewarded for this friend": _("nobody can be rewarded for this rider"),
    "the friend signed up": _("the rider signed up"),
    "the advocate's converted friends are %(count)s, one reward for every %(every)s: %(reached)s in all": _(
        "the advocate's converted riders are %(count)s, one reward for every %(every)s: %(reached)s in all"
    ),
    "A friend came through your recommendation. Your reward follows when the program's conditions are met.": _(
        "A rider came through your recommendation. Your reward follows when the program's conditions are met."
    ),
    "We could not connect this friend with a recommendation.": _(
        "We could not connect this rider with a recommendation."
    ),
    "This friend was with us already.": _("This rider was with us already."),
    "The friend came too long after your recommendation.": _("The rider came too long after your recommendation."),
    "The friend has not come yet.": _("The rider has not come yet."),
    "The friend came through another recommendation.": _("The rider came through another recommendation."),
    "The referral of a friend": _("The referral of a rider"),
    "The friend's reward %(rule)s": _("The rider's reward %(rule)s"),
    "Rewards are earned by a friend's first completed ride:": _(
        "Rewards are earned by a rider's first completed ride:"
    ),
    "Rewards are earned by each completed ride of a friend:": _(
        "Rewards are earned by each completed ride of a rider:"
    ),
    "after the first ride of a friend who comes through you": _(
        "after the first ride of a rider who comes through you"
    ),
    "after each ride of a friend who comes through you": _("after each ride of a rider who comes through you"),
    "A friend is new who has not paid for a ride before.": _("A rider is new who has not paid for a ride before."),
    "For new customers: you have not paid an order at %(firm)s before.": _(
        "For new riders: you have not paid an order at %(firm)s before."
    ),
    "Come to %(firm)s, and %(who)s gets %(advocate)s": _("Ride with %(firm)s, and %(who)s gets %(advocate)s"),
}
_USER: Words = {
    "The friend gets %(gift)s.": _("The user gets %(gift)s."),
    "A friend is bound to an advocate %(bind)s and earns rewards %(earn)s.": _(
        "A user is bound to an advocate %(bind)s and earns rewards %(earn)s."
    ),
    "Friends of the segment %(segment)s: %(windows)s": _("Users of the segment %(segment)s: %(windows)s"),
    "%(gift)s for every %(n)s friend": ngettext_noop("%(gift)s for every %(n)s user", "%(gift)s for every %(n)s users"),
    "%(gift)s once, for the first %(n)s friend": ngettext_noop(
        "%(gift)s once, for the first %(n)s user", "%(gift)s once, for the first %(n)s users"
    ),
    "%(gift)s for the first %(n)s friend": ngettext_noop(
        "%(gift)s for the first %(n)s user", "%(gift)s for the first %(n)s users"
    ),
    "%(worth)s from friend number %(n)s on": _("%(worth)s from user number %(n)s on"),
    "Rewards are earned by a friend's sign-up:": _("Rewards are earned by a user's sign-up:"),
    "as soon as a friend signs up through you": _("as soon as a user signs up through you"),
    "Your friend gets": _("Your user gets"),
    "A friend, since %(day)s": _("A user, since %(day)s"),
    "Friend %(friend)s: %(said)s.": _("User %(friend)s: %(said)s."),
    "Rule %(rule)s for the friend: %(said)s.": _("Rule %(rule)s for the user: %(said)s."),
    "the friend is not bound to anybody": _("the user is not bound to anybody"),
    "the friend is bound and has not converted": _("the user is bound and has not converted"),
    "the friend is bound and has converted": _("the user is bound and has converted"),
    "nobody can be rewarded for this friend": _("nobody can be rewarded for this user"),
    "the friend signed up": _("the user signed up"),
    "the advocate's converted friends are %(count)s, one reward for every %(every)s: %(reached)s in all": _(
        "the advocate's converted users are %(count)s, one reward for every %(every)s: %(reached)s in all"
    ),
    "A friend came through your recommendation. Your reward follows when the program's conditions are met.": _(
        "A user came through your recommendation. Your reward follows when the program's conditions are met."
    ),
    "We could not connect this friend with a recommendation.": _(
        "We could not connect this user with a recommendation."
    ),
    "This friend was with us already.": _("This user was with us already."),
    "The friend came too long after your recommendation.": _("The user came too long after your recommendation."),
    "The friend has not come yet.": _("The user has not come yet."),
    "The friend came through another recommendation.": _("The user came through another recommendation."),
    "The referral of a friend": _("The referral of a user"),
    "The friend's reward %(rule)s": _("The user's reward %(rule)s"),
    "Rewards are earned when a friend's sign-up is verified:": _(
        "Rewards are earned when a user's sign-up is verified:"
    ),
    "as soon as the sign-up of a friend who comes through you is verified": _(
        "as soon as the sign-up of a user who comes through you is verified"
    ),
    "Rewards are earned by a friend's first paid order:": _("Rewards are earned by a user's first paid order:"),
    "with the first order of a friend who comes through you": _("with the first order of a user who comes through you"),
    "For new customers: you have not paid an order at %(firm)s before.": _(
        "For new users: you have not paid an order at %(firm)s before."
    ),
}
_SUBSCRIBER: Words = {
    "The friend gets %(gift)s.": _("The subscriber gets %(gift)s."),
    "A friend is bound to an advocate %(bind)s and earns rewards %(earn)s.": _(
        "A subscriber is bound to an advocate %(bind)s and earns rewards %(earn)s."
    ),
    "Friends of the segment %(segment)s: %(windows)s": _("Subscribers of the segment %(segment)s: %(windows)s"),
    "%(gift)s for every %(n)s friend": ngettext_noop(
        "%(gift)s for every %(n)s subscriber", "%(gift)s for every %(n)s subscribers"
    ),
    "%(gift)s once, for the first %(n)s friend": ngettext_noop(
        "%(gift)s once, for the first %(n)s subscriber", "%(gift)s once, for the first %(n)s subscribers"
    ),
    "%(gift)s for the first %(n)s friend": ngettext_noop(
        "%(gift)s for the first %(n)s subscriber", "%(gift)s for the first %(n)s subscribers"
    ),
    "%(worth)s from friend number %(n)s on": _("%(worth)s from subscriber number %(n)s on"),
    "Rewards are earned by a friend's sign-up:": _("Rewards are earned by a subscriber's sign-up:"),
    "as soon as a friend signs up through you": _("as soon as a subscriber signs up through you"),
    "Your friend gets": _("Your subscriber gets"),
    "A friend, since %(day)s": _("A subscriber, since %(day)s"),
    "Friend %(friend)s: %(said)s.": _("Subscriber %(friend)s: %(said)s."),
    "Rule %(rule)s for the friend: %(said)s.": _("Rule %(rule)s for the subscriber: %(said)s."),
    "the friend is not bound to anybody": _("the subscriber is not bound to anybody"),
    "the friend is bound and has not converted": _("the subscriber is bound and has not converted"),
    "the friend is bound and has converted": _("the subscriber is bound and has converted"),
    "nobody can be rewarded for this friend": _("nobody can be rewarded for this subscriber"),
    "the friend signed up": _("the subscriber signed up"),
    "the advocate's converted friends are %(count)s, one reward for every %(every)s: %(reached)s in all": _(
        "the advocate's converted subscribers are %(count)s, one reward for every %(every)s: %(reached)s in all"
    ),
    "A friend came through your recommendation. Your reward follows when the program's conditions are met.": _(
        "A subscriber came through your recommendation. Your reward follows when the program's conditions are met."
    ),
    "We could not connect this friend with a recommendation.": _(
        "We could not connect this subscriber with a recommendation."
    ),
    "This friend was with us already.": _("This subscriber was with us already."),
    "The friend came too long after your recommendation.": _("The subscriber came too long after your recommendation."),
    "The friend has not come yet.": _("The subscriber has not come yet."),
    "The friend came through another recommendation.": _("The subscriber came through another recommendation."),
    "The referral of a friend": _("The referral of a subscriber"),
    "The friend's reward %(rule)s": _("The subscriber's reward %(rule)s"),
    "Rewards are earned by the first invoice that a friend pays:": _(
        "Rewards are earned by the first invoice that a subscriber pays:"
    ),
    "Rewards are earned by each invoice that a friend pays:": _(
        "Rewards are earned by each invoice that a subscriber pays:"
    ),
    "with the first invoice paid by a friend who comes through you": _(
        "with the first invoice paid by a subscriber who comes through you"
    ),
    "with each invoice paid by a friend who comes through you": _(
        "with each invoice paid by a subscriber who comes through you"
    ),
    "A friend is new who has not paid an invoice before.": _("A subscriber is new who has not paid an invoice before."),
    "For new customers: you have not paid an order at %(firm)s before.": _(
        "For new subscribers: you have not paid an invoice of %(firm)s before."
    ),
    "Order at %(firm)s, and %(who)s gets %(advocate)s": _("Subscribe to %(firm)s, and %(who)s gets %(advocate)s"),
}
_CANDIDATE: Words = {
    "The friend gets %(gift)s.": _("The candidate gets %(gift)s."),
    "A friend is bound to an advocate %(bind)s and earns rewards %(earn)s.": _(
        "A candidate is bound to an advocate %(bind)s and earns rewards %(earn)s."
    ),
    "Friends of the segment %(segment)s: %(windows)s": _("Candidates of the segment %(segment)s: %(windows)s"),
    "%(gift)s for every %(n)s friend": ngettext_noop(
        "%(gift)s for every %(n)s candidate", "%(gift)s for every %(n)s candidates"
    ),
    "%(gift)s once, for the first %(n)s friend": ngettext_noop(
        "%(gift)s once, for the first %(n)s candidate", "%(gift)s once, for the first %(n)s candidates"
    ),
    "%(gift)s for the first %(n)s friend": ngettext_noop(
        "%(gift)s for the first %(n)s candidate", "%(gift)s for the first %(n)s candidates"
    ),
    "%(worth)s from friend number %(n)s on": _("%(worth)s from candidate number %(n)s on"),
    "Rewards are earned by a friend's sign-up:": _("Rewards are earned by a candidate's sign-up:"),
    "as soon as a friend signs up through you": _("as soon as a candidate signs up through you"),
    "Your friend gets": _("Your candidate gets"),
    "A friend, since %(day)s": _("A candidate, since %(day)s"),
    "Friend %(friend)s: %(said)s.": _("Candidate %(friend)s: %(said)s."),
    "Rule %(rule)s for the friend: %(said)s.": _("Rule %(rule)s for the candidate: %(said)s."),
    "the friend is not bound to anybody": _("the candidate is not bound to anybody"),
    "the friend is bound and has not converted": _("the candidate is bound and has not converted"),
    "the friend is bound and has converted": _("the candidate is bound and has converted"),
    "nobody can be rewarded for this friend": _("nobody can be rewarded for this candidate"),
    "the friend signed up": _("the candidate signed up"),
    "the advocate's converted friends are %(count)s, one reward for every %(every)s: %(reached)s in all": _(
        "the advocate's converted candidates are %(count)s, one reward for every %(every)s: %(reached)s in all"
    ),
    "A friend came through your recommendation. Your reward follows when the program's conditions are met.": _(
        "A candidate came through your recommendation. Your reward follows when the program's conditions are met."
    ),
    "We could not connect this friend with a recommendation.": _(
        "We could not connect this candidate with a recommendation."
    ),
    "This friend was with us already.": _("This candidate was with us already."),
    "The friend came too long after your recommendation.": _("The candidate came too long after your recommendation."),
    "The friend has not come yet.": _("The candidate has not come yet."),
    "The friend came through another recommendation.": _("The candidate came through another recommendation."),
    "The referral of a friend": _("The referral of a candidate"),
    "The friend's reward %(rule)s": _("The candidate's reward %(rule)s"),
    "Rewards are earned when a friend is hired:": _("Rewards are earned when a candidate is hired:"),
    "when a friend who comes through you is hired": _("when a candidate who comes through you is hired"),
    "Rewards are earned when a friend reaches the stage %(stage)s:": _(
        "Rewards are earned when a candidate reaches the stage %(stage)s:"
    ),
    "when a friend who comes through you reaches the stage %(stage)s": _(
        "when a candidate who comes through you reaches the stage %(stage)s"
    ),
    "Rewards are earned when a friend comes to a meeting:": _(
        "Rewards are earned when a candidate comes to a meeting:"
    ),
    "after the first meeting with a friend who comes through you": _(
        "after the first meeting with a candidate who comes through you"
    ),
    "the friend reached the stage %(stage)s": _("the candidate reached the stage %(stage)s"),
    "Whoever recommends and whoever orders are two people.": _(
        "Whoever recommends and whoever applies are two people."
    ),
    "Come to %(firm)s, and %(who)s gets %(advocate)s": _("Apply to %(firm)s, and %(who)s gets %(advocate)s"),
}
_CONTENT: Words = {
    "The friend gets %(gift)s.": _("The reader gets %(gift)s."),
    "A friend is bound to an advocate %(bind)s and earns rewards %(earn)s.": _(
        "A reader is bound to an advocate %(bind)s and earns rewards %(earn)s."
    ),
    "Friends of the segment %(segment)s: %(windows)s": _("Readers of the segment %(segment)s: %(windows)s"),
    "%(gift)s for every %(n)s friend": ngettext_noop(
        "%(gift)s for every %(n)s reader", "%(gift)s for every %(n)s readers"
    ),
    "%(gift)s once, for the first %(n)s friend": ngettext_noop(
        "%(gift)s once, for the first %(n)s reader", "%(gift)s once, for the first %(n)s readers"
    ),
    "%(gift)s for the first %(n)s friend": ngettext_noop(
        "%(gift)s for the first %(n)s reader", "%(gift)s for the first %(n)s readers"
    ),
    "%(worth)s from friend number %(n)s on": _("%(worth)s from reader number %(n)s on"),
    "Rewards are earned by a friend's sign-up:": _("Rewards are earned by a reader's sign-up:"),
    "as soon as a friend signs up through you": _("as soon as a reader signs up through you"),
    "Your friend gets": _("Your reader gets"),
    "A friend, since %(day)s": _("A reader, since %(day)s"),
    "Friend %(friend)s: %(said)s.": _("Reader %(friend)s: %(said)s."),
    "Rule %(rule)s for the friend: %(said)s.": _("Rule %(rule)s for the reader: %(said)s."),
    "the friend is not bound to anybody": _("the reader is not bound to anybody"),
    "the friend is bound and has not converted": _("the reader is bound and has not converted"),
    "the friend is bound and has converted": _("the reader is bound and has converted"),
    "nobody can be rewarded for this friend": _("nobody can be rewarded for this reader"),
    "the friend signed up": _("the reader signed up"),
    "the advocate's converted friends are %(count)s, one reward for every %(every)s: %(reached)s in all": _(
        "the advocate's converted readers are %(count)s, one reward for every %(every)s: %(reached)s in all"
    ),
    "A friend came through your recommendation. Your reward follows when the program's conditions are met.": _(
        "A reader came through your recommendation. Your reward follows when the program's conditions are met."
    ),
    "We could not connect this friend with a recommendation.": _(
        "We could not connect this reader with a recommendation."
    ),
    "This friend was with us already.": _("This reader was with us already."),
    "The friend came too long after your recommendation.": _("The reader came too long after your recommendation."),
    "The friend has not come yet.": _("The reader has not come yet."),
    "The friend came through another recommendation.": _("The reader came through another recommendation."),
    "The referral of a friend": _("The referral of a reader"),
    "The friend's reward %(rule)s": _("The reader's reward %(rule)s"),
    "Rewards are earned by each day on which a friend visits through the advocate's link:": _(
        "Rewards are earned by each day on which a reader visits through the advocate's link:"
    ),
    "for each day on which a friend visits through your link": _(
        "for each day on which a reader visits through your link"
    ),
    "the friend visited on %(day)s": _("the reader visited on %(day)s"),
    "For new customers: you have not paid an order at %(firm)s before.": _(
        "For new readers: you have not paid an order at %(firm)s before."
    ),
}
SAID: Mapping[str, Words] = {
    Subject.GUEST: {**WHOEVER_COMES, **_GUEST},
    Subject.RIDER: {**WHOEVER_COMES, **_RIDER},
    Subject.USER: {**WHOEVER_COMES, **_USER},
    Subject.SUBSCRIBER: {**WHOEVER_COMES, **_SUBSCRIBER},
    Subject.CANDIDATE: {**WHOEVER_COMES, **_CANDIDATE},
    Subject.CONTENT: {**WHOEVER_COMES, **_CONTENT},
}

# For tables that are English for everybody, such as the report on the command line.
FRIENDS: Mapping[str, str] = {
    Subject.GUEST: "guests",
    Subject.RIDER: "riders",
    Subject.USER: "users",
    Subject.SUBSCRIBER: "subscribers",
    Subject.CANDIDATE: "candidates",
    Subject.CONTENT: "readers",
}
