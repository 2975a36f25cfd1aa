"""Words of the points to confirm: what each is, what it changes, and the open questions."""

from flask_babel import lazy_gettext as _l

from hub.domain.points import Standing, Theme

STANDINGS = {
    Standing.FROM_MEMORY: _l("From memory: text to be read again"),
    Standing.POLICY: _l("A choice of the hub, not the law"),
}
THEMES = {
    Theme.TIME: _l("Time limits"),
    Theme.RIGHTS: _l("Rights and remedies"),
    Theme.IDENTITY: _l("Identity of persons"),
    Theme.RETENTION: _l("Retention"),
    Theme.CHASING: _l("Reminders"),
    Theme.HUB: _l("The hub itself"),
}
POINTS = {
    "incidents_notify_within_hours": (
        _l("Time to notify the CNIL of a breach, counted strictly"),
        _l(
            "The hours run from the moment one is aware of it: no Saturday, Sunday or holiday "
            "moves their end, which errs on the safe side."
        ),
    ),
    "joined_requests": (
        _l("Two requests of one person for the same are treated as one only by a member’s word"),
        _l(
            "Each keeps its reference and its time limit; the earlier date is shown as the one to "
            "hold, and one answer leaves for both."
        ),
    ),
    "known_mailbox_is_told": (
        _l("A filing under a person’s name is told to the mailbox that is surely hers"),
        _l(
            "The one she confirmed for a request that she opened with a proof of identity, when "
            "another mailbox is given; without content."
        ),
    ),
    "end_rolls": (
        _l("A time limit that ends on a Saturday, Sunday or holiday ends on the next working day"),
        _l("Due dates move later by one to a few days; the start never moves."),
    ),
    "national_holidays": (
        _l("The eleven national holidays count everywhere"),
        _l("Days on which no time limit ends."),
    ),
    "local_holidays": (
        _l("Local holidays count only for a controller set to its zone"),
        _l("Alsace-Moselle and overseas days make dates later; they are off unless chosen."),
    ),
    "extension_from_receipt": (
        _l("An extension gives three months from receipt"),
        _l(
            "Counted from the end of the first month, a request of 31 January would be "
            "due two days earlier; that date is kept beside."
        ),
    ),
    "pause_is_added": (
        _l("A pause adds its days and restarts nothing"),
        _l("Due dates after identity was asked."),
    ),
    "prompt_question": (
        _l("Longest time to ask about identity without undue delay"),
        _l("Past it, the explanation of the date says that the question came late."),
    ),
    "no_pause_for_precision": (
        _l("A question that is not about identity does not stop the clock"),
        _l("Only an identity check, with its doubt written down, suspends the time limit."),
    ),
    "medical_file_reflection": (
        _l("Time for reflection before a medical file is handed over"),
        _l("The earliest hour shown for a patient record."),
    ),
    "medical_file_no_roll": (
        _l("The eight days of a medical file do not move to a working day"),
        _l("The earlier date protects the patient."),
    ),
    "controls.most_extended_percent": (
        _l("Above this share of the cases, extensions are no longer an exception"),
        _l("The control on extensions is then shown as one to look at."),
    ),
    "controls.most_questioned_percent": (
        _l("Above this share of the cases, identity checks look systematic"),
        _l("The control on identity checks is then shown as one to look at."),
    ),
    "retention.opt_out_months": (
        _l("How long a refusal of all reuse is kept once taken back"),
        _l(
            "It proves the lists of the permits approved before. One that stands has no end: "
            "without the identity nobody could respect it."
        ),
    ),
    "records.review_months": (
        _l("A document of the hub’s own file is read again after this time"),
        _l("The day proposed where whoever enters it chooses none."),
    ),
    "records.soon_days": (
        _l("How long before that day the hub’s DPO is told on the page of the file"),
        _l("From then on the document is marked as soon to be read again."),
    ),
    "codes.waiting_hours": (
        _l("Time to wait for a new secret code by the confirmed mailbox alone"),
        _l("Whoever owns the mailbox is told at once and may stop it until then."),
    ),
    "codes.valid_days": (
        _l("Time to take the new code once it is ready"),
        _l("Past it, one asks again; the former code goes on working."),
    ),
    "repeats.never_excessive_months": (
        _l("After this time, a request is never excessive because of an earlier one"),
        _l("The hub rejects that ground; below it, the evidence names the earlier requests."),
    ),
    "opt_outs.cut_off_minute": (
        _l("Daily cut-off of the list of opt-outs"),
        _l(
            "A permit of a day is measured against what was recorded before this hour; the next "
            "day’s permits against the rest. In minutes since midnight, Paris time."
        ),
    ),
    "course.question_reminder_days": (
        _l("When a person is reminded of a question without reply"),
        _l("One message, which says when the question closes."),
    ),
    "course.question_closing_days": (
        _l("When a question without reply closes"),
        _l(
            "The person is told; a case that stood still for it closes with it. Her late reply "
            "opens both again. Without an e-mail address, nothing closes by itself."
        ),
    ),
    "course.reply_days": (
        _l("Time given to the person to reply to a question"),
        _l("The date shown to her; a later reply is still taken."),
    ),
    "objection_lil_74": (
        _l("An objection to health research needs no reason"),
        _l("The form asks none, and no controller may ask one."),
    ),
    "objection_through_hospitals": (
        _l("Studies on hospital data receive objections through the hospitals"),
        _l("Where an objection is sent first."),
    ),
    "warehouse_objection": (
        _l("One may object to a health data warehouse; care is not affected"),
        _l("What is offered for warehouses."),
    ),
    "anonymous_data": (
        _l("No right bears on anonymous data"),
        _l("What is refused for these databases."),
    ),
    "joint_controllers": (
        _l("Each joint controller may be asked, whatever their arrangement"),
        _l("Who can be chosen besides the contact."),
    ),
    "no_derogation_19_20": (
        _l("Research never lifts portability nor the notice to recipients"),
        _l("Which refusals a controller may choose."),
    ),
    "courts": (
        _l("Administrative court for a public body, judicial court for a private one"),
        _l("The remedies written under each answer."),
    ),
    "unread_notification": (
        _l("A decision left unread on the site counts as notified, where the person agreed to it"),
        _l("From when the two months to go to court run."),
    ),
    "levels": (
        _l("Five levels of proof of identity, a document last and never kept"),
        _l("What a controller may ask, in which order."),
    ),
    "answers_need_more": (
        _l("Answers with health data need a higher level of proof than an objection"),
        _l("The level asked by default for each database."),
    ),
    "represented_is_told": (
        _l("The person represented is told of each filing in her name"),
        _l("An e-mail without content, else a letter; not the dead, nor a child below 15."),
    ),
    "mandate_judged_at_the_door": (
        _l("What a mandate does not cover is refused at the hub’s door"),
        _l("It is passed on to nobody; a controller that was seized itself answers."),
    ),
    "not_me_stops": (
        _l("On the person’s word alone, a filing made in her name stands still"),
        _l("No answer leaves until an agent has heard her; the time limits run on."),
    ),
    "her_agreement": (
        _l("Where a mandate leaves the answers to the person, her request waits for her agreement"),
        _l("On the site, by the link of her mailbox; by post or by a program it leaves at once."),
    ),
    "code_after_a_mandate": (
        _l("After a mandate, her code is given for the link of her mailbox and her date of birth"),
        _l("Else by post. Each controller still decides what proof an answer needs."),
    ),
    "identity.takes_copies": (
        _l("A copy of an identity document may answer an identity check"),
        _l(
            "Off: such a file is refused. On: it is looked at, noted, and destroyed with the "
            "verdict."
        ),
    ),
    "identity.longest_days": (
        _l("Longest life of such a copy without a verdict"),
        _l("Then it is destroyed all the same, and the log says so."),
    ),
    "proofs.asked": (
        _l("An answer with data opens only to who has proved her identity"),
        _l(
            "Off: the secret code alone opens it, as in a demonstration without FranceConnect. On: "
            "a controller can also confirm a person, or write to her."
        ),
    ),
    "proofs.visit_minutes": (
        _l("How long a proof of identity given in a visit opens answers"),
        _l("After it, FranceConnect is asked again before the next answer opens."),
    ),
    "proofs.controller_days": (
        _l("How long a controller’s word on a person’s identity opens its answers"),
        _l("Also for a code received by letter; then it is asked again."),
    ),
    "proofs.letter_days": (
        _l("How long the code of a letter can be typed"),
        _l("Past it, another letter is needed."),
    ),
    "proofs.letter_tries": (
        _l("Wrong tries after which the code of a letter is spent"),
        _l("Another letter is needed then; the rest of the request stays open."),
    ),
    "retention.content_months": (
        _l("Request, identity and attachments, after the close"),
        _l("Needed to answer a complaint; then shredded."),
    ),
    "retention.answer_days_after_download": (
        _l("Answers, after the download of their last file"),
        _l("When the letter and the files are deleted; the controller keeps its copy."),
    ),
    "retention.answer_days_after_arrival": (
        _l("Answers that were not downloaded, after their arrival"),
        _l("The same, for a person who has not saved them."),
    ),
    "retention.answer_notice_days": (
        _l("Warning before an answer is deleted"),
        _l("One e-mail without content; an answer is never deleted sooner after it."),
    ),
    "retention.procedure_months": (
        _l("Facts of the procedure, after the close"),
        _l("Proofs for the controller and the hub; then shredded. No text gives a figure."),
    ),
    "retention.consultations_months": (
        _l("Who looked at a case, after the last look"),
        _l("The names in the log of access."),
    ),
    "retention.account_months": (
        _l("Accounts of members, after the last sign-in"),
        _l("When an account nobody uses is deleted."),
    ),
    "retention.account_notice_days": (
        _l("Warning before an account is deleted"),
        _l("One e-mail to the member."),
    ),
    "retention.objection_months": (
        _l("List of objections, at least, once the data are no longer in use"),
        _l("While they are in use there is no end: who objected stays out of it."),
    ),
    "retention.log_part_days": (
        _l("Technical logs: each of their two parts"),
        _l("A line lives at most twice as long: 6 to 12 months in all."),
    ),
    "retention.journal_days": (
        _l("Sealed second copy of each filing"),
        _l("How far back filings can be found again after a failure; at least as long as backups."),
    ),
    "retention.replay_days": (
        _l("Answers given to programs, to repeat them"),
        _l("For so long a call sent twice is done once."),
    ),
    "retention.mail_days": (
        _l("E-mails received that belong to no case"),
        _l("Those put with a case are kept and deleted with it."),
    ),
    "chasing.first_before": (
        _l("First reminder, before the due date"),
        _l("When the controller is reminded."),
    ),
    "chasing.second_before": (
        _l("Second reminder, before the due date"),
        _l("When the controller is reminded."),
    ),
    "chasing.last_before": (
        _l("Last reminder, before the due date"),
        _l("When the controller is reminded."),
    ),
    "chasing.weekly": (
        _l("Between two reminders once late"),
        _l("When the controller is reminded."),
    ),
    "chasing.dpo_after": (
        _l("The controller’s DPO is told, after the due date"),
        _l("Who else learns of a delay."),
    ),
    "chasing.hub_dpo_after": (
        _l("The DPO of the hub is told, after the due date"),
        _l("Who else learns of a delay."),
    ),
    "chasing.person_after": (
        _l("The person is told, after the due date"),
        _l("When she reads that she may complain."),
    ),
    "chasing.unacknowledged_after_working": (
        _l("Reminder when receipt is not acknowledged"),
        _l("When the controller is reminded."),
    ),
    "chasing.second_reader_after_working": (
        _l("Reminder to the second reader of an answer"),
        _l("When a waiting answer is brought back to mind."),
    ),
    "course.confirmation_days": (
        _l("Time to confirm an e-mail address"),
        _l("Past it, a request is never sent; the receipt says so."),
    ),
    "course.confirmation_reminder_days": (
        _l("Reminder to confirm an e-mail address"),
        _l("One e-mail, after so many days."),
    ),
    "course.closing_days": (
        _l("An answered case closes by itself"),
        _l("The retention periods run from the close."),
    ),
    "intake_earliest_on": (
        _l("No request is received before the first day of the GDPR"),
        _l("An earlier date of receipt is rejected, keyed in, imported or sent by a program."),
    ),
    "acknowledgements_silence": (
        _l("What the silence of a public body is worth is said to be under confirmation"),
        _l("Nothing is built on it: the acknowledgement says so, and gives its date."),
    ),
    "acknowledgements_silence_months": (
        _l("Silence that is worth a decision"),
        _l("The date on the acknowledgement of a public body."),
    ),
    "acknowledgements_court_months": (
        _l("Time to go to the administrative court"),
        _l("The remedies on the acknowledgement and in the letter."),
    ),
    "acknowledgements_days_to_complete": (
        _l("Time to supply what a filing lacks"),
        _l("The date proposed when a controller lists what is missing."),
    ),
    "representation_acts_alone_from": (
        _l("Age from which a minor acts alone for health research"),
        _l("She may keep her parents out; a parent who files is told."),
    ),
    "representation_adult_from": (
        _l("Age from which parents no longer act"),
        _l("A parent who files for an adult is stopped."),
    ),
    "second_reading_wanted_by_default": (
        _l("A refusal is read by a second member before it leaves"),
        _l("How an organisation starts; its administrator may change it."),
    ),
    "second_reading_programs_may_lack_reason": (
        _l("A program need not say why no second member read"),
        _l("The refusal leaves, and the organisation’s DPO reviews it."),
    ),
    "opt_outs_from_on": (
        _l("Day on which the register of opt-outs opens"),
        _l("Before it nobody registers, and the list cannot be read."),
    ),
    "chasing_morning": (
        _l("Hour from which reminders leave"),
        _l("Found at night, a reminder waits for the morning."),
    ),
    "intake_most_bytes": (
        _l("Largest file of requests received elsewhere"),
        _l("A larger one is rejected before it is read."),
    ),
    "intake_most_rows": (
        _l("Most requests in one file"),
        _l("A longer file is rejected: it must be cut."),
    ),
    "intake_at_once": (
        _l("Requests imported while one waits"),
        _l("Longer files are imported in the background."),
    ),
    "intake_rows_per_turn": (
        _l("Requests imported in one turn in the background"),
        _l("Other jobs pass in between."),
    ),
    "cnil_file_most_bytes_of_files": (
        _l("Most documents joined to the file for the CNIL"),
        _l("What does not fit is named in it, to be joined apart."),
    ),
    "special_category": (
        _l("Every request is treated as health data"),
        _l("All that a person writes is sealed, whatever it says."),
    ),
    "mails_without_content": (
        _l("E-mails hold no right, no disease and no name"),
        _l("A relative may read them: they only say that something waits."),
    ),
    "health_data_host": (
        _l("The hub must run on a certified health data host"),
        _l("Where it may be installed."),
    ),
    "dpo_does_not_decide": (
        _l("A DPO advises and audits, and never decides a case"),
        _l("Which acts a DPO’s account may do."),
    ),
}
OPEN_QUESTIONS = {
    "snds_addressee": _l(
        "To whom is a request about the national health data system addressed (CSP R1461-9, III)?"
    ),
    "decree_wording": _l("What do articles 77 to 82 of décret 2019-536 say today, word for word?"),
    "silence_regime": _l(
        "Does the silence of a public body on a GDPR request mean refusal or acceptance?"
    ),
    "role_of_the_hub": _l(
        "Is the hub a processor of each member, a joint controller, or does it act "
        "under its own mission (CSP R1461-9, I)?"
    ),
    "mandate_or_post": _l("Is sending a request as the person instructs a mandate?"),
    "refusal_and_pause": _l(
        "Does an identity check also suspend the month to refuse (GDPR 12(4))? The "
        "hub counts that it does not."
    ),
    "holidays_option": _l("May local holidays make a date later, and for which controllers?"),
}
