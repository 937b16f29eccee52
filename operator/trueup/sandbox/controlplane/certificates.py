"""The sandbox's own certificate authority, and what it signs: servers on loopback and the users who may log in.

Everything is made afresh per sandbox, lives in its state folder with mode 0600, and is valid for a year.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from trueup.sandbox.ports import LOOPBACK

_VALID = timedelta(days=365)
# A clock that is corrected backwards after the start must not make the certificates "not yet valid".
_BACKDATED = timedelta(hours=1)
_SERVER_NAMES = ("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc")


@dataclass(frozen=True)
class Pair:
    """Two PEM files: a certificate (or public key) and its private key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Pki:
    """Every key file of one sandbox."""

    authority: Pair
    server: Pair
    service_accounts: Pair
    folder: Path

    def user(self, name: str) -> Pair:
        """The certificate by which `name` logs in; it must have been among the users of `create`."""
        return _pair(self.folder, f"user-{name}")


def at(folder: Path) -> Pki:
    """The key files that `create` makes, or has made, in `folder`."""
    return Pki(_pair(folder, "ca"), _pair(folder, "server"), _pair(folder, "service-accounts"), folder)


def create(folder: Path, users: dict[str, tuple[str, ...]]) -> Pki:
    """Make the authority and everything it signs in `folder`, or read them where they exist; `users` maps to groups."""
    pki = at(folder)
    complete = folder / "complete"
    if complete.exists():
        return pki
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trueup-sandbox")])
    authority = _signed(name, key, name, key, authority=True)
    _write(pki.authority, authority.public_bytes(Encoding.PEM), key)
    _issue(pki.server, key, name, "trueup-sandbox-server", servers=True)
    for user, groups in users.items():
        _issue(pki.user(user), key, name, user, groups=groups)
    signer = ec.generate_private_key(ec.SECP256R1())
    public = signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(pki.service_accounts, public, signer)
    complete.touch()
    return pki


def _issue(
    pair: Pair,
    signer: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    name: str,
    *,
    groups: tuple[str, ...] = (),
    servers: bool = False,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    subject = x509.Name([*attributes, x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = _signed(subject, key, issuer, signer, servers=servers)
    _write(pair, certificate.public_bytes(Encoding.PEM), key)


def _signed(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    signer: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
    servers: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + _VALID)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_key_usage(authority=authority), critical=True)
    )
    if not authority:
        # etcd uses its server certificate as a client of itself, so both usages stand in it.
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH, *([ExtendedKeyUsageOID.SERVER_AUTH] if servers else [])]
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    if servers:
        names = [x509.DNSName(name) for name in _SERVER_NAMES]
        addresses = [x509.IPAddress(ip_address(LOOPBACK))]
        builder = builder.add_extension(x509.SubjectAlternativeName([*names, *addresses]), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(folder: Path, name: str) -> Pair:
    return Pair(folder / f"{name}.crt", folder / f"{name}.key")


def _write(pair: Pair, certificate: bytes, key: ec.EllipticCurvePrivateKey) -> None:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for path, content in ((pair.certificate, certificate), (pair.key, private)):
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
