"""Reads the table of a batch, whatever its encoding."""

from hub.importers.reading import read_text


def text_of_table(content: bytes) -> str:
    """The text of a CSV file, without blank lines before it. Raises NotThatFormat."""
    return read_text(content).text.lstrip("\ufeff\r\n ")
