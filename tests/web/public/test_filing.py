"""A person files, on her phone, without account: one request whatever she presses."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from hub.domain.actors import SYSTEM
from hub.domain.directory import Identifier
from hub.domain.legal_bases import Context, LegalBasis
from hub.domain.lifecycle import RequestState
from hub.models.delivery import Delivery
from hub.models.directory import IdentifierAsked, Reuse
from hub.models.referral import Referral, ReferralItem
from hub.models.rights_request import RightsRequest, Visit
from tests.factories import add_organisation, add_processing
from tests.failing_database import no_room_in
from tests.web.members import post
from workers.jobs.delivering import drain

IDENTITY = {
    "given_names": "Angèle Marie",
    "family_name": "Dubois",
    "birth_date": "08/03/1965",
    "birth_name": "Le Goff",
    "email": "angele@person.example",
}


def count(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def bases(unit):
    """A hospital's warehouse, a project that reuses it, and the SNDS main database."""
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU de Rennes")
        warehouse = add_processing(
            work, hospital, title="Entrepôt eHOP", cues={"hospitals": ["rennes"]}
        )
        sponsor = add_organisation(work, "Orvane")
        project = add_processing(work, sponsor, title="Étude DIAB-2")
        work.session.add(Reuse(processing_id=project, reused_id=warehouse))
        platform = add_organisation(work, "Plateforme")
        snds = add_processing(
            work,
            platform,
            title="SNDS base principale",
            legal_basis=LegalBasis.PUBLIC_TASK,
            context=Context.SNDS_MAIN,
            cues={"insured_in_france": True},
        )
        work.session.add(
            IdentifierAsked(processing_id=snds, identifier=Identifier.BIRTHPLACE, is_required=False)
        )
    return {"warehouse": warehouse, "project": project, "snds": snds}


def box(*keys, shown=None, **more):
    return {
        "base": [str(key) for key in keys],
        "shown": [str(key) for key in shown or keys],
        "act": "continue",
        **more,
    }


def choose(client, *keys, right="access"):
    client.get(f"/demander?droit={right}")
    return post(client, "/demander/bases", **box(*keys))


def fill_in(client, **changes):
    post(client, "/demander/identite", **(IDENTITY | changes))
    return post(client, "/demander/precisions", statement="Depuis 2019, merci.")


def send(client, check=None):
    """Press the button of the page that was checked."""
    page = check or client.get("/demander/verifier")
    checked = re.search(r'name="checked"[^>]*value="([^"]+)"', page.text)[1]
    return post(client, "/demander/envoyer", page, checked=checked)


def secret_on(page):
    return re.search(r"([0-9A-Z]{4}-){5}[0-9A-Z]{4}", page)[0]


def test_the_whole_way_from_a_card_of_the_home_page_to_the_receipt(client, bases, session):
    assert choose(client, bases["warehouse"]).location == "/demander/identite"
    assert fill_in(client).location == "/demander/verifier"
    check = client.get("/demander/verifier")
    assert "CHU de Rennes" in check.text
    assert "Angèle Marie" in check.text
    sent = send(client, check)
    assert sent.status_code == 302
    receipt = client.get(sent.location).text
    assert "14 septembre 2026, 10 h 02".replace(" ", " ") in receipt.replace("\u00a0", " ")
    assert "14 octobre 2026" in receipt.replace("\u00a0", " ")
    assert secret_on(receipt)
    session.rollback()
    row = session.scalar(select(RightsRequest))
    assert row.state is RequestState.AWAITING_CONFIRMATION
    assert row.received_at == datetime(2026, 9, 14, 8, 2, tzinfo=UTC)
    assert session.scalar(select(func.count()).select_from(Visit)) == 1


def test_the_receipt_says_when_a_message_that_must_wait_will_leave(app, client, bases, session):
    def receipt_of(browser):
        choose(browser, bases["warehouse"])
        fill_in(browser)
        return browser.get(send(browser).location).text.replace("\u00a0", " ")

    assert "Le message part maintenant pour angele@person.example." in receipt_of(client)
    (first,) = session.scalars(select(Delivery.recipient)).all()
    session.rollback()
    drain("email", first)
    said = receipt_of(app.test_client())
    assert "Le message avec vos six chiffres part le 15 septembre 2026" in said
    assert "part maintenant" not in said


def test_the_receipt_tells_the_times_of_a_medical_file_csp_l1111_7(client, unit):
    with unit(SYSTEM) as work:
        hospital = add_organisation(work, "CHU de Rennes")
        record = add_processing(work, hospital, context=Context.PATIENT_RECORD)
    choose(client, record)
    fill_in(client)
    receipt = client.get(send(client).location).text.replace("\u00a0", " ")
    assert "au plus tard le 22 septembre 2026 (8 jours), ou le 14 novembre 2026" in receipt
    assert client.get("/demander/recu.pdf").data.startswith(b"%PDF")


