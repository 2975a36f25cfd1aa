"""Which addresses the hub may call, and how each way to lead it inside is refused."""

import pytest

from hub.domain.outward_addresses import AddressRefusal, Target, host_of, may_connect, target_of

NAME = "https://hooks.example.fr/"


def test_an_accepted_address_says_where_to_connect_and_what_to_ask_for():
    found = target_of("https://Hooks.Example.fr:443/a/b?c=d")
    assert found == Target("https", "hooks.example.fr", 443, "/a/b?c=d")
    assert not found.is_loopback
    assert target_of("https://hooks.example.fr") == Target("https", "hooks.example.fr", 443, "/")


def test_the_host_header_names_a_port_only_where_it_is_not_the_usual_one():
    assert Target("https", "a.fr", 443, "/").authority == "a.fr"
    assert Target("https", "a.fr", 80, "/").authority == "a.fr:80"
    assert Target("http", "a.fr", 80, "/").authority == "a.fr"
    assert Target("http", "a.fr", 8080, "/").authority == "a.fr:8080"


def test_this_machine_may_be_called_in_clear_and_on_any_port_where_that_is_allowed():
    def near(url: str) -> object:
        return target_of(url, allows_loopback=True)

    assert near("http://localhost:8/x") == Target("http", "localhost", 8, "/x", is_loopback=True)
    assert near("http://127.0.0.1/x") == Target("http", "127.0.0.1", 80, "/x", is_loopback=True)
    assert near("https://localhost/") == Target("https", "localhost", 443, "/", is_loopback=True)
    assert near("ftp://localhost/") is AddressRefusal.NOT_HTTPS
    assert near("http://hooks.example.fr/") is AddressRefusal.NOT_HTTPS
    assert target_of("http://localhost/") is AddressRefusal.NOT_HTTPS


def test_an_address_has_500_signs_at_most_and_a_name_253():
    assert isinstance(target_of(NAME + "a" * (500 - len(NAME))), Target)
    assert target_of(NAME + "a" * (501 - len(NAME))) is AddressRefusal.NOT_A_URL
    labels = ".".join(["a" * 49] * 5)
    assert isinstance(target_of(f"https://{labels}.fr"), Target)
    assert isinstance(target_of(f"https://{labels}.{'f' * 3}"), Target)
    assert target_of(f"https://{labels}.{'f' * 4}") is AddressRefusal.NOT_A_NAME


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://127.0.0.1/", "not_a_name"),
        ("https://2130706433/", "not_a_name"),  # decimal
        ("https://0x7f000001/", "not_a_name"),  # hexadecimal
        ("https://0x7f.1/", "not_a_name"),
        ("https://0177.0.0.1/", "not_a_name"),  # octal
        ("https://127.1/", "not_a_name"),  # short
        ("https://0/", "not_a_name"),
        ("https://[::1]/", "not_a_name"),
        ("https://[::ffff:127.0.0.1]/", "not_a_name"),
        ("https://[64:ff9b::7f00:1]/", "not_a_name"),
        ("https://169.254.169.254/latest/meta-data/", "not_a_name"),
        ("https://localhost/", "not_a_name"),
        ("https://hub.internal/", "not_public"),
        ("https://a.localhost/", "not_public"),
        ("https://127。0。0。1/", "not_a_url"),  # full stops of another script
        ("https://hooks.example.fr@127.0.0.1/", "has_credentials"),
        ("https://127.0.0.1\\@hooks.example.fr/", "not_a_url"),
        ("https://hooks.example.fr\r\nX: y/", "not_a_url"),
        ("https://hooks.example.fr:8443/", "port_not_allowed"),
        ("https://hooks.example.fr:0/", "port_not_allowed"),
        ("https://hooks.example.fr:99999/", "not_a_url"),
        ("http://hooks.example.fr/", "not_https"),
        ("file:///etc/passwd", "not_a_url"),
        ("gopher://hooks.example.fr/", "not_https"),
        ("https:///path", "not_a_url"),
        ("https://hooks.example.fr/#x", "not_a_url"),
        ("", "not_a_url"),
    ],
)
def test_an_address_that_is_no_public_name_over_https_is_refused(url, reason):
    assert target_of(url) == reason


@pytest.mark.parametrize(
    "ending",
    ["arpa", "home", "internal", "intranet", "lan", "local", "localhost", "onion"],
)
def test_the_names_of_inner_networks_are_never_called(ending):
    assert target_of(f"https://hub.{ending}/") is AddressRefusal.NOT_PUBLIC


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104  (a target, not a listener)
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:9.9.9.9",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
        "100.127.255.255",
        "192.0.0.9",  # global by its register (RFC 7723), refused all the same
        "192.88.99.1",
        "198.19.255.255",
        "239.255.255.255",
        "::1:0:0",
        "64:ff9b::909:909",
        "64:ff9b:1::1",
        "100::1",
        "2001:1::1",
        "2002:909:909::1",
        "ff0e::1",
    ],
)
def test_a_network_of_no_public_host_is_never_connected_to(address):
    assert not may_connect(address)


def test_a_public_host_may_be_connected_to_and_this_machine_only_as_itself():
    for address in ("9.9.9.9", "168.63.129.17", "2620:fe::fe"):
        assert may_connect(address)
        assert not may_connect(address, is_loopback=True)
    for address in ("127.0.0.1", "::1"):
        assert may_connect(address, is_loopback=True)
        assert not may_connect(address)


def test_the_name_of_an_address_is_empty_where_there_is_none():
    assert host_of("https://Hooks.Example.fr:8443/a") == "hooks.example.fr"
    assert [host_of(url) for url in ("", "/a", "https://[/")] == ["", "", ""]
