"""The public calculator: any receipt gives the dates of the law and how they were found."""

from datetime import date
from urllib.parse import urlencode

import pytest

from hub.domain.actors import SYSTEM, Role
from hub.services.calendar import add_holiday
from tests.factories import add_member, add_organisation

PAGE = "/calculer-un-delai"


def ask(client, path=PAGE, lang="en", **fields):
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.get(f"{path}?{urlencode(named | {'lang': lang})}")


def test_the_page_opens_with_a_form_and_without_any_reproach(client):
    page = client.get(PAGE)
    assert page.status_code == 200
    assert "Calculer un délai" in page.text
    assert 'role="alert"' not in page.text
    assert 'method="get"' in page.text


def test_a_receipt_gives_the_four_dates_and_their_explanation_already_open(client):
    page = ask(client, recue="2026-08-31").text
    assert "Last day to answer: Wednesday 30 September 2026" in page
    assert "there is no 31 September" in page
    assert '<details class="more" open>' in page
    for title in ("Without any pause or extension", "Last day to announce an extension"):
        assert title in page
    assert "Last day to refuse" in page
    assert "Thursday 1 October 2026" in page, "the CNIL can be told from the next day"


def test_it_says_the_same_in_french(client):
    page = ask(client, lang="fr", recue="2026-08-31").text.replace("\u00a0", " ")
    assert "Dernier jour pour répondre : mercredi 30 septembre 2026" in page
    assert "Comment ces dates sont calculées" in page


def test_pauses_and_an_extension_move_the_date_but_not_the_one_to_refuse(client):
    page = ask(
        client,
        recue="2026-06-09",
        pause1_demandee="2026-06-11",
        pause1_repondue="2026-06-15",
        prolongee="2026-07-01",
    ).text
    assert "Last day to answer: Monday 14 September 2026" in page
    assert "<dt>Last day to refuse</dt><dd>Thursday 9 July 2026</dd>" in page
    assert "Identity asked for: time stops" in page
    assert "More time announced" in page


def test_a_question_still_open_stops_every_date_and_offers_no_calendar(client):
    page = ask(client, recue="2026-06-09", pause1_demandee="2026-06-11").text
    assert "Time stands still: identity is being checked." in page
    assert "not while time stands still" in page
    assert ".ics" not in page


@pytest.mark.parametrize(
    ("fields", "fault", "kept"),
    [
        ({"recue": "hier"}, "This is no date we can read", 'value="hier"'),
        ({"recue": ""}, "Write the day the organisation received", 'value="2026-07-01"'),
        ({"recue": "0012-01-01"}, "Choose a year from 1583", 'value="2026-07-01"'),
        ({"recue": "2026-06-09", "heure": "midi"}, "Write the hour like this", 'value="midi"'),
        (
            {"recue": "2026-06-09", "pause1_demandee": "2026-06-08"},
            "before the request came",
            'value="2026-06-08"',
        ),
        (
            {
                "recue": "2026-06-09",
                "pause2_demandee": "2026-06-12",
                "pause2_repondue": "2026-06-11",
            },
            "The reply cannot come before",
            'value="2026-06-11"',
        ),
        (
            {"recue": "2026-06-09", "pause1_repondue": "2026-06-11"},
            "Write also the day identity was asked for",
            'value="2026-06-11"',
        ),
    ],
)
def test_a_fault_is_said_beside_its_field_and_nothing_is_lost(client, fields, fault, kept):
    page = ask(client, prolongee="2026-07-01", **fields)
    assert page.status_code == 200
    assert page.text.count(fault) == 2, "once in the summary, once beside the field"
    assert 'aria-invalid="true"' in page.text
    assert kept in page.text
    assert 'value="2026-07-01"' in page.text
    assert "Last day to answer" not in page.text


def test_one_more_pause_is_added_without_script_up_to_five_and_keeps_what_was_written(client):
    page = ask(client, recue="2026-06-09", lignes="1", ajouter="1").text
    assert 'name="pause2-demandee"' in page
    assert 'value="2026-06-09"' in page
    assert "Last day to answer" not in page
    assert 'role="alert"' not in page
    full = ask(client, recue="2026-06-09", lignes="9", ajouter="1").text
    assert 'name="pause5-demandee"' in full
    assert 'name="pause6-demandee"' not in full
    assert "One more pause" not in full


@pytest.mark.parametrize("day", ["2017-03-01", "1583-01-01", "9990-12-31", "31/08/2026"])
def test_it_takes_any_date_even_before_the_regulation(client, day):
    assert "Last day to answer:" in ask(client, recue=day).text


def test_an_hour_before_midnight_is_still_that_day(client):
    assert "Wednesday 30 September 2026" in ask(client, recue="2026-08-31", heure="23:59").text


def test_another_rule_gives_its_one_date(client):
    page = ask(client, recue="2026-06-09", delai="medical_file_recent").text
    assert "Last day to give the medical file: Wednesday 17 June 2026" in page
    assert "Last day to announce an extension" not in page


def test_words_we_do_not_know_in_an_address_fall_back_to_the_usual_choice(client):
    page = ask(client, recue="2026-08-31", delai="x", zone="LUNE", lignes="²")
    assert "Last day to answer: Wednesday 30 September 2026" in page.text


def test_the_local_list_moves_the_date_where_it_is_chosen(client):
    assert "Monday 27 April 2026" in ask(client, recue="2026-03-27").text
    mayotte = ask(client, recue="2026-03-27", zone="MAYOTTE").text
    assert "Last day to answer: Tuesday 28 April 2026" in mayotte
    assert "Abolition of Slavery Day" in mayotte


def test_a_holiday_added_by_an_operator_counts_here_and_in_the_interface_for_programs(client, unit):
    with unit(SYSTEM) as work:
        hub = add_organisation(work, "Concentrateur", runs_hub=True)
        operator = add_member(work, hub, Role.OPERATOR)
    with unit(operator) as work:
        add_holiday(work, date(2026, 9, 30), None, "Journée")
    assert "Last day to answer: Thursday 1 October 2026" in ask(client, recue="2026-08-31").text
    answer = client.get("/api/v1/deadline?received_at=2026-08-31").get_json()
    assert answer["due_on"] == "2026-10-01"


def test_the_dates_download_as_a_calendar_with_their_explanation(client):
    answer = ask(client, PAGE + ".ics", recue="2026-08-31")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.text.replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 3
    assert "DTSTART;VALUE=DATE:20260930" in text
    assert "SUMMARY:Last day to answer" in text
    assert "there is no 31 September" in text


def test_the_same_dates_keep_their_identity_in_a_calendar(client):
    def uids(lang):
        text = ask(client, PAGE + ".ics", lang=lang, recue="2026-08-31").text
        return [line for line in text.splitlines() if line.startswith("UID:")]

    assert uids("fr") == uids("en")
    assert len(set(uids("fr"))) == 3


def test_a_calendar_of_an_address_with_a_fault_leads_back_to_the_form(client):
    answer = ask(client, PAGE + ".ics", recue="hier")
    assert answer.status_code == 302
    assert answer.location == PAGE + "?recue=hier"


def test_what_is_typed_is_never_run(client):
    assert "<script>x" not in ask(client, recue="<script>x").text


def test_the_page_is_light(client):
    assert len(ask(client, recue="2026-08-31").data) < 30_000
