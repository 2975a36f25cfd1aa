"""Words of the states, acts and outcomes of a case: for the person, then for staff."""

from flask_babel import lazy_gettext as _l

from hub.domain.lifecycle import Action, ReferralState, RequestState
from hub.domain.outcomes import Outcome
from hub.models.answer import AnswerState, Direction
from hub.models.exchange import MessageKind
from hub.models.referral import ToldBy, WaitingFor

OUTCOMES = {
    Outcome.ALREADY_SATISFIED: (
        _l("It was already done"),
        _l("Already satisfied"),
    ),
    Outcome.CANNOT_IDENTIFY: (
        _l("They could not find you"),
        _l("Person cannot be identified"),
    ),
    Outcome.GRANTED: (
        _l("Accepted"),
        _l("Granted"),
    ),
    Outcome.NO_DATA_HELD: (
        _l("They hold no data about you"),
        _l("No data held"),
    ),
    Outcome.PARTLY_GRANTED: (
        _l("Accepted in part"),
        _l("Partly granted"),
    ),
    Outcome.REFUSED: (
        _l("Refused, with reasons"),
        _l("Refused"),
    ),
    Outcome.TRANSFERRED: (
        _l("Passed on to another organisation"),
        _l("Transferred"),
    ),
}

REQUEST_STATES = {
    RequestState.ACTIVE: (
        _l("In progress"),
        _l("In progress"),
    ),
    RequestState.AWAITING_CONFIRMATION: (
        _l("To be confirmed by you"),
        _l("Awaiting confirmation"),
    ),
    RequestState.CLOSED: (
        _l("Complete"),
        _l("Closed"),
    ),
    RequestState.DRAFT: (
        _l("Not sent yet"),
        _l("Draft"),
    ),
    RequestState.INADMISSIBLE: (
        _l("Cannot be handled"),
        _l("Inadmissible"),
    ),
    RequestState.LAPSED: (
        _l("Never confirmed"),
        _l("Lapsed"),
    ),
    RequestState.NEEDS_PERSON: (
        _l("We need something from you"),
        _l("Needs the person"),
    ),
    RequestState.WITHDRAWN: (
        _l("Withdrawn by you"),
        _l("Withdrawn"),
    ),
}

REFERRAL_STATES = {
    ReferralState.ACKNOWLEDGED: (
        _l("Received by the organisation"),
        _l("Acknowledged"),
    ),
    ReferralState.ANSWERED: (
        _l("Answered"),
        _l("Answer sent"),
    ),
    ReferralState.CLOSED: (
        _l("Complete"),
        _l("Closed"),
    ),
    ReferralState.CONTACT_REVIEW: (
        _l("We are looking for the right address"),
        _l("Contact under review"),
    ),
    ReferralState.CONTESTED: (
        _l("Answer contested by you"),
        _l("Contested"),
    ),
    ReferralState.DECLINED_NOT_CONTROLLER: (
        _l("This organisation is not the one in charge"),
        _l("Declined: not the controller"),
    ),
    ReferralState.DELIVERED: (
        _l("Sent to the organisation"),
        _l("Delivered"),
    ),
    ReferralState.DELIVERY_FAILED: (
        _l("We could not reach the organisation yet"),
        _l("Delivery failed"),
    ),
    ReferralState.IN_PROGRESS: (
        _l("Being handled"),
        _l("In progress"),
    ),
    ReferralState.QUEUED: (
        _l("About to be sent"),
        _l("Queued"),
    ),
    ReferralState.TRANSFERRED: (
        _l("Passed on to the right organisation"),
        _l("Transferred"),
    ),
    ReferralState.WITHDRAWN: (
        _l("Withdrawn by you"),
        _l("Withdrawn"),
    ),
}

