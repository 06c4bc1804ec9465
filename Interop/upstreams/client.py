"""A test's view of the scripted upstream."""

import json
import sys
import urllib.request

from processes import ROOT, Process, eventually


class Scripted:
    """The scripted upstream as a process of its own."""

    def __init__(self, folder, *options, name="scripted"):
        self.process = Process(
            [sys.executable, "-u", "-m", "upstreams.scripted", *options], folder / f"{name}.log", cwd=ROOT / "Interop")
        line = self.process.wait_until(lambda: self.process.output().splitlines()[:1])[0]
        ports = json.loads(line)
        self.port = ports["port"]
        self.url = f"http://127.0.0.1:{ports['port']}"
        self.side = f"http://127.0.0.1:{ports['side_port']}"

    def _side(self, path, method="GET"):
        request = urllib.request.Request(self.side + path, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def seen(self, script=None):
        """The requests so far, oldest first."""
        return [record for record in self._side("/__seen") if script in (None, record["script"])]

    def names(self):
        """The server names that TLS clients asked for."""
        return self._side("/__names")

    def scripts(self):
        return self._side("/__scripts")

    def reset(self):
        self._side("/__reset", "POST")

    def last_ended(self, seconds=10.0):
        """The last request, once its script is over or its client has left."""
        def ended():
            seen = self.seen()
            return seen and (seen[-1]["finished"] or seen[-1]["peer_closed"]) and seen[-1]
        return eventually(ended, seconds, "the end of the last exchange")

    def stop(self):
        self.process.stop()
