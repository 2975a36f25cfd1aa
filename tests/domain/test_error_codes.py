"""Each refusal of the law has one code, which programs and pages know it by."""

import pkgutil
import re
from importlib import import_module

import hub.domain
from hub.errors import HubError


def refusals() -> list[type[HubError]]:
    modules = [
        import_module(f"hub.domain.{one.name}") for one in pkgutil.iter_modules(hub.domain.__path__)
    ]
    return [
        thing
        for module in modules
        for thing in vars(module).values()
        if isinstance(thing, type)
        and issubclass(thing, HubError)
        and thing.__module__ == module.__name__
    ]


def test_the_code_of_a_refusal_is_its_name() -> None:
    found = refusals()
    assert len(found) > 20
    for refusal in found:
        assert refusal.code == re.sub(r"(?<!^)(?=[A-Z])", "_", refusal.__name__).lower()


def test_no_two_refusals_have_one_code() -> None:
    codes = [refusal.code for refusal in refusals()]
    assert sorted(codes) == sorted(set(codes))
