"""Papers of real length, in both languages."""

from hub.papers import (
    ControllerRow,
    ControllerTable,
    Fact,
    LetterPaper,
    Masthead,
    NextSteps,
    ReceiptPaper,
    SummaryPaper,
    SummaryRow,
    Tone,
    TrackingCode,
)

REFERENCE = "DX7K-3M9Q-F2"
SECRET = "7QK2-M4XD-9RTB-1WZ8-HC5V-PA3N"
FRENCH_MASTHEAD = Masthead(
    "Mes droits, mes données de santé",
    "Un service de la Plateforme des données de santé",
    f"Demande {REFERENCE} · Aide : 01 00 00 00 00 (appel gratuit)",
    "Page {page} sur {pages}",
)
ENGLISH_MASTHEAD = Masthead(
    "My rights, my health data",
    "A service of the Health Data Hub",
    f"Request {REFERENCE} · Help: 01 00 00 00 00 (free call)",
    "Page {page} of {pages}",
)
DUE = "14 octobre 2026"
CONTROLLERS = (
    ("Inserm", ("Cohorte Constances",)),
    (
        "Centre hospitalier universitaire de Rennes",
        ("Entrepôt de données de santé eHOP", "Registre rennais des infarctus"),
    ),
    ("Santé publique France", ("Registre général des cancers",)),
    ("Caisse nationale de l’assurance maladie", ("Système national des données de santé",)),
    ("Plateforme des données de santé", ("Étude DIAB-2 : complications du diabète de type 2",)),
)


def french_receipt(controllers: int = 5) -> ReceiptPaper:
    chosen = [CONTROLLERS[place % 5] for place in range(controllers)]
    return ReceiptPaper(
        language="fr",
        masthead=FRENCH_MASTHEAD,
        title="Accusé de réception",
        lead="Votre demande est enregistrée. Gardez ce papier : il prouve la date de la demande.",
        reference=Fact("Numéro de votre demande", REFERENCE),
        secret=Fact("Votre clé personnelle", SECRET),
        secret_note="Ne la donnez à personne. Elle seule ouvre les réponses : nous ne pouvons pas "
        "la retrouver.",
        tracking=TrackingCode(
            f"https://droits.hub.example/suivre?reference={REFERENCE}",
            "Suivre ma demande",
            f"Code QR vers la page de suivi de la demande {REFERENCE}",
        ),
        facts=(
            Fact("Votre demande", "Savoir ce que l’on a sur moi (droit d’accès)"),
            Fact("Personne concernée", "Zoé Le Bihan-Kerouédan, née le 3 mars 1961"),
            Fact(
                "Reçue le", "14 septembre 2026 à 10\u00a0h\u00a002 (heure de Paris), par internet"
            ),
        ),
        statement=Fact(
            "Ce que vous avez écrit",
            "Je souhaite recevoir une copie de toutes les données qui me concernent, y compris "
            "les comptes rendus d’analyses et les dates de mes séjours depuis 2019.",
        ),
        controllers=ControllerTable(
            "5 organismes doivent vous répondre",
            ("Organisme", "Réponse au plus tard", "Peut demander un délai jusqu’au"),
            tuple(ControllerRow(name, what, (DUE, DUE)) for name, what in chosen),
            "Le délai est d’un mois. Un organisme peut l’allonger de deux mois s’il vous le dit "
            "et vous l’explique avant cette date (RGPD, article\u00a012).",
        ),
        next_steps=NextSteps(
            "Ce que vous avez à faire",
            (
                (
                    "Confirmez votre adresse avant le 21 septembre 2026 : ouvrez le courriel que "
                    "nous venons de vous envoyer. Sans cela, votre demande ne partira pas."
                ),
                (
                    "Ensuite, rien. Nous transmettons, nous surveillons les dates, nous vous "
                    "prévenons."
                ),
            ),
        ),
        notes=(
            Fact(
                "Un organisme ne répond pas ?",
                "À partir du 15 octobre 2026 vous pouvez écrire à la CNIL, gratuitement : "
                "cnil.fr/plaintes ou CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris Cedex 07.",
            ),
            Fact(
                "Une question ?",
                "Appelez le 01 00 00 00 00, du lundi au vendredi, de 9\u00a0h à 17\u00a0h. "
                "Donnez votre numéro, jamais votre clé.",
            ),
        ),
    )


