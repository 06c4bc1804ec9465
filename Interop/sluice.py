"""A Sluice of a test's own: its folder, its configuration, its process, its command line, and people who decide."""

import itertools
import json
import pathlib
import re
import subprocess

from control import ControlAPI, Key
from processes import Process, answers, binary, eventually, free_port


class CommandFailed(AssertionError):
    def __init__(self, arguments, finished):
        self.code, self.stdout, self.stderr = finished.returncode, finished.stdout, finished.stderr
        super().__init__(f"sluice {' '.join(arguments)} ended with {self.code}:\n{self.stdout}{self.stderr}")


class Application:
    """An application as a test knows it."""

    def __init__(self, name, identifier):
        self.name, self.id = name, identifier
        self.key = None
        self.key_id = None
        self.grant = None


class Sluice:
    """`init()` makes the folder, `serve()` starts the process, `cli()` runs a command against it.

    Alice proposes and Bob approves, over the API: it is quicker than a process for each command.
    """

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.config = self.data / "sluice.yaml"
        self.gateway_port, self.control_port = free_port(), free_port()
        self.process = None
        self.numbers = itertools.count(1)
        self.models = {}

    @property
    def gateway(self):
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def control(self):
        return f"http://127.0.0.1:{self.control_port}"

    @property
    def api(self):
        return ControlAPI(self.control_port)

    # The process.

    def init(self, upstreams, gateway=None, people=()):
        """Makes the data folder and a configuration with `upstreams`: name to URL, or to a dictionary of settings."""
        self.run("init", "--data", str(self.data), *(word for person in people for word in ("--person", person)))
        self.configure(upstreams, gateway)

    def configure(self, upstreams, gateway=None):
        settings = {name: value if isinstance(value, dict) else {"url": value} for name, value in upstreams.items()}
        # JSON is YAML, so nothing has to be quoted by hand.
        configuration = {
            "data": str(self.data),
            "gateway": {"host": "127.0.0.1", "port": self.gateway_port} | (gateway or {}),
            "control": {"host": "127.0.0.1", "port": self.control_port},
            "upstreams": settings,
            "logging": {"level": "info"},
        }
        self.config.write_text(json.dumps(configuration, indent=2))

    def serve(self):
        self.process = Process(
            [binary("SLUICE_BIN", "sluice"), "serve", "--config", self.config], self.folder / "sluice.log")
        self.process.wait_until(self.is_ready)

    def is_ready(self):
        return answers(self.control + "/readyz")

    def stop(self):
        return self.process.stop() if self.process else None

    def kill(self):
        self.process.kill()

    # The command line.

    def key_file(self, person):
        return self.data / "keys" / "people" / f"{person}.key"

    def run(self, *arguments, check=True):
        """Runs `sluice` with exactly these arguments."""
        arguments = [str(argument) for argument in arguments]
        finished = subprocess.run(
            [binary("SLUICE_BIN", "sluice"), *arguments], capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL)
        if check and finished.returncode != 0:
            raise CommandFailed(arguments, finished)
        return finished

    def cli(self, *arguments, as_person="alice", key_file=None):
        """Runs a client command as `as_person`, and returns the API's answer."""
        finished = self.run(
            *arguments, "--server", self.control, "--key-file", key_file or self.key_file(as_person),
            "--output", "json")
        return json.loads(finished.stdout) if finished.stdout.strip() else None

    # Decisions.

    def person_key(self, person):
        return self.key_file(person).read_text().strip()

    def command(self, kind, content, as_person="alice"):
        return self.api.command(kind, content, self.person_key(as_person))

    def add(self, kind, content):
        """What a command that takes effect at once has made."""
        return self.command(kind, content)["entries"][0]["entry"]["content"]

    def approve(self, performed, as_person="bob"):
        """The second person's yes to what `command` answered with a proposal."""
        proposal = performed["proposal"]
        return self.command(
            "proposal.approve", {"proposal": proposal["id"], "digest": proposal["digest"]}, as_person)

    def add_model(self, name, upstream, upstream_model, listed=False, versions=1):
        """A model whose versions `NAME-1` … lie behind `upstream`; the last is current."""
        model = self.add("model.add", {
            "name": name, "display_name": name.capitalize(), "visibility": "listed" if listed else "unlisted"})
        self.models[name] = model["id"]
        for number in range(1, versions + 1):
            version = self.add_version(f"{name}-{number}", name, upstream, upstream_model)
        self.make_current(name, version)
        return model["id"]

    def add_version(self, name, model, upstream, upstream_model):
        return self.add("version.add", {
            "model": self.models[model], "name": name, "upstream": upstream, "upstream_model": upstream_model})["id"]

    def make_current(self, model, version):
        self.approve(self.command("version.make_current", {"model": self.models[model], "version": version}))

    def add_application(self, name=None, **key):
        """An application with an API key, and no grant. The keywords are fields of `key.issue`."""
        name = name or f"app-{next(self.numbers)}"
        application = Application(name, self.add("application.add", {"name": name})["id"])
        issued = self.issue_key(application, **key)
        application.key, application.key_id = issued.text, issued.id
        return application

    def issue_key(self, application, kind="api", **fields):
        letters = {"api": "slk", "research": "slr", "download": "sld", "service": "sls"}[kind]
        key = Key(letters)
        self.command("key.issue", {
            "owner": application.id, "kind": letters, "key": key.id, "digest": key.digest, **fields})
        return key

    def propose_grant(self, application, model, limits=None, entitlements=(), as_person="alice", **fields):
        return self.command("grant.issue", {
            "subject": application.id, "model": self.models[model], "intent": "operational", "population": "cohort",
            "modalities": ["api"], "exposure": "real", "limits": limits or {},
            "entitlements": [{"kind": kind} if isinstance(kind, str) else kind for kind in entitlements], **fields,
        }, as_person)

    def grant(self, application, model, **options):
        """Lets `application` use `model`, by two people."""
        entries = self.approve(self.propose_grant(application, model, **options))["entries"]
        granted = [entry["entry"]["content"] for entry in entries if entry["entry"]["kind"] == "grant.issued"]
        application.grant = granted[0]["id"]
        return application.grant

    def admitted_application(self, model, **options):
        """An application with a key and a grant."""
        application = self.add_application()
        self.grant(application, model, **options)
        return application

    # What can be seen from outside.

    def metric(self, name, **labels):
        """The sum of the series of this name with these labels."""
        total = 0.0
        for line in self.api.get("/metrics").body.decode().splitlines():
            found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
            if found and found[1] == name:
                values = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
                if all(values.get(label) == value for label, value in labels.items()):
                    total += float(found[3])
        return total

    def log_entries(self, log, since=0):
        """The entries of a log from index `since`, as documents."""
        key, entries, after = self.person_key("alice"), [], since
        while after is not None:
            answer = self.api.get(f"/v1/log/{log}/entries?from={after}&limit=200", key)
            assert answer.status == 200, answer
            page = answer.json()
            entries += [row["entry"] for row in page["data"]]
            after = page.get("next")
        return entries

    def outcome_of(self, request):
        """The entry of a request's outcome, once it is there."""
        def find():
            return next((entry for entry in self.log_entries("access", max(0, self.log_size("access") - 200))
                         if entry.get("request") == request and entry["kind"] == "request.completed"), None)
        return eventually(find, 5, "the outcome's entry")

    def log_size(self, log):
        return self.api.get(f"/v1/log/{log}/entries?limit=1", self.person_key("alice")).json()["size"]

    def verify_logs(self):
        """`sluice log verify` on both logs."""
        for log in ("control", "access"):
            self.run("log", "verify", "--log", log, "--data", self.data)
