"""Words of what a ground owes: the question to the agent, what is owed instead, the burden."""

from flask_babel import lazy_gettext as _l

from hub.domain.ground_terms import Burden, Confidence, EvidenceKind, GroundKind, InsteadKind

EVIDENCE = {
    EvidenceKind.ACCURACY: _l(
        "What shows that the data is accurate, or that it is a medical opinion?"
    ),
    EvidenceKind.AUTHORITY_CHECK: _l(
        "Which proof of parental authority or protection was asked for, and what is missing?"
    ),
    EvidenceKind.BALANCING: _l(
        "Weigh the interests of this person against yours, in writing. A general formula is "
        "not enough."
    ),
    EvidenceKind.CASES_EXAMINED: _l("Which case was examined, and why is it not met?"),
    EvidenceKind.CLAIM: _l("Which claim, or which limitation period still running?"),
    EvidenceKind.DATA_ORIGIN: _l("Where do the data come from, and how are they processed?"),
    EvidenceKind.DECISION_EXCEPTION: _l(
        "Which contract, text or explicit consent allows the decision?"
    ),
    EvidenceKind.EARLIER_COPY: _l(
        "When was the earlier copy given, for which period and which data?"
    ),
    EvidenceKind.EARLIER_REQUESTS: _l(
        "Dates and scope of the earlier requests, and how often the data changes. An interval "
        "of one year is never excessive."
    ),
    EvidenceKind.FACTS: _l(
        "Which facts and documents show that the conditions are clearly not met?"
    ),
    EvidenceKind.FREEZE_DATE: _l(
        "On which date were the data made anonymous, or the results published?"
    ),
    EvidenceKind.HEIR_CHECK: _l(
        "Which proof of heirship was asked for, and for which of the three purposes?"
    ),
    EvidenceKind.IDENTITY_DOUBT: _l("Why do you doubt, what did you ask for, and when?"),
    EvidenceKind.LEGAL_BASIS: _l(
        "Which legal basis does your record of processing give for this purpose?"
    ),
    EvidenceKind.LEGAL_TEXT: _l("Exact text and article."),
    EvidenceKind.MANDATE_CHECK: _l("What is missing: mandate, identity of both, object, duration?"),
    EvidenceKind.PASSAGES: _l("Which passages, and whose rights?"),
    EvidenceKind.PUBLIC_HEALTH_PURPOSE: _l("Which public-health purpose?"),
    EvidenceKind.RESEARCH_NECESSITY: _l(
        "Why would the right make the purpose impossible or seriously impair it, and why is "
        "the derogation necessary for this person?"
    ),
    EvidenceKind.SEARCH_MADE: _l("Where did you search, and with which identifiers?"),
    EvidenceKind.STUDY_IMPACT: _l(
        "What would erasure do to the study (frozen database, published results)?"
    ),
    EvidenceKind.TASK_NECESSITY: _l("Why is the research necessary for the public-interest task?"),
    EvidenceKind.TECHNICAL_REASON: _l("What makes direct transmission impossible?"),
}

INSTEAD = {
    InsteadKind.ACCESS: _l("Ask for a copy of the data"),
    InsteadKind.ACCESS_ELECTRONIC: _l("Ask for a copy in electronic form"),
    InsteadKind.AGGREGATED_ANSWER: _l("Receive overall results instead of the detail"),
    InsteadKind.ANSWER_PERSON_DIRECTLY: _l("Answer the person directly"),
    InsteadKind.ASK_MISSING_PIECE: _l("Ask for the missing document"),
    InsteadKind.COMPLY: _l("Do as asked"),
    InsteadKind.ERASURE: _l("Ask for erasure"),
    InsteadKind.EXCLUDE_FROM_FUTURE_PROJECTS: _l("Leave the person out of later projects"),
    InsteadKind.FEE_OR_WITHDRAWAL: _l(
        "Warn, let the person withdraw, then ask a reasonable fee rather than refuse"
    ),
    InsteadKind.FURTHER_IDENTIFICATION: _l("Give more information that helps to find the data"),
    InsteadKind.GIVE_THE_REST: _l("Give all the rest"),
    InsteadKind.HAND_FILE_OVER: _l("Give the file to the person"),
    InsteadKind.HEIR_PURPOSES: _l("Ask for one of the three purposes open to heirs"),
    InsteadKind.HUMAN_INTERVENTION: _l("Ask that a person look at the decision again"),
    InsteadKind.INDIRECT_ACCESS: _l("Go through the CNIL, which checks in your place"),
    InsteadKind.LEAST_INTRUSIVE_CHECK: _l(
        "Check by the least intrusive means; a copy of an identity document comes last"
    ),
    InsteadKind.LET_PERSON_ACT: _l("Let the person act herself"),
    InsteadKind.LIFT_WHEN_ENDED: _l("Lift the limit when its reason ends"),
    InsteadKind.NOTE_OF_DISAGREEMENT: _l("Have a note of disagreement added"),
    InsteadKind.OBJECTION: _l("Object to the use"),
    InsteadKind.OBJECTION_TO_PROJECTS: _l(
        "Object to the studies and to the databases of the catalogue"
    ),
    InsteadKind.PARTIAL_ACCESS: _l("Receive part of the data"),
    InsteadKind.REASONABLE_FEE: _l("Ask a reasonable fee, announced first"),
    InsteadKind.RECTIFICATION: _l("Have a mistake corrected"),
    InsteadKind.REDACT: _l("Hide what concerns other people"),
    InsteadKind.RESTRICTION: _l("Ask for a pause in the use"),
    InsteadKind.RESTRICTION_WHILE_EXAMINED: _l("Pause the use while the objection is examined"),
    InsteadKind.STOP_FUTURE_USE: _l("Stop all later use"),
    InsteadKind.SUPPLEMENTARY_STATEMENT: _l("Have a remark added"),
    InsteadKind.TRANSFER_AND_TELL: _l(
        "Say that no data is held, or pass the request on and tell the person"
    ),
    InsteadKind.WITHDRAW_CONSENT: _l("Withdraw the agreement given"),
}

BURDENS = {
    Burden.CONTROLLER: _l("To be shown by the organisation"),
    Burden.NOBODY: _l("Nothing to show"),
    Burden.REQUESTER: _l("To be shown by the person who asks"),
    Burden.SHARED: _l("Mandate from the person who asks, check by the organisation"),
    Burden.TEXT: _l("Follows from the text"),
}

GROUND_KINDS = {
    GroundKind.NEVER_REFUSED: _l("Never refused"),
    GroundKind.NOT_A_REFUSAL: _l("An answer, not a refusal"),
    GroundKind.REFUSAL: _l("Ground for refusing"),
}

CONFIDENCES = {
    Confidence.READ: _l("Read in the text"),
    Confidence.TO_CONFIRM: _l("To be confirmed by counsel"),
}
