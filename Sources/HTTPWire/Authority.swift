/// The host and port of a Host field or of an absolute target (RFC 9110 §4.2, §7.2; RFC 3986 §3.2).
///
/// Only what a client of an API needs is accepted: a name of letters, digits, `-`, `.` and `_`, an IPv4 address, or an
/// IPv6 address in brackets, and a port from 1 to 65535. User information, percent-encoding and lists are refused, and
/// so are empty labels, which no name has (RFC 1035 §2.3.1): nginx refuses two dots in a row.
enum Authority {
    enum Fault: Error, Hashable {
        case empty, invalid, portInvalid
    }

    /// Checks the bytes of an authority.
    static func check(_ bytes: Span<UInt8>, in range: Range<Int>) throws(Fault) {
        guard let first = range.first else { throw .empty }
        var end = first
        if bytes[first] == Octet.leftBracket {
            end = try Self.addressEnd(bytes, in: range)
        } else {
            var isLabelEmpty = true
            while end < range.upperBound, Octet.isHostName(bytes[end]) {
                let isDot = bytes[end] == Octet.dot
                guard !isDot || !isLabelEmpty else { throw .invalid }
                isLabelEmpty = isDot
                end += 1
            }
            guard end > first else { throw bytes[first] == Octet.colon ? .empty : .invalid }
        }
        guard end < range.upperBound else { return }
        guard bytes[end] == Octet.colon else { throw .invalid }
        try Self.checkPort(bytes, in: end + 1..<range.upperBound)
    }

    /// Hexadecimal digits, colons and dots up to the bracket; a zone is refused (RFC 6874 is for a host's own links).
    private static func addressEnd(_ bytes: Span<UInt8>, in range: Range<Int>) throws(Fault) -> Int {
        var index = range.lowerBound + 1
        var colons = 0
        while index < range.upperBound, bytes[index] != Octet.rightBracket {
            let byte = bytes[index]
            if byte == Octet.colon {
                colons += 1
            } else if Octet.hexadecimal(byte) == nil, byte != Octet.dot {
                throw .invalid
            }
            index += 1
        }
        guard index < range.upperBound, (2...8).contains(colons), index - range.lowerBound <= 46 else {
            throw .invalid
        }
        return index + 1
    }

    private static func checkPort(_ bytes: Span<UInt8>, in range: Range<Int>) throws(Fault) {
        guard (1...5).contains(range.count), bytes[range.lowerBound] != Octet.zero else { throw .portInvalid }
        var port = 0
        for index in range {
            guard Octet.isDigit(bytes[index]) else { throw .portInvalid }
            port = port * 10 + Int(bytes[index] - Octet.zero)
        }
        guard port <= 65_535 else { throw .portInvalid }
    }

    /// Whether two authorities are the same without regard to case (RFC 3986 §3.2.2).
    static func areEqual(_ bytes: Span<UInt8>, _ one: Range<Int>, _ other: Range<Int>) -> Bool {
        guard one.count == other.count else { return false }
        for offset in 0..<one.count
        where Octet.lowercased(bytes[one.lowerBound + offset]) != Octet.lowercased(bytes[other.lowerBound + offset]) {
            return false
        }
        return true
    }
}
