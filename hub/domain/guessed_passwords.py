"""What people who guess passwords try first, in French and in English (ASVS 6.1.2, 6.2.4).

Not a list of passwords: the words and runs that such lists are made of. A password that leaves
next to nothing once they are taken out is as good as on the list, whatever year or sign follows.
"""

import re
from unicodedata import combining, normalize

LEFT_AT_LEAST = 5
"""Different characters that must be left."""

_WORDS_TRIED = """
    password passwd passe motdepasse mdp mot secret admin administrateur administrator root user
    utilisateur login connexion compte account bonjour bonsoir salut hello welcome bienvenue
    soleil sunshine princesse princess chocolat dragon monkey football baseball rugby superman
    batman pokemon starwars naruto liberte france paris marseille lyon amour jetaime iloveyou love
    doudou loulou cheval chouchou coucou maman papa famille family bebe ange angel
    nicolas camille julien thomas alexandre marie sophie michael jordan ashley charlie
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    lundi mardi mercredi jeudi vendredi samedi dimanche printemps ete automne hiver
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday spring summer autumn winter
    letmein trustno1 whatever shadow master freedom computer ordinateur internet google microsoft
    windows office test changeme changezmoi provisoire temporaire default defaut
    sante health donnees data hopital hospital clinique chu cnil rgpd gdpr dpo dpd droits rights
    concentrateur hub medical medecin docteur patient cancer registre recherche
"""
_WORDS = sorted(_WORDS_TRIED.split(), key=len, reverse=True)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv",
)
_RUNS = tuple(row + "\0" + row[::-1] for row in _ROWS)
_SHORTEST_RUN = 3
_SIGNS = re.compile(r"[^a-z0-9 ]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AS_LETTERS = str.maketrans("013457@$€!|", "oieastasell")


def is_guessed_first(password: str) -> bool:
    """Whether next to nothing of a password is its owner's own."""
    bare = "".join(one for one in normalize("NFKD", password.lower()) if not combining(one))
    as_typed = _without_runs(_SIGNS.sub("", bare))
    as_meant = _SIGNS.sub("", _without_runs(bare).translate(_AS_LETTERS))
    return any(len(set(_left(form))) < LEFT_AT_LEAST for form in (as_typed, as_meant))


def _left(text: str) -> str:
    """What is left of letters and digits without the words."""
    for word in _WORDS:
        text = text.replace(word, " ")
    return text.replace(" ", "")


def _without_runs(text: str) -> str:
    """A text without years, "abcd", "4321", "azerty" and the like."""
    text = _YEAR.sub(" ", text)
    left, start = [], 0
    while start < len(text):
        end = start + 1
        while end < len(text) and any(text[start : end + 1] in row for row in _RUNS):
            end += 1
        left.append(" " if end - start >= _SHORTEST_RUN else text[start:end])
        start = end
    return "".join(left)
