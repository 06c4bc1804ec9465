"""The logs are verified by tools that are not Sluice's, and whatever is changed in them is found."""

import json
import pathlib
import random
import re
import shutil
import subprocess

import pytest

import tlog
from processes import ROOT, eventually
from raw import Connection, chat, post

REQUESTS = 330


@pytest.fixture(scope="module")
def sluice(sluice, scripted_process):
    """With both logs filled, the access log beyond two full tiles."""
    application = sluice.admitted_application("aurora")
    with Connection(sluice.gateway_port) as connection:
        for _ in range(REQUESTS):
            connection.send(post(chat("aurora"), application.key))
            assert connection.answer()[0] == 200
    eventually(lambda: head(sluice, "access").size >= 2 * REQUESTS, 10, "the access log's head")
    return sluice


def vkey(sluice, log):
    return (sluice.data / "keys" / f"{log}.vkey").read_text()


def head(sluice, log):
    key = sluice.person_key("alice") if log == "access" else None
    answer = sluice.api.get(f"/log/{log}/checkpoint", key)
    return tlog.Checkpoint(answer.body) if answer.status == 200 else tlog.Checkpoint(b"none\n0\n\n\n\n")


def verify_proof(vkey, proof, entry):
    return subprocess.run(
        ["sh", ROOT / "Examples" / "verify-proof.sh", vkey.strip(), proof, entry], capture_output=True, text=True)


@pytest.mark.parametrize("log", ["control", "access"])
def test_another_program_verifies_the_files(sluice, log):
    checkpoint, entries = tlog.verify_folder(sluice.data / "log" / log, vkey(sluice, log))
    assert checkpoint.origin.endswith(f"/{log}")
    assert checkpoint.size >= (2 * REQUESTS if log == "access" else 5)
    for entry in entries:
        document = json.loads(entry)
        canonical = json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
        assert entry == canonical, "an entry is canonical JSON"


@pytest.mark.parametrize("log", ["control", "access"])
def test_the_same_log_is_served_over_http(sluice, log):
    key = sluice.person_key("bob") if log == "access" else None

    def read(path):
        answer = sluice.api.get(f"/log/{log}/{path}", key)
        assert answer.status == 200, (path, answer)
        return answer.body

    checkpoint = tlog.Checkpoint(read("checkpoint"))
    checkpoint.verify(vkey(sluice, log))
    entries = list(tlog.entries(read, checkpoint.size))
    assert tlog.root(map(tlog.leaf_hash, entries)) == checkpoint.root
    folder = sluice.data / "log" / log
    tiles = [path for path in folder.glob("tile/**/*") if path.is_file()]
    assert len(tiles) >= 2
    for path in tiles:
        assert read(str(path.relative_to(folder))) == path.read_bytes()


def test_only_auditors_read_the_access_log(sluice):
    application = sluice.add_application()
    for path in ("checkpoint", "tile/entries/000", "tile/0/000"):
        assert sluice.api.get(f"/log/access/{path}").status == 401
        assert sluice.api.get(f"/log/access/{path}", application.key).status == 403
    assert sluice.api.get("/v1/log/access/entries", application.key).status == 403


@pytest.mark.parametrize("path", [
    "tile/entries/999", "tile/0/00", "tile/0/000.p/0", "tile/0/000.p/256", "tile/8/000", "tile/0/x000/000",
    "tile/entries/..%2f..%2f..%2fkeys/log.key", "tile/../../../keys/log.key", "tile/%2e%2e/checkpoint", "journal/x",
    "tile/entries/000%00", "lock",
])
def test_nothing_but_tiles_is_served(sluice, path):
    answer = sluice.api.get(f"/log/control/{path}")
    assert answer.status in (400, 404), answer
    assert b"log.key" not in answer.body


@pytest.mark.parametrize("log", ["control", "access"])
def test_a_script_of_openssl_and_coreutils_verifies_a_proof(sluice, tmp_path, log):
    checkpoint, entries = tlog.verify_folder(sluice.data / "log" / log, vkey(sluice, log))
    for index in {0, 1, 2, checkpoint.size // 2, checkpoint.size - 1, min(255, checkpoint.size - 1),
                  min(256, checkpoint.size - 1)}:
        proof, entry = tmp_path / f"{index}.tlog-proof", tmp_path / f"{index}.entry"
        sluice.run(
            "log", "prove", "--log", log, "--index", index, "--out", proof, "--entry", entry, "--data", sluice.data)
        assert entry.read_bytes() == entries[index]
        finished = verify_proof(vkey(sluice, log), proof, entry)
        assert finished.returncode == 0, finished.stderr
        assert f"VERIFIED: entry {index} of " in finished.stdout
        served = sluice.api.get(f"/v1/log/{log}/proof?index={index}", sluice.person_key("alice"))
        proof.write_bytes(served.body)
        assert verify_proof(vkey(sluice, log), proof, entry).returncode == 0


