"""Words of who acts: roles, kinds of actors, permissions, scopes."""

from flask_babel import lazy_gettext as _l

from hub.domain.actors import ActorKind, Role
from hub.domain.permissions import Permission
from hub.models.member import TokenScope

ROLES = {
    Role.ADMINISTRATOR: (
        _l("Administrator"),
        _l("Manages the team, the contacts and the databases of the organisation."),
    ),
    Role.AGENT: (
        _l("Agent"),
        _l("Handles requests and prepares answers."),
    ),
    Role.CNIL_LIAISON: (
        _l("CNIL liaison"),
        _l("Transmits to the CNIL what the law says, and records what comes of it."),
    ),
    Role.DECISION_MAKER: (
        _l("Decision-maker"),
        _l("Approves and signs answers."),
    ),
    Role.DPO: (
        _l("Data protection officer (DPO)"),
        _l("Advises and audits; does not decide in place of the organisation."),
    ),
    Role.HUB_AGENT: (
        _l("Hub agent"),
        _l("Keys in letters, files held mail, prints post: one case at a time, with a reason."),
    ),
    Role.HUB_DPO: (
        _l("DPO of the hub"),
        _l("Sees the facts of every case; opens content with a reason."),
    ),
    Role.OPERATOR: (
        _l("Operator"),
        _l("Runs the hub and sees no content."),
    ),
}

ACTOR_KINDS = {
    ActorKind.API_CLIENT: _l("A program of the organisation"),
    ActorKind.COLLEAGUE: _l("A colleague asked by a member"),
    ActorKind.CONTACT: _l("The organisation’s contact, by link"),
    ActorKind.MEMBER: _l("A member of an organisation"),
    ActorKind.PERSON: _l("The person"),
    ActorKind.SYSTEM: _l("The service"),
}

PERMISSIONS = {
    Permission.ADMINISTER_ORGANISATION: _l("Manage the organisation"),
    Permission.AUDIT_HUB: _l("Audit the hub"),
    Permission.AUDIT_ORGANISATION: _l("Audit the organisation"),
    Permission.BE_SIGNED_IN: _l("Be signed in"),
    Permission.DESCRIBE_PROCESSINGS: _l("Describe the organisation’s databases"),
    Permission.DO_HUB_TASKS: _l("Do the tasks of the hub’s agents"),
    Permission.KEY_IN: _l("Key in a request received elsewhere"),
    Permission.OPERATE: _l("Run the hub"),
    Permission.READ_COMPLAINTS: _l("See what is transmitted to the CNIL"),
    Permission.READ_REFERRALS: _l("Read requests"),
    Permission.READ_RULES: _l("Read the rules and reports of the hub"),
    Permission.TRANSMIT_COMPLAINTS: _l("Transmit complaints to the CNIL"),
    Permission.WORK_REFERRALS: _l("Handle requests"),
}

TOKEN_SCOPES = {
    TokenScope.ANSWER: _l("Read and answer requests"),
    TokenScope.AUDIT: _l("Read the log"),
    TokenScope.FILE: _l("File requests"),
    TokenScope.OPT_OUTS: _l("Read the list of opt-outs"),
}
