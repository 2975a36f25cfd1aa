"""What the trusted relay found of a mail's origin: Authentication-Results (RFC 8601)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_HEADER = 8_000
_RESULT = re.compile(r"([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b([a-z]+\.[a-z0-9-]+)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)


class Verdict(StrEnum):
    """Whether a mail comes from the domain it shows (values are stored)."""

    AUTHENTIC = "authentic"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class Authentication:
    """The results of each method as the relay wrote them ("" where it wrote none), and ours."""

    verdict: Verdict
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


NOT_CHECKED = Authentication(Verdict.NOT_CHECKED)


@dataclass(frozen=True)
class _Result:
    method: str
    value: str
    domain: str


def authentication_of(
    headers: Sequence[str], authserv_id: str | None, sender: str
) -> Authentication:
    """The verdict of the topmost header that the trusted relay wrote; others are anybody's word.

    The relay removes those that arrive under its own name (RFC 8601 §5); the topmost is the one it
    added. DMARC decides; without it, DKIM or SPF must pass for the domain that `sender` shows.
    """
    if not authserv_id:
        return NOT_CHECKED
    ours = (text for text in headers if _authserv_id(text) == authserv_id.casefold())
    trusted = next(ours, None)
    if trusted is None:
        return NOT_CHECKED
    results = _results(trusted)
    domain = sender.rpartition("@")[2].casefold()
    return Authentication(
        _verdict(results, domain),
        *(_shown(results, method) for method in ("spf", "dkim", "dmarc")),
    )


def _verdict(results: Sequence[_Result], domain: str) -> Verdict:
    passed = [one for one in results if one.value == "pass"]
    methods = {one.method for one in passed}
    failed = {one.method for one in results if one.value in {"fail", "hardfail"}}
    if "dmarc" in methods:
        return Verdict.AUTHENTIC
    if "dmarc" in failed:
        return Verdict.FAILED
    if any(one.method in {"spf", "dkim"} and _is_aligned(one.domain, domain) for one in passed):
        return Verdict.AUTHENTIC
    if "spf" in failed and "dkim" not in methods:
        return Verdict.FAILED
    return Verdict.NOT_CHECKED


def _is_aligned(found: str, shown: str) -> bool:
    """The same domain, or one a part of the other (a public suffix alone signs nothing)."""
    if "." not in found or "." not in shown:
        return False
    return found == shown or shown.endswith(f".{found}") or found.endswith(f".{shown}")


def _shown(results: Sequence[_Result], method: str) -> str:
    values = [one.value for one in results if one.method == method]
    return "pass" if "pass" in values else next(iter(values), "")


def _authserv_id(header: str) -> str | None:
    words = _without_comments(header).partition(";")[0].split()
    return words[0].strip('"').casefold() if words else None


def _results(header: str) -> list[_Result]:
    parts = _without_comments(header).partition(";")[2].split(";")
    return [found for part in parts for found in _result(part)]


def _result(part: str) -> list[_Result]:
    found = _RESULT.match(part.strip())
    if found is None:
        return []
    properties = {name.lower(): value.casefold() for name, value in _PROPERTY.findall(part)}
    method = found[1].lower()
    where = "smtp.mailfrom" if method == "spf" else "header.d"
    domain = properties.get(where, "").rpartition("@")[2]
    return [_Result(method, found[2].lower(), domain)]


def _without_comments(header: str) -> str:
    """A header as far as it is read, a blank for each comment (RFC 5322 §3.2.2: they nest)."""
    kept: list[str] = []
    opened: list[int] = []
    for sign in header[:LONGEST_HEADER]:
        if sign == ")" and opened:
            del kept[opened.pop() :]
            kept.append(" ")
        else:
            if sign == "(":
                opened.append(len(kept))
            kept.append(sign)
    return "".join(kept)
