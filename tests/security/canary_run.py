"""Fifty canaries filed through every door of a running hub, then searched in all it left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote_plus

from tests.journeys.hubs import JourneyHub
from tests.running import eventually
from tests.security import places
from tests.security.canaries import Flock, secret
from tests.security.doors import DPO, OPERATOR, Doors
from tests.security.outcome import Outcome
from tests.security.searching import Place, files_under, in_clear, leaks_in
from tests.security.visitors import Exchanged, Visitor

MOST_PAGES = 60
SEEN_WITHOUT_CONTENT = (OPERATOR, DPO)
"""Who reads the procedure alone: each page that their start pages lead to."""
START = ("/exploitation", "/dpo", "/dossiers", "/incidents", "/registre")
LEADS_ELSEWHERE = ("/connexion", "/static", "/demonstration", "/compte", "/demander", "/suivre")


def look_for_canaries(hub: JourneyHub, seed: int, folder: Path) -> Outcome:
    """File, let all leave, search; `folder`: where the hub puts its temporary files."""
    flock, exchanged = Flock(seed), Exchanged()
    doors = Doors(hub, flock, exchanged)
    with places.TemporaryFiles(folder, lambda: list(hub.children.values())) as temporary:
        open_every_door(doors, folder.parent)
        assert eventually(hub.has_sent_all), "mails are still waiting"
        read = list(pages_of_staff(hub))
    opening = [secret(value) for value in dict.fromkeys(doors.secrets)]
    canaries = [*flock.all, *opening]
    left = [*temporary.places, *everything_left(hub, exchanged, folder.parent), *read]
    outcome = Outcome("canaries")
    outcome.findings += not_proven(flock, exchanged)
    leaks = leaks_in(left, canaries)
    outcome.findings += [f"{leak.kind} number {leak.number} in {leak.place}" for leak in leaks]
    outcome.counts = {
        "invented values of people, filed through every door": len(flock.all),
        "secret codes and tokens looked for beside them": len(opening),
        "files, keys, mails, pages and addresses looked through": len(left),
        "kilobytes of them": sum(len(place.content) for place in left) // 1024,
        "values found": len({leak.number for leak in leaks}),
    }
    return outcome


def open_every_door(doors: Doors, folder: Path) -> None:
    """Each in its turn: later ones use what earlier ones filed."""
    doors.file_on_the_web()
    doors.file_for_somebody()
    doors.file_by_program()
    doors.refuse_all_reuse()
    doors.be_identified()
    doors.key_in_a_letter()
    doors.bring_a_backlog(folder)
    doors.work_on_the_case()
    doors.write_by_mail()
    doors.knock_in_vain()


def not_proven(flock: Flock, exchanged: Exchanged) -> list[str]:
    """What a search could not have found, as it never came in."""
    said = unquote_plus(b"\n".join(exchanged.sent).decode("utf-8", "replace")).encode()
    sent = in_clear(flock.all, said)
    never = [canary for canary in flock.all if canary in flock.left or canary not in sent]
    return [f"a {canary.kind.value} was never filed" for canary in never]


def everything_left(hub: JourneyHub, exchanged: Exchanged, folder: Path) -> Iterator[Place]:
    """What the hub keeps, queues, tells, is run as, and exports."""
    exported = folder / "exported"
    hub.command("audit", "export", exported)
    yield from places.kept_by(hub)
    yield from files_under(exported, "export of the log")
    yield from places.queued_in(places.queue_of(hub))
    yield from places.run_as(hub)
    yield from places.exchanged_with(exchanged)
    visitor = Visitor(hub.address, Exchanged())
    for path in places.SAID_TO_ALL:
        yield Place(path, visitor.go(path).text.encode())


def pages_of_staff(hub: JourneyHub) -> Iterator[Place]:
    """The pages of those who watch over the hub and see no content."""
    for email in SEEN_WITHOUT_CONTENT:
        member = Visitor(hub.address, Exchanged()).sign_in(email)
        waiting, seen = list(START), set[str]()
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.pop(0)
            if path in seen or path.startswith(LEADS_ELSEWHERE):
                continue
            seen.add(path)
            page = member.go(path)
            yield Place(f"{path} for {email.partition('@')[0]}", page.text.encode())
            waiting += [link for link in member.exchanged.addresses if link.startswith("/")]
            member.exchanged.addresses.clear()
