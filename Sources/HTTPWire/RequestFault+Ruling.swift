extension RequestFault.Reason {
    /// What the specifications say about one reason, and what we answer.
    struct Ruling {
        var status: Int
        var clause: StaticString
        var message: StaticString

        fileprivate init(_ clause: StaticString, _ message: StaticString) {
            self.init(400, clause, message)
        }

        fileprivate init(_ status: Int, _ clause: StaticString, _ message: StaticString) {
            self.status = status
            self.clause = clause
            self.message = message
        }
    }

    /// The table that ties every reason to its status, its clause and its words.
    var ruling: Ruling {
        switch self {
        case .emptyLines, .bareCarriageReturn, .bareLineFeed: self.lineRuling
        case .methodInvalid, .methodUnknown, .methodRefused, .requestLineInvalid, .requestLineTooLong,
            .versionInvalid, .versionUnsupported:
            self.requestLineRuling
        case .targetInvalid, .targetFragment, .targetBackslash, .targetEncodingInvalid, .targetEncodedControl,
            .targetDotSegment, .targetFormRefused, .targetAuthorityMismatch:
            self.targetRuling
        case .fieldFolded, .fieldSpaceBeforeColon, .fieldNameEmpty, .fieldNameInvalid, .fieldNameUnderscore,
            .fieldValueControl, .fieldValueTab, .fieldTooLong, .fieldsTooMany, .fieldRepeated, .headTooLong:
            self.fieldRuling
        case .hostMissing, .hostRepeated, .hostEmpty, .hostInvalid, .hostPortInvalid: self.hostRuling
        case .connectionInvalid, .keepAliveRefused, .expectationFailed: self.connectionRuling
        case .lengthInvalid, .lengthRepeated, .lengthAndTransferEncoding, .transferEncodingRepeated,
            .transferEncodingUnsupported, .transferEncodingRefused:
            self.framingRuling
        case .bodyRefused, .bodyTooLarge, .chunkSizeInvalid, .chunkExtensionRefused, .chunkUnterminated,
            .trailersRefused:
            self.bodyRuling
        }
    }

    private var lineRuling: Ruling {
        switch self {
        case .emptyLines: Ruling("RFC 9112 §2.2", "more than one empty line before the request line; send none")
        case .bareCarriageReturn:
            Ruling("RFC 9112 §2.2", "a CR that no LF follows; end every line with CR and LF")
        default: Ruling("RFC 9112 §2.2", "an LF that no CR precedes; end every line with CR and LF")
        }
    }

    private var requestLineRuling: Ruling {
        switch self {
        case .methodInvalid: Ruling("RFC 9112 §3.1", "the request does not begin with a method, a token and a space")
        case .methodUnknown: Ruling(501, "RFC 9110 §9.1", "the method is not known here")
        case .methodRefused: Ruling(405, "RFC 9110 §15.5.6", "CONNECT and TRACE are not served")
        case .requestLineInvalid:
            Ruling("RFC 9112 §3", "expected method, one space, target, one space, version and nothing else")
        case .requestLineTooLong: Ruling(414, "RFC 9112 §3", "the request line is too long")
        case .versionInvalid: Ruling("RFC 9112 §2.3", "expected HTTP/1.1 at the end of the request line")
        default: Ruling(505, "RFC 9110 §15.6.6", "the version is not served; use HTTP/1.1")
        }
    }

    private var targetRuling: Ruling {
        switch self {
        case .targetInvalid:
            Ruling("RFC 9112 §3.2", "the target holds a byte that must be percent-encoded, or has no path")
        case .targetFragment: Ruling("RFC 9110 §7.1", "a fragment is never sent; leave out # and what follows")
        case .targetBackslash: Ruling("RFC 3986 §3.3", "a backslash does not separate segments; use /")
        case .targetEncodingInvalid: Ruling("RFC 3986 §2.1", "% must be followed by two hexadecimal digits")
        case .targetEncodedControl:
            Ruling("RFC 3986 §7.3", "the target holds an encoded control byte or backslash; leave it out")
        case .targetDotSegment:
            Ruling("RFC 3986 §5.2.4", "the path holds a . or .. segment; send the path it stands for")
        case .targetFormRefused:
            Ruling("RFC 9112 §3.2", "this form of target is not served with this method; begin the target with /")
        default: Ruling("RFC 9112 §3.2.2", "Host is not the authority of the target; send the same in both")
        }
    }

    private var fieldRuling: Ruling {
        switch self {
        case .fieldFolded: Ruling("RFC 9112 §5.2", "a line begins with whitespace; send each field on one line")
        case .fieldSpaceBeforeColon: Ruling("RFC 9112 §5.1", "whitespace between a field's name and its colon")
        case .fieldNameEmpty: Ruling("RFC 9110 §5.1", "a field without a name")
        case .fieldNameInvalid:
            Ruling("RFC 9110 §5.1", "a field name holds a byte that no token holds, or has no colon")
        case .fieldNameUnderscore:
            Ruling("RFC 9110 §5.1", "a field name with _ is refused, since other servers read it as -; use -")
        case .fieldValueControl: Ruling("RFC 9110 §5.5", "a field value holds a control byte")
        case .fieldValueTab:
            Ruling("RFC 9110 §5.6.3", "a tab beside a field's value, which some read as a part of it; use a space")
        case .fieldTooLong: Ruling(431, "RFC 6585 §5", "a field is too long")
        case .fieldsTooMany: Ruling(431, "RFC 6585 §5", "there are too many fields")
        case .fieldRepeated:
            Ruling("RFC 9110 §5.3", "a field that holds one value was sent twice; send it once")
        default: Ruling(431, "RFC 6585 §5", "the request's head is too long")
        }
    }

    private var hostRuling: Ruling {
        switch self {
        case .hostMissing: Ruling("RFC 9112 §3.2", "there is no Host field; send one")
        case .hostRepeated: Ruling("RFC 9112 §3.2", "Host was sent twice; send it once")
        case .hostEmpty: Ruling("RFC 9110 §7.2", "Host is empty; send the host that was asked for")
        case .hostInvalid:
            Ruling("RFC 9112 §3.2", "Host is not a name or an address with an optional port, and nothing else")
        default: Ruling("RFC 9110 §4.2.1", "Host's port is not a number from 1 to 65535")
        }
    }

    private var connectionRuling: Ruling {
        switch self {
        case .connectionInvalid:
            Ruling("RFC 9110 §7.6.1", "Connection is not a list of tokens, or names a field that is for everyone")
        case .keepAliveRefused: Ruling("RFC 9112 §9.3", "HTTP/1.0 is not kept alive; use HTTP/1.1")
        default: Ruling(417, "RFC 9110 §10.1.1", "the only expectation that is met is 100-continue")
        }
    }

    private var framingRuling: Ruling {
        switch self {
        case .lengthInvalid: Ruling("RFC 9110 §8.6", "Content-Length is not a plain decimal number")
        case .lengthRepeated: Ruling("RFC 9112 §6.3", "Content-Length was sent twice; send it once")
        case .lengthAndTransferEncoding:
            Ruling("RFC 9112 §6.3", "Content-Length and Transfer-Encoding in one request; send one of them")
        case .transferEncodingRepeated: Ruling("RFC 9112 §6.1", "Transfer-Encoding was sent twice; send it once")
        case .transferEncodingUnsupported: Ruling("RFC 9112 §6.1", "the only Transfer-Encoding served is chunked")
        default: Ruling("RFC 9112 §6.1", "HTTP/1.0 has no Transfer-Encoding; send Content-Length")
        }
    }

    private var bodyRuling: Ruling {
        switch self {
        case .bodyRefused: Ruling("RFC 9110 §9.3.1", "a body means nothing with this method; send none")
        case .bodyTooLarge: Ruling(413, "RFC 9110 §15.5.14", "the body is too large")
        case .chunkSizeInvalid: Ruling("RFC 9112 §7.1", "a chunk does not begin with its size in hexadecimal digits")
        case .chunkExtensionRefused: Ruling("RFC 9112 §7.1.1", "chunk extensions are not served; send none")
        case .chunkUnterminated:
            Ruling("RFC 9112 §7.1", "a chunk's data does not end with CR and LF where its size says")
        default: Ruling("RFC 9112 §7.1.2", "trailer fields are not served; send them in the head")
        }
    }
}

