"""Every visible text is in French and in English, and says one thing in one way."""

from babel.messages.pofile import read_po

from hub.commands.translations import check_catalogues
from hub.web.translations import CATALOGUES


def test_no_translation_is_missing_fuzzy_or_left_over():
    found = check_catalogues()
    assert not found.missing, f"add the French of: {found.missing[:10]}"
    assert not found.fuzzy
    assert not found.obsolete, f"no longer said anywhere: {found.obsolete[:10]}"


def test_the_same_english_has_the_same_french_everywhere():
    wordings: dict[str, set[str]] = {}
    for path in CATALOGUES.glob("*.po"):
        with path.open("rb") as source:
            for message in read_po(source, locale="fr"):
                if message.id:
                    wordings.setdefault(str(message.id), set()).add(str(message.string))
    several = {english: french for english, french in wordings.items() if len(french) > 1}
    assert not several, f"one English, several French (reword the English of one): {several}"


def test_an_e_mail_has_one_french_name():
    others = ("courriel", "adresse électronique")
    said = [
        f"{path.name}: {line}"
        for path in CATALOGUES.glob("*.po")
        for line in path.read_text(encoding="utf-8").splitlines()
        if any(word in line.casefold() for word in others)
    ]
    assert not said, f"say e-mail, adresse e-mail: {said[:5]}"
