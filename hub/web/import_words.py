"""An import's report in plain words; outside a page, under `force_locale`."""

from collections import Counter
from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from hub.domain.directory_records import (
    Finding,
    FindingCode,
    NotThatFormat,
    Severity,
    WrongFormat,
)
from hub.services.directory_changes import FieldChange, ImportReport, ReportEntry, Subject, Verdict


def N_(text: str) -> str:  # noqa: N802  (the usual name of the mark for extraction)
    """Mark a text for translation without translating it."""
    return text


MOST_ALIKE = 50
SENTENCES = {
    FindingCode.BAD_FINESS: N_("FINESS number “%(first)s” is not valid: it was left out."),
    FindingCode.BAD_ROR: N_("ROR identifier “%(first)s” is not valid: it was left out."),
    FindingCode.BAD_SIREN: N_("SIREN number “%(first)s” is not valid: it was left out."),
    FindingCode.CONTEXT_ASSUMED: N_(
        "Taken for a health data warehouse, because the file says so in its words: to be checked."
    ),
    FindingCode.CONTROLLER_MISSING: N_("No controller is named: refused whole."),
    FindingCode.CONTROLLER_NAME_FROM_CONTACT: N_(
        "The publisher has no name; “%(first)s” was taken from the contact with the same address."
    ),
    FindingCode.DATASET_NOT_DESCRIBED: N_(
        "The catalogue names this dataset but the file does not describe it."
    ),
    FindingCode.DATE_NOT_UNDERSTOOD: N_("The date “%(first)s” was not understood: left out."),
    FindingCode.DUPLICATE_KEY: N_("Described twice in the file: the second one was left out."),
    FindingCode.EMAIL_NOT_VALID: N_("“%(first)s” is not an e-mail address: left out."),
    FindingCode.ENCODING_GUESSED: N_(
        "The file is not in UTF-8: it was read as %(first)s. Check a few accented names."
    ),
    FindingCode.FINESS_ZERO_RESTORED: N_(
        "A leading zero lost by a spreadsheet was given back to the FINESS: "
        "%(first)s became %(second)s."
    ),
    FindingCode.HOLDER_IS_NOT_PUBLISHER: N_(
        "The data are held by %(first)s, not by the publisher (%(second)s): "
        "the holder was taken as controller."
    ),
    FindingCode.KEPT_VERIFIED: N_(
        "Somebody has verified this: nothing was overwritten (%(all)s differ in the file)."
    ),
    FindingCode.LEGAL_BASIS_ASSUMED_PUBLIC: N_(
        "No legal basis is given; public task (GDPR 6(1)(e)) was assumed "
        "because %(first)s is a public body: to be verified by the controller."
    ),
    FindingCode.LEGAL_BASIS_TO_VERIFY: N_(
        "No legal basis is given; legitimate interests (GDPR 6(1)(f)) were noted for %(first)s: "
        "to be verified by the controller."
    ),
    FindingCode.MATCHED_BY_NAME: N_(
        "Joined by its name to an organisation already known: check that it is the same."
    ),
    FindingCode.NAME_MISSING: N_("This line has no name: refused."),
    FindingCode.NO_CONTACT: N_("No address that may be used is given for %(first)s."),
    FindingCode.NO_PURPOSE: N_("No purpose is given: the page will say so."),
    FindingCode.NOTHING_FOUND: N_("The file is well formed but holds nothing to import."),
    FindingCode.OLDER_DESIGNATION: N_("An older designation of %(first)s was left out."),
    FindingCode.ORGANISATIONS_UNKNOWN: N_(
        "%(first)s organisations are not in the directory: they were left out "
        "(--with-unknown adds them)."
    ),
    FindingCode.PERSONAL_MAILBOX_HIDDEN: N_(
        "The address looks like that of a person, not of a function: it was not kept."
    ),
    FindingCode.REUSED_UNKNOWN: N_(
        "The reused database “%(first)s” is not in the directory: no link was made."
    ),
    FindingCode.ROW_TOO_SHORT: N_("This line has too few cells: refused."),
    FindingCode.SEVERAL_LEGAL_BASES: N_(
        "Several legal bases are given (%(all)s): the first was noted, to be verified by the "
        "controller."
    ),
    FindingCode.SIREN_ZERO_RESTORED: N_(
        "A leading zero lost by a spreadsheet was given back to the SIREN: "
        "%(first)s became %(second)s."
    ),
    FindingCode.TEXT_CUT: N_("A text was too long: it was cut at %(first)s characters."),
    FindingCode.TITLE_MISSING: N_("There is no title: refused whole."),
    FindingCode.WEBSITE_NOT_VALID: N_("“%(first)s” is not a web address: left out."),
}
PROBLEMS = {
    WrongFormat.BINARY: N_("it is a binary file, not a text."),
    WrongFormat.BROKEN: N_("it cannot be read to the end (%(detail)s)."),
    WrongFormat.COLUMNS_MISSING: N_("these columns are missing: %(detail)s."),
    WrongFormat.EMPTY: N_("it is empty."),
    WrongFormat.ENTITIES: N_(
        "it calls for outside or nested entities, which is refused for safety."
    ),
    WrongFormat.NO_DATASET: N_("it describes neither a dataset nor a catalogue."),
    WrongFormat.REMOTE_CONTEXT: N_(
        "its JSON-LD context is elsewhere (%(detail)s) and nothing is fetched from the network. "
        "Put the context in the file."
    ),
    WrongFormat.SWOLLEN: N_(
        "opened, it holds far more than its size says. Save it again as a plain table (CSV)."
    ),
    WrongFormat.TOO_BIG: N_("it is too big: the limit is %(detail)s MB."),
    WrongFormat.TOO_MANY_ROWS: N_("it has more than %(detail)s rows: cut it into several files."),
    WrongFormat.WEB_PAGE: N_("it is a web page. Download the file itself, not the page about it."),
}
SEVERITIES = {
    Severity.INFO: N_("note"),
    Severity.REFUSED: N_("refused"),
    Severity.WARNING: N_("to check"),
}
VERDICTS = {
    Verdict.CREATED: N_("addition"),
    Verdict.UNCHANGED: N_("no change"),
    Verdict.UPDATED: N_("change"),
}
SUBJECTS = {
    Subject.ORGANISATION: N_("organisation"),
    Subject.PROCESSING: N_("processing"),
}


