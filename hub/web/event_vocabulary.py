"""Words of the acts in a timeline: a sentence for the person, then a label for staff."""

from flask_babel import lazy_gettext as _l

from hub.domain.audit_log import EventKind
from hub.domain.clock_ledger import ClockEventKind

CLOCK_EVENTS = {
    ClockEventKind.START: _l("The time limit started"),
    ClockEventKind.PAUSE: _l("The time limit was stopped for an identity check"),
    ClockEventKind.RESUME: _l("The time limit resumed"),
    ClockEventKind.EXTEND: _l("The time limit was extended"),
    ClockEventKind.CANCEL_EXTEND: _l("The extension was cancelled"),
    ClockEventKind.CORRECT_START: _l("The date of receipt was corrected"),
    ClockEventKind.STOP: _l("The answer stopped the time limit"),
}

EVENTS = {
    EventKind.ACKNOWLEDGEMENT_COMPOSED: (
        _l("Your acknowledgement of receipt was written."),
        _l("Acknowledgement of receipt composed"),
    ),
    EventKind.ACCESS_RESTORED: (
        _l("The organisation’s members may sign in again."),
        _l("Access of the organisation given back"),
    ),
    EventKind.ACCESS_SUSPENDED: (
        _l("The organisation’s members may no longer sign in."),
        _l("Access of the organisation suspended"),
    ),
    EventKind.ANSWER_APPROVED: (
        _l("A second member of the organisation approved the answer."),
        _l("Answer approved by the second reader"),
    ),
    EventKind.ANSWER_CORRECTED: (
        _l("The organisation replaced its answer with a corrected one."),
        _l("Answer corrected"),
    ),
    EventKind.CHANNEL_TRIAL_ASKED: (
        _l("A way to controllers was tried."),
        _l("A way to controllers tried"),
    ),
    EventKind.CHANNEL_TRIAL_PASSED: (
        _l("The trial of a way to controllers came back."),
        _l("Trial of a way to controllers came back"),
    ),
    EventKind.ENDPOINT_CHANGED: (
        _l("An address to call was given."),
        _l("Address of the organisation’s software given"),
    ),
    EventKind.ENDPOINT_CONFIRMED: (
        _l("An address to call was confirmed."),
        _l("Address of the organisation’s software confirmed"),
    ),
    EventKind.ENDPOINT_DOUBTED: (
        _l("An address to call has answered nothing for a week."),
        _l("Calls to the organisation’s software put at rest: it answers nothing"),
    ),
    EventKind.ENDPOINT_KEY_CHANGED: (
        _l("A signing key was changed."),
        _l("Key of the calls to the organisation’s software changed"),
    ),
    EventKind.ENDPOINT_REMOVED: (
        _l("An address to call was removed."),
        _l("Address of the organisation’s software removed"),
    ),
    EventKind.ENDPOINT_STOPPED: (
        _l("An address to call said that it is closed."),
        _l("Calls to the organisation’s software stopped: its address is closed"),
    ),
    EventKind.ANSWER_DELETED: (
        _l("The answer was deleted from this service, as announced."),
        _l("Letter and files of the answer deleted"),
    ),
    EventKind.ANSWER_DELETION_TOLD: (
        _l("We wrote to you that the answer would soon be deleted here."),
        _l("Person told that the answer will be deleted"),
    ),
    EventKind.ANSWER_GIVEN_OUTSIDE: (
        _l("The organisation answered you by another way."),
        _l("Answer given outside the hub recorded"),
    ),
    EventKind.ANSWER_LINK_ENTERED: (
        _l("The organisation opened your request by its link."),
        _l("Case opened by the link of its contact"),
    ),
    EventKind.ANSWER_LINK_MADE: (
        _l("We gave the organisation a way to answer you without an account."),
        _l("Link to answer without account made"),
    ),
    EventKind.ANSWER_LINK_REVOKED: (
        _l("The organisation’s link to your request was stopped."),
        _l("Link to answer without account revoked"),
    ),
    EventKind.ANSWER_PROPOSED: (
        _l("An answer is being read by a second member of the organisation."),
        _l("Answer handed to a second reader"),
    ),
    EventKind.ANSWER_READ: (
        _l("You read the answer."),
        _l("Answer read by the person"),
    ),
    EventKind.ANSWER_REVIEWED: (
        _l("The organisation’s data protection officer looked at the answer."),
        _l("Answer reviewed by the DPO"),
    ),
    EventKind.ANSWER_SENT: (
        _l("The organisation answered."),
        _l("Answer sent"),
    ),
    EventKind.ANSWER_SENT_BACK: (
        _l("The organisation is working on its answer again."),
        _l("Answer sent back to its author"),
    ),
    EventKind.APPLIED: (
        _l("What was decided is done."),
        _l("Decision applied, with proof"),
    ),
    EventKind.BACKLOG_IMPORTED: (
        _l("Requests received before were recorded."),
        _l("Backlog imported"),
    ),
    EventKind.CLOCK_EXTENDED: (
        _l("The organisation needs more time and gave its reasons."),
        _l("Time limit extended"),
    ),
    EventKind.CLOCK_PAUSED: (
        _l("The organisation asked you to show who you are; the time limit stands still."),
        _l("Time limit suspended"),
    ),
    EventKind.CLOCK_REDATED: (
        _l("A public holiday was added or removed: the dates of your request were computed again."),
        _l("Dates computed again: public holidays changed"),
    ),
    EventKind.CLOCK_RESUMED: (
        _l("The time limit runs again."),
        _l("Time limit resumed"),
    ),
    EventKind.CNIL_COMPLAINT_CLOSED: (
        _l("The CNIL’s decision on your complaint was recorded."),
        _l("Outcome of a complaint to the CNIL recorded"),
    ),
    EventKind.CNIL_COMPLAINT_MADE: (
        _l("You complained to the CNIL through us."),
        _l("Complaint to the CNIL received"),
    ),
    EventKind.CNIL_COMPLAINT_TRANSMITTED: (
        _l("Your complaint was transmitted to the CNIL."),
        _l("Complaint transmitted to the CNIL"),
    ),
    EventKind.CODE_RENEWED: (
        _l("You took a new secret code."),
        _l("New secret code given to the person"),
    ),
    EventKind.CNIL_FILE_MADE: (
        _l("You made your file for the CNIL."),
        _l("File for the CNIL made by the person"),
    ),
    EventKind.CODE_ASKED: (
        _l("Somebody asked for a new secret code, by your confirmed address."),
        _l("New code asked for by e-mail"),
    ),
    EventKind.CODE_STOPPED: (
        _l("The asking for a new secret code was stopped."),
        _l("Asking for a new code stopped"),
    ),
    EventKind.COMPLETION_ASKED: (
        _l("The organisation says that something is missing from your request."),
        _l("Missing items asked for"),
    ),
    EventKind.CONSULTATIONS_DELETED: (
        _l("The names of those who looked at your request were deleted."),
        _l("Names of who looked deleted"),
    ),
    EventKind.CONTACT_ADDED: (
        _l("An address was added for the organisation."),
        _l("Contact added"),
    ),
    EventKind.CONTACT_DOUBTED: (
        _l("An address of the organisation no longer works; someone is looking for the right one."),
        _l("Contact sent to review"),
    ),
    EventKind.CONTACT_VERIFIED: (
        _l("The organisation’s address was checked."),
        _l("Contact verified"),
    ),
    EventKind.CONTENT_DELETED: (
        _l("What you wrote and your identity were deleted."),
        _l("Content and identity deleted"),
    ),
    EventKind.DELAY_TOLD: (
        _l("We wrote to you that a date had passed."),
        _l("Person told that the date has passed"),
    ),
    EventKind.DELIVERY_BOUNCED: (
        _l("A message of ours came back; we are looking into it."),
        _l("Mail sent back by the mail server"),
    ),
    EventKind.DELIVERIES_RESUMED: (
        _l("Messages to the organisation leave again."),
        _l("Deliveries to the organisation resumed"),
    ),
    EventKind.DELIVERIES_SUSPENDED: (
        _l("Messages to the organisation were held back."),
        _l("Deliveries to the organisation suspended"),
    ),
    EventKind.DELIVERY_ALARMED: (
        _l("The organisation could not be reached for three days: our DPO was told."),
        _l("DPO of the hub told that a delivery has not arrived for three days"),
    ),
    EventKind.DELIVERY_FAILED: (
        _l("We could not reach the organisation; someone is looking for the right address."),
        _l("Delivery failed"),
    ),
    EventKind.DELIVERY_HELD: (
        _l("The organisation’s address is being checked."),
        _l("Address of the controller to be reviewed"),
    ),
    EventKind.DELIVERY_REROUTED: (
        _l("We took another way to reach the organisation."),
        _l("Delivery sent by another way"),
    ),
    EventKind.DELIVERY_RETRIED: (
        _l("We tried again to send a message."),
        _l("Delivery retried"),
    ),
    EventKind.DIRECTORY_IMPORTED: (
        _l("The list of databases was updated."),
        _l("Directory imported"),
    ),
    EventKind.DISPUTE_SETTLED: (
        _l("We checked with you whether this request was yours."),
        _l("Checked with the person whether the request is hers"),
    ),
    EventKind.DOCUMENT_DESTROYED: (
        _l("The copy of your identity document was destroyed."),
        _l("Copy of an identity document destroyed"),
    ),
    EventKind.DOCUMENT_OPENED: (
        _l("A document was opened."),
        _l("Document opened"),
    ),
    EventKind.DOCUMENT_REMOVED: (
        _l("The organisation removed a document from an answer before sending it."),
        _l("Document removed before it was sent"),
    ),
    EventKind.DOCUMENT_SEEN: (
        _l("A paper was looked at and not kept."),
        _l("Paper looked at, not kept"),
    ),
    EventKind.DOCUMENT_SENT: (
        _l("A document was sent."),
        _l("Document sent"),
    ),
    EventKind.EMAIL_CONFIRMED: (
        _l("You confirmed your e-mail address."),
        _l("E-mail address confirmed"),
    ),
    EventKind.EMAIL_CORRECTED: (
        _l("You corrected your e-mail address."),
        _l("E-mail address corrected"),
    ),
    EventKind.FILES_ASKED_AGAIN: (
        _l("You asked for the files again, as your former code no longer opens them."),
        _l("Files asked for again by the person"),
    ),
    EventKind.FILES_SENT_AGAIN: (
        _l("The organisation sent the files again."),
        _l("Files sent again"),
    ),
    EventKind.FILING_DISPUTED: (
        _l("You said that this request was not yours: it was stopped."),
        _l("The person says that the request is not hers: it stands still"),
    ),
    EventKind.HOLD_LIFTED: (
        _l("Your request is no longer kept longer than its time."),
        _l("Kept no longer than its time"),
    ),
    EventKind.HOLD_PLACED: (
        _l("Your request is kept longer than its time, because of a dispute."),
        _l("Kept longer than its time"),
    ),
    EventKind.HOLIDAY_ADDED: (
        _l("A public holiday was added to the calendar."),
        _l("Public holiday added"),
    ),
    EventKind.HOLIDAY_REMOVED: (
        _l("A public holiday was removed from the calendar."),
        _l("Public holiday removed"),
    ),
    EventKind.IDENTITY_CODE_ACCEPTED: (
        _l("You typed the code of the letter."),
        _l("Code of the letter typed by the person"),
    ),
    EventKind.IDENTITY_CODE_REFUSED: (
        _l("A wrong code was typed for the letter."),
        _l("Wrong code typed for the letter"),
    ),
    EventKind.IDENTITY_CONFIRMED: (
        _l("The organisation confirmed that it knows you."),
        _l("Identity confirmed by the organisation"),
    ),
    EventKind.IDENTITY_LETTER_WRITTEN: (
        _l("The organisation wrote you a letter with a code."),
        _l("Letter with a code printed"),
    ),
    EventKind.IDENTITY_PROOF_ASKED: (
        _l("You asked the organisation to confirm who you are."),
        _l("Confirmation of identity asked by the person"),
    ),
    EventKind.IDENTITY_PROVEN: (
        _l("You proved who you are."),
        _l("Identity proven by the person"),
    ),
    EventKind.INCIDENT_CLOSED: (
        _l("What was not yours in an answer was looked into, and closed."),
        _l("Incident closed"),
    ),
    EventKind.INCIDENT_OPENED: (
        _l("An answer was closed: something in it may not be yours."),
        _l("Incident opened: answer frozen"),
    ),
    EventKind.INCIDENT_RELEASED: (
        _l("The answer is open to you again."),
        _l("Answer of an incident given back"),
    ),
    EventKind.INCIDENT_WRITTEN: (
        _l("The organisation looks into what was not yours."),
        _l("Register of incidents written"),
    ),
    EventKind.MEMBER_CHANGED: (
        _l("A member’s account changed."),
        _l("Member changed"),
    ),
    EventKind.MEMBER_CONFIRMED: (
        _l("A member proved again who she is."),
        _l("Identity of the member confirmed again"),
    ),
    EventKind.MAIL_FILED: (
        _l("An e-mail was put with this request."),
        _l("E-mail put with the case"),
    ),
    EventKind.MAIL_HELD: (
        _l("An e-mail arrived; someone checks where it comes from."),
        _l("E-mail received, held to be checked"),
    ),
    EventKind.MAIL_OPENED: (
        _l("Someone read an e-mail that was received."),
        _l("E-mail received opened"),
    ),
    EventKind.MAIL_RECEIVED: (
        _l("An e-mail arrived about your request."),
        _l("E-mail received"),
    ),
    EventKind.MAIL_SET_ASIDE: (
        _l("An e-mail that was received was set aside."),
        _l("E-mail received set aside"),
    ),
    EventKind.MANDATE_ENDED: (
        _l("The mandate has ended: the answers come to you alone."),
        _l("The mandate has ended"),
    ),
    EventKind.MEMBER_DELETED: (
        _l("An account that nobody used was deleted."),
        _l("Unused account deleted"),
    ),
    EventKind.MEMBER_DELETION_TOLD: (
        _l("A member was told that her account would be deleted."),
        _l("Member told that the account will be deleted"),
    ),
    EventKind.KEYS_CHANGED: (
        _l("The keys that protect what is kept here were renewed."),
        _l("Keys of the hub changed"),
    ),
    EventKind.KEYS_REWRAPPED: (
        _l("The keys that protect what is kept here were renewed."),
        _l("Data keys wrapped anew"),
    ),
    EventKind.LETTER_KEPT: (
        _l("The letter of the answer was kept, with its fingerprint."),
        _l("Letter kept, with its hash"),
    ),
    EventKind.LETTER_POSTED: (
        _l("A letter with your request left for the organisation."),
        _l("Letter to the controller posted"),
    ),
    EventKind.LETTER_PRINTED: (
        _l("A letter to the organisation was printed."),
        _l("Letter to the controller printed"),
    ),
    EventKind.LETTER_RETURNED: (
        _l("The letter to the organisation came back: we look for its right address."),
        _l("Letter to the controller returned by the post"),
    ),
    EventKind.MEMBER_INVITED: (
        _l("A member was invited."),
        _l("Member invited"),
    ),
    EventKind.MEMBER_PASSWORD_FORGOTTEN: (
        _l("A member said that she forgot her password."),
        _l("New password asked for"),
    ),
    EventKind.MEMBER_SIGNED_IN: (
        _l("A member signed in."),
        _l("Member signed in"),
    ),
    EventKind.MEMBER_SIGN_IN_FAILED: (
        _l("A sign-in failed."),
        _l("Sign-in failed"),
    ),
    EventKind.NAMED_NOT_FOUND: (
        _l("We looked for the organisation that was named, and could not find it."),
        _l("Organisation named could not be found"),
    ),
    EventKind.NOTE_ADDED: (
        _l("The organisation is working on your request."),
        _l("Internal note added"),
    ),
    EventKind.NOTICE_ESCALATED: (
        _l("We alerted a data protection officer that the date had passed."),
        _l("Delay brought to a DPO"),
    ),
    EventKind.NOTICE_SENT: (
        _l("We reminded the organisation of your request."),
        _l("Reminder sent"),
    ),
    EventKind.MANDATE_KEPT: (
        _l("Who acted for you is kept with the proofs of the procedure."),
        _l("Mandate kept with the facts of the procedure"),
    ),
    EventKind.OBJECTION_DELETED: (
        _l("An objection was deleted: the data are no longer in use."),
        _l("Line of the list of objections deleted"),
    ),
    EventKind.OBJECTION_LIST_READ: (
        _l("The list of objections was read."),
        _l("List of objections read as of a day"),
    ),
    EventKind.OPT_OUT_LIST_READ: (
        _l("The list of opt-outs was read."),
        _l("List of opt-outs read for the permits of a day"),
    ),
    EventKind.OPT_OUT_REASON_GIVEN: (
        _l("You said why you refused."),
        _l("Reason of an opt-out given"),
    ),
    EventKind.OPT_OUT_RECORDED: (
        _l("Your refusal was recorded."),
        _l("Opt-out recorded"),
    ),
    EventKind.OPT_OUT_REVERSED: (
        _l("You took back your refusal."),
        _l("Opt-out reversed"),
    ),
    EventKind.PROCEDURE_DELETED: (
        _l("The rest of your request was deleted."),
        _l("Facts of the procedure deleted"),
    ),
    EventKind.PROCESSING_CHANGED: (
        _l("The description of a database changed."),
        _l("Processing changed"),
    ),
    EventKind.RECIPIENTS_CHANGED: (
        _l("The recipients of a database changed."),
        _l("Recipients of a processing changed"),
    ),
    EventKind.HUB_RECORD_ENTERED: (
        _l("A document was entered in the file of the hub."),
        _l("Document entered in the file of the hub"),
    ),
    EventKind.HUB_RECORD_WITHDRAWN: (
        _l("A document was taken out of the file of the hub."),
        _l("Document taken out of the file of the hub"),
    ),
    EventKind.QUESTION_ASKED: (
        _l("The organisation asked you a question."),
        _l("Question asked"),
    ),
    EventKind.QUESTION_CLOSED: (
        _l("We wrote to you that a question no longer waits. A late reply opens it again."),
        _l("Question without reply closed, person told"),
    ),
    EventKind.QUESTION_REMINDED: (
        _l("We reminded you that a question waits for your reply."),
        _l("Person reminded of a question"),
    ),
    EventKind.QUESTION_REOPENED: (
        _l("Your late reply opened the question again."),
        _l("Question opened again by a late reply"),
    ),
    EventKind.RECEIPT_PRINTED: (
        _l("Your acknowledgement of receipt was prepared, to be given to you on paper."),
        _l("Receipt prepared on paper for the person"),
    ),
    EventKind.RECIPIENT_NOTICE_CLOSED: (
        _l("A body that had received your data was told of the change, or why not is recorded."),
        _l("Recipient told (art. 19), or reason recorded"),
    ),
    EventKind.RECIPIENT_NOTICE_OPENED: (
        _l("The bodies that had received your data must be told of the change."),
        _l("Recipients to be told (art. 19)"),
    ),
    EventKind.REFERRAL_ACKNOWLEDGED: (
        _l("The organisation confirmed that it received your request."),
        _l("Receipt acknowledged"),
    ),
    EventKind.REFERRAL_ASSIGNED: (
        _l("Someone was put in charge of your request."),
        _l("Assignee changed"),
    ),
    EventKind.REFERRAL_CLOSED: (
        _l("The case is closed."),
        _l("Case closed"),
    ),
    EventKind.REFERRAL_CONTESTED: (
        _l("You contested the answer."),
        _l("Answer contested"),
    ),
    EventKind.REFERRAL_CREATED: (
        _l("Your request was prepared for the organisation."),
        _l("Referral created"),
    ),
    EventKind.REFERRAL_DECLINED: (
        _l("The organisation says it is not the one in charge."),
        _l("Declined: not the controller"),
    ),
    EventKind.REFERRAL_DELIVERED: (
        _l("Your request was sent to the organisation."),
        _l("Referral delivered"),
    ),
    EventKind.REFERRAL_JOINED: (
        _l("The organisation treats this request with another one of yours, which asks the same."),
        _l("Joined with another request of the same person"),
    ),
    EventKind.REFERRAL_LABELLED: (
        _l("The organisation sorted your request."),
        _l("Label changed"),
    ),
    EventKind.REFERRAL_OPENED: (
        _l("The organisation opened your request."),
        _l("Case opened"),
    ),
    EventKind.REFERRAL_SEPARATED: (
        _l("The organisation treats this request by itself again."),
        _l("Treated by itself again"),
    ),
    EventKind.REFERRAL_TRANSFERRED: (
        _l("Your request was passed on to the right organisation."),
        _l("Case transferred"),
    ),
    EventKind.REFERRAL_WITHDRAWN: (
        _l("You withdrew your request to this organisation."),
        _l("Case withdrawn"),
    ),
    EventKind.REPRESENTED_TOLD: (
        _l("We told you that this request was made in your name."),
        _l("Person told that a request was made in her name"),
    ),
    EventKind.REPLY_GIVEN: (
        _l("You replied."),
        _l("Reply from the person"),
    ),
    EventKind.REQUEST_CONSULTED: (
        _l("The content of your request was looked at, with a reason."),
        _l("Content consulted"),
    ),
    EventKind.REQUEST_RECOVERED: (
        _l("A failure had lost your request; we found it again in our second copy."),
        _l("Request found again in the intake journal after a failure"),
    ),
    EventKind.REQUEST_CLOSED: (
        _l("Your request is closed."),
        _l("Request closed"),
    ),
    EventKind.REQUEST_FILED: (
        _l("You filed your request."),
        _l("Request filed"),
    ),
    EventKind.REQUEST_LAPSED: (
        _l("Your request was not confirmed in time: it was not sent."),
        _l("Request lapsed"),
    ),
    EventKind.REQUEST_OPENED: (
        _l("You opened your request."),
        _l("Request opened by the person"),
    ),
    EventKind.REQUEST_REFUSED: (
        _l("The mandate did not allow this request: it was passed on to nobody."),
        _l("Not passed on: the mandate does not allow it"),
    ),
    EventKind.REQUEST_WITHDRAWN: (
        _l("You withdrew your request."),
        _l("Request withdrawn"),
    ),
    EventKind.SECOND_READING_CHANGED: (
        _l("The organisation changed who reads its refusals."),
        _l("Second reading of refusals turned on or off"),
    ),
    EventKind.TASK_ANSWERED: (
        _l("A colleague of the organisation gave the information asked for."),
        _l("Task answered"),
    ),
    EventKind.TASK_OPENED: (
        _l("The organisation asked a colleague for information."),
        _l("Task opened"),
    ),
    EventKind.TOKEN_CREATED: (
        _l("A program of the organisation was given access."),
        _l("Token created"),
    ),
    EventKind.TOKEN_REVOKED: (
        _l("A program’s access was ended."),
        _l("Token revoked"),
    ),
}
