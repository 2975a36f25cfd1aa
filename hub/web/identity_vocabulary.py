"""Words of the ways in which a controller knows a person."""

from flask_babel import lazy_gettext as _l

from hub.domain.identity_proof import KnownBy, ProofMeans

KNOWN_BY = {
    KnownBy.CALLED_BACK: _l("We called back on the number in our own files"),
    KnownBy.AT_THE_DESK: _l("The person came to us, and we recognised her"),
    KnownBy.OWN_ACCOUNT: _l("The person signed in to an account that she has with us"),
    KnownBy.KNOWN_NUMBER: _l("The person gave a number that only she and we know"),
    KnownBy.OTHER: _l("Another way, said below"),
}

PROOF_MEANS = {
    ProofMeans.CONTROLLER: _l("Confirmed by you"),
    ProofMeans.FRANCECONNECT: _l("FranceConnect"),
    ProofMeans.FRANCECONNECT_PLUS: _l("FranceConnect+"),
    ProofMeans.LETTER: _l("Code of your letter"),
}
