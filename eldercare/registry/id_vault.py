"""ID numbers at rest: sealed by AES-256-GCM, found again by HMAC-SHA-256.

Both keys come by HKDF-SHA-256 from the installation's secret (`accounts.keys.signing_key`), each
for its own purpose, so that neither tells anything of the other or of what signs tokens. A sealed
value names its key, so that the secret can be changed (`identity.rotate_id_numbers`).
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eldercare.errors import DatabaseUnusable

_FORM = "1"
_NONCE_BYTES = 12
"""Drawn at random: good for 2^32 values under one key, a district has 2^18."""


@dataclass(frozen=True, slots=True)
class _Keys:
    """What one secret gives; `key_id` tells the keys apart and nothing else."""

    key_id: str
    sealing: AESGCM = field(repr=False)
    searching: bytes = field(repr=False)


def _keys_of(secret: str) -> _Keys:
    def derive(purpose: str) -> bytes:
        info = f"eldercare id number {purpose}".encode()
        return HKDF(SHA256(), 32, salt=None, info=info).derive(secret.encode())

    return _Keys(derive("key id")[:4].hex(), AESGCM(derive("sealing")), derive("searching"))


class IdVault:
    """Seals, opens and digests normalised ID numbers.

    `secret` is the installation's; `retired` holds earlier ones that stored values may still need.
    """

    def __init__(self, secret: str, *, retired: Sequence[str] = ()) -> None:
        self._current = _keys_of(secret)
        self._known = (self._current, *(_keys_of(earlier) for earlier in retired))

    @property
    def mark(self) -> str:
        """What every value sealed with the present key begins with: form and key id."""
        return f"{_FORM}.{self._current.key_id}."

    def seal(self, elder_id: str, number: str) -> str:
        """The number as `form.key id.text`, bound to the elder: in another row it does not open."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._current.sealing.encrypt(nonce, number.encode(), _bound_to(elder_id))
        packed = base64.urlsafe_b64encode(nonce + sealed).decode()
        return self.mark + packed

    def open(self, elder_id: str, sealed: str) -> str:
        """The number; raises DatabaseUnusable where the key is unknown or the value was altered."""
        form, _, rest = sealed.partition(".")
        key_id, _, packed = rest.partition(".")
        keys = next((known for known in self._known if known.key_id == key_id), None)
        if form != _FORM or keys is None:
            raise DatabaseUnusable(
                f"the ID number of elder {elder_id} was sealed with the key {key_id!r}, which this "
                "installation does not have: name the secret it was made with among the retired",
                code="id_number_key_missing",
            )
        try:
            raw = _unpacked(packed)
            plain = keys.sealing.decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(elder_id)
            )
        except (InvalidTag, ValueError) as error:
            raise DatabaseUnusable(
                f"the stored ID number of elder {elder_id} was altered or belongs to another row: "
                "enter it again from the card",
                code="id_number_altered",
            ) from error
        return plain.decode()

    def digest(self, number: str) -> str:
        """Keyed hash for the unique index: 64 hexadecimal digits."""
        return _digest(self._current, number)

    def digests(self, number: str) -> tuple[str, ...]:
        """The hash under every known key, the present one first: for search before a rotation."""
        return tuple(_digest(keys, number) for keys in self._known)

    def is_current(self, sealed: str) -> bool:
        """Whether a value was sealed with the present key."""
        return sealed.startswith(self.mark)


def _unpacked(packed: str) -> bytes:
    """The bytes; the decoder skips what it does not know and spare bits, this does not."""
    raw = base64.urlsafe_b64decode(packed.encode())
    if base64.urlsafe_b64encode(raw).decode() != packed:
        raise ValueError("not as it was written")
    return raw


def _bound_to(elder_id: str) -> bytes:
    return f"elder/{elder_id}".encode()


def _digest(keys: _Keys, number: str) -> str:
    return hmac.digest(keys.searching, number.encode(), "sha256").hex()