ACTIONS = {
    Action.ACKNOWLEDGE: _l("Acknowledge receipt"),
    Action.ANSWER: _l("Answer"),
    Action.APPROVE_ANSWER: _l("Approve the answer"),
    Action.ASK_FILES_AGAIN: _l("Ask for the files again"),
    Action.ASK_QUESTION: _l("Ask a question"),
    Action.ASK_TO_BE_KNOWN: _l("Ask the organisation to confirm who I am"),
    Action.ASSIGN: _l("Assign"),
    Action.CLOSE: _l("Close"),
    Action.CLOSE_UNREPLIED: _l("Close without reply"),
    Action.CONTEST: _l("Contest the answer"),
    Action.CORRECT_ANSWER: _l("Correct the answer"),
    Action.DECLINE: _l("Decline: not the controller"),
    Action.DELIVER: _l("Deliver"),
    Action.END_SEARCH: _l("End the search for the organisation named"),
    Action.EXTEND: _l("Extend the time limit"),
    Action.FAIL_DELIVERY: _l("Record a failed delivery"),
    Action.JOIN: _l("Treat with an earlier request of the same person"),
    Action.MARK_APPLIED: _l("Record that it is done"),
    Action.NOTE: _l("Add an internal note"),
    Action.OPEN_TASK: _l("Ask a colleague"),
    Action.PROPOSE_ANSWER: _l("Hand to a second reader"),
    Action.RECORD_OUTSIDE_ANSWER: _l("Record an answer given elsewhere"),
    Action.REPLY: _l("Reply"),
    Action.REPLY_LATE: _l("Reply late"),
    Action.REQUEUE: _l("Send again"),
    Action.RESUME: _l("Resume the time limit"),
    Action.REVIEW_CONTACT: _l("Review the contact"),
    Action.ROUTE_ON: _l("Pass on to the organisation named"),
    Action.SEND_ANSWER_BACK: _l("Send back to the author"),
    Action.SEND_FILES_AGAIN: _l("Send the files again"),
    Action.TELL_RECIPIENT: _l("Record that a recipient was told"),
    Action.TRANSFER: _l("Transfer"),
    Action.TYPE_IDENTITY_CODE: _l("Type the code of the letter"),
    Action.VERIFY_IDENTITY: _l("Verify identity"),
    Action.VIEW: _l("View"),
    Action.VOUCH: _l("Confirm that we know this person"),
    Action.WITHDRAW: _l("Withdraw the request"),
    Action.WRITE_IDENTITY_LETTER: _l("Print a letter with a code"),
}

WAITING_FOR = {
    WaitingFor.COLLEAGUE: _l("A colleague’s answer is awaited"),
    WaitingFor.CONTROLLER: _l("The organisation must act"),
    WaitingFor.NOBODY: _l("Nothing to do"),
    WaitingFor.PERSON: _l("The person’s reply is awaited"),
    WaitingFor.SECOND_READER: _l("A second reader must approve"),
    WaitingFor.TO_APPLY: _l("The decision must be applied"),
}

ANSWER_STATES = {
    AnswerState.AWAITING_SECOND_READER: _l("Awaiting a second reader"),
    AnswerState.CORRECTED: _l("Replaced by a later answer"),
    AnswerState.PROPOSED: _l("Proposed"),
    AnswerState.SENT: _l("Sent"),
    AnswerState.SENT_BACK: _l("Sent back to its author"),
    AnswerState.SET_ASIDE: _l("Set aside: the case ended first"),
}

DIRECTIONS = {
    Direction.FROM_PERSON: _l("From the person"),
    Direction.KEPT: _l("Kept with the case"),
    Direction.TO_PERSON: _l("To the person"),
}

TOLD_BY = {
    ToldBy.EMAIL: _l("E-mail"),
    ToldBy.INTERFACE: _l("Automatic exchange between systems"),
    ToldBy.PHONE: _l("Telephone"),
    ToldBy.POST: _l("Post"),
}

MESSAGE_KINDS = {
    MessageKind.COMPLETION: _l("Missing items asked for"),
    MessageKind.IDENTITY_CHECK: _l("Identity check"),
    MessageKind.NOTE: _l("Internal note"),
    MessageKind.QUESTION: _l("Question"),
    MessageKind.REPLY: _l("Reply from the person"),
}
