public import NIOCore

/// Watches the frames of one HTTP/2 connection go by (RFC 9113 §4.1), and says when too many of them carry nothing.
///
/// The library that reads the frames bounds resets, pings, settings, empty data, continuations and the size of heads.
/// It does not bound window updates, frames of unknown types, and content in crumbs: each costs its sender a few bytes
/// and us an allocation. A connection may send some, gets more with time, and more with each frame of an answer, since
/// honest clients answer each with window updates. It also tells whether a frame was begun that is not whole.
public struct FrameMeter: Sendable {
    /// What a frame of content is, at least, that does not end its stream.
    static let crumb = 256
    /// The most that a connection can have in hand, and what it begins with.
    static let most = 2_000
    /// What it gets in a second.
    static let perSecond: UInt64 = 100
    /// What it gets for a frame of an answer: an update of the stream's window, of the connection's, and as much again.
    static let perAnswerFrame = 4

    private var inbound: FrameScanner
    private var outbound = FrameScanner(skipping: 0)
    private var inHand = FrameMeter.most
    private var earnedAt: UInt64?

    /// A meter for a connection of which nothing was read.
    public init() {
        self.inbound = FrameScanner(skipping: Self.preface.utf8CodeUnitCount)
    }

    /// What a client begins an HTTP/2 connection with (RFC 9113 §3.4).
    public static let preface: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

    /// Whether these bytes are the preface, or a part of it that the rest can still complete; nil if neither.
    public static func isPreface(_ bytes: ByteBuffer) -> Bool? {
        let span = bytes.readableBytesUInt8Span
        let length = min(span.count, Self.preface.utf8CodeUnitCount)
        for index in 0..<length where span[index] != Self.preface.octet(at: index) { return nil }
        return length == Self.preface.utf8CodeUnitCount
    }

    /// Whether a frame was begun, or a head without its last frame: the peer owes bytes.
    public var isInsideFrame: Bool { self.inbound.isInside }

    /// How many frames were whole, or begun at least; so that who waits for one knows whether another came.
    public var framesRead: UInt64 { self.inbound.count }

    /// Counts what was read.
    ///
    /// - Returns: whether the connection may go on.
    public mutating func received(_ bytes: ByteBuffer, at uptime: UInt64) -> Bool {
        var spent = 0
        self.inbound.scan(bytes.readableBytesUInt8Span) { if $0.carriesNothing { spent += 1 } }
        guard spent > 0 else { return true }
        let seconds = (uptime &- (self.earnedAt ?? uptime)) / 1_000_000_000
        self.inHand = min(Self.most, self.inHand + Int(clamping: seconds * Self.perSecond))
        if self.earnedAt == nil || seconds > 0 { self.earnedAt = uptime }
        self.inHand -= spent
        return self.inHand >= 0
    }

    /// - Returns: whether the connection was given up: a GOAWAY with an error was among what was sent.
    public mutating func sent(_ bytes: ByteBuffer) -> Bool {
        var (answers, isGivenUp) = (0, false)
        self.outbound.scan(bytes.readableBytesUInt8Span) { header in
            if header.type == .data { answers += 1 }
            if header.type == .goAway, header.errorCode != 0 { isGivenUp = true }
        }
        self.inHand = min(Self.most, self.inHand + answers * Self.perAnswerFrame)
        return isGivenUp
    }
}

/// The header of one frame, and of a GOAWAY its code.
private struct FrameHeader {
    /// The types that are told apart; the rest is ``other``.
    enum Kind: UInt8 {
        case data = 0, headers = 1, priority = 2, reset = 3, settings = 4, ping = 6, goAway = 7, windowUpdate = 8
        case continuation = 9
        case other = 255
    }

    var length = 0
    var type = Kind.other
    var flags: UInt8 = 0
    var errorCode: UInt32 = 0

    var endsStream: Bool { self.flags & 1 != 0 }
    var endsHead: Bool { self.flags & 4 != 0 }

    var carriesNothing: Bool {
        switch self.type {
        case .windowUpdate, .other: true
        case .data: self.length < FrameMeter.crumb && !self.endsStream
        case .headers, .priority, .reset, .settings, .ping, .goAway, .continuation: false
        }
    }
}

/// Finds the frames in the bytes of one direction, however these are split. It copies nothing.
private struct FrameScanner {
    /// Bytes of the preface or of a payload that are still to come.
    private var skipping: Int
    /// Bytes of the current frame that were read: nine are its header.
    private var position = 0
    private var current = FrameHeader()
    private var isInsideHead = false
    private(set) var count: UInt64 = 0

    init(skipping: Int) {
        self.skipping = skipping
    }

    var isInside: Bool { self.skipping > 0 || self.position > 0 || self.isInsideHead }

    mutating func scan(_ bytes: Span<UInt8>, _ found: (FrameHeader) -> Void) {
        var index = 0
        while index < bytes.count {
            if self.skipping > 0 {
                let step = min(self.skipping, bytes.count - index)
                self.skipping -= step
                index += step
                continue
            }
            self.take(bytes[index])
            index += 1
            guard self.position == 9 && self.current.type != .goAway || self.position == 17 else { continue }
            if self.current.type == .goAway, self.current.length < 8 { self.current.length = 8 }
            found(self.current)
            self.count &+= 1
            if self.current.type == .headers || self.current.type == .continuation {
                self.isInsideHead = !self.current.endsHead
            }
            self.skipping = self.current.length - (self.position - 9)
            (self.position, self.current) = (0, FrameHeader())
        }
    }

    /// RFC 9113 §4.1: length in three bytes, type, flags, stream in four; §6.8: a GOAWAY's code is its second word.
    private mutating func take(_ byte: UInt8) {
        switch self.position {
        case 0...2: self.current.length = self.current.length << 8 | Int(byte)
        case 3: self.current.type = FrameHeader.Kind(rawValue: byte) ?? .other
        case 4: self.current.flags = byte
        case 13...16: self.current.errorCode = self.current.errorCode << 8 | UInt32(byte)
        default: break
        }
        self.position += 1
    }
}