def english_receipt() -> ReceiptPaper:
    return ReceiptPaper(
        language="en",
        masthead=ENGLISH_MASTHEAD,
        title="Acknowledgement of receipt",
        lead="Your request is recorded. Keep this paper: it proves the date of your request.",
        reference=Fact("Number of your request", REFERENCE),
        secret=Fact("Your personal key", SECRET),
        secret_note="Give it to nobody. It alone opens the answers: we cannot find it for you.",
        tracking=TrackingCode(
            f"https://droits.hub.example/track?reference={REFERENCE}",
            "Follow my request",
            f"QR code to the tracking page of request {REFERENCE}",
        ),
        facts=(
            Fact("Your request", "Say no to the reuse of my data (right to object)"),
            Fact("Person concerned", "Zoé Le Bihan-Kerouédan, born on 3 March 1961"),
            Fact("Received on", "14 September 2026 at 10:02 (Paris time), online"),
        ),
        statement=Fact("", ""),
        controllers=ControllerTable(
            "2 organisations must answer you",
            ("Organisation", "Answer by"),
            (
                ControllerRow("Inserm", ("Constances cohort",), ("14 October 2026",)),
                ControllerRow("Santé publique France", (), ("14 October 2026",)),
            ),
        ),
        next_steps=NextSteps("What to do next", ("Nothing. We watch the dates and tell you.",)),
        notes=(),
    )


def french_summary() -> SummaryPaper:
    return SummaryPaper(
        language="fr",
        masthead=FRENCH_MASTHEAD,
        title="Où en est ma demande",
        lead="Au 20 octobre 2026 : un organisme est en retard, et vous pouvez agir.",
        facts=(
            Fact("Demande", f"{REFERENCE}, reçue le 14 septembre 2026 à 10\u00a0h\u00a002"),
            Fact("Droit exercé", "Savoir ce que l’on a sur moi (droit d’accès)"),
        ),
        counts=(
            Fact("organismes", "4"),
            Fact("ont répondu", "2"),
            Fact("a refusé", "1"),
            Fact("en retard", "1"),
        ),
        columns=("Organisme", "Où cela en est", "Ce que vous pouvez faire"),
        rows=(
            SummaryRow(
                *CONTROLLERS[0],
                "A répondu", Tone.OK, "Le 22 septembre 2026 : 1 document.",
                "Lire le document en ligne avec votre clé.",
            ),
            SummaryRow(
                *CONTROLLERS[1],
                "A refusé", Tone.SOON,
                "Le 9 octobre 2026 : « Les données du registre ne permettent plus de vous "
                "reconnaître » (RGPD, article 11).",
                "Donner une information de plus, ou écrire à la CNIL.",
            ),
            SummaryRow(
                *CONTROLLERS[2],
                "En retard de 6 jours", Tone.LATE, "Devait répondre le 14 octobre 2026.",
                "Écrire à la CNIL : votre dossier est prêt en ligne.",
            ),
            SummaryRow(
                *CONTROLLERS[3],
                "En cours", Tone.CALM, "Délai allongé, expliqué le 30 septembre 2026.",
                "Rien. Prochaine date : 14 décembre 2026.",
            ),
        ),
        next_steps=NextSteps(
            "Pour la suite", ("Gardez ce papier avec votre accusé de réception.",)
        ),
        notes=french_receipt().notes,
    )  # fmt: skip


def french_letter() -> LetterPaper:
    return LetterPaper(
        language="fr",
        masthead=FRENCH_MASTHEAD,
        sender=("Mes droits, mes données de santé", "BP 100", "75000 Paris"),
        recipient=("Madame Zoé Le Bihan-Kerouédan", "12 rue des Écoles", "35000 RENNES"),
        place_and_date="Paris, le 14 septembre 2026",
        subject=Fact("Objet :", "votre demande est bien partie"),
        facts=(Fact("Numéro de votre demande", REFERENCE),),
        paragraphs=(
            "Madame,",
            (
                "Nous avons transmis votre demande à cinq organismes. Chacun doit vous répondre au "
                "plus tard le 14 octobre 2026. Nous surveillons ces dates pour vous."
            ),
            "Vous n’avez rien à faire. Si vous changez d’adresse, dites-le-nous au 01 00 00 00 00.",
        ),
        signature=("Claire Moreau", "Déléguée à la protection des données"),
        enclosures=NextSteps("Pièces jointes", ("Accusé de réception (1 page)",)),
    )
