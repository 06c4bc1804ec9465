/// Why a chunked body is refused. Requests and responses name it in their own errors.
enum ChunkFault: Error, Hashable {
    case sizeInvalid, sizeTooLarge, extensionRefused, unterminated, bareCarriageReturn, bareLineFeed
}

/// Reads the framing of a chunked body (RFC 9112 §7.1). It counts; the bytes themselves never pass through it.
struct ChunkScanner: Sendable {
    /// What was found, after ``consumed`` bytes of framing.
    enum Step: Hashable {
        /// More bytes are needed.
        case more
        /// The next this many bytes are data of the body; they count as read.
        case data(Int)
        /// The last chunk was read; the trailer section begins.
        case last
    }

    private enum Phase: UInt8 {
        case size, sizeEnd, data, dataEnd, dataLineFeed, last
    }

    /// The longest run of size digits; leading zeros count, so that no reader cuts a size short.
    private static let longestSize = 16

    private var phase = Phase.size
    private var digits = 0
    private var remaining = 0

    /// Reads on from `position`, which is moved behind what was read. `allowance` is how much more body may come.
    mutating func scan(
        _ bytes: Span<UInt8>, at position: inout Int, allowance: Int
    ) throws(ChunkFault) -> Step {
        while self.phase == .last || position < bytes.count {
            switch self.phase {
            case .size:
                try self.readSize(bytes[position], allowance: allowance)
                position += 1
            case .sizeEnd:
                guard bytes[position] == Octet.lineFeed else { throw .bareCarriageReturn }
                position += 1
                self.phase = self.remaining == 0 ? .last : .data
            case .data:
                let count = min(self.remaining, bytes.count - position)
                self.remaining -= count
                if self.remaining == 0 { self.phase = .dataEnd }
                return .data(count)
            case .dataEnd:
                guard bytes[position] == Octet.carriageReturn else { throw .unterminated }
                position += 1
                self.phase = .dataLineFeed
            case .dataLineFeed:
                guard bytes[position] == Octet.lineFeed else { throw .unterminated }
                position += 1
                self.phase = .size
                self.digits = 0
            case .last:
                return .last
            }
        }
        return .more
    }

    private mutating func readSize(_ byte: UInt8, allowance: Int) throws(ChunkFault) {
        if let digit = Octet.hexadecimal(byte) {
            guard self.digits < Self.longestSize else { throw .sizeInvalid }
            self.digits += 1
            // The size so far is within the allowance, so it cannot overflow here.
            let (size, overflow) = self.remaining.multipliedReportingOverflow(by: 16)
            guard !overflow, size <= allowance &- Int(digit) else { throw .sizeTooLarge }
            self.remaining = size + Int(digit)
            return
        }
        switch byte {
        case Octet.carriageReturn where self.digits > 0: self.phase = .sizeEnd
        case Octet.semicolon where self.digits > 0: throw .extensionRefused
        case Octet.lineFeed: throw .bareLineFeed
        default: throw .sizeInvalid
        }
    }
}
