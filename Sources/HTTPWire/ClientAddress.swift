/// The address that a connection comes from, without its port: 16 bytes, an IPv4 address mapped (RFC 4291 §2.5.5.2).
public struct ClientAddress: Hashable, Sendable {
    /// The bits of the address, the first in the highest place.
    let high: UInt64
    let low: UInt64

    /// The address of 4 or 16 bytes in network order; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        func number(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 4:
            self.init(high: 0, low: 0xFFFF_0000_0000 | number(bytes))
        case 16:
            self.init(high: number(bytes.prefix(8)), low: number(bytes.dropFirst(8)))
        default: return nil
        }
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Whom an address is counted for: itself, or with IPv6 the network of 64 bits that it is in, since one host may
    /// take all addresses of that (RFC 4291 §2.5.4).
    public var site: ClientAddress {
        let isMapped = self.high == 0 && self.low >> 32 == 0xFFFF
        return isMapped ? self : ClientAddress(high: self.high, low: 0)
    }

    /// The address that a text says: `192.0.2.7` or `2001:db8::7`; nil if it says none. There is one way to write an
    /// IPv4 address here: four decimal numbers without leading zeros.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        if let four = Self.fourBytes(text) {
            self.init(bytes: four)
        } else {
            guard let sixteen = Self.sixteenBytes(text) else { return nil }
            self.init(bytes: sixteen)
        }
    }

    private static func fourBytes(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { part -> UInt8? in
            guard part.utf8.allSatisfy(Octet.isDigit), part == "0" || part.utf8.first != Octet.zero else { return nil }
            return UInt8(part)
        }
        return bytes.count == 4 ? bytes : nil
    }

    /// RFC 4291 §2.2: eight groups, one run of zeros left out, the last two as an IPv4 address if need be.
    private static func sixteenBytes(_ text: some StringProtocol) -> [UInt8]? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, let first = Self.groups(halves[0]) else { return nil }
        guard halves.count == 2 else { return first.count == 16 ? first : nil }
        guard let last = Self.groups(halves[1]), first.count + last.count < 16 else { return nil }
        return first + [UInt8](repeating: 0, count: 16 - first.count - last.count) + last
    }

    private static func groups(_ text: some StringProtocol) -> [UInt8]? {
        if text.isEmpty { return [] }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, group) in groups.enumerated() {
            if index == groups.count - 1, let four = Self.fourBytes(group) {
                bytes += four
            } else {
                guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy({ Octet.hexadecimal($0) != nil }),
                    let value = UInt16(group, radix: 16)
                else { return nil }
                bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
            }
        }
        return bytes
    }
}

/// A range of addresses, such as `10.0.0.0/8` (RFC 4632 §3.1), or one address.
public struct AddressRange: Hashable, Sendable {
    private let first: ClientAddress
    private let prefix: Int

    /// The range that a text says; nil if it says none, or if it has bits beyond its prefix.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = ClientAddress(parts[0]) else { return nil }
        let width = parts[0].contains(":") ? 128 : 32
        var prefix = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy(Octet.isDigit), let bits = Int(parts[1]), bits <= width else { return nil }
            prefix = bits
        }
        self.first = address
        self.prefix = prefix + 128 - width
        guard Self.cut(address, to: self.prefix) == (address.high, address.low) else { return nil }
    }

    /// Whether an address is in the range.
    public func contains(_ address: ClientAddress) -> Bool {
        Self.cut(address, to: self.prefix) == (self.first.high, self.first.low)
    }

    private static func cut(_ address: ClientAddress, to prefix: Int) -> (UInt64, UInt64) {
        let high = prefix >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(prefix))
        let low = prefix <= 64 ? 0 : ~(UInt64.max >> UInt64(prefix - 64))
        return (address.high & high, address.low & low)
    }
}
