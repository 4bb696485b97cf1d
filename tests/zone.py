"""An invented DNS: what names answer, and one that never does."""

import threading
from dataclasses import dataclass, field

from fairwitness.outreach.preflight.domain import CannotLookUp

KEY = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDOPK54fHQnHuPjyLxa5F5cipn78IV4C9pMPo1/fZiw"
    "wx1l9psIT7Fwmv+p4BrbAGbeZ478h0cWxl1CMGWBn97ticYC0DZlfjW98teI1CbK5ezFHpdMNIbzL8O8"
    "/jYc2ghiucsk72vZ9LO+Je1RsqRSrS0941vCqnjT/PNLrsExTwIDAQAB"
)
Records = dict[str, tuple[str, ...]]


@dataclass
class Zone:
    """Answers from what it was given."""

    txt: Records = field(default_factory=dict)
    mx: Records = field(default_factory=dict)
    hosts: Records = field(default_factory=dict)
    back: Records = field(default_factory=dict)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a name."""
        return self.txt.get(name, ())

    def exchanges(self, name: str) -> tuple[str, ...]:
        """Who takes mail for a name."""
        return self.mx.get(name, ())

    def addresses(self, name: str) -> tuple[str, ...]:
        """The addresses of a name."""
        return self.hosts.get(name, ())

    def pointers(self, address: str) -> tuple[str, ...]:
        """The names of an address."""
        return self.back.get(address, ())


def a_good_zone() -> Zone:
    """Everything stands: harbour.test, whose mail server is mail.harbour.test."""
    return Zone(
        txt={
            "harbour.test": ("v=spf1 a:mail.harbour.test -all",),
            "_dmarc.harbour.test": ("v=DMARC1; p=quarantine",),
            "k1._domainkey.harbour.test": (f"v=DKIM1; k=rsa; p={KEY}",),
        },
        mx={"harbour.test": ("mail.harbour.test",)},
        hosts={"mail.harbour.test": ("9.9.9.9",)},
        back={"9.9.9.9": ("mail.harbour.test",)},
    )


class Unreachable(Zone):
    """Nobody answers."""

    def texts(self, name: str) -> tuple[str, ...]:
        """Say so."""
        raise CannotLookUp("no server answered")

    def exchanges(self, name: str) -> tuple[str, ...]:
        """Say so."""
        return self.texts(name)

    def addresses(self, name: str) -> tuple[str, ...]:
        """Say so."""
        return self.texts(name)

    def pointers(self, address: str) -> tuple[str, ...]:
        """Say so."""
        return self.texts(address)


class Hanging(Zone):
    """It answers when it is let go, and not before."""

    def __init__(self) -> None:
        super().__init__()
        self.is_over = threading.Event()

    def texts(self, name: str) -> tuple[str, ...]:
        """Wait."""
        self.is_over.wait(60)
        return ()