def test_the_last_check_promises_no_identification_that_the_hub_does_not_ask(client, bases):
    choose(client, bases["warehouse"])
    fill_in(client)
    page = client.get("/demander/verifier").text
    assert "avec le code secret de votre récépissé" in page
    assert "FranceConnect" not in page


def test_pressed_twice_or_reloaded_it_is_one_request_with_one_receipt(client, bases, session):
    choose(client, bases["warehouse"])
    fill_in(client)
    check = client.get("/demander/verifier")
    with client.session_transaction() as kept:
        token = dict(kept)
    first = send(client, check)
    receipt = client.get(first.location).text
    assert token
    again = send(client, check)
    assert client.get(again.location).text.count(secret_on(receipt)) >= 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RightsRequest)) == 1


def test_two_presses_at_the_same_instant_carry_the_same_key(client, bases, session, app):
    choose(client, bases["warehouse"])
    fill_in(client)
    check = client.get("/demander/verifier")
    before = {
        name: client.get_cookie(name, path="/demander").decoded_value for name in ("demande0",)
    }
    send(client, check)
    client.set_cookie("demande0", before["demande0"], path="/demander")
    send(client, check)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RightsRequest)) == 1


def test_nothing_of_the_person_is_in_an_address_nor_readable_in_her_browser(client, bases):
    choose(client, bases["warehouse"])
    answer = fill_in(client)
    assert "Dubois" not in answer.location
    cookie = client.get_cookie("demande0", path="/demander").decoded_value
    assert "Dubois" not in cookie
    import base64

    assert b"Dubois" not in base64.urlsafe_b64decode(cookie)


def test_a_tampered_or_foreign_cookie_is_no_filing(client, bases):
    choose(client, bases["warehouse"])
    client.set_cookie("demande0", "AAAA", path="/demander")
    assert client.get("/demander/verifier").location == "/demander"


def test_five_questions_lead_to_suggestions_with_their_why_and_leave_nothing(
    client, bases, session
):
    client.get("/demander?droit=access")
    post(client, "/demander/trouver", hospitals="Rennes", insured_in_france="yes")
    page = client.get("/demander/bases").text
    assert "Entrepôt eHOP" in page
    assert "vous avez reçu des soins" in page
    assert 'checked aria-describedby="base' not in page
    session.rollback()
    assert session.scalar(select(func.count()).select_from(RightsRequest)) == 0


def test_all_the_questions_may_be_skipped(client, bases):
    client.get("/demander?droit=access")
    answer = post(client, "/demander/trouver")
    assert answer.status_code == 302


def test_a_search_by_plain_words_finds_and_keeps_what_was_ticked(client, bases):
    client.get("/demander?droit=access")
    post(client, "/demander/bases", act="search", words="ehop")
    assert "Entrepôt eHOP" in client.get("/demander/bases").text
    post(client, "/demander/bases", **box(bases["warehouse"], act="search", words="snds"))
    page = client.get("/demander/bases").text
    assert "Entrepôt eHOP" in page
    assert "SNDS base principale" in page


def test_all_that_reuse_a_database_are_added_in_one_press(client, bases, session):
    choose(client, bases["warehouse"])
    post(
        client,
        "/demander/bases",
        **box(bases["warehouse"], act=f"reusers:{bases['warehouse']}"),
    )
    post(client, "/demander/bases", **box(bases["warehouse"], bases["project"]))
    fill_in(client)
    send(client)
    session.rollback()
    reasons = session.execute(
        select(ReferralItem.reasons).where(ReferralItem.processing_id == bases["project"])
    ).scalar_one()
    assert reasons[0]["kind"] == "all_reusers_of"


def test_a_controllers_own_link_chooses_its_database(client, bases):
    answer = client.get(f"/demander?base={bases['warehouse']}")
    assert answer.status_code == 302
    client.get("/demander?droit=access")
    assert "Entrepôt eHOP" in client.get("/demander/bases").text


@pytest.mark.parametrize("base", ["nothing", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_a_link_to_an_unknown_database_says_so(client, bases, base):
    page = client.get(f"/demander?base={base}", follow_redirects=True)
    assert "n’est pas" in page.text


def test_where_a_right_does_not_apply_she_is_told_why_and_may_insist(client, bases, session):
    answer = choose(client, bases["snds"], bases["warehouse"], right="objection")
    assert answer.location == "/demander/limites"
    page = client.get("/demander/limites")
    assert "R1461-9" in page.text
    post(client, "/demander/limites", page, keep=str(bases["snds"]))
    fill_in(client)
    send(client)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Referral)) == 2


def test_what_she_does_not_insist_on_is_left_out(client, bases, session):
    choose(client, bases["snds"], bases["warehouse"], right="objection")
    post(client, "/demander/limites")
    fill_in(client)
    send(client)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Referral)) == 1


