"""Each setting of a hub is explained on one page, and that page says what the hub does."""

from tests.settings_document import DOCUMENT, document, heard, written


def test_each_setting_that_a_hub_reads_is_explained_and_no_other() -> None:
    assert heard() == written()


def test_the_page_is_as_the_settings_are() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), (
        "write it again: python -m tests.settings_document"
    )
