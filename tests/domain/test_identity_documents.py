"""A copy of an identity document is taken by no hub of itself (EDPB 01/2022 §74-79)."""

from hub.domain.identity_documents import IdentityDocumentPolicy


def test_no_copy_is_taken_and_where_one_is_it_waits_ten_days_at_most_x9():
    assert IdentityDocumentPolicy() == IdentityDocumentPolicy(takes_copies=0, longest_days=10)
