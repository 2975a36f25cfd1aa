"""Catalogues are compiled whole, whoever compiles them at the same time."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from hub.commands.translations import compile_catalogues
from hub.web.translations import CATALOGUES

AT_ONCE = 6


def test_several_that_compile_at_once_all_succeed_and_leave_nothing_behind(tmp_path: Path) -> None:
    for source in CATALOGUES.glob("c*.po"):
        shutil.copy(source, tmp_path)
    start = Barrier(AT_ONCE)

    def compile_with_the_others(_one: int) -> None:
        start.wait(10)
        compile_catalogues(tmp_path)

    with ThreadPoolExecutor(AT_ONCE) as several:
        list(several.map(compile_with_the_others, range(AT_ONCE)))
    names = {path.name for path in tmp_path.iterdir()}
    sources = {path.stem for path in tmp_path.glob("*.po")}
    assert names == {f"{one}.po" for one in sources} | {f"{one}.mo" for one in sources}