def test_only_the_fields_that_the_chosen_holders_need_are_asked(client, bases):
    choose(client, bases["warehouse"])
    assert "birthplace" not in client.get("/demander/identite").text
    choose(client, bases["warehouse"], bases["snds"])
    assert 'name="birthplace"' in client.get("/demander/identite").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"family_name": ""}, "Indiquez votre nom"),
        ({"birth_date": "31/02/1965"}, "Indiquez une date"),
        ({"birth_date": "01/01/2190"}, "Vérifiez l’année"),
        ({"email": "angele@"}, "Cette adresse n’est pas complète"),
        ({"email": ""}, "adresse e-mail ou une adresse postale"),
        ({"birth_name": ""}, "en a besoin pour vous retrouver"),
        ({"given_names": "x" * 121}, "120 caractères au plus"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, bases, changes, said):
    choose(client, bases["warehouse"])
    answer = post(client, "/demander/identite", **(IDENTITY | changes))
    assert answer.status_code == 422
    assert said in answer.text.replace("\u00a0", " ")
    assert answer.text.count(said) >= 1
    assert 'role="alert"' in answer.text
    kept = (IDENTITY | changes).get("given_names")
    assert kept in answer.text


@pytest.mark.parametrize(
    "name", ["given_names", "family_name", "birth_name", "birth_date", "email", "postal_address"]
)
def test_a_field_too_long_is_said_beside_it_and_keeps_all_that_was_typed(client, bases, name):
    choose(client, bases["warehouse"])
    long = "Trop longue " * 120
    answer = post(client, "/demander/identite", **(IDENTITY | {name: long}))
    assert answer.status_code == 422
    assert f'id="{name}-error"' in answer.text
    assert long.strip() in answer.text
    assert all(value in answer.text for key, value in IDENTITY.items() if key != name)


def test_back_after_a_mistake_she_finds_her_form_again_and_goes_on(client, bases):
    choose(client, bases["warehouse"])
    first = client.get("/demander/identite")
    mistaken = post(client, "/demander/identite", first, **(IDENTITY | {"email": "angele@"}))
    assert mistaken.status_code == 422
    assert client.get("/demander/identite").status_code == 200
    corrected = post(client, "/demander/identite", first, **IDENTITY)
    assert corrected.location == "/demander/precisions"


@pytest.mark.parametrize(("language", "said"), [("fr", "Cette page"), ("en", "This page")])
def test_a_method_that_sending_lacks_is_refused_in_the_language_of_the_visit(
    client, language, said
):
    client.get(f"/demander?lang={language}")
    refused = client.put("/demander/envoyer")
    assert refused.status_code == 405
    assert f'<html lang="{language}">' in refused.text
    assert said in refused.text
    assert set(refused.allow) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("typed", ["8 mars 1965", "8 March 1965", "le 8 mars 1965"])
def test_a_birth_date_may_be_written_in_words(client, bases, typed):
    choose(client, bases["warehouse"])
    answer = post(client, "/demander/identite", **(IDENTITY | {"birth_date": typed}))
    assert answer.status_code == 302
    assert 'value="08/03/1965"' in client.get("/demander/identite").text


def test_without_e_mail_the_request_leaves_at_once_and_the_receipt_is_the_paper(
    client, bases, session
):
    choose(client, bases["warehouse"])
    fill_in(client, email="", postal_address="3 rue des Lilas, 35000 Rennes")
    sent = send(client)
    page = client.get(sent.location).text
    assert "est partie" in page or "en route" in page
    session.rollback()
    assert session.scalar(select(RightsRequest)).state is RequestState.ACTIVE
    assert session.scalar(select(func.count()).select_from(Delivery)) == 1


def test_the_paper_receipt_is_an_accessible_pdf(client, bases):
    choose(client, bases["warehouse"])
    fill_in(client)
    send(client)
    paper = client.get("/demander/recu.pdf")
    assert paper.data.startswith(b"%PDF")
    assert b"pdfuaid" in paper.data
    assert "recepisse-" in paper.headers["Content-Disposition"]


@pytest.mark.parametrize("table", ["rights_request", "audit_event"])
def test_when_the_database_cannot_take_it_nothing_was_recorded_and_she_is_told(
    client, bases, session, table
):
    choose(client, bases["warehouse"])
    fill_in(client)
    check = client.get("/demander/verifier")
    with no_room_in(table):
        answer = send(client, check)
    assert answer.status_code == 503
    assert "Rien n’a été enregistré" in answer.text
    assert "Angèle Marie" in answer.text
    assert count(session, RightsRequest) == 0
    assert send(client, answer).location == "/demander/recu"
    assert count(session, RightsRequest) == 1


def test_finishing_leaves_nothing_in_the_browser(client, bases):
    choose(client, bases["warehouse"])
    fill_in(client)
    send(client)
    post(client, "/demander/terminer", client.get("/demander/recu"))
    assert client.get_cookie("demande0", path="/demander") is None
    assert client.get("/demander/recu").location == "/demander"


def test_the_receipt_of_nobody_leads_to_the_start(client, app):
    for path in ("/demander/recu", "/demander/recu.pdf", "/demander/verifier"):
        assert client.get(path).location == "/demander"