extension RequestFault {
    /// The same fault in the words of requests.
    init(field fault: FieldFault) {
        switch fault {
        case .bareCarriageReturn: self.init(.bareCarriageReturn)
        case .bareLineFeed: self.init(.bareLineFeed)
        case .folded: self.init(.fieldFolded)
        case .spaceBeforeColon: self.init(.fieldSpaceBeforeColon)
        case .nameEmpty: self.init(.fieldNameEmpty)
        case .nameInvalid: self.init(.fieldNameInvalid)
        case .nameUnderscore: self.init(.fieldNameUnderscore)
        case .valueControl: self.init(.fieldValueControl)
        case .valueTab: self.init(.fieldValueTab)
        case .lineTooLong: self.init(.fieldTooLong)
        case .tooMany: self.init(.fieldsTooMany)
        case .headTooLong: self.init(.headTooLong)
        }
    }

    /// The same fault in the words of requests.
    init(chunk fault: ChunkFault) {
        switch fault {
        case .sizeInvalid: self.init(.chunkSizeInvalid)
        case .sizeTooLarge: self.init(.bodyTooLarge)
        case .extensionRefused: self.init(.chunkExtensionRefused)
        case .unterminated: self.init(.chunkUnterminated)
        case .bareCarriageReturn: self.init(.bareCarriageReturn)
        case .bareLineFeed: self.init(.bareLineFeed)
        }
    }
}
