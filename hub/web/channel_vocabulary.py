"""Words of what is brought, by which way, and of the kinds of documents."""

from flask_babel import lazy_gettext as _l

from hub.domain.directory import Channel
from hub.models.answer import OutsideChannel
from hub.models.delivery import DeliveryKind, DeliveryState
from hub.models.rights_request import IntakeChannel, KeyClass

CHANNELS = {
    Channel.EMAIL: _l("By e-mail"),
    Channel.PORTAL: _l("On this site"),
    Channel.POST: _l("By post"),
    Channel.WEBHOOK: _l("By a call to their software"),
}

INTAKE_CHANNELS = {
    IntakeChannel.API: _l("From another service"),
    IntakeChannel.COUNTER: _l("At the counter"),
    IntakeChannel.EMAIL: _l("By e-mail"),
    IntakeChannel.PHONE: _l("By phone"),
    IntakeChannel.POST: _l("By post"),
    IntakeChannel.WEB: _l("On this site"),
}

OUTSIDE_CHANNELS = {
    OutsideChannel.COUNTER: _l("At the counter"),
    OutsideChannel.EMAIL: _l("By e-mail"),
    OutsideChannel.PHONE: _l("By phone"),
    OutsideChannel.POST: _l("By post"),
}

DELIVERY_STATES = {
    DeliveryState.CANCELLED: _l("Cancelled"),
    DeliveryState.CLAIMED: _l("Being sent"),
    DeliveryState.DELIVERED: _l("Delivered to its recipient"),
    DeliveryState.NEEDS_PERSON: _l("Someone must look at it"),
    DeliveryState.WAITING: _l("Waiting to be sent"),
}

DELIVERY_KINDS = {
    DeliveryKind.ACCESS_CHANGED: _l("Notice to a member: sign-in changed"),
    DeliveryKind.ACCOUNT_ENDING: _l("Notice to a member: an account nobody uses"),
    DeliveryKind.ACKNOWLEDGEMENT_MISSING: _l("Reminder: no acknowledgement"),
    DeliveryKind.ACKNOWLEDGEMENT_TO_READ: _l("Notice to the person: acknowledgements"),
    DeliveryKind.ADDRESS_CONFIRMATION: _l("Confirmation of an address"),
    DeliveryKind.ADDRESS_STILL_RIGHT: _l("Question to a controller: its own address"),
    DeliveryKind.ANSWER_CODE: _l("Code of a controller’s link"),
    DeliveryKind.ANSWER_ENDING: _l("Notice to the person: an answer will be deleted"),
    DeliveryKind.ANSWER_SENT_BACK: _l("Notice to a member: an answer sent back"),
    DeliveryKind.ANSWER_TO_READ: _l("Notice to the person: an answer"),
    DeliveryKind.CHANNEL_TRIAL: _l("Trial of a way to controllers"),
    DeliveryKind.CODE_WAITS: _l("Notice to the person represented: her own code"),
    DeliveryKind.COLLEAGUE_TASK: _l("Question to a colleague"),
    DeliveryKind.COMPLAINT_TO_TRANSMIT: _l("Notice: a complaint to transmit to the CNIL"),
    DeliveryKind.CONFIRMATION_REMINDER: _l("Reminder to confirm"),
    DeliveryKind.DATE_PASSED: _l("Notice to the person: a date has passed"),
    DeliveryKind.DEADLINE_NEAR: _l("Reminder: an answer is due"),
    DeliveryKind.DEADLINE_PASSED: _l("Reminder: an answer is late"),
    DeliveryKind.DELIVERY_ALARM: _l("Alert to the hub’s DPO: an organisation not reached"),
    DeliveryKind.DPO_ALERT: _l("Alert to an organisation’s DPO"),
    DeliveryKind.FILED_IN_YOUR_NAME: _l("Notice to the person represented: a filing"),
    DeliveryKind.FILES_TO_SEND_AGAIN: _l("Notice to a controller: files to send again"),
    DeliveryKind.HUB_DPO_ALERT: _l("Alert to the hub’s DPO"),
    DeliveryKind.IDENTITY_ASKED: _l("Notice to a controller: confirm who a person is"),
    DeliveryKind.INCIDENT_OPENED: _l("Alert to the DPOs: an incident"),
    DeliveryKind.MAIL_TO_CONFIRM: _l("Notice to a controller: an e-mail to confirm"),
    DeliveryKind.MANDATE_ENDED: _l("Notice to the person represented: her own code"),
    DeliveryKind.MEMBER_INVITATION: _l("Invitation of a member"),
    DeliveryKind.NEWS: _l("Notice to the person: news"),
    DeliveryKind.NEW_CODE_ASKED: _l("Notice to the person: a new code is asked"),
    DeliveryKind.NEW_CODE_GIVEN: _l("Notice to the person: a new code was taken"),
    DeliveryKind.NEW_CODE_READY: _l("Notice to the person: a new code is ready"),
    DeliveryKind.NOTICES_DIGEST: _l("Reminders of the day"),
    DeliveryKind.ORGANISATION_RESTORED: _l("Notice to a DPO: access open again"),
    DeliveryKind.ORGANISATION_SUSPENDED: _l("Notice to a DPO: access suspended"),
    DeliveryKind.PASSWORD_LINK: _l("Link to a member: forgotten password"),
    DeliveryKind.QUESTION_CLOSED: _l("Notice to the person: a question is closed"),
    DeliveryKind.QUESTION_REMINDER: _l("Reminder to the person: a question"),
    DeliveryKind.QUESTION_TO_ANSWER: _l("Notice to the person: a question"),
    DeliveryKind.REFERRAL: _l("Referral to a controller"),
    DeliveryKind.REFERRALS_WAITING: _l("Notice to a controller: referrals"),
    DeliveryKind.REFERRAL_ANNOUNCED: _l("Call to a controller’s software: a referral"),
    DeliveryKind.REFERRAL_WITHDRAWN: _l("Notice to a controller: withdrawal"),
    DeliveryKind.REPLY_RECEIVED: _l("Notice to a controller: a reply"),
    DeliveryKind.REQUEST_WITHDRAWN: _l("Notice to the person: withdrawal"),
    DeliveryKind.SECOND_READING: _l("Reminder: a second reader is awaited"),
    DeliveryKind.SOMETHING_TO_READ: _l("Notice to the person: something to read"),
    DeliveryKind.WEBHOOK_CHALLENGE: _l("Check of the address of a software"),
    DeliveryKind.WEBHOOK_TEST: _l("Test call to a software"),
    DeliveryKind.WHO_ACTS_CHANGED: _l("Notice to a controller: who acts has changed"),
}

KEY_CLASSES = {
    KeyClass.CONSULTATIONS: _l("Who looked at the case"),
    KeyClass.CONTENT: _l("Content of the case"),
    KeyClass.PROCEDURE: _l("Facts of the procedure"),
}

DOCUMENT_KINDS = {
    "csv": _l("Table (CSV)"),
    "docx": _l("Text document (Word)"),
    "jpeg": _l("Image (JPEG)"),
    "jpg": _l("Image (JPEG)"),
    "json": _l("Data (JSON)"),
    "odt": _l("Text document (OpenDocument)"),
    "ods": _l("Spreadsheet (OpenDocument)"),
    "pdf": _l("PDF document"),
    "png": _l("Image (PNG)"),
    "txt": _l("Plain text"),
    "xlsx": _l("Spreadsheet (Excel)"),
    "xml": _l("Data (XML)"),
    "zip": _l("Set of files (ZIP)"),
}
