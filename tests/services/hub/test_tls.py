"""The hub's own certificate, and doors that may not be opened."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.errors import ExpectedFailure
from services.hub.own_certificate import ensure_own_certificate
from services.hub.tls import Listening

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_it_is_made_once_and_kept_private(tmp_path: Path) -> None:
    own = ensure_own_certificate(tmp_path / "tls", NOW)
    files = (own.ca, own.ca_key, own.certificate, own.key)
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 4
    assert stat.S_IMODE(own.folder.stat().st_mode) == 0o700
    before = [file.read_bytes() for file in files]
    ensure_own_certificate(tmp_path / "tls", NOW + timedelta(days=300))
    assert [file.read_bytes() for file in files] == before


def test_it_is_renewed_in_time_under_the_same_authority(tmp_path: Path) -> None:
    own = ensure_own_certificate(tmp_path, NOW)
    authority, certificate = own.ca.read_bytes(), own.certificate.read_bytes()
    ensure_own_certificate(tmp_path, NOW + timedelta(days=380))
    assert own.ca.read_bytes() == authority
    assert own.certificate.read_bytes() != certificate
    assert Listening(certificate=own.certificate, key=own.key).context() is not None


@pytest.mark.parametrize("damage", ["ca", "certificate", "key", "ca_key"])
def test_what_is_missing_is_made_again(tmp_path: Path, damage: str) -> None:
    own = ensure_own_certificate(tmp_path, NOW)
    getattr(own, damage).unlink()
    own = ensure_own_certificate(tmp_path, NOW)
    assert Listening(certificate=own.certificate, key=own.key).context() is not None


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "hub.example"])
def test_a_plain_door_is_not_opened_to_others(host: str) -> None:
    with pytest.raises(ExpectedFailure) as refused:
        Listening(host=host).context()
    assert refused.value.code == "HUB_PLAIN"


def test_a_key_of_another_certificate_is_told(tmp_path: Path) -> None:
    own, other = (ensure_own_certificate(tmp_path / name, NOW) for name in ("own", "other"))
    for key in (other.key, tmp_path / "none.pem"):
        with pytest.raises(ExpectedFailure) as refused:
            Listening(certificate=own.certificate, key=key).context()
        assert refused.value.code == "HUB_CERTIFICATE_FILE"
        assert str(own.certificate) in refused.value.title
