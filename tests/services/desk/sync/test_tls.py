"""The line to the hub over real TLS sockets: whom the desk believes, and what it says otherwise."""

import hashlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from services.desk.sync.hub_client import SignInFacts, sign_in_once
from services.desk.sync.trust import Trust
from services.hub.own_certificate import OwnCertificate, ensure_own_certificate
from services.hub.tls import Listening
from tests.support.hub_desk import running_hub
from tests.support.trusting import PLAIN


@pytest.fixture
def own(tmp_path: Path) -> OwnCertificate:
    return ensure_own_certificate(tmp_path / "tls")


@pytest.fixture
async def secure_port(demo_central: str, own: OwnCertificate) -> AsyncIterator[int]:
    at = Listening(certificate=own.certificate, key=own.key)
    async with running_hub(demo_central, at=at) as port:
        yield port


def fingerprint(own: OwnCertificate) -> str:
    shown = ssl.PEM_cert_to_DER_cert(own.certificate.read_text("ascii"))
    return hashlib.sha256(shown).hexdigest()


async def refused(url: str, trust: Trust) -> ExpectedFailure:
    with pytest.raises(ExpectedFailure) as failure:
        await sign_in_once(SignInFacts((url,), "M001", "demo", "desk-1", trust=trust))
    return failure.value


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_own_authority_is_enough(host: str, secure_port: int, own: OwnCertificate) -> None:
    facts = SignInFacts(
        (f"wss://{host}:{secure_port}",), "M001", "demo", "desk-1", trust=Trust(own.ca)
    )
    assert (await sign_in_once(facts)).staff_id == "M001"


async def test_pinned_certificate_is_enough_however_it_is_written(
    secure_port: int, own: OwnCertificate
) -> None:
    digits = fingerprint(own).upper()
    pairs = ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))
    url = f"wss://127.0.0.1:{secure_port}"
    facts = SignInFacts((url,), "M001", "demo", "desk-1", trust=Trust(fingerprint=pairs))
    assert (await sign_in_once(facts)).staff_id == "M001"


async def test_another_certificate_than_the_pinned_one_is_told_with_cause_and_cure(
    secure_port: int,
) -> None:
    found = await refused(f"wss://127.0.0.1:{secure_port}", Trust(fingerprint="00" * 32))
    assert found.code == "HUB_CERTIFICATE"
    assert "指纹" in found.title and "fingerprint" in found.advice


async def test_an_unknown_authority_is_told(secure_port: int, tmp_path: Path) -> None:
    stranger = ensure_own_certificate(tmp_path / "stranger")
    for trust in (Trust(stranger.ca), Trust()):
        found = await refused(f"wss://127.0.0.1:{secure_port}", trust)
        assert (found.code, "颁发者" in found.title) == ("HUB_CERTIFICATE", True)


async def test_an_expired_certificate_is_told(demo_central: str, tmp_path: Path) -> None:
    old = ensure_own_certificate(tmp_path, datetime.now(UTC) - timedelta(days=500))
    at = Listening(certificate=old.certificate, key=old.key)
    async with running_hub(demo_central, at=at) as port:
        found = await refused(f"wss://127.0.0.1:{port}", Trust(old.ca))
    assert (found.code, "已过期" in found.title) == ("HUB_CERTIFICATE", True)


async def test_plain_is_spoken_only_to_this_machine_and_only_when_set(demo_central: str) -> None:
    async with running_hub(demo_central) as port:
        url = f"ws://127.0.0.1:{port}"
        facts = SignInFacts((url,), "M001", "demo", "desk-1", trust=PLAIN)
        assert (await sign_in_once(facts)).staff_id == "M001"
        assert (await refused(url, Trust())).code == "HUB_PLAIN"
        assert (await refused("ws://hub.example:7443", PLAIN)).code == "HUB_PLAIN"


async def test_a_missing_authority_file_is_told(secure_port: int, tmp_path: Path) -> None:
    found = await refused(f"wss://127.0.0.1:{secure_port}", Trust(tmp_path / "none.pem"))
    assert found.code == "HUB_CA"


async def test_the_next_hub_is_asked_when_the_first_does_not_answer(
    secure_port: int, own: OwnCertificate
) -> None:
    urls = ("wss://127.0.0.1:1", f"wss://127.0.0.1:{secure_port}")
    facts = SignInFacts(urls, "M001", "demo", "desk-1", trust=Trust(own.ca))
    assert (await sign_in_once(facts)).staff_id == "M001"
