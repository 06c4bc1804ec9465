"""A second reading of a log's files by the published formats alone: c2sp.org/tlog-tiles, tlog-checkpoint, signed-note.

Written from the specifications, not from Sluice's sources; the signature is openssl's affair.
"""

import base64
import hashlib
import pathlib
import struct
import subprocess
import tempfile


class NotVerified(AssertionError):
    pass


class Checkpoint:
    def __init__(self, note):
        self.text, _, signatures = note.partition(b"\n\n")
        self.text += b"\n"
        origin, size, root = self.text.decode().split("\n")[:3]
        self.origin, self.size, self.root = origin, int(size), base64.b64decode(root)
        self.signatures = {}
        for line in signatures.decode().splitlines():
            _, name, value = line.split(" ")
            self.signatures.setdefault(name, []).append(base64.b64decode(value))

    def verify(self, vkey):
        """Whether the key that `vkey` names has signed, as openssl says."""
        name, key_hash, key = vkey.strip().split("+", 2)
        key = base64.b64decode(key)
        if self.origin != name or key[0] != 1:
            raise NotVerified(f"the checkpoint is of {self.origin}, the key of {name}")
        expected = hashlib.sha256(name.encode() + b"\n" + key).digest()[:4]
        if expected.hex() != key_hash:
            raise NotVerified("the key's hash is wrong")
        for signature in self.signatures.get(name, []):
            if signature[:4] == expected and openssl_verifies(key[1:], self.text, signature[4:]):
                return
        raise NotVerified("no signature holds")


def openssl_verifies(public_key, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        # RFC 8410: the fixed head of an Ed25519 public key.
        (folder / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + public_key)
        (folder / "message").write_bytes(message)
        (folder / "signature").write_bytes(signature)
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "key.der", "-rawin",
             "-in", folder / "message", "-sigfile", folder / "signature"], capture_output=True).returncode == 0


def tile_name(index):
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups)


def bundle_paths(size):
    """The bundles that hold all entries of a log of this size."""
    for index in range(-(-size // 256)):
        width = min(256, size - 256 * index)
        yield f"tile/entries/{tile_name(index)}" + (f".p/{width}" if width < 256 else "")


def entries(read, size):
    """All entries, by a function that reads a path under the log's prefix."""
    for path in bundle_paths(size):
        bundle, at = read(path), 0
        while at < len(bundle):
            length = struct.unpack_from(">H", bundle, at)[0]
            yield bundle[at + 2:at + 2 + length]
            at += 2 + length


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def root(leaves):
    """RFC 6962, 2.1, level by level: an odd one at the end goes up as it is."""
    level = list(leaves)
    if not level:
        return hashlib.sha256().digest()
    while len(level) > 1:
        paired = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2])]
        level = paired + ([level[-1]] if len(level) % 2 else [])
    return level[0]


def verify_folder(folder, vkey):
    """Checks signature and root of a log's folder; answers with the checkpoint and the entries' bytes."""
    folder = pathlib.Path(folder)
    checkpoint = Checkpoint((folder / "checkpoint").read_bytes())
    checkpoint.verify(vkey)
    found = list(entries(lambda path: (folder / path).read_bytes(), checkpoint.size))
    if len(found) != checkpoint.size:
        raise NotVerified(f"the checkpoint is of {checkpoint.size} entries, the bundles hold {len(found)}")
    if root(map(leaf_hash, found)) != checkpoint.root:
        raise NotVerified("the entries have another root than the one that was signed")
    return checkpoint, found
