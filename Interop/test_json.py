"""A body that two parsers could read in two ways is refused in the wire's own error shape, and never forwarded."""

import json

import pytest

from control import ask
from raw import Connection

MESSAGES = b'"messages":[{"role":"user","content":"hi"}]'
GOOD = b'{"model":"aurora","max_tokens":5,' + MESSAGES + b"}"
PATHS = ["/v1/chat/completions", "/v1/messages"]


def deep(levels, opening=b"[", closing=b"]"):
    """A body with an extra member so deep that the whole has `levels` levels."""
    return GOOD[:-1] + b',"x":' + opening * (levels - 1) + closing * (levels - 1) + b"}"


INVALID = {
    "model twice": b'{"model":"aurora","max_tokens":5,"model":"other",' + MESSAGES + b"}",
    "model twice, the other way": b'{"model":"other","model":"aurora","max_tokens":5,' + MESSAGES + b"}",
    "model twice, once with escapes": b'{"model":"aurora","max_tokens":5,"m\\u006fdel":"other",' + MESSAGES + b"}",
    "the same value twice": b'{"model":"aurora","model":"aurora","max_tokens":5,' + MESSAGES + b"}",
    "an unknown key twice": GOOD[:-1] + b',"x":1,"y":2,"x":3}',
    "an empty key twice": GOOD[:-1] + b',"":1,"":2}',
    "a key twice in a message": (
        b'{"model":"aurora","max_tokens":5,"messages":[{"role":"user","role":"system","content":"x"}]}'),
    "a key twice at depth 3": GOOD[:-1] + b',"a":{"b":{"c":{"k":1,"j":2,"k":3}}}}',
    "a key twice at depth 3 with escapes": GOOD[:-1] + b',"a":[{"b":[{"k\\u00fc":1,"k\xc3\xbc":3}]}]}',
    "a key twice by a surrogate pair": GOOD[:-1] + b',"a":{"\\ud83d\\ude00":1,"\xf0\x9f\x98\x80":3}}',
    "a key twice among a thousand": GOOD[:-1] + b"," + b",".join(b'"k%d":0' % n for n in range(1000)) + b',"k500":1}',
    "comma before a brace": GOOD[:-1] + b",}",
    "comma before a bracket": GOOD[:-1] + b',"x":[1,]}',
    "two commas": b'{"model":"aurora",,"max_tokens":5}',
    "byte order mark": b"\xef\xbb\xbf" + GOOD,
    "UTF-16, little end first": GOOD.decode().encode("utf-16-le"),
    "UTF-16 with a mark": GOOD.decode().encode("utf-16"),
    "UTF-32": GOOD.decode().encode("utf-32-be"),
    "Latin-1": '{"model":"aurora","x":"é"}'.encode("latin-1"),
    "overlong UTF-8": GOOD[:-1] + b',"x":"\xc0\xaf"}',
    "UTF-8 of a surrogate": GOOD[:-1] + b',"x":"\xed\xa0\x80"}',
    "half a surrogate pair": GOOD[:-1] + b',"x":"\\ud800"}',
    "surrogates the wrong way": GOOD[:-1] + b',"x":"\\udc00\\ud800"}',
    "depth 65": deep(65),
    "depth 65 of objects": deep(65, b'{"a":', b"}").replace(b':}', b':0}'),
    "depth 100,000": GOOD[:-1] + b',"x":' + b"[" * 100_000,
    "a comment": GOOD[:-1] + b"/* hi */}",
    "single quotes": b"{'model':'aurora'}",
    "a bare key": b'{model:"aurora"}',
    "NaN": GOOD[:-1] + b',"x":NaN}',
    "Infinity": GOOD[:-1] + b',"x":-Infinity}',
    "leading zero": GOOD[:-1] + b',"x":01}',
    "leading plus": GOOD[:-1] + b',"x":+1}',
    "no digit behind the point": GOOD[:-1] + b',"x":1.}',
    "True": GOOD[:-1] + b',"stream":True}',
    "a control in a string": GOOD[:-1] + b',"x":"a\nb"}',
    "a NUL": GOOD[:-1] + b',"x":"a\x00b"}',
    "an unknown escape": GOOD[:-1] + b',"x":"\\x41"}',
    "the end in the middle": GOOD[:-1],
    "two values": GOOD + GOOD,
    "rubbish behind": GOOD + b"x",
    "nothing": b"",
    "white space": b"  \n",
}


