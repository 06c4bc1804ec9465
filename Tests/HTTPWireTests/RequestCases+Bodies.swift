import HTTPWire

extension FramingCase {
    /// Content-Length and Transfer-Encoding (RFC 9112 §6, RFC 9110 §8.6).
    static let framing: [FramingCase] = [
        FramingCase("RFC 9112 §6.3", "a length", post("Content-Length: 5", "hello"), "POST /v1 <hello> keep"),
        FramingCase("RFC 9112 §6.3", "a length of zero", post("Content-Length: 0"), "POST /v1 <> keep"),
        FramingCase("RFC 9112 §6.3", "neither", post("A: b"), "POST /v1 <> keep"),
        FramingCase("RFC 9112 §6.3", "a length not yet reached", post("Content-Length: 6", "hello"), "…"),
        FramingCase(
            "RFC 9112 §6.3", "a body that looks like a request",
            post("Content-Length: 33", "GET /x HTTP/1.1\r\nHost: a.evil\r\n\r\n"),
            "POST /v1 <GET /x HTTP/1.1\r\nHost: a.evil\r\n\r\n> keep"),
        FramingCase(
            "RFC 9112 §9.3.2", "a request after a body", post("Content-Length: 2", "hi") + get("A: b"),
            "POST /v1 <hi> keep | GET / <> keep"),
        FramingCase(
            "RFC 9112 §6.3", "a second request that is refused",
            post("Content-Length: 2", "hi") + "BAD\r\n\r\n", "POST /v1 <hi> keep | !method_invalid"),
        FramingCase(
            "RFC 9110 §8.6", "whitespace around a length", post("Content-Length:  2 ", "hi"),
            "POST /v1 <hi> keep"),
        FramingCase("RFC 9110 §9.3.1", "a length of zero on GET", get("Content-Length: 0"), "GET / <> keep"),
        FramingCase(
            "RFC 9112 §6.1", "chunked in other case", post("Transfer-Encoding: Chunked", "0\r\n\r\n"),
            "POST /v1 <> keep"),
        .bad("RFC 9110 §8.6", "an empty length", post("Content-Length:", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a sign", post("Content-Length: +1", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a negative length", post("Content-Length: -1", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a leading zero", post("Content-Length: 01", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "two zeros", post("Content-Length: 00"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "octal", post("Content-Length: 0010", "12345678"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "hexadecimal", post("Content-Length: 0x1", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a hexadecimal digit", post("Content-Length: a", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a fraction", post("Content-Length: 1.0", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "an exponent", post("Content-Length: 1e1", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "a unit", post("Content-Length: 1 B", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "digits apart", post("Content-Length: 1 1", "x"), .lengthInvalid),
        .bad("RFC 9110 §8.6", "an underscore between digits", post("Content-Length: 1_0", "x"), .lengthInvalid),
        .bad(
            "RFC 9110 §8.6", "a number past 64 bits", post("Content-Length: 18446744073709551617", "x"),
            .lengthInvalid),
        .bad(
            "RFC 9110 §8.6", "a number past 63 bits", post("Content-Length: 9223372036854775808", "x"),
            .lengthInvalid),
        .bad("RFC 9110 §8.6", "digits above 0x7F", post("Content-Length: \u{B2}", "x"), .lengthInvalid),
        .bad("RFC 9112 §6.3", "a list of equal lengths", post("Content-Length: 1, 1", "x"), .lengthInvalid),
        .bad("RFC 9112 §6.3", "a list of lengths", post("Content-Length: 1,2", "x"), .lengthInvalid),
        .bad("RFC 9112 §6.3", "equal lengths", post("Content-Length: 1\r\nContent-Length: 1", "x"), .lengthRepeated),
        .bad("RFC 9112 §6.3", "lengths", post("Content-Length: 1\r\ncontent-length: 2", "x"), .lengthRepeated),
        .bad("RFC 9110 §15.5.14", "a length over the limit", post("Content-Length: 10485761"), .bodyTooLarge),
        .bad("RFC 9110 §15.5.14", "a huge length", post("Content-Length: 999999999999999999"), .bodyTooLarge),
        .bad(
            "RFC 9112 §6.3", "both", post("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
            .lengthAndTransferEncoding),
        .bad(
            "RFC 9112 §6.3", "both in other order",
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "0\r\n\r\n"), .lengthAndTransferEncoding),
        .bad(
            "RFC 9112 §6.3", "both with a length of zero",
            post(
                "Transfer-Encoding: chunked\r\nContent-Length: 0",
                "0\r\n\r\n"), .lengthAndTransferEncoding),
        .bad(
            "RFC 9112 §6.1", "an empty coding", post("Transfer-Encoding:\r\nContent-Length: 1", "x"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "identity", post("Transfer-Encoding: identity\r\nContent-Length: 1", "x"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "gzip, chunked", post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "chunked, identity", post("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "chunked, chunked", post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "chunked with a comma", post("Transfer-Encoding: chunked,", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "a comma before chunked", post("Transfer-Encoding: ,chunked", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "chunked with a parameter", post("Transfer-Encoding: chunked;a=b", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "quoted chunked", post("Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "a word before chunked", post("Transfer-Encoding: x chunked", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "a longer word", post("Transfer-Encoding: chunkedx", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "a shorter word", post("Transfer-Encoding: chunke", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9110 §5.5", "a vertical tab before chunked", post("Transfer-Encoding: \u{0B}chunked", "0\r\n\r\n"),
            .fieldValueControl),
        .bad(
            "RFC 9110 §5.5", "a NUL after chunked", post("Transfer-Encoding: chunked\u{00}", "0\r\n\r\n"),
            .fieldValueControl),
        .bad(
            "RFC 9112 §6.1", "a no-break space before chunked", post("Transfer-Encoding: \u{A0}chunked", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "the coding twice",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"), .transferEncodingRepeated),
        .bad(
            "RFC 9112 §6.1", "another coding first",
            post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
            .transferEncodingUnsupported),
        .bad(
            "RFC 9112 §6.1", "chunked in HTTP/1.0",
            post("Transfer-Encoding: chunked", "0\r\n\r\n", version: "HTTP/1.0"), .transferEncodingRefused),
        .bad("RFC 9110 §9.3.1", "a body on GET", get("Content-Length: 1") + "x", .bodyRefused),
        .bad("RFC 9110 §9.3.1", "chunks on GET", get("Transfer-Encoding: chunked") + "0\r\n\r\n", .bodyRefused),
        .bad(
            "RFC 9110 §9.3.2", "a body on HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            .bodyRefused),
        .bad(
            "RFC 9110 §9.3.5", "a body on DELETE", "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            .bodyRefused),
        .bad(
            "RFC 9110 §9.3.7", "a body on OPTIONS", "OPTIONS / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            .bodyRefused),
        FramingCase(
            "RFC 9110 §9.3.4", "a body on PUT", "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            "PUT / <x> keep"),
        FramingCase(
            "RFC 5789 §2", "a body on PATCH", "PATCH / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx",
            "PATCH / <x> keep"),
    ]

    private static func chunks(_ body: String) -> String { post("Transfer-Encoding: chunked", body) }

    /// The chunked coding (RFC 9112 §7.1).
    static let chunked: [FramingCase] = [
        FramingCase("RFC 9112 §7.1", "one chunk", chunks("5\r\nhello\r\n0\r\n\r\n"), "POST /v1 <hello> keep"),
        FramingCase("RFC 9112 §7.1", "two chunks", chunks("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "POST /v1 <hello> keep"),
        FramingCase("RFC 9112 §7.1", "no chunk", chunks("0\r\n\r\n"), "POST /v1 <> keep"),
        FramingCase(
            "RFC 9112 §7.1", "hexadecimal digits in both cases",
            chunks("a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n"), "POST /v1 <01234567890123456789a> keep"),
        FramingCase("RFC 9112 §7.1", "leading zeros", chunks("0005\r\nhello\r\n000\r\n\r\n"), "POST /v1 <hello> keep"),
        FramingCase(
            "RFC 9112 §7.1", "data that looks like an end", chunks("5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
            "POST /v1 <0\r\n\r\n> keep"),
        FramingCase(
            "RFC 9112 §7.1", "a request after the chunks", chunks("1\r\nx\r\n0\r\n\r\n") + get("A: b"),
            "POST /v1 <x> keep | GET / <> keep"),
        FramingCase("RFC 9112 §7.1", "chunks not yet ended", chunks("5\r\nhello\r\n"), "…"),
        FramingCase("RFC 9112 §7.1", "a last chunk not yet ended", chunks("0\r\n\r"), "…"),
        .bad("RFC 9112 §7.1", "no size", chunks("\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a sign", chunks("+5\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a negative size", chunks("-5\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a prefix", chunks("0x5\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a letter past f", chunks("g\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a space before the size", chunks(" 5\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a space after the size", chunks("5 \r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a tab after the size", chunks("5\t\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "an underscore in the size", chunks("1_0\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a NUL after the size", chunks("5\u{00}\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "seventeen digits", chunks("00000000000000005\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1", "a size past 64 bits", chunks("FFFFFFFFFFFFFFFFF\r\nx\r\n"), .bodyTooLarge),
        .bad("RFC 9112 §7.1", "a size past 63 bits", chunks("8000000000000000\r\nx\r\n"), .bodyTooLarge),
        .bad(
            "RFC 9112 §7.1", "a size that wraps to five", chunks("10000000000000005\r\nhello\r\n0\r\n\r\n"),
            .bodyTooLarge),
        .bad("RFC 9110 §15.5.14", "a size over the limit", chunks("A00001\r\n"), .bodyTooLarge),
        .bad("RFC 9112 §7.1", "an LF after the size", chunks("5\nhello\r\n0\r\n\r\n"), .bareLineFeed),
        .bad("RFC 9112 §7.1", "a CR after the size", chunks("5\rhello\r\n0\r\n\r\n"), .bareCarriageReturn),
        .bad("RFC 9112 §7.1", "an LF after the data", chunks("5\r\nhello\n0\r\n\r\n"), .chunkUnterminated),
        .bad("RFC 9112 §7.1", "a CR after the data", chunks("5\r\nhello\r0\r\n\r\n"), .chunkUnterminated),
        .bad("RFC 9112 §7.1", "nothing after the data", chunks("5\r\nhello0\r\n\r\n"), .chunkUnterminated),
        .bad("RFC 9112 §7.1", "more data than the size", chunks("3\r\nhello\r\n0\r\n\r\n"), .chunkUnterminated),
        .bad("RFC 9112 §7.1", "less data than the size", chunks("7\r\nhello\r\n0\r\n\r\n"), .chunkUnterminated),
        .bad("RFC 9112 §7.1", "an LF after the last chunk", chunks("0\n\r\n"), .bareLineFeed),
        .bad("RFC 9112 §7.1", "an LF for the end", chunks("0\r\n\n"), .bareLineFeed),
        .bad("RFC 9112 §7.1", "a CR for the end", chunks("0\r\n\rG"), .bareCarriageReturn),
        .bad("RFC 9112 §7.1.1", "an extension", chunks("5;a=b\r\nhello\r\n0\r\n\r\n"), .chunkExtensionRefused),
        .bad("RFC 9112 §7.1.1", "an empty extension", chunks("5;\r\nhello\r\n0\r\n\r\n"), .chunkExtensionRefused),
        .bad("RFC 9112 §7.1.1", "an extension of the last chunk", chunks("0;a\r\n\r\n"), .chunkExtensionRefused),
        .bad("RFC 9112 §7.1.1", "an extension with an LF", chunks("5;\nxx\r\n0\r\n\r\n"), .chunkExtensionRefused),
        .bad("RFC 9112 §7.1.1", "a space and an extension", chunks("5 ;a=b\r\nhello\r\n0\r\n\r\n"), .chunkSizeInvalid),
        .bad("RFC 9112 §7.1.2", "a trailer", chunks("0\r\nX-A: b\r\n\r\n"), .trailersRefused),
        .bad("RFC 9112 §7.1.2", "Host in the trailers", chunks("0\r\nHost: b.example\r\n\r\n"), .trailersRefused),
        .bad("RFC 9112 §7.1.2", "a key in the trailers", chunks("0\r\nAuthorization: b\r\n\r\n"), .trailersRefused),
        .bad("RFC 9112 §7.1.2", "a length in the trailers", chunks("0\r\nContent-Length: 5\r\n\r\n"), .trailersRefused),
        .bad("RFC 9112 §7.1.2", "whitespace in the trailers", chunks("0\r\n \r\n\r\n"), .trailersRefused),
        .bad("RFC 9112 §7.1.2", "a request for the end", chunks("0\r\nGET / HTTP/1.1\r\n\r\n"), .trailersRefused),
    ]

    /// Every case there is.
    static let requests: [FramingCase] = lines + targets + fields + hosts + connections + framing + chunked
}