def test_a_changed_entry_a_changed_proof_and_a_wrong_key_are_refused(sluice, tmp_path):
    proof, entry = tmp_path / "3.tlog-proof", tmp_path / "3.entry"
    proof.write_bytes(sluice.api.get("/v1/log/control/proof?index=3", sluice.person_key("alice")).body)
    entries = list(tlog.entries(lambda path: (sluice.data / "log/control" / path).read_bytes(),
                                tlog.Checkpoint((sluice.data / "log/control/checkpoint").read_bytes()).size))
    entry.write_bytes(entries[3])
    key = vkey(sluice, "control")
    assert verify_proof(key, proof, entry).returncode == 0
    assert verify_proof(vkey(sluice, "access"), proof, entry).returncode != 0
    for tampered in (entries[3][:-1] + b" ", entries[3].replace(b'"', b"'", 1), entries[2], b""):
        entry.write_bytes(tampered)
        assert verify_proof(key, proof, entry).returncode != 0, tampered
    entry.write_bytes(entries[3])
    whole = proof.read_text()
    lines = whole.splitlines(keepends=True)
    changes = [whole.replace("index 3", "index 2")]
    for number in range(2, len(lines)):
        at = len(lines[number]) // 2
        if lines[number].strip():
            changed = lines[number][:at] + ("A" if lines[number][at] != "A" else "B") + lines[number][at + 1:]
            changes.append("".join(lines[:number] + [changed] + lines[number + 1:]))
    assert len(changes) > 4
    for change in changes:
        proof.write_text(change)
        assert verify_proof(key, proof, entry).returncode != 0, change


def test_tail_shows_entries_and_finds_those_of_an_object(sluice):
    finished = sluice.run("log", "tail", "--log", "control", "--data", sluice.data, "--output", "json")
    lines = [json.loads(line) for line in finished.stdout.splitlines() if line.strip()]
    assert lines, finished.stdout
    assert "person.added" in finished.stdout or "grant.issued" in finished.stdout
    model = sluice.models["aurora"]
    found = sluice.run(
        "log", "tail", "--log", "control", "--data", sluice.data, "--object", model, "--output", "json")
    for line in found.stdout.splitlines():
        assert model in line


# Damage.

@pytest.fixture(scope="module")
def copy(sluice, tmp_path_factory):
    """A copy of the folder, as of a moment without writers."""
    folder = tmp_path_factory.mktemp("copies") / "whole"
    sluice.stop()
    shutil.copytree(sluice.data, folder)
    sluice.serve()
    return folder


@pytest.fixture
def damaged(copy, tmp_path):
    folder = tmp_path / "data"
    shutil.copytree(copy, folder)
    return folder


def fsck(sluice, folder, log="access"):
    return sluice.run("log", "fsck", "--log", log, "--data", folder, check=False)


def flip(path, at, bit=0):
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.write_bytes(content)


def named(finished):
    """The entries that the findings name."""
    return {int(number) for number in re.findall(r"entry (\d+)", finished.stdout + finished.stderr)}


@pytest.mark.parametrize("log", ["control", "access"])
def test_fsck_finds_nothing_where_nothing_is(sluice, damaged, log):
    finished = fsck(sluice, damaged, log)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert sluice.run("log", "verify", "--log", log, "--data", damaged).returncode == 0


@pytest.mark.parametrize("index", [0, 1, 100, 255, 256, 400, 600])
def test_fsck_names_the_entry_whose_byte_was_flipped(sluice, damaged, index):
    bundle = next(
        path for path in [damaged / "log/access" / name for name in tlog.bundle_paths(
            tlog.Checkpoint((damaged / "log/access/checkpoint").read_bytes()).size)][index // 256:])
    content, at = bundle.read_bytes(), 0
    for _ in range(index % 256):
        at += 2 + int.from_bytes(content[at:at + 2], "big")
    flip(bundle, at + 2 + 20)
    finished = fsck(sluice, damaged)
    assert finished.returncode == 8, finished.stdout + finished.stderr
    assert named(finished) == {index}, finished.stdout + finished.stderr
    with pytest.raises(tlog.NotVerified):
        tlog.verify_folder(damaged / "log/access", vkey(sluice, "access"))


def test_fsck_finds_random_damage_of_every_kind(sluice, damaged, copy):
    chance = random.Random(3)
    files = sorted(path for path in (copy / "log/access").glob("**/*") if path.is_file() and path.stat().st_size > 0
                   and path.name != "lock")
    for number in range(24):
        shutil.rmtree(damaged / "log/access")
        shutil.copytree(copy / "log/access", damaged / "log/access")
        original = chance.choice(files)
        path = damaged / "log/access" / original.relative_to(copy / "log/access")
        kind = ["flip", "flip", "flip", "cut", "drop", "swap"][number % 6]
        if kind == "flip":
            flip(path, chance.randrange(path.stat().st_size), chance.randrange(8))
        elif kind == "cut":
            path.write_bytes(path.read_bytes()[:-chance.randint(1, min(40, path.stat().st_size))])
        elif kind == "drop":
            path.unlink()
        else:
            content = bytearray(path.read_bytes())
            middle = len(content) // 2
            swapped = content[middle:2 * middle] + content[:middle] + content[2 * middle:]
            if swapped == content:
                continue
            path.write_bytes(swapped)
        finished = fsck(sluice, damaged)
        assert finished.returncode == 8, f"{kind} in {path.relative_to(damaged)}:\n{finished.stdout}{finished.stderr}"


def test_verify_refuses_the_head_of_another_key(sluice, damaged):
    other = damaged / "log/control/checkpoint"
    (damaged / "log/access/checkpoint").write_bytes(other.read_bytes())
    for command in ("verify", "fsck"):
        finished = sluice.run("log", command, "--log", "access", "--data", damaged, check=False)
        assert finished.returncode == 8, finished.stdout + finished.stderr


def test_a_log_that_is_not_there_is_not_a_sound_one(sluice, tmp_path):
    for command in ("verify", "fsck", "tail"):
        finished = sluice.run("log", command, "--log", "access", "--data", tmp_path / "nowhere", check=False)
        assert finished.returncode not in (0, 2), command
        assert pathlib.Path(tmp_path / "nowhere").exists() is False