def finding_sentence(finding: Finding) -> str:
    """What was found, in a sentence."""
    values = (*finding.values, "", "")
    return _(
        SENTENCES[finding.code],
        first=values[0],
        second=values[1],
        all=", ".join(finding.values),
    )


def finding_place(finding: Finding) -> str:
    """Where it was found: record, line and node, as far as known."""
    line = _("line %(line)d", line=finding.line) if finding.line else ""
    return " · ".join(part for part in (finding.record, line, finding.node) if part)


def problem_sentence(problem: NotThatFormat, format_name: str) -> str:
    """Why a file was refused, that nothing changed, in a sentence or two."""
    why = why_not(problem)
    sentences = [_("This file is not of the format “%(name)s”: %(why)s", name=format_name, why=why)]
    if problem.line:
        sentences.append(_("Line %(line)d.", line=problem.line))
    return " ".join([*sentences, _("Nothing was changed.")])


def why_not(problem: NotThatFormat) -> str:
    """What is wrong with a file, as the end of a sentence."""
    return str(_(PROBLEMS[problem.problem], detail=problem.detail))


def not_ready_sentence() -> str:
    """What to do when the hub has no tables yet."""
    return _("The hub’s database is not ready: run “rights-hub migrate” first.")


def report_lines(report: ImportReport, *, is_dry: bool) -> Iterator[str]:
    """The whole report, a line at a time: counts, what changes field by field, findings."""
    yield from _count_lines(report, is_dry=is_dry)
    entries = report.created + report.updated
    if entries:
        yield ""
    for entry in entries:
        yield "  " + _entry_line(entry)
        if entry.verdict is Verdict.UPDATED:
            yield from (_change_line(change) for change in entry.changes)
    if report.findings:
        yield ""
        yield ngettext("%(num)d finding:", "%(num)d findings:", len(report.findings))
    yield from _finding_lines(report.findings)


def _finding_lines(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Every finding, but of each kind only the first MOST_ALIKE and how many more there are."""
    seen: Counter[FindingCode] = Counter()
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] <= MOST_ALIKE:
            place = finding_place(finding)
            label = _(SEVERITIES[finding.severity])
            start = f"{place} · " if place else ""
            yield f"  [{label}] {start}{finding_sentence(finding)}"
    for code, number in seen.items():
        if number > MOST_ALIKE:
            first = next(one for one in findings if one.code is code)
            yield "  … " + _(
                "%(num)d more like this one: %(sentence)s",
                num=number - MOST_ALIKE,
                sentence=finding_sentence(first),
            )


def _count_lines(report: ImportReport, *, is_dry: bool) -> Iterator[str]:
    yield (
        _("Dry run: nothing was written. This import would give:") if is_dry else _("Import done:")
    )
    for subject in Subject:
        counts = ", ".join(
            f"{_(VERDICTS[verdict])} {report.count(verdict, subject)}"
            for verdict in (Verdict.CREATED, Verdict.UPDATED, Verdict.UNCHANGED)
        )
        yield "  " + _("%(subject)s: %(counts)s", subject=_(SUBJECTS[subject]), counts=counts)
    yield "  " + ngettext("%(num)d record refused", "%(num)d records refused", len(report.refused))


def _entry_line(entry: ReportEntry) -> str:
    return f"{_(VERDICTS[entry.verdict])} · {_(SUBJECTS[entry.subject])} · {entry.name}"


def _change_line(change: FieldChange) -> str:
    before = _shortened(change.before) or _("(empty)")
    after = _shortened(change.after) or _("(empty)")
    name = change.field
    return "      " + _("%(field)s: %(before)s → %(after)s", field=name, before=before, after=after)


def _shortened(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 160 else one_line[:157] + "…"
