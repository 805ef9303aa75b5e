"""The demo's own certificate authority and the hub's certificate, made at the first start."""

import ipaddress
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CA_DAYS, _HUB_DAYS, _RENEW_DAYS = 3_650, 397, 30
_EARLIER = timedelta(hours=1)  # clocks of one office differ
_LOCAL = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """Files in one private folder; desks trust ``ca``, the hub shows ``certificate``."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The authority's certificate: what a desk needs."""
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """The authority's key."""
        return self.folder / "ca-key.pem"

    @property
    def certificate(self) -> Path:
        """The hub's certificate."""
        return self.folder / "hub.pem"

    @property
    def key(self) -> Path:
        """The hub's key."""
        return self.folder / "hub-key.pem"


def ensure_own_certificate(folder: Path, now: datetime | None = None) -> OwnCertificate:
    """Make what is missing or about to expire; ``now`` is the machine's time (UTC)."""
    own, moment = OwnCertificate(folder), now or datetime.now(UTC)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (own.ca_key.exists() and _lasts(own.ca, moment)):
        _make_authority(own, moment)
        own.certificate.unlink(missing_ok=True)
    if not (own.key.exists() and _lasts(own.certificate, moment)):
        _make_hub_certificate(own, moment)
    return own


def _lasts(file: Path, now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return certificate.not_valid_after_utc - now > timedelta(days=_RENEW_DAYS)


def _make_authority(own: OwnCertificate, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Client-Manager Workstation demo CA")
    certificate = (
        _draft(name, name, key.public_key(), now, _CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(own.ca_key, key)
    _write(own.ca, certificate.public_bytes(serialization.Encoding.PEM))


def _make_hub_certificate(own: OwnCertificate, now: datetime) -> None:
    authority = x509.load_pem_x509_certificate(own.ca.read_bytes())
    signer = serialization.load_pem_private_key(own.ca_key.read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _draft(_name("hub"), authority.subject, key.public_key(), now, _HUB_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(_names()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    _write_key(own.key, key)
    _write(own.certificate, certificate.public_bytes(serialization.Encoding.PEM))


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _names() -> list[x509.GeneralName]:
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in _LOCAL]
    return [x509.DNSName("localhost"), x509.DNSName(socket.gethostname()), *addresses]


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey) -> None:
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    _write(file, key.private_bytes(serialization.Encoding.PEM, form, plain))


def _write(file: Path, content: bytes) -> None:
    """Let ``content`` take the place of the file's, readable by its owner only."""
    fresh = file.with_name(f"{file.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    fresh.replace(file)