def send(sluice, key, path, body, **fields):
    return ask(
        sluice.gateway_port, "POST", path, body,
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **fields})


def code(path, answer):
    error = answer.json()["error"]
    if path == "/v1/messages":
        assert answer.json()["type"] == "error" and error["type"] == "invalid_request_error"
        return error["details"]["error_code"]
    assert error["type"] == "invalid_request_error"
    return error["code"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", INVALID)
def test_what_is_not_one_json_text_is_refused(scripted, sluice, admitted, name, path):
    answer = send(sluice, admitted.key, path, INVALID[name])
    assert answer.status == 400, answer
    assert code(path, answer) == "invalid_json"
    assert answer.headers["x-request-id"].startswith("req_")
    assert scripted.seen() == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b"7", b"true", b"[" + GOOD + b"]"])
def test_what_is_json_but_no_object_is_refused(scripted, sluice, admitted, body, path):
    answer = send(sluice, admitted.key, path, body)
    assert answer.status == 400 and code(path, answer) == "invalid_type"
    assert scripted.seen() == []


def test_the_message_says_what_is_wrong_and_where(sluice, admitted):
    answer = send(sluice, admitted.key, PATHS[0], INVALID["model twice"])
    assert "same key twice" in answer.json()["error"]["message"]
    # The place is the second key's, with or without its quote.
    place = INVALID["model twice"].rindex(b'"model"')
    assert any(f"byte {place + shift}" in answer.json()["error"]["message"] for shift in (0, 1))


@pytest.mark.parametrize("path", PATHS)
def test_what_looks_odd_and_is_json_passes_as_it_is(scripted, sluice, admitted, path):
    bodies = [
        GOOD[:-1] + b',"x":0e1}', GOOD[:-1] + b',"x":-0}', GOOD[:-1] + b',"x":123456789012345678901234567890.5e-3}',
        GOOD[:-1] + b',"x":"\\u0000\\/\\ud83d\\ude00"}', b" \t\r\n" + GOOD + b" \t\r\n", deep(64),
        GOOD[:-1] + b',"a":{"k":1},"b":{"k":2}}', GOOD[:-1] + b',"K":1,"k":2}', GOOD[:-1] + b',"":1}',
        GOOD[:-1] + b',"x":"\xf0\x9f\x98\x80\xef\xbf\xbf"}',
    ]
    for body in bodies:
        answer = send(sluice, admitted.key, path, body)
        assert answer.status == 200, (body[-60:], answer)
    sent = [record["body"] for record in scripted.seen()]
    assert sent == [body.decode().replace('"aurora"', '"ok"') for body in bodies]


@pytest.mark.parametrize("path", PATHS)
def test_a_body_of_just_the_limit_passes_and_one_more_byte_does_not(scripted, sluice, admitted, path):
    limit = 10 * 1024 * 1024
    filler = GOOD[:-1] + b',"x":"%s"}'
    exact = filler % (b"a" * (limit - len(filler) + 2))
    assert len(exact) == limit
    assert send(sluice, admitted.key, path, exact).status == 200
    assert len(scripted.seen()) == 1
    with Connection(sluice.gateway_port) as connection:
        connection.send((
            f"POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {admitted.key}\r\n"
            f"Content-Length: {limit + 1}\r\n\r\n").encode())
        status, _, body = connection.answer()
        assert status == 413
        error = json.loads(body)["error"]
        assert (error["details"]["error_code"] if "messages" in path else error["code"]) == "body_too_large"
    assert len(scripted.seen()) == 1


@pytest.mark.parametrize("path", PATHS)
def test_an_encoded_body_is_refused(scripted, sluice, admitted, path):
    answer = send(sluice, admitted.key, path, GOOD, **{"Content-Encoding": "gzip"})
    assert answer.status == 415 and code(path, answer) == "unsupported_content_encoding"
    assert send(sluice, admitted.key, path, GOOD, **{"Content-Encoding": "identity"}).status == 200
    assert len(scripted.seen()) == 1


def test_who_has_no_key_is_not_told_what_is_wrong_with_the_body(sluice):
    assert send(sluice, "slk_wrong", PATHS[0], INVALID["model twice"]).status == 401
