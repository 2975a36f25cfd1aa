"""Words of the grounds for refusing: the label, then a plain sentence for the person."""

from flask_babel import lazy_gettext as _l

GROUNDS = {
    "ALL-UNFOUNDED": (
        _l("Manifestly unfounded request"),
        _l("The organisation says that your request clearly rests on nothing."),
    ),
    "ALL-EXCESSIVE": (
        _l("Excessive, notably repeated request"),
        _l("The organisation says that you have made this request too often in too short a time."),
    ),
    "ALL-UNIDENTIFIED": (
        _l("The person cannot be found in the data"),
        _l(
            "The organisation shows that it cannot tell which data is yours. You can give it "
            "something that helps."
        ),
    ),
    "ALL-ID-DOUBT": (
        _l("Doubt about identity not removed"),
        _l("The organisation still has a reasonable doubt that you are the person concerned."),
    ),
    "ALL-ART23": (
        _l("Limit set by a text"),
        _l("A law or a decree limits this right for these data."),
    ),
    "ALL-NOT-CONTROLLER": (
        _l("Not the controller, or no data held"),
        _l("The organisation does not hold your data or does not decide how it is used."),
    ),
    "ALL-MANDATE": (
        _l("Mandate missing or not valid"),
        _l("The paper that lets someone act for you is missing or does not cover this request."),
    ),
    "ALL-REP-AUTHORITY": (
        _l("Legal representation not shown"),
        _l("Nothing shows that the person who asks may act for the child or the protected adult."),
    ),
    "ALL-DECEASED": (
        _l("Rights ended by death, or heir not shown"),
        _l(
            "Rights end with the person; an heir must show who she is and for which of the "
            "three purposes she asks."
        ),
    ),
    "ACC-OTHERS": (
        _l("Rights of other people"),
        _l(
            "Some passages would harm other people or reveal a business secret. You must "
            "receive the rest."
        ),
    ),
    "ACC-COPIES": (
        _l("Further copy of the same data"),
        _l("You have already received these data; a further copy may cost a reasonable fee."),
    ),
    "ACC-RESEARCH": (
        _l("Research derogation (access)"),
        _l("Giving you these data now would make the study impossible or seriously harm it."),
    ),
    "ACC-SECRET": (
        _l("Secret protected by law"),
        _l("A secret that the law protects prevents these data from being given."),
    ),
    "REC-ACCURATE": (
        _l("The data is accurate, or is a medical opinion"),
        _l(
            "The organisation shows that the data is right, or that it is a doctor’s opinion. "
            "You can have your remark added."
        ),
    ),
    "REC-RESEARCH": (
        _l("Research derogation (rectification)"),
        _l("Correcting these data now would make the study impossible or seriously harm it."),
    ),
    "ERA-NO-CASE": (
        _l("None of the cases for erasure"),
        _l("Your situation is none of the six in which the law requires erasure."),
    ),
    "ERA-EXPRESSION": (
        _l("Freedom of expression and information"),
        _l("The data is needed for the freedom to inform."),
    ),
    "ERA-LEGAL": (
        _l("Legal obligation or public-interest task (erasure)"),
        _l("A text requires these data to be used."),
    ),
    "ERA-PUBHEALTH": (
        _l("Public health"),
        _l("The data is needed to protect everyone’s health."),
    ),
    "ERA-RESEARCH": (
        _l("Archives, research or statistics"),
        _l(
            "Erasing these data would make the study impossible or seriously harm it. Later "
            "use can stop."
        ),
    ),
    "ERA-CLAIMS": (
        _l("Legal claims (erasure)"),
        _l("The data may be needed before a court."),
    ),
    "ERA-RETENTION": (
        _l("Retention period set by law"),
        _l(
            "A text requires these data to be kept for a number of years (20 years for a "
            "hospital record)."
        ),
    ),
    "RES-NO-CASE": (
        _l("None of the cases for restriction"),
        _l("Your situation is none of the four in which the law requires a pause."),
    ),
    "RES-RESEARCH": (
        _l("Research derogation (restriction)"),
        _l("Pausing the use of these data would make the study impossible or seriously harm it."),
    ),
    "POR-BASIS": (
        _l("Neither consent nor contract"),
        _l(
            "This right exists only when you gave your agreement or signed a contract. You "
            "can ask for a copy instead."
        ),
    ),
    "POR-AUTOMATED": (
        _l("Data not given by the person, or kept on paper"),
        _l(
            "You did not give these data yourself, or they are not processed by computer. You "
            "can ask for a copy instead."
        ),
    ),
    "POR-PUBLIC": (
        _l("Public-interest task (portability)"),
        _l(
            "This right does not exist for a public mission. You can ask for a copy in "
            "electronic form."
        ),
    ),
    "POR-OTHERS": (
        _l("Rights of other people (portability)"),
        _l("Part of the file would harm other people. You must receive the rest."),
    ),
    "POR-DIRECT": (
        _l("Direct transmission not technically possible"),
        _l(
            "The organisation cannot send the file straight to another service: it gives it to you."
        ),
    ),
    "OBJ-BASIS": (
        _l("Neither public-interest task nor legitimate interest"),
        _l(
            "The law does not provide for objection to this use. You can withdraw your "
            "agreement or ask for erasure."
        ),
    ),
    "OBJ-COMPELLING": (
        _l("Compelling legitimate grounds"),
        _l("The organisation shows that, in your case, its reasons weigh more than yours."),
    ),
    "OBJ-CLAIMS": (
        _l("Legal claims (objection)"),
        _l("The organisation needs these data before a court."),
    ),
    "OBJ-RESEARCH": (
        _l("Research needed for a public-interest task"),
        _l(
            "The research is necessary for a public mission. You can be left out of later projects."
        ),
    ),
    "OBJ-LIL78": (
        _l("Research derogation (objection)"),
        _l("Taking your data out would make the study impossible or seriously harm it."),
    ),
    "OBJ-SNDS-MAIN": (
        _l("SNDS main database: objection excluded"),
        _l(
            "The law does not allow anyone to be taken out of the main database. You can "
            "object to the studies that use it."
        ),
    ),
    "OBJ-SNDS-PERM": (
        _l("Permanent access to the SNDS: objection excluded"),
        _l(
            "The law does not allow objection to the permanent access of public bodies. You "
            "can object to studies."
        ),
    ),
    "OBJ-ACT": (
        _l("Objection excluded by a regulatory act"),
        _l("A decree or an order excludes objection for this database."),
    ),
    "OBJ-MARKETING": (
        _l("Advertising: never refused"),
        _l("You can always say no to advertising."),
    ),
    "OBJ-TOO-LATE": (
        _l("Data already anonymous, or results published"),
        _l(
            "Your data can no longer be taken out of what was made anonymous or published. It "
            "is not used again."
        ),
    ),
    "CON-NONE": (
        _l("Withdrawal of consent: never refused"),
        _l("You can always withdraw your agreement."),
    ),
    "ADM-EXC": (
        _l("Automated decision allowed by contract, text or consent"),
        _l("A computer may decide here; you can ask that a person look at it again."),
    ),
    "EHDS-NONE": (
        _l("European opt-out: never refused"),
        _l("You can always opt out of later reuse."),
    ),
}
