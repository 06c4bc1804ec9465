public import NIOCore

/// What a proxy says of a connection before the connection's own bytes (the PROXY protocol, versions 1 and 2).
public struct ProxyHeader: Hashable, Sendable {
    /// Where the client is; nil if the proxy speaks for itself, as a health check does.
    public let client: ClientAddress?
    /// How many bytes the header took.
    public let length: Int

    /// Why what a connection begins with is no such header. The connection is closed: a proxy that was said to send one
    /// and does not is another's connection.
    public enum Fault: Error, Hashable, Sendable {
        case missing, invalid, tooLong
    }

    /// The most of a header that is read: an honest one has at most 108 bytes of version 1, or 16 and two socket paths.
    static let most = 536
    private static let signature: StaticString = "\r\n\r\n\0\r\nQUIT\n"

    /// The header that `bytes` begins with; nil if it is not whole yet.
    public static func read(_ bytes: ByteBuffer) throws(Fault) -> ProxyHeader? {
        let view = bytes.readableBytesView
        guard let first = view.first else { return nil }
        switch first {
        case 0x50: return try Self.readText(view)
        case Octet.carriageReturn: return try Self.readBinary(bytes)
        default: throw .missing
        }
    }

    /// Version 1: `PROXY TCP4 192.0.2.7 198.51.100.1 56324 443` and a line end, 107 bytes at most.
    private static func readText(_ view: ByteBufferView) throws(Fault) -> ProxyHeader? {
        let word: [UInt8] = Array("PROXY ".utf8)
        guard view.prefix(6).elementsEqual(word.prefix(view.count)) else { throw .missing }
        guard let end = view.firstIndex(of: Octet.lineFeed) else {
            if view.count > 107 { throw .tooLong }
            return nil
        }
        let length = end - view.startIndex + 1
        guard length <= 107, length >= 2, view[end - 1] == Octet.carriageReturn,
            let line = String(validating: view[view.startIndex..<(end - 1)], as: UTF8.self)
        else { throw .invalid }
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        if parts.count >= 2, parts[1] == "UNKNOWN" { return ProxyHeader(client: nil, length: length) }
        guard parts.count == 6, parts[1] == "TCP4" || parts[1] == "TCP6",
            let client = ClientAddress(parts[2]), ClientAddress(parts[3]) != nil,
            parts[2].contains(":") == (parts[1] == "TCP6"), parts[3].contains(":") == (parts[1] == "TCP6"),
            UInt16(parts[4]) != nil, UInt16(parts[5]) != nil
        else { throw .invalid }
        return ProxyHeader(client: client, length: length)
    }

    /// Version 2: a signature, version and command, family, length, addresses, and more that is passed over.
    private static func readBinary(_ bytes: ByteBuffer) throws(Fault) -> ProxyHeader? {
        let span = bytes.readableBytesUInt8Span
        for index in 0..<min(12, span.count) where span[index] != Self.signature.octet(at: index) { throw .missing }
        guard span.count >= 16 else { return nil }
        let length = 16 + Int(span[14]) << 8 + Int(span[15])
        guard length <= Self.most else { throw .tooLong }
        guard span[12] >> 4 == 2, span[12] & 0x0F <= 1 else { throw .invalid }
        guard span.count >= length else { return nil }
        let isLocal = span[12] & 0x0F == 0
        let width: Int
        switch span[13] {
        case 0x11: width = 4
        case 0x21: width = 16
        // Sockets of the same machine, datagrams, and what is not specified: no client to name.
        default: return ProxyHeader(client: nil, length: length)
        }
        guard length >= 16 + 2 * width + 4 else { throw .invalid }
        let address = bytes.viewBytes(at: bytes.readerIndex + 16, length: width).flatMap { ClientAddress(bytes: $0) }
        return ProxyHeader(client: isLocal ? nil : address, length: length)
    }
}
