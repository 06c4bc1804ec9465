import HTTPWire

extension ResponseCase {
    /// Status lines, fields and interim responses.
    static let heads: [ResponseCase] = [
        ResponseCase("RFC 9112 §4", "a plain response", ok("Content-Length: 2", "hi"), "200 | <hi> reuse"),
        ResponseCase("RFC 9112 §4", "an empty reason", "HTTP/1.1 529 \r\nContent-Length: 0\r\n\r\n", "529 | <> reuse"),
        ResponseCase(
            "RFC 9112 §4", "bytes above 0x7F in the reason",
            "HTTP/1.1 200 Tr\u{E8}s bien\r\nContent-Length: 0\r\n\r\n", "200 | <> reuse"),
        ResponseCase("RFC 9112 §9.3", "HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", "200 | <hi> close"),
        ResponseCase(
            "RFC 9112 §9.3", "HTTP/1.0 that asks to be kept alive",
            "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi", "200 | <hi> close"),
        ResponseCase("RFC 9112 §9.3", "close", ok("Connection: close\r\nContent-Length: 0"), "200 | <> close"),
        ResponseCase(
            "RFC 9110 §7.6.1", "an odd Connection", ok("Connection: a b\r\nContent-Length: 0"),
            "200 | <> close"),
        ResponseCase("RFC 9110 §5.1", "an underscore in a name", ok("x_a: b\r\nContent-Length: 0"), "200 | <> reuse"),
        ResponseCase(
            "RFC 9110 §5.3", "Server twice", ok("Server: a\r\nServer: b\r\nContent-Length: 0"),
            "200 | <> reuse"),
        .bad("RFC 9112 §4", "no HTTP at all", "220 mail.example ESMTP\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "a request for a response", "GET / HTTP/1.1\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "only a body", "<html></html>", .statusLineInvalid),
        .bad("RFC 9112 §4", "an empty line first", "\r\n" + ok("Content-Length: 0"), .statusLineInvalid),
        .bad("RFC 9112 §4", "a lower case name", "http/1.1 200 OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "ICY", "ICY 200 OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "no reason and no space", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "two spaces", "HTTP/1.1  200 OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "two digits", "HTTP/1.1 20 OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "four digits", "HTTP/1.1 2000 OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "a negative status", "HTTP/1.1 -20 OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "letters for a status", "HTTP/1.1 abc OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §4", "a NUL in the reason", "HTTP/1.1 200 O\u{00}K\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9110 §15", "status 099", "HTTP/1.1 099 OK\r\n\r\n", .statusInvalid),
        .bad("RFC 9110 §15", "status 600", "HTTP/1.1 600 OK\r\n\r\n", .statusInvalid),
        .bad("RFC 9110 §15", "status 000", "HTTP/1.1 000 OK\r\n\r\n", .statusInvalid),
        .bad("RFC 9112 §2.3", "HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", .versionUnsupported),
        .bad("RFC 9112 §2.3", "HTTP/0.9", "HTTP/0.9 200 OK\r\n\r\n", .versionUnsupported),
        .bad("RFC 9112 §2.3", "HTTP/1.9", "HTTP/1.9 200 OK\r\n\r\n", .versionUnsupported),
        .bad("RFC 9112 §2.3", "HTTP/x.1", "HTTP/x.1 200 OK\r\n\r\n", .statusLineInvalid),
        .bad("RFC 9112 §2.2", "LF after the status line", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", .bareLineFeed),
        .bad("RFC 9112 §2.2", "CR after the status line", "HTTP/1.1 200 OK\rA: b\r\n\r\n", .bareCarriageReturn),
        .bad("RFC 9112 §2.2", "LF after a field", ok("A: b\nContent-Length: 0"), .bareLineFeed),
        .bad("RFC 9112 §2.2", "LF for the empty line", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n", .bareLineFeed),
        .bad("RFC 9112 §2.2", "CR in a value", ok("A: b\rC: d"), .bareCarriageReturn),
        .bad("RFC 9112 §5.2", "a folded value", ok("A: b\r\n c"), .fieldFolded),
        .bad("RFC 9112 §5.2", "whitespace after the status line", ok(" A: b"), .fieldFolded),
        .bad("RFC 9112 §5.1", "a space before the colon", ok("Content-Length : 0"), .fieldNameInvalid),
        .bad("RFC 9112 §5.1", "no colon", ok("A"), .fieldNameInvalid),
        .bad("RFC 9112 §5.1", "an empty name", ok(": b"), .fieldNameInvalid),
        .bad("RFC 9112 §5.1", "a NUL in a name", ok("A\u{00}: b"), .fieldNameInvalid),
        .bad("RFC 9110 §5.5", "a NUL in a value", ok("A: b\u{00}"), .fieldValueControl),
        .bad("RFC 9110 §5.5", "an escape in a value", ok("A: \u{1B}[2J"), .fieldValueControl),
        .bad("RFC 9110 §5.3", "two types", ok("Content-Type: a/b\r\nContent-Type: c/d"), .fieldRepeated),
        .bad("RFC 9110 §5.3", "two codings", ok("Content-Encoding: gzip\r\nContent-Encoding: br"), .fieldRepeated),
        .bad(
            "RFC 9112 §5", "too many fields", ok(Array(repeating: "A: b", count: 201).joined(separator: "\r\n")),
            .fieldsTooMany),
        .bad(
            "RFC 9112 §5", "a field that is too long", ok("A: " + String(repeating: "b", count: 16_390)),
            .fieldTooLong),
        .bad(
            "RFC 9112 §5", "a head that is too long",
            ok(Array(repeating: "A: " + String(repeating: "b", count: 9000), count: 6).joined(separator: "\r\n")),
            .headTooLong),
        .bad(
            "RFC 9112 §4", "a reason that is too long", "HTTP/1.1 200 " + String(repeating: "b", count: 16_390),
            .statusLineTooLong),
        ResponseCase(
            "RFC 9110 §15.2", "an interim response", "HTTP/1.1 100 Continue\r\n\r\n" + ok("Content-Length: 0"),
            "200 | <> reuse"),
        ResponseCase(
            "RFC 8297 §2", "early hints",
            String(repeating: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", count: 8) + ok("Content-Length: 0"),
            "200 | <> reuse"),
        .bad(
            "RFC 9110 §15.2", "interim responses without end",
            String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 9), .interimTooMany),
        .bad(
            "RFC 9110 §15.2.2", "a switch of protocols",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n", .protocolSwitched),
        .bad(
            "RFC 9112 §6.1", "a coding in an interim response",
            "HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingRefused),
        .bad(
            "RFC 9110 §8.6", "a length in an interim response",
            "HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\nhello", .bodyRefused),
        .bad("RFC 9112 §8", "nothing and a close", "", .closedBeforeHead, closes: true),
        .bad("RFC 9112 §8", "half a status line and a close", "HTTP/1.1 2", .truncatedHead, closes: true),
        .bad(
            "RFC 9112 §8", "half a head and a close", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", .truncatedHead,
            closes: true),
        .bad(
            "RFC 9112 §8", "an interim response and a close", "HTTP/1.1 100 Continue\r\n\r\n", .truncatedHead,
            closes: true),
    ]

    private static func chunks(_ body: String) -> String { ok("Transfer-Encoding: chunked", body) }

    /// Lengths, codings and ends.
    static let bodies: [ResponseCase] = [
        ResponseCase(
            "RFC 9112 §6.3", "neither, until the close", ok("A: b", "hello"), "200 | <hello> close",
            closes: true),
        ResponseCase("RFC 9112 §6.3", "neither and no close yet", ok("A: b", "hello"), "200 | …"),
        ResponseCase("RFC 9112 §6.3", "neither and nothing", ok("A: b"), "200 | <> close", closes: true),
        ResponseCase("RFC 9112 §6.3", "a length of zero", ok("Content-Length: 0"), "200 | <> reuse"),
        ResponseCase("RFC 9112 §6.3", "HEAD with a length", ok("Content-Length: 5"), "200 | <> reuse", method: .head),
        ResponseCase(
            "RFC 9112 §6.3", "HEAD with a coding", ok("Transfer-Encoding: chunked"), "200 | <> reuse",
            method: .head),
        ResponseCase(
            "RFC 9112 §6.3", "HEAD with a body", ok("Content-Length: 2", "hi"), "200 | <> reuse | +",
            method: .head),
        ResponseCase(
            "RFC 9112 §6.3", "304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
            "304 | <> reuse"),
        ResponseCase(
            "RFC 9110 §15.3.6", "205", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", "205 | <> reuse"),
        ResponseCase("RFC 9112 §6.3", "204", "HTTP/1.1 204 No Content\r\n\r\n", "204 | <> reuse"),
        ResponseCase(
            "RFC 9112 §6.3", "204 with a length of zero",
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "204 | <> reuse"),
        .bad(
            "RFC 9110 §8.6", "204 with a length", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi",
            .bodyRefused),
        .bad(
            "RFC 9112 §6.1", "204 with a coding",
            "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .transferEncodingRefused),
        ResponseCase(
            "RFC 9112 §6.3", "a longer body than its length", ok("Content-Length: 2", "hidden"),
            "200 | <hi> reuse | +"),
        ResponseCase(
            "RFC 9112 §6.3", "a second response", ok("Content-Length: 2", "hi") + ok("Content-Length: 0"),
            "200 | <hi> reuse | +"),
        .broken(
            "RFC 9112 §8", "a shorter body than its length", ok("Content-Length: 9", "hi"), .truncatedBody,
            closes: true),
        .broken("RFC 9112 §8", "chunks without end", chunks("2\r\nhi\r\n"), .truncatedBody, closes: true),
        .broken("RFC 9112 §8", "half a chunk", chunks("9\r\nhi"), .truncatedBody, closes: true),
        .broken("RFC 9112 §8", "half a last chunk", chunks("2\r\nhi\r\n0\r\n"), .truncatedBody, closes: true),
        .bad(
            "RFC 9112 §6.3", "both", ok("Content-Length: 2\r\nTransfer-Encoding: chunked", "2\r\nhi\r\n0\r\n\r\n"),
            .lengthAndTransferEncoding),
        .bad("RFC 9112 §6.3", "equal lengths", ok("Content-Length: 2\r\nContent-Length: 2", "hi"), .lengthRepeated),
        .bad("RFC 9112 §6.3", "lengths", ok("Content-Length: 2\r\nContent-Length: 3", "hi"), .lengthRepeated),
        .bad("RFC 9112 §6.3", "a list of lengths", ok("Content-Length: 2, 2", "hi"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a sign", ok("Content-Length: +2", "hi"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a negative length", ok("Content-Length: -2", "hi"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a leading zero", ok("Content-Length: 02", "hi"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "an empty length", ok("Content-Length:", "hi"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "hexadecimal", ok("Content-Length: 0x2", "hi"), .lengthInvalid),
        .bad(
            "RFC 9110 §8.6", "a number past 64 bits", ok("Content-Length: 18446744073709551618", "hi"),
            .lengthInvalid),
        .bad(
            "RFC 9112 §6.1", "gzip, chunked", ok("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad("RFC 9112 §6.1", "identity", ok("Transfer-Encoding: identity", "hi"), .transferEncodingUnsupported),
        .bad("RFC 9112 §6.1", "an empty coding", ok("Transfer-Encoding:", "hi"), .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "the coding twice",
            ok("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), .transferEncodingRepeated),
        .bad(
            "RFC 9112 §6.1", "chunked in HTTP/1.0",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .transferEncodingRefused),
        ResponseCase("RFC 9112 §7.1", "two chunks", chunks("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "200 | <hello> reuse"),
        ResponseCase("RFC 9112 §7.1", "bytes after the chunks", chunks("0\r\n\r\nx"), "200 | <> reuse | +"),
        ResponseCase(
            "RFC 9112 §7.1.2", "trailers are dropped",
            chunks("2\r\nhi\r\n0\r\nServer-Timing: a\r\nContent-Length: 9\r\n\r\n"), "200 | <hi> reuse"),
        .broken(
            "RFC 9112 §7.1.2", "trailers that are too long",
            chunks(
                "0\r\n" + String(repeating: "A: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n", count: 160)),
            .trailersTooLong),
        .broken("RFC 9112 §7.1.2", "a trailer that is none", chunks("0\r\nA b\r\n\r\n"), .fieldNameInvalid),
        .broken("RFC 9112 §7.1.2", "a folded trailer", chunks("0\r\n A: b\r\n\r\n"), .fieldFolded),
        .broken("RFC 9112 §7.1.2", "an LF in the trailers", chunks("0\r\nA: b\n\r\n"), .bareLineFeed),
        .broken("RFC 9112 §7.1", "no size", chunks("\r\nhi\r\n"), .chunkSizeInvalid),
        .broken("RFC 9112 §7.1", "a sign", chunks("+2\r\nhi\r\n"), .chunkSizeInvalid),
        .broken("RFC 9112 §7.1", "a prefix", chunks("0x2\r\nhi\r\n"), .chunkSizeInvalid),
        .broken("RFC 9112 §7.1", "a space after the size", chunks("2 \r\nhi\r\n"), .chunkSizeInvalid),
        .broken("RFC 9112 §7.1", "a size past 63 bits", chunks("8000000000000000\r\nhi\r\n"), .chunkSizeInvalid),
        .broken("RFC 9112 §7.1", "a size past 64 bits", chunks("10000000000000002\r\nhi\r\n"), .chunkSizeInvalid),
        .broken("RFC 9112 §7.1", "an LF after the size", chunks("2\nhi\r\n"), .bareLineFeed),
        .broken("RFC 9112 §7.1", "a CR after the size", chunks("2\rhi\r\n"), .bareCarriageReturn),
        .broken("RFC 9112 §7.1", "an LF after the data", chunks("2\r\nhi\n0\r\n\r\n"), .chunkUnterminated),
        .broken("RFC 9112 §7.1", "more data than the size", chunks("2\r\nhidden\r\n0\r\n\r\n"), .chunkUnterminated),
        .broken("RFC 9112 §7.1.1", "an extension", chunks("2;a=b\r\nhi\r\n0\r\n\r\n"), .chunkExtensionRefused),
    ]

    /// Every case there is.
    static let all: [ResponseCase] = heads + bodies
}
