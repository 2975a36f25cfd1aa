"""A PDF that runs a script as it opens."""

from __future__ import annotations

from io import BytesIO

from pikepdf import Dictionary, Name, Pdf, String


def active_pdf() -> bytes:
    """One blank page, and a script."""
    out = BytesIO()
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.save(out, deterministic_id=True)
    return out.getvalue()
