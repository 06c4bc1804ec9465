"""Requests drawn from a seed: RFC 9112's grammar in its many spellings, and faults that could part two readers."""

import json
import random

SMUGGLED = b"POST /v1/chat/completions HTTP/1.1\r\nHost: smuggled\r\nContent-Length: 2\r\n\r\n{}"
MARKS = [b"\r", b"\n", b"\r\n", b"\0", b" ", b"\t", b":", b",", b";", b"\x0b", b"\x7f", b"\x80", b"\xff", b"#", b"\\",
         b"0"]

LINES = [
    b"POST  %s HTTP/1.1", b"POST\t%s HTTP/1.1", b"POST %s HTTP/1.1 ", b" POST %s HTTP/1.1", b"POST %s HTTP/1.0",
    b"POST %s HTTP/2.0", b"POST %s HTTP/1.2", b"POST %s http/1.1", b"POST %s HTTP/01.1", b"POST %s",
    b"post %s HTTP/1.1",
    b"GET %s HTTP/1.1", b"HEAD %s HTTP/1.1", b"CONNECT %s HTTP/1.1", b"POST %s/../completions HTTP/1.1",
    b"POST %s%%00 HTTP/1.1", b"POST %s#x HTTP/1.1", b"POST http://b.example%s HTTP/1.1", b"POST %s?\xe9 HTTP/1.1",
    b"POST %s HTTP/1.1\r", b"POST %s HTTP/1.1\n", b"XPOST %s HTTP/1.1", b"POST * HTTP/1.1%.0s", b"POST x%s HTTP/1.1",
]
HOSTS = [
    b"", b"Host:\r\n", b"Host: a.example\r\nHost: b.example\r\n", b"Host: a.example, b.example\r\n",
    b"Host: u@a.example\r\n", b"Host: a.example/x\r\n", b"Host : a.example\r\n", b"Host: a.example:99999\r\n",
    b"Host: a b\r\n", b" Host: a.example\r\n", b"Host: a.example\r\n host: b.example\r\n", b"Host: [::1\r\n", b"Host:\ta.example\r\n",
]
FRAMINGS = [
    b"Content-Length: %d\r\nContent-Length: %d\r\n", b"Content-Length: +%d\r\n", b"Content-Length: 0%d\r\n",
    b"Content-Length: %d,%d\r\n", b"Content-Length: 0x%x\r\n", b"Content-Length: -%d\r\n",
    b"Content-Length: %d \x0b\r\n",
    b"Content-Length : %d\r\n", b"Content_Length: %d\r\n", b"Content-Length:\r\n %d\r\n", b"Content-Length: %d_0\r\n",
    b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\nContent-Length: %d\r\n",
    b"Content-Length: %d\r\nTransfer-Encoding: identity\r\n", b"Content-Length: %d\r\nTransfer_Encoding: chunked\r\n",
    b"Content-Length: %d\r\nTransfer-Encoding:\r\n", b"Content-Length: %d\r\nConnection: Content-Length\r\n",
    b"Content-Length: %d\r\nX: a\rTransfer-Encoding: chunked\r\n", b"Content-Length: 1%d\r\n", b"Content-Length: 1\r\n",
    b"Content-Length: %d\r\nX: a\nTransfer-Encoding: chunked\r\n", b"Content-Length: 99999999999999999999\r\n", b"",
]
CODINGS = [
    b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"Transfer-Encoding : chunked",
    b"Transfer-Encoding: chunked;",
    b"Transfer-Encoding: \x0bchunked", b'Transfer-Encoding: "chunked"', b"Transfer-Encoding:\r\n chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", b"Transfer_Encoding: chunked",
    b"Transfer-Encoding: ,chunked",
]
SIZES = [b"0x%x", b"+%x", b" %x", b"%x ", b"%x;a=b", b"%x\t", b"1%016x", b"-%x", b"%xg", b"%x;\n", b"%x\n", b"%x\r"]


