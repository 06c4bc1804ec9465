/// A key as its holder has it: `slk_` ‖ 8 letters of id ‖ `_` ‖ 30 letters of secret ‖ 6 letters of CRC-32.
///
/// The checksum lets scanners and the command line reject a typing error without asking a server (after GitHub's token
/// format); it protects nothing. 30 base-62 letters are 178 bits. The text is never part of a description or an error.
public struct KeyText: Sendable {
    /// How many characters every key has.
    public static let length = 4 + KeyID.length + 1 + 30 + 6

    /// What the key opens.
    public let kind: KeyKind
    /// The public part.
    public let id: KeyID
    /// The whole key. Give it to a hash or to its holder, to nobody else.
    public let secretText: [UInt8]

    /// Reads a key; `nil` for anything that is not one, a wrong checksum included.
    public init?(_ text: some Collection<UInt8>) {
        guard text.count == Self.length else { return nil }
        let bytes = Array(text)
        guard let kind = KeyKind(rawValue: String(decoding: bytes[0..<3], as: UTF8.self)) else { return nil }
        guard bytes[3] == UInt8(ascii: "_"), bytes[12] == UInt8(ascii: "_") else { return nil }
        guard let id = KeyID(bytes[4..<12]) else { return nil }
        guard bytes[13...].allSatisfy({ Base62.value(of: $0) != nil }) else { return nil }
        guard Array(bytes[43...]) == Self.checksum(of: bytes[..<43]) else { return nil }
        self.kind = kind
        self.id = id
        self.secretText = bytes
    }

    /// A new key.
    public init(kind: KeyKind, using generator: inout some RandomNumberGenerator) {
        func letters(_ count: Int) -> [UInt8] {
            (0..<count).map { _ in Base62.digits[Int.random(in: 0..<62, using: &generator)] }
        }
        let id = letters(KeyID.length)
        let front = Array(kind.rawValue.utf8) + [UInt8(ascii: "_")] + id + [UInt8(ascii: "_")] + letters(30)
        self.kind = kind
        self.id = KeyID(packedLetters: id)
        self.secretText = front + Self.checksum(of: front)
    }

    /// Six base-62 digits of the CRC-32 (ISO 3309, reflected, polynomial 0xEDB88320).
    private static func checksum(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var remainder = ~UInt32(0)
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0)
            }
        }
        var value = ~remainder
        var digits: [UInt8] = []
        for _ in 0..<6 {
            digits.append(Base62.digits[Int(value % 62)])
            value /= 62
        }
        return digits.reversed()
    }
}

/// Only the public part is ever shown: not by printing, not by a debugger's dump, not as numbers.
extension KeyText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind and the identifier.
    public var description: String { "\(self.kind.rawValue)_\(self.id)_…" }
    /// The same as ``description``.
    public var debugDescription: String { self.description }
    /// Nothing inside.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
