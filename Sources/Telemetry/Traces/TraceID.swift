/// The name of a trace, of sixteen bytes that are not all zero (W3C Trace Context, §3.2.2.3).
public struct TraceID: Hashable, Sendable {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// The trace of these bytes; nil if all are zero, which names none.
    public init?(high: UInt64, low: UInt64) {
        guard high | low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    /// A new trace.
    public init(using generator: inout some RandomNumberGenerator) {
        self.high = generator.next()
        self.low = generator.next() | 1
    }
}

extension TraceID: CustomStringConvertible {
    /// Thirty-two digits, as every protocol writes it.
    public var description: String { self.high.hexadecimal + self.low.hexadecimal }
}

extension UInt64 {
    /// Sixteen digits in lower case.
    public var hexadecimal: String {
        var bytes = [UInt8](repeating: 0, count: 16)
        var digits = bytes.mutableSpan
        self.writeHexadecimal(to: &digits, at: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes sixteen digits in lower case over the bytes from `start` on.
    @inline(__always)
    func writeHexadecimal(to text: inout MutableSpan<UInt8>, at start: Int) {
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: self >> UInt64(60 - 4 * place) & 0xF)
            text[start + place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }
}
