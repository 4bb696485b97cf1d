"""Names are looked up at the server that a setting names, and wrong settings stop the start."""

import pytest

from fairwitness import environment
from fairwitness.environment import WrongSetting
from fairwitness.outreach.preflight.dns import resolver_of_this_machine
from fairwitness.outreach.preflight.domain import domain_findings
from tests.name_server import records_of, serve_names


@pytest.fixture
def named(monkeypatch):
    """The server that a value of the setting means."""

    def read(value):
        monkeypatch.setenv("FAIRWITNESS_DNS", value)
        return environment.server("FAIRWITNESS_DNS")

    return read


@pytest.mark.parametrize(
    ("value", "server"),
    [
        ("", None),
        ("192.0.2.53", ("192.0.2.53", None)),
        ("127.0.0.1:5353", ("127.0.0.1", 5353)),
        ("2001:db8::53", ("2001:db8::53", None)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_server_is_an_address_perhaps_with_a_port(named, value, server):
    assert named(value) == server


@pytest.mark.parametrize("value", ["names.example", "127.0.0.1:x", ":53", "127.0.0"])
def test_what_is_no_address_stops_the_start(named, value):
    with pytest.raises(WrongSetting, match="write an IP address"):
        named(value)


def test_the_named_server_is_asked(named):
    with serve_names(records_of("harbour.test")) as there:
        names = resolver_of_this_machine(named(there))

        asked = domain_findings(
            "harbour.test", selectors=("wind",), resolver=names, how=""
        )
        found = list(asked)
        exchanges = names.exchanges("harbour.test")
        nobody = names.texts("nobody.test"), names.addresses("harbour.test")

    assert found == []
    assert exchanges == ("mail.harbour.test",)
    assert nobody == ((), ())
