"""Words of who acts for whom: in what capacity, why it opens nothing, what may be said to whom."""

from flask_babel import lazy_gettext as _l

from hub.domain.representation import Capacity, HeirPurpose, Limit, Objection
from hub.domain.sightings import SeenKind, Verdict
from hub.models.hub_task import HubTaskKind
from hub.models.rights_request import IntakeChannel

CAPACITIES = {
    Capacity.PARENT: _l("My child, who is a minor"),
    Capacity.GUARDIAN: _l("An adult for whom a judge or a mandate appointed me (tutelle…)"),
    Capacity.CURATOR: _l("An adult whom I assist (curatelle)"),
    Capacity.AGENT: _l("Somebody who gave me a written mandate"),
    Capacity.ASSOCIATION: _l("Somebody who gave a written mandate to my association"),
    Capacity.HEIR: _l("Somebody who has died, and whose heir I am"),
}
CAPACITIES_FOR_STAFF = {
    Capacity.PARENT: _l("Holder of parental authority"),
    Capacity.GUARDIAN: _l("Guardian (tutelle, family authorisation or lasting mandate)"),
    Capacity.CURATOR: _l("Curator"),
    Capacity.AGENT: _l("Agent under mandate"),
    Capacity.ASSOCIATION: _l("Association under mandate"),
    Capacity.HEIR: _l("Heir"),
}
CAPACITIES_TO_PERSON = {
    Capacity.PARENT: _l("by somebody who says that she is your parent"),
    Capacity.GUARDIAN: _l("by somebody who says that she was appointed to represent you"),
    Capacity.CURATOR: _l("by somebody who says that she assists you"),
    Capacity.AGENT: _l("by somebody who says that you gave her a mandate"),
    Capacity.ASSOCIATION: _l("by an association that says that you gave it a mandate"),
    Capacity.HEIR: _l("by somebody who says that she is an heir"),
}
FILED_AS_HERSELF = {
    IntakeChannel.API: _l("in your name, through another service"),
    IntakeChannel.COUNTER: _l("in your name, at a counter"),
    IntakeChannel.EMAIL: _l("in your name, by e-mail"),
    IntakeChannel.PHONE: _l("in your name, by telephone"),
    IntakeChannel.POST: _l("in your name, by letter"),
    IntakeChannel.WEB: _l("in your name, on our site"),
}
"""How a request that nobody says to make for another came."""
PURPOSES = {
    HeirPurpose.ESTATE: _l("To settle the estate"),
    HeirPurpose.FAMILY_MEMORIES: _l("To receive the digital memories of the family"),
    HeirPurpose.DEATH_NOTED: _l("To have the death taken into account"),
}
SEEN = {
    SeenKind.MANDATE: _l("Mandate"),
    SeenKind.FAMILY_BOOKLET: _l("Livret de famille"),
    SeenKind.JUDGMENT: _l("Judgment"),
    SeenKind.LASTING_MANDATE: _l("Lasting mandate, with its certificate"),
    SeenKind.DEED_OF_HEIRSHIP: _l("Acte de notoriété"),
    SeenKind.IDENTITY_DOCUMENT: _l("Identity document"),
}
VERDICTS = {
    Verdict.CONVINCES: _l("It convinces"),
    Verdict.DOES_NOT: _l("It does not convince"),
}
TASK_KINDS = {
    HubTaskKind.CHECK_DISPUTE: _l("Check with the person: she says it was not she"),
    HubTaskKind.CODE_BY_POST: _l("Post her own code: the answers are hers alone"),
    HubTaskKind.TELL_BY_POST: _l("Tell her by post: a request was made in her name"),
}
OBJECTIONS = {
    Objection.CURATOR_ASSISTS: _l(
        "A person under curatelle makes her request herself. You may help her fill it in; the "
        "answer goes to her."
    ),
    Objection.MANDATE_EXPIRED: _l("The mandate is over. Ask the person for a new one."),
    Objection.MANDATE_NOT_BEGUN: _l("The mandate has not begun yet."),
    Objection.MANDATE_SILENT_ON_PROCESSING: _l(
        "The mandate does not cover these databases. Ask the person for one that does."
    ),
    Objection.MANDATE_SILENT_ON_RIGHT: _l(
        "The mandate does not cover this request. Ask the person for one that does, or choose "
        "what it covers."
    ),
    Objection.PERSON_IS_ADULT: _l("The person is 18 or more: she makes her request herself."),
    Objection.PURPOSE_MISSING: _l("An heir says for which of the three purposes she acts."),
}
LIMITS = {
    Limit.ANSWER_TO_PERSON: _l(
        "Answer the person herself, not who acts for her (décret 2019-536, article 77)."
    ),
    Limit.ANSWER_TO_REPRESENTATIVE: _l("The answer goes to who acts for the person."),
    Limit.EACH_PARENT_ACTS: _l(
        "Each parent may act, whatever the other was told. The other is not told of this request."
    ),
    Limit.MANDATE_ENDED: _l(
        "The mandate has ended: tell nothing more to who acted, and answer the person."
    ),
    Limit.MINOR_MAY_ACT_ALONE: _l(
        "From 15 years of age, a young person may act alone for health research and ask that her "
        "parents be told nothing (loi Informatique et Libertés, article 70)."
    ),
    Limit.ONLY_PURPOSE: _l(
        "Give only what this purpose needs (loi Informatique et Libertés, article 85)."
    ),
    Limit.PARENTS_KEPT_OUT: _l(
        "A young person of this name and date of birth asked that her parents be told nothing: "
        "give the parent no information, not even that a case exists (article 70)."
    ),
    Limit.TELL_NO_PARENT: _l(
        "She is 15 or more and asked that her parents be told nothing: write to her alone "
        "(loi Informatique et Libertés, article 70)."
    ),
    Limit.SEE_HEIRSHIP: _l(
        "Ask to see the acte de notoriété or the livret de famille; note it, keep no copy."
    ),
    Limit.SEE_JUDGMENT: _l(
        "Ask to see the judgment or the mandate, for the person and not only her property; note "
        "it, keep no copy."
    ),
    Limit.SEE_MANDATE: _l(
        "Ask to see the mandate: identities, object, duration, who is answered; note it, keep no "
        "copy."
    ),
    Limit.SEE_PARENTAL_AUTHORITY: _l(
        "Ask to see what shows parental authority (livret de famille…); note it, keep no copy."
    ),
}


def objection_words(objection: Objection) -> str:
    """Why somebody may not act as she says, and what to do."""
    return str(OBJECTIONS[objection])


def limit_sentence(limit: Limit) -> str:
    """What may be said to whom, or what is to be seen."""
    return str(LIMITS[limit])


def filed_by_words(capacity: Capacity | None, channel: IntakeChannel) -> str:
    """By whom, or how, a request was made, as the person in whose name it was reads it."""
    return str(CAPACITIES_TO_PERSON[capacity] if capacity else FILED_AS_HERSELF[channel])
