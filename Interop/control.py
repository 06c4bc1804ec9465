"""The control API as plain HTTP, and keys made as the command line makes them."""

import hashlib
import http.client
import json
import secrets
import zlib

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Answer:
    """What an HTTP request got: status, fields by lower-case name, body."""

    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:500]!r}>"


def ask(port, method, path, body=None, headers=None, timeout=30):
    """One request on a connection of its own. A body that is not bytes is sent as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        fields = {"Connection": "close"} | (headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields = {"Content-Type": "application/json"} | fields
        connection.request(method, path, body=body, headers=fields)
        response = connection.getresponse()
        return Answer(response.status, response.getheaders(), response.read())
    finally:
        connection.close()


class Refused(AssertionError):
    """The control API answered a command with a problem."""

    def __init__(self, command, answer):
        self.answer, self.problem = answer, answer.json()
        self.status, self.code = answer.status, self.problem.get("code")
        super().__init__(f"{command} was refused: {answer.status} {self.problem}")


class ControlAPI:
    def __init__(self, port):
        self.port = port

    def get(self, path, key=None):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return ask(self.port, "GET", path, headers=headers)

    def post(self, path, body, key=None, **headers):
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            fields["Authorization"] = f"Bearer {key}"
        return ask(self.port, "POST", path, body, fields)

    def command(self, kind, content, key):
        """Gives a command; the answer's document. A problem raises `Refused`."""
        answer = self.post("/v1/commands", {"command": kind, "content": content}, key)
        if answer.status >= 400:
            raise Refused(kind, answer)
        return answer.json()


class Key:
    """A key of any kind: `text` is for its holder, `id` and `digest` are for the registry."""

    def __init__(self, kind="slk"):
        self.id = "".join(secrets.choice(BASE62) for _ in range(8))
        front = f"{kind}_{self.id}_" + "".join(secrets.choice(BASE62) for _ in range(30))
        self.text = front + checksum(front)
        self.digest = "sha256:" + hashlib.sha256(self.text.encode()).hexdigest()


def checksum(front):
    """Six base-62 digits of the CRC-32 of what stands before them."""
    value, digits = zlib.crc32(front.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = BASE62[digit] + digits
    return digits


def is_problem(answer, status, code):
    """Asserts that an answer is this problem, in the one shape of all of them; the document."""
    assert (answer.status, answer.json()["code"]) == (status, code), answer
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:sluice:problem:{code}"
    assert problem["status"] == status
    assert problem["title"] and problem["detail"].endswith(".")
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    return problem