class Request:
    """One request as bytes, and the name by which its traces are found."""

    def __init__(self, seed, number, key):
        self.random = random.Random(f"{seed}/{number}")
        self.name = f"r{number:08d}r"
        self.key = key.encode()
        self.bytes = self._draw()

    def _draw(self):
        draw = self.random
        text = draw.choice(["hello", "\r\n\r\n", "é😀", "0\r\n\r\n" + SMUGGLED.decode(), "x" * draw.randrange(300)])
        body = json.dumps({
            "model": "aurora", "user": self.name, "messages": [{"role": "user", "content": text}],
        }, ensure_ascii=draw.random() < 0.5).encode()
        if draw.random() < 0.2:
            body += draw.choice([b" ", b"\r\n", b"\n\n"])
        # Most have one fault, or none: what has two is mostly refused for the first.
        faults = draw.choices(["line", "host", "framing", "chunk", "field", "octet", "none"], [2, 2, 4, 3, 1, 4, 9])
        if draw.random() < 0.1:
            faults += draw.choices(["line", "host", "octet"])
        message = self._head(faults, body)
        if "octet" in faults:
            message = self._damage(message, draw)
        if draw.random() < 0.05:
            message = draw.choice([b"\r\n", b"\r\n\r\n", b"\n", b"\r"]) + message
        return message

    def _head(self, faults, body):
        draw = self.random
        path = b"/v1/chat/completions" + draw.choice([b"", b"", b"", b"?a=b", b"?%20"])
        line = draw.choice([b"POST %s HTTP/1.1"] * 5 + [b"POST http://a.example%s HTTP/1.1"])
        host = draw.choice([b"Host: a.example\r\n", b"host:a.example\r\n", b"HOST:  a.example \r\n"])
        if "line" in faults:
            line = draw.choice(LINES)
        if "host" in faults:
            host = draw.choice(HOSTS)
        framing, body = self._framing(faults, body)
        fields = [host, b"Authorization: Bearer %s\r\n" % self.key, framing]
        harmless = [b"X-Other: a, b\r\n", b"Accept: */*\r\n", b"X-Empty:\r\n", b"User-Agent: \xff\r\n"]
        fields += draw.sample(harmless, draw.randrange(3))
        if "field" in faults:
            fields.append(draw.choice([
                b": a\r\n", b"X\r\n", b"X Y: a\r\n", b"X: a\r\n b\r\n", b"X_Y: a\r\n", b"X: a\0b\r\n", b"X: a\rb\r\n",
                b"Expect: 200\r\n", b"Expect: 100-continue\r\n",
                b"Connection: close\r\n", b"Connection: Host\r\n", b"Upgrade: h2c\r\n", b"X: a\n",
                b"Authorization: Bearer x\r\n", b"Trailer: X\r\n", b"TE: trailers\r\n"]))
        draw.shuffle(fields)
        return line % path + b"\r\n" + b"".join(fields) + b"\r\n" + body

    def _framing(self, faults, body):
        draw, length = self.random, len(body)
        if "framing" in faults and draw.random() < 0.6:
            framing = draw.choice(FRAMINGS)
            count = framing.count(b"%d") + framing.count(b"%x")
            if b"chunked" in framing and draw.random() < 0.5:
                body = b"0\r\n\r\n" + SMUGGLED
            return framing % ((length,) * count), body
        if "chunk" not in faults and "framing" not in faults and draw.random() < 0.6:
            return b"Content-Length: %d\r\n" % length, body
        coding = draw.choice([b"Transfer-Encoding: chunked", b"transfer-encoding: Chunked"])
        if "framing" in faults:
            coding = draw.choice(CODINGS)
        return coding + b"\r\n", self._chunks(body, "chunk" in faults)

    def _chunks(self, body, is_faulty):
        draw, chunks, start = self.random, [], 0
        while start < len(body):
            end = min(len(body), start + draw.choice([1, 7, 40, 1000]))
            spelling = draw.choice([b"%x", b"%X", b"0%x"])
            chunks.append([spelling % (end - start), b"\r\n", body[start:end], b"\r\n"])
            start = end
        chunks.append([b"0", b"\r\n", b"", b"\r\n"])
        if is_faulty:
            chunk = draw.choice(chunks)
            match draw.randrange(5):
                case 0: chunk[0] = draw.choice(SIZES) % len(chunk[2])
                case 1: chunk[1] = draw.choice([b"\n", b"\r", b"", b"\r\r\n", b"\n\r"])
                case 2: chunk[3] = draw.choice([b"\n", b"\r", b"", b"\r\r\n", b"x\r\n", b"\r\n\r\n"])
                case 3: chunk[2] += b"x"
                case _: chunks[-1][3] = draw.choice([b"X: a\r\n\r\n", b"Host: b\r\n\r\n", b"\n", b"", SMUGGLED])
        return b"".join(part for chunk in chunks for part in chunk)

    @staticmethod
    def _damage(message, draw):
        place = draw.randrange(len(message))
        match draw.randrange(4):
            case 0: return message[:place] + draw.choice(MARKS) + message[place:]
            case 1: return message[:place] + message[place + 1:]
            case 2: return message[:place] + draw.choice(MARKS) + message[place + 1:]
            case _:
                end = min(len(message), place + draw.randrange(1, 20))
                return message[:end] + message[place:end] + message[end:]
