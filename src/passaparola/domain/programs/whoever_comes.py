"""What is said of whoever comes where a program's subject has a name of its own, and no sentence with that name is needed: what would
speak of a friend speaks of somebody, or of the recommendation."""

from collections.abc import Mapping

from passaparola.domain.tongue import gettext_noop as _
from passaparola.domain.tongue import ngettext_noop

WHOEVER_COMES: Mapping[str, str | tuple[str, str]] = {
    "Friends": _("Recommendations"),
    "Your friends": _("Your recommendations"),
    "Friends who came": _("People who came"),
    "A friend is missing here?": _("Somebody is missing here?"),
    "A friend is missing": _("Somebody is missing"),
    (
        "Your friend came or bought, and you see nothing of it? Tell us who it was. We look at visits, sign-ups and "
        "orders; what your friend bought stays with them."
    ): _(
        "Somebody came through you, and you see nothing of it? Tell us who it was. We look at what we know; what it is "
        "stays between them and us."
    ),
    "Your friend's e-mail address": _("Their e-mail address"),
    "Look for my friend": _("Look for them"),
    "A friend, about %(day)s": _("Somebody, about %(day)s"),
    "Back to your friends": _("Back to your recommendations"),
    "The program has paused: new friends earn nothing until it goes on.": _(
        "The program has paused: whoever comes now earns nothing until it goes on."
    ),
    "See your friends and your rewards. We send you a link; there is no password.": _(
        "See your recommendations and your rewards. We send you a link; there is no password."
    ),
    "The recommendation is yours. You see in your portal how far your friend is.": _(
        "The recommendation is yours. You see in your portal how it goes."
    ),
    "Your friend was with us already, or came to us another way.": _(
        "They were with us already, or came to us another way."
    ),
    "Nothing yet. Rewards stand here as soon as a friend has earned you one.": _(
        "Nothing yet. Rewards stand here as soon as a recommendation has earned you one."
    ),
    "Write to several friends": _("Write to several people"),
    "See what a friend sees": _("See what they see"),
    "Your name, for friends": _("Your name, for whom you recommend us to"),
    "Friends read <bdi>%(seen_as)s</bdi>: the first word, nothing more.": _(
        "They read <bdi>%(seen_as)s</bdi>: the first word, nothing more."
    ),
    "Friends read “your friend” as long as there is none.": _("They read no name as long as there is none."),
    "What you say to friends": _("What you say of us"),
    "We write when a friend has come and when a reward is yours.": _(
        "We write when somebody has come and when a reward is yours."
    ),
    "Recommend <bdi>%(firm)s</bdi> to your friends": _("Recommend <bdi>%(firm)s</bdi>"),
    "You give it to friends, in your own words.": _("You pass it on, in your own words."),
    "You see how far each friend is, and your rewards, in your portal. No password.": _(
        "You see how far each recommendation is, and your rewards, in your portal. No password."
    ),
    "A friend told you about us, and you want to order?": _("Somebody told you about us?"),
    "bought": _("did what counts"),
    "How far each is. Who they are and what they bought stays with them.": _(
        "How far each is. Who they are and what they did with us stays with them."
    ),
    "The one under which you order. We send one mail to confirm it.": _(
        "The one under which we know you. We send one mail to confirm it."
    ),
    (
        "If we find who you mean, we ask them. When they say yes, the recommendation counts; for an order that you "
        "place from now on, too."
    ): _("If we find who you mean, we ask them. When they say yes, the recommendation counts."),
    "Order under the same e-mail address. There is nothing else to do.": _(
        "Use the same e-mail address with us. There is nothing else to do."
    ),
    (
        "This address takes part in “%(program)s” already. One tap and everything is in one place again: your link, "
        "your friends, your rewards."
    ): _(
        "This address takes part in “%(program)s” already. One tap and everything is in one place again: your link, "
        "your recommendations, your rewards."
    ),
    (
        "Your link for “%(program)s” is ready to share. Confirm that this address is yours, and what your friends bring "
        "you is yours, too."
    ): _(
        "Your link for “%(program)s” is ready to share. Confirm that this address is yours, and what your "
        "recommendations bring you is yours, too."
    ),
    "The button opens your page with your link, your friends and your rewards. There is no password.": _(
        "The button opens your page with your link, your recommendations and your rewards. There is no password."
    ),
    "%(friends)s friend came through your recommendation.": ngettext_noop(
        "%(friends)s person came through your recommendation.", "%(friends)s people came through your recommendation."
    ),
    "A friend came to us through your recommendation in “%(program)s”. Thank you!": _(
        "Somebody came to us through your recommendation in “%(program)s”. Thank you!"
    ),
    "A friend came through your recommendation": _("Somebody came through your recommendation"),
    "%(who)s, a friend of yours is here": _("%(who)s, your recommendation was followed"),
    "A friend of yours is here": _("Your recommendation was followed"),
    "Your friend counts now": _("Your recommendation counts now"),
    "About the friend whom you missed": _("About the recommendation that you missed"),
    "We have looked for your friend": _("We have looked for it"),
    "You told us that a friend of yours was missing. You were right: the recommendation counts in “%(program)s”.": _(
        "You told us that a recommendation of yours was missing. You were right: it counts in “%(program)s”."
    ),
    "You told us that a friend of yours was missing in “%(program)s”. We could not count the recommendation.": _(
        "You told us that a recommendation of yours was missing in “%(program)s”. We could not count it."
    ),
    "%(firm)s has something for friends of its customers: take a look, it costs nothing and binds you to nothing.": _(
        "%(firm)s has something for you: take a look, it costs nothing and binds you to nothing."
    ),
    "Friends so far": _("Recommendations so far"),
    "Recommend %(firm)s to your friends": _("Recommend %(firm)s"),
    "You get %(own)s, your friend gets %(friend)s.": _("You get %(own)s, whoever comes through you gets %(friend)s."),
    "Your friend gets %(friend)s.": _("Whoever comes through you gets %(friend)s."),
    "The friend had already come through another recommendation.": _(
        "They had already come through another recommendation."
    ),
    "The friend was with us already when your recommendation came.": _(
        "They were with us already when your recommendation came."
    ),
    "The friend's order came after the time for a reward.": _("What counts came after the time for a reward."),
    "The friend's order was below the minimum of the program.": _("It was below the minimum of the program."),
    "The friend's order was in a currency the program does not cover.": _(
        "It was in a currency the program does not cover."
    ),
    "The friend's order was returned.": _("What counted was taken back."),
    "What your friend did counted in another of our programs.": _("What they did counted in another of our programs."),
    "Your friend counts. Your rewards begin with further friends.": _(
        "It counts. Your rewards begin with further recommendations."
    ),
    "This friend is on your list. Rewards begin with friends who come from now on.": _(
        "It is on your list. Rewards begin with whoever comes from now on."
    ),
    "The time for which this friend earns you a reward is over.": _(
        "The time for which this recommendation earns you a reward is over."
    ),
    "Your friend has left, and earns you nothing more.": _("They have left, and earn you nothing more."),
    "We learned more about your friend's orders, and your reward has changed.": _(
        "We learned more of it, and your reward has changed."
    ),
    "We found no sign-up and no order that fits. Ask your friend which address they used, and write to us again.": _(
        "We found nothing that fits. Ask them which address they used, and write to us again."
    ),
    "Your friend was with us before you recommended us.": _("They were with us before you recommended us."),
    "Your friend came to us another way.": _("They came to us another way."),
    "as soon as a friend signs up through you": _("as soon as somebody signs up through you"),
    "with the first order of a friend who comes through you": _("with the first order of whoever comes through you"),
    "with each order of a friend who comes through you": _("with each order of whoever comes through you"),
    "with the first invoice paid by a friend who comes through you": _(
        "with the first invoice paid by whoever comes through you"
    ),
    "with each invoice paid by a friend who comes through you": _(
        "with each invoice paid by whoever comes through you"
    ),
    "after the first ride of a friend who comes through you": _("after the first ride of whoever comes through you"),
    "after each ride of a friend who comes through you": _("after each ride of whoever comes through you"),
    "after the first stay of a friend who comes through you": _("after the first stay of whoever comes through you"),
    "after each stay of a friend who comes through you": _("after each stay of whoever comes through you"),
    "with the first order of %(item)s by a friend who comes through you": _(
        "with the first order of %(item)s by whoever comes through you"
    ),
    "with each order of %(item)s by a friend who comes through you": _(
        "with each order of %(item)s by whoever comes through you"
    ),
    "as soon as the sign-up of a friend who comes through you is verified": _(
        "as soon as the sign-up of whoever comes through you is verified"
    ),
    "as soon as the sign-up of a friend who comes through you is approved": _(
        "as soon as the sign-up of whoever comes through you is approved"
    ),
    "as soon as a friend who comes through you has told us what they need": _(
        "as soon as whoever comes through you has told us what they need"
    ),
    "after the first meeting with a friend who comes through you": _(
        "after the first meeting with whoever comes through you"
    ),
    "when a friend who comes through you signs a contract": _("when whoever comes through you signs a contract"),
    "when a friend who comes through you is hired": _("when whoever comes through you is hired"),
    "when a friend who comes through you reaches the stage %(stage)s": _(
        "when whoever comes through you reaches the stage %(stage)s"
    ),
    "for each day on which a friend visits through your link": _(
        "for each day on which somebody visits through your link"
    ),
    "each day, for the most friends": _("each day, for the most recommendations"),
    "each week, for the most friends": _("each week, for the most recommendations"),
    "each month, for the most friends": _("each month, for the most recommendations"),
    "each quarter, for the most friends": _("each quarter, for the most recommendations"),
    "each year, for the most friends": _("each year, for the most recommendations"),
    "each day, to whom friends bring most": _("each day, to whose recommendations bring most"),
    "each week, to whom friends bring most": _("each week, to whose recommendations bring most"),
    "each month, to whom friends bring most": _("each month, to whose recommendations bring most"),
    "each quarter, to whom friends bring most": _("each quarter, to whose recommendations bring most"),
    "each year, to whom friends bring most": _("each year, to whose recommendations bring most"),
    "for every %(n)s friends within %(days)s days": _("for every %(n)s people within %(days)s days"),
    "for the first %(n)s friends within %(days)s days": _("for the first %(n)s people within %(days)s days"),
}
