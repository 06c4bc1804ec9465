import HTTPWire

extension FramingCase {
    /// Field names, values, and fields that must come once.
    static let fields: [FramingCase] = [
        FramingCase("RFC 9110 §5.1", "every byte of a token", get("!#$%&'*+-.^`|~09azAZ: b"), "GET / <> keep"),
        FramingCase("RFC 9112 §5.1", "no whitespace before a value", get("A:b"), "GET / <> keep"),
        FramingCase("RFC 9112 §5.1", "spaces around a value", get("A:  b  "), "GET / <> keep"),
        .bad("RFC 9110 §5.6.3", "a tab before a value", get("A: \t b"), .fieldValueTab),
        .bad("RFC 9110 §5.6.3", "a tab after a value", get("A: b\t "), .fieldValueTab),
        .bad("RFC 9110 §5.6.3", "a tab before the host", "GET / HTTP/1.1\r\nHost:\ta\r\n\r\n", .fieldValueTab),
        FramingCase("RFC 9110 §5.5", "an empty value", get("A:"), "GET / <> keep"),
        FramingCase("RFC 9110 §5.5", "a value of whitespace", get("A:   "), "GET / <> keep"),
        FramingCase("RFC 9110 §5.5", "a tab within a value", get("A: b\tc"), "GET / <> keep"),
        FramingCase("RFC 9110 §5.5", "bytes above 0x7F in a value", get("A: \u{E9}\u{FF}\u{80}"), "GET / <> keep"),
        FramingCase("RFC 9110 §5.3", "a list in two lines", get("Accept: a\r\nAccept: b"), "GET / <> keep"),
        FramingCase("RFC 9110 §5.3", "an unknown field twice", get("X-A: a\r\nx-a: b"), "GET / <> keep"),
        .bad("RFC 9110 §5.1", "an empty name", get(": b"), .fieldNameEmpty),
        .bad("RFC 9112 §5.1", "a space before the colon", get("A : b"), .fieldSpaceBeforeColon),
        .bad("RFC 9112 §5.1", "a tab before the colon", get("A\t: b"), .fieldSpaceBeforeColon),
        .bad("RFC 9112 §5.1", "a space in a name", get("A B: c"), .fieldSpaceBeforeColon),
        .bad(
            "RFC 9112 §5.1", "a space before Content-Length's colon", post("Content-Length : 1", "x"),
            .fieldSpaceBeforeColon),
        .bad("RFC 9110 §5.1", "no colon", get("A"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "a NUL in a name", get("A\u{00}B: c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "a byte above 0x7F in a name", get("\u{C3}\u{A9}: c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "a slash in a name", get("A/B: c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "brackets in a name", get("A[0]: c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "a quote in a name", get("\"A\": c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "a semicolon in a name", get("A;B: c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "DEL in a name", get("A\u{7F}: c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "a control byte in a name", get("A\u{01}: c"), .fieldNameInvalid),
        .bad("RFC 9110 §5.1", "an underscore in a name", get("X_A: c"), .fieldNameUnderscore),
        .bad(
            "RFC 9110 §5.1", "Transfer_Encoding", post("Transfer_Encoding: chunked\r\nContent-Length: 1", "x"),
            .fieldNameUnderscore),
        .bad("RFC 9110 §5.1", "Content_Length", post("Content_Length: 1", "x"), .fieldNameUnderscore),
        .bad("RFC 9110 §5.1", "x_api_key", get("x_api_key: c"), .fieldNameUnderscore),
        .bad("RFC 9112 §5.2", "a folded value", get("A: b\r\n c"), .fieldFolded),
        .bad("RFC 9112 §5.2", "a folded value with a tab", get("A: b\r\n\tc"), .fieldFolded),
        .bad(
            "RFC 9112 §5.2", "a folded Transfer-Encoding", post("Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
            .fieldFolded),
        .bad("RFC 9112 §5.2", "a line of one space", get("A: b\r\n "), .fieldFolded),
        .bad("RFC 9110 §5.5", "a NUL in a value", get("A: b\u{00}c"), .fieldValueControl),
        .bad("RFC 9110 §5.5", "an escape in a value", get("A: b\u{1B}[31m"), .fieldValueControl),
        .bad("RFC 9110 §5.5", "DEL in a value", get("A: b\u{7F}"), .fieldValueControl),
        .bad(
            "RFC 9110 §5.5", "a backspace in a long value", get("A: aaaaaaaaaaaaaaaaaaaaaaaaaaa\u{08}aaaaaaaa"),
            .fieldValueControl),
        .bad("RFC 9110 §5.5", "a vertical tab before a value", get("A:\u{0B}b"), .fieldValueControl),
        .bad("RFC 9110 §5.5", "a line feed in a value", get("A: b\nC: d"), .bareLineFeed),
        .bad("RFC 9110 §5.3", "two keys", get("Authorization: Bearer a\r\nAuthorization: Bearer b"), .fieldRepeated),
        .bad("RFC 9110 §5.3", "the same key twice", get("X-Api-Key: a\r\nx-api-key: a"), .fieldRepeated),
        .bad("RFC 9110 §5.3", "two types", post("Content-Type: a/b\r\nContent-Type: c/d"), .fieldRepeated),
        .bad("RFC 9110 §5.3", "two codings", post("Content-Encoding: gzip\r\nContent-Encoding: br"), .fieldRepeated),
        .bad("RFC 9110 §5.3", "two wire versions", get("Anthropic-Version: a\r\nAnthropic-Version: b"), .fieldRepeated),
        .bad("RFC 9110 §5.3", "two idempotency keys", post("Idempotency-Key: a\r\nIdempotency-Key: b"), .fieldRepeated),
        .bad("RFC 9110 §5.3", "two expectations", post("Expect: 100-continue\r\nExpect: 100-continue"), .fieldRepeated),
    ]

    private static func host(_ value: String) -> String { "GET / HTTP/1.1\r\nHost:\(value)\r\n\r\n" }

    /// Host (RFC 9112 §3.2, RFC 9110 §7.2).
    static let hosts: [FramingCase] = [
        FramingCase("RFC 9110 §7.2", "a name and a port", host(" a.example:8080"), "GET / <> keep"),
        FramingCase("RFC 9110 §7.2", "a name of one service", host(" sluice_gateway-1"), "GET / <> keep"),
        FramingCase("RFC 9110 §7.2", "an IPv4 address", host(" 127.0.0.1:1"), "GET / <> keep"),
        FramingCase("RFC 9110 §7.2", "an IPv6 address", host(" [::1]:65535"), "GET / <> keep"),
        FramingCase("RFC 9110 §7.2", "an IPv6 address with IPv4", host("[::ffff:127.0.0.1]"), "GET / <> keep"),
        FramingCase("RFC 9112 §3.2", "none in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "GET / <> close"),
        FramingCase(
            "RFC 9112 §3.2.2", "an IPv6 authority",
            "GET http://[::1]:80/ HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET http://[::1]:80/ <> keep"),
        .bad("RFC 9112 §3.2", "none", "GET / HTTP/1.1\r\nA: b\r\n\r\n", .hostMissing),
        .bad("RFC 9112 §3.2", "no field at all", "GET / HTTP/1.1\r\n\r\n", .hostMissing),
        .bad("RFC 9112 §3.2", "none but an absolute target", "GET http://a/ HTTP/1.1\r\n\r\n", .hostMissing),
        .bad("RFC 9112 §3.2", "an absolute target in HTTP/1.0", "GET http://a/ HTTP/1.0\r\n\r\n", .hostMissing),
        .bad("RFC 9112 §3.2", "two", get("Host: b.example"), .hostRepeated),
        .bad("RFC 9112 §3.2", "the same twice", get("Host: a.example"), .hostRepeated),
        .bad("RFC 9112 §3.2", "a second in other case", get("hOST: a.example"), .hostRepeated),
        .bad("RFC 9110 §7.2", "an empty one", host(""), .hostEmpty),
        .bad("RFC 9110 §7.2", "one of whitespace", host("  "), .hostEmpty),
        .bad("RFC 9110 §7.2", "only a port", host(" :80"), .hostEmpty),
        .bad("RFC 9112 §3.2", "a list", host(" a.example, b.example"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a comma", host(" a,b"), .hostInvalid),
        .bad("RFC 1035 §2.3.1", "an empty label", host(" a..example"), .hostInvalid),
        .bad("RFC 1035 §2.3.1", "an empty label first", host(" .example:80"), .hostInvalid),
        FramingCase("RFC 1034 §3.1", "the root's dot", host(" a.example."), "GET / <> keep"),
        .bad("RFC 9112 §3.2", "two names", host(" a b"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a user", host(" u@a.example"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a user and a password", host(" u:p@a.example"), .hostPortInvalid),
        .bad("RFC 9112 §3.2", "a path", host(" a.example/b"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a query", host(" a.example?b"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a fragment", host(" a.example#b"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a scheme", host(" http://a.example"), .hostPortInvalid),
        .bad("RFC 9112 §3.2", "a percent", host(" a%2Eexample"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a byte above 0x7F", host(" caf\u{E9}.example"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a backslash", host(" a\\b"), .hostInvalid),
        .bad("RFC 9112 §3.2", "an open bracket", host(" [::1"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a name in brackets", host(" [a.example]"), .hostInvalid),
        .bad("RFC 9112 §3.2", "empty brackets", host(" []"), .hostInvalid),
        .bad("RFC 9112 §3.2", "a zone", host(" [fe80::1%25eth0]"), .hostInvalid),
        .bad("RFC 9112 §3.2", "text after the brackets", host(" [::1]a"), .hostInvalid),
        .bad("RFC 9110 §4.2.1", "an empty port", host(" a.example:"), .hostPortInvalid),
        .bad("RFC 9110 §4.2.1", "a port of letters", host(" a.example:http"), .hostPortInvalid),
        .bad("RFC 9110 §4.2.1", "port 0", host(" a.example:0"), .hostPortInvalid),
        .bad("RFC 9110 §4.2.1", "port 65536", host(" a.example:65536"), .hostPortInvalid),
        .bad("RFC 9110 §4.2.1", "a negative port", host(" a.example:-1"), .hostPortInvalid),
        .bad("RFC 9110 §4.2.1", "a port with a leading zero", host(" a.example:080"), .hostPortInvalid),
        .bad("RFC 9110 §4.2.1", "two ports", host(" a.example:80:80"), .hostPortInvalid),
    ]

    /// Connection, Expect and HTTP/1.0.
    static let connections: [FramingCase] = [
        FramingCase("RFC 9112 §9.3", "close", get("Connection: close"), "GET / <> close"),
        FramingCase("RFC 9112 §9.3", "close in other case", get("Connection: CLOSE"), "GET / <> close"),
        FramingCase("RFC 9112 §9.3", "keep-alive", get("Connection: keep-alive"), "GET / <> keep"),
        FramingCase("RFC 9112 §9.3", "both", get("Connection: keep-alive, close"), "GET / <> close"),
        FramingCase(
            "RFC 9112 §9.3", "close in a second line", get("Connection: a\r\nConnection: close"),
            "GET / <> close"),
        FramingCase("RFC 9110 §7.6.1", "empty elements", get("Connection: , ,close,"), "GET / <> close"),
        FramingCase(
            "RFC 9110 §10.1.4", "trailers that may come back", get("TE: trailers\r\nConnection: TE"), "GET / <> keep"),
        FramingCase(
            "RFC 9110 §6.6.2", "trailers that are announced and do not come",
            post("Trailer: X\r\nTransfer-Encoding: chunked", "1\r\na\r\n0\r\n\r\n"), "POST /v1 <a> keep"),
        .bad(
            "RFC 9110 §6.5.1", "a trailer that is a field of framing",
            post("Trailer: Content-Length\r\nTransfer-Encoding: chunked", "0\r\nContent-Length: 5\r\n\r\n"),
            .trailersRefused),
        .bad(
            "RFC 9112 §7", "a coding that nobody has registered", post("Transfer-Encoding: frob", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §7.2", "a coding that compresses", post("Transfer-Encoding: x-gzip", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        FramingCase("RFC 9110 §7.6.1", "a longer word", get("Connection: closed"), "GET / <> keep"),
        FramingCase(
            "RFC 9110 §7.8", "an upgrade is ignored", get("Connection: Upgrade\r\nUpgrade: h2c"),
            "GET / <> keep"),
        FramingCase(
            "RFC 9110 §7.8", "a web socket is ignored", get("Connection: upgrade\r\nUpgrade: websocket"),
            "GET / <> keep"),
        .bad("RFC 9110 §7.6.1", "an option that is no token", get("Connection: a b"), .connectionInvalid),
        .bad("RFC 9110 §7.6.1", "a quoted option", get("Connection: \"close\""), .connectionInvalid),
        .bad(
            "RFC 9110 §7.6.1", "Content-Length as an option",
            post(
                "Connection: content-length\r\nContent-Length: 1",
                "x"), .connectionInvalid),
        .bad(
            "RFC 9110 §7.6.1", "Authorization as an option", get("Connection: close, Authorization"),
            .connectionInvalid),
        .bad("RFC 9110 §7.6.1", "Host as an option", get("Connection: host"), .connectionInvalid),
        FramingCase("RFC 9112 §9.3", "HTTP/1.0 is closed", get("A: b", version: "HTTP/1.0"), "GET / <> close"),
        FramingCase(
            "RFC 9112 §9.3", "HTTP/1.0 with a body", post("Content-Length: 1", "x", version: "HTTP/1.0"),
            "POST /v1 <x> close"),
        .bad(
            "RFC 9112 §9.3", "HTTP/1.0 kept alive", get("Connection: keep-alive", version: "HTTP/1.0"),
            .keepAliveRefused),
        .bad(
            "RFC 9112 §9.3", "HTTP/1.0 kept alive in other case", get("Connection: Keep-Alive", version: "HTTP/1.0"),
            .keepAliveRefused),
        FramingCase(
            "RFC 9110 §10.1.1", "100-continue", post("Expect: 100-continue\r\nContent-Length: 1", "x"),
            "POST /v1 <x> keep continue"),
        FramingCase(
            "RFC 9110 §10.1.1", "100-Continue in other case",
            post("Expect: 100-Continue\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), "POST /v1 <> keep continue"),
        FramingCase(
            "RFC 9110 §10.1.1", "100-continue without a body", post("Expect: 100-continue"),
            "POST /v1 <> keep"),
        FramingCase(
            "RFC 9110 §10.1.1", "100-continue in HTTP/1.0",
            post("Expect: 100-continue\r\nContent-Length: 1", "x", version: "HTTP/1.0"), "POST /v1 <x> close"),
        .bad("RFC 9110 §10.1.1", "another expectation", post("Expect: 200-ok"), .expectationFailed),
        .bad("RFC 9110 §10.1.1", "an empty expectation", post("Expect:"), .expectationFailed),
        .bad(
            "RFC 9110 §10.1.1", "a list of expectations", post("Expect: 100-continue, 100-continue"),
            .expectationFailed),
        FramingCase(
            "RFC 9110 §8.4", "a coding is left to the gateway",
            post(
                "Content-Encoding: gzip\r\nContent-Length: 1",
                "x"), "POST /v1 <x> keep"),
    ]
}
