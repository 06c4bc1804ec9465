/// Reads the lines of a `tracestate` (W3C Trace Context, §3.3), which vendors write for each other: it is passed on as
/// it came, or not at all.
public struct TraceState {
    /// Members that a state may have (§3.3.1.1).
    static let mostMembers = 32
    /// Bytes that are passed on, which is what every system must be able to (§3.3.1.5).
    static let mostBytes = 512

    private var keys: Set<[UInt8]> = []
    private var bytes = 0
    private var isValid = true

    /// A state without members.
    public init() {}

    /// Whether there is a state, and it may be passed on.
    public var canBePassedOn: Bool { self.isValid && !self.keys.isEmpty }

    /// Reads one line.
    public mutating func read(_ line: some Collection<UInt8>) {
        self.bytes += line.count + (self.bytes == 0 ? 0 : 1)
        guard self.isValid, self.bytes <= Self.mostBytes else {
            self.isValid = false
            return
        }
        for member in line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: true) {
            let member = Self.trimmed(Array(member))
            guard !member.isEmpty else { continue }
            guard let equals = member.firstIndex(of: UInt8(ascii: "=")), Self.isKey(member[..<equals]),
                Self.isValue(member[(equals + 1)...]), self.keys.insert(Array(member[..<equals])).inserted,
                self.keys.count <= Self.mostMembers
            else {
                self.isValid = false
                return
            }
        }
    }

    private static func trimmed(_ member: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        return Array(member.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }

    /// `tenant@system`, or a single name; small letters, digits and four marks.
    private static func isKey(_ key: ArraySlice<UInt8>) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard key.count <= 256, (1...2).contains(parts.count) else { return false }
        return parts.allSatisfy { part in
            part.first.map { Self.isLetter($0) || Self.isDigit($0) } ?? false
                && part.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || "_-*/".utf8.contains($0) }
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Visible letters and spaces within, without comma and equals sign.
    private static func isValue(_ value: ArraySlice<UInt8>) -> Bool {
        (1...256).contains(value.count)
            && value.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }
}
