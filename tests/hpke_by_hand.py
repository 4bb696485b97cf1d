"""A second reader of HPKE, written from the RFC alone, so that old envelopes never need the library's.

RFC 9180 §4 to §5.1 (base mode, HKDF-SHA-256), for X25519 and for the hybrid of ML-KEM-768
and X25519 (X-Wing, draft-connolly-cfrg-xwing-kem §5.4; KEM id 0x647a).
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

X25519_KEM, XWING_KEM, HKDF_SHA256 = 0x0020, 0x647A, 0x0001
AES_KEY_BYTES = {0x0001: 16, 0x0002: 32}
AES_256_GCM = 0x0002
XWING_LABEL = rb"\.//^" + b"\\"


def extract(salt: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), ikm, hashlib.sha256)


def expand(prk: bytes, info: bytes, length: int) -> bytes:
    block, out, number = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([number]), hashlib.sha256)
        out, number = out + block, number + 1
    return out[:length]


def labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return extract(salt, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(
    suite: bytes, prk: bytes, label: bytes, info: bytes, length: int
) -> bytes:
    head = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label
    return expand(prk, head + info, length)


def x25519_secret(seed: bytes, enc: bytes) -> bytes:
    key = X25519PrivateKey.from_private_bytes(seed)
    shared = key.exchange(X25519PublicKey.from_public_bytes(enc))
    suite = b"KEM" + X25519_KEM.to_bytes(2, "big")
    prk = labeled_extract(suite, b"", b"eae_prk", shared)
    public = key.public_key().public_bytes_raw()
    return labeled_expand(suite, prk, b"shared_secret", enc + public, 32)


def xwing_secret(seed: bytes, enc: bytes) -> bytes:
    lattice = MLKEM768PrivateKey.from_seed_bytes(seed[:64])
    curve = X25519PrivateKey.from_private_bytes(seed[64:])
    point = enc[1088:]
    return hashlib.sha3_256(
        lattice.decapsulate(enc[:1088])
        + curve.exchange(X25519PublicKey.from_public_bytes(point))
        + point
        + curve.public_key().public_bytes_raw()
        + XWING_LABEL
    ).digest()


def open_by_hand(
    kem: int,
    seed: bytes,
    sealed: bytes,
    *,
    info: bytes,
    aad: bytes = b"",
    aead: int = AES_256_GCM,
) -> bytes:
    """Open a single-shot HPKE message, the encapsulated key in front."""
    enc_bytes = 1120 if kem == XWING_KEM else 32
    enc, ciphertext = sealed[:enc_bytes], sealed[enc_bytes:]
    shared = (xwing_secret if kem == XWING_KEM else x25519_secret)(seed, enc)
    suite = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (kem, HKDF_SHA256, aead))
    schedule = (
        b"\0"
        + labeled_extract(suite, b"", b"psk_id_hash", b"")
        + labeled_extract(suite, b"", b"info_hash", info)
    )
    secret = labeled_extract(suite, shared, b"secret", b"")
    key = labeled_expand(suite, secret, b"key", schedule, AES_KEY_BYTES[aead])
    nonce = labeled_expand(suite, secret, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)
