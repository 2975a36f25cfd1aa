"""Words of the reasons why a right is open, conditional or closed."""

from flask_babel import lazy_gettext as _l

from hub.domain.applicability import Circumstance, ReasonCode

REASONS = {
    ReasonCode.ALWAYS_OPEN: _l(
        "You can always ask. Only what would harm other people, or what a text protects, can "
        "be left out."
    ),
    ReasonCode.ANONYMOUS_DATA: _l(
        "This data no longer concerns anyone in particular: nobody can find yours in it."
    ),
    ReasonCode.ANY_TIME: _l("At any time, without giving a reason, as simply as you agreed."),
    ReasonCode.CANNOT_IDENTIFY: _l(
        "The organisation cannot tell which data is yours. It must show why, and look again "
        "if you give it something that helps."
    ),
    ReasonCode.CARE_LEGITIMATE_REASON: _l(
        "For your patient record, a legitimate reason is needed. You can refuse that it be "
        "shared within the care team."
    ),
    ReasonCode.CATALOGUE_OBJECTION: _l("You can object to the use of a database of the catalogue."),
    ReasonCode.DATA_YOU_GAVE: _l(
        "For data you gave yourself and that is processed by computer. What was deduced from "
        "it is not included."
    ),
    ReasonCode.ERASE_AFTER_OBJECTION: _l("Above all once your objection has been accepted."),
    ReasonCode.ERASE_AFTER_WITHDRAWAL: _l(
        "Once you have withdrawn your agreement, if no other rule allows the data to be kept."
    ),
    ReasonCode.ERASE_IF_UNNEEDED: _l(
        "When the data is no longer needed for the service you asked for, or is used unlawfully."
    ),
    ReasonCode.ERASE_IN_LISTED_CASES: _l(
        "In the cases listed by article 17: data no longer needed, or used unlawfully, for example."
    ),
    ReasonCode.EXCLUDED_BY_ACT: _l("A decree or an order excludes it for this database."),
    ReasonCode.FOUR_CASES: _l(
        "In four cases: you contest that the data is right, its use is unlawful, you need it "
        "for a claim, or your objection is being examined."
    ),
    ReasonCode.KEPT_BY_LAW: _l(
        "A law requires the data to be kept. It can be erased if it is no longer needed or is "
        "used unlawfully."
    ),
    ReasonCode.KEPT_FOR_PUBLIC_TASK: _l(
        "As a rule no, because the data serves a public mission. Yes if it is no longer "
        "needed, is used unlawfully, or if your objection was accepted."
    ),
    ReasonCode.LATER_PERMITS_ONLY: _l(
        "It will apply to permits given after you opted out, not to those given before."
    ),
    ReasonCode.LEGAL_OBLIGATION_BINDS: _l("A law requires this use: nobody can object to it."),
    ReasonCode.LISTED_BY_PLATFORM: _l("You can object to the use of your data by this platform."),
    ReasonCode.MEDICAL_FILE_KEPT: _l(
        "A hospital must keep the record for twenty years. It can correct or remove what is "
        "wrong, unclear or out of date."
    ),
    ReasonCode.MEDICAL_FILE_TIMES: _l(
        "Within 8 days, or 2 months for what is more than 5 years old. Directly, or through a "
        "doctor you choose."
    ),
    ReasonCode.MEDICAL_OPINION_COMPLETED: _l(
        "What is wrong is corrected. A doctor’s opinion is not rewritten, but you can have "
        "your own remark added."
    ),
    ReasonCode.NEITHER_CONSENT_NOR_CONTRACT: _l(
        "This right exists only when you gave your agreement or signed a contract."
    ),
    ReasonCode.NO_CONSENT_GIVEN: _l(
        "This use does not rest on your agreement: there is none to withdraw."
    ),
    ReasonCode.NO_REASON_NEEDED: _l(
        "Yes, without giving a reason. It stops where the data can no longer be linked to you."
    ),
    ReasonCode.NO_REASON_THROUGH_HOSPITAL: _l(
        "Yes, without giving a reason, through the hospital where you stayed."
    ),
    ReasonCode.OBJECTION_UPHELD: _l(
        "Your objection was accepted: the data must be erased, unless a text requires it to "
        "be kept."
    ),
    ReasonCode.ONLY_TASK_OR_INTEREST: _l(
        "This right exists only for a public mission or a legitimate interest."
    ),
    ReasonCode.PARTICULAR_SITUATION: _l(
        "Yes: say in a few words what is particular in your situation. The organisation can "
        "refuse only for a compelling reason, which it must show."
    ),
    ReasonCode.PARTICULAR_SITUATION_OR_MARKETING: _l(
        "Yes: say in a few words what is particular in your situation. For advertising, no "
        "reason is needed and it is never refused."
    ),
    ReasonCode.PERSON_DECEASED: _l(
        "Rights end with the person. Heirs keep some, for three purposes: the estate, family "
        "memories, and having the death recorded."
    ),
    ReasonCode.PUBLIC_TASK_NOT_PORTABLE: _l(
        "This right does not exist for a public mission. You can still receive a copy in "
        "electronic form."
    ),
    ReasonCode.PURPOSES_UNKNOWN: _l(
        "We do not know yet why this data is used. You can ask: the organisation must answer."
    ),
    ReasonCode.REGISTER_EXCLUDES_OBJECTION: _l(
        "A decree creates this register and does not provide for objection."
    ),
    ReasonCode.REGISTER_KEEPS: _l(
        "A decree requires this register to be complete. A mistake can be corrected."
    ),
    ReasonCode.REGISTER_TWO_PERIODS: _l(
        "Yes. After 24 months your name is no longer there, and the way to find you changes."
    ),
    ReasonCode.RESEARCH_DEROGATION: _l(
        "As a rule yes. A study can limit it only by showing that it could not succeed otherwise."
    ),
    ReasonCode.RESEARCH_ERASURE: _l(
        "A study can keep what it already used if erasing it would ruin the study. Objecting "
        "stops later use."
    ),
    ReasonCode.SNDS_MAIN_EXCLUDED: _l(
        "The law does not allow anyone to be taken out of the main database. You can object "
        "to the studies that use it."
    ),
    ReasonCode.SNDS_PERMANENT_EXCLUDED: _l(
        "The law does not allow objection to the permanent access of public bodies. You can "
        "object to studies."
    ),
    ReasonCode.STEERING_CONTINUES: _l(
        "Your data is no longer used for research, but still serves to steer health policy."
    ),
    ReasonCode.WAREHOUSE_ANY_TIME: _l(
        "Yes, at any time, for the whole warehouse or for one study. Your care does not change."
    ),
    ReasonCode.WITHDRAW_INSTEAD: _l(
        "This use rests on your agreement: withdraw it, which is simpler and cannot be refused."
    ),
    ReasonCode.WRONG_OR_INCOMPLETE: _l("For what is wrong or incomplete."),
}

CIRCUMSTANCES = {
    Circumstance.ANONYMOUS_DATA: _l("The data is anonymous"),
    Circumstance.CANNOT_IDENTIFY: _l("The person cannot be found in the data"),
    Circumstance.OBJECTION_UPHELD: _l("An objection was accepted"),
    Circumstance.PERSON_DECEASED: _l("The person has died"),
}
