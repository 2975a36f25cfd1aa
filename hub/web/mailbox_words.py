"""A mailbox as it is shown to who may read it, and to nobody else."""


def masked(address: str) -> str:
    """Enough of a mailbox for its readers: "dr…@chu.example"."""
    local, _at, domain = address.partition("@")
    return f"{local[:2]}…@{domain}"
