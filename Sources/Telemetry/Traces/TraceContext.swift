/// Where a request stands in a trace (W3C Trace Context).
///
/// What a caller says of a trace is a name to find things by and no more: it decides neither whether a span is written
/// nor anything else.
public struct TraceContext: Hashable, Sendable {
    /// What a caller's `traceparent` says.
    public struct Parent: Hashable, Sendable {
        /// The trace that the request belongs to.
        public let trace: TraceID
        /// The caller's span.
        public let span: UInt64

        /// Reads a field's value by the letter of §3.2; nil for every other form.
        ///
        /// A later version than 00 is read for the parts that 00 has (§4.3); `ff` is none.
        public init?(_ value: Span<UInt8>) {
            guard value.count >= 55, value[2] == Self.dash, value[35] == Self.dash, value[52] == Self.dash,
                let version = Self.number(value, 0..<2), version != 0xFF,
                version == 0 ? value.count == 55 : value.count == 55 || value[55] == Self.dash,
                let high = Self.number(value, 3..<19), let low = Self.number(value, 19..<35),
                let trace = TraceID(high: high, low: low),
                let span = Self.number(value, 36..<52), span != 0, Self.number(value, 53..<55) != nil
            else { return nil }
            self.trace = trace
            self.span = span
        }

        private static let dash = UInt8(ascii: "-")

        /// Digits in lower case only, as the standard has them.
        private static func number(_ value: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
            var number: UInt64 = 0
            for index in range {
                let digit: UInt8
                switch value[index] {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = value[index] - UInt8(ascii: "0")
                case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = value[index] - UInt8(ascii: "a") + 10
                default: return nil
                }
                number = number << 4 | UInt64(digit)
            }
            return number
        }
    }

    /// The trace: the caller's, or one that begins here.
    public let trace: TraceID
    /// The caller's span; nil if the trace begins here.
    public let parent: UInt64?
    /// The span of the request with us, which is the upstream's parent. Never zero.
    public let span: UInt64
    /// Whether the span is written, by our own choice alone.
    public let isSampled: Bool

    /// A span of our own under `parent`, or in a new trace. A caller's name of a trace has no part in the choice.
    public init(under parent: Parent?, sampling: Sampling, using generator: inout some RandomNumberGenerator) {
        self.trace = parent?.trace ?? TraceID(using: &generator)
        self.parent = parent?.span
        self.span = generator.next() | 1
        self.isSampled = sampling.takes(generator.next())
    }

    /// The value of the `traceparent` field that goes upstream.
    public var traceparent: InlineArray<55, UInt8> {
        // 00-<trace, 32 digits>-<span, 16 digits>-0<flags>: what is not set below stays.
        var text = InlineArray<55, UInt8>(repeating: UInt8(ascii: "0"))
        var digits = text.mutableSpan
        digits[2] = UInt8(ascii: "-")
        digits[35] = UInt8(ascii: "-")
        digits[52] = UInt8(ascii: "-")
        self.trace.high.writeHexadecimal(to: &digits, at: 3)
        self.trace.low.writeHexadecimal(to: &digits, at: 19)
        self.span.writeHexadecimal(to: &digits, at: 36)
        if self.isSampled { digits[54] = UInt8(ascii: "1") }
        return text
    }
}

/// The share of requests whose spans are written, chosen when they begin.
public struct Sampling: Hashable, Sendable {
    /// None.
    public static let none = Self(ratio: 0)

    private let most: UInt64
    private let isNone: Bool

    /// A share from 0 to 1; what is outside counts as the nearer of the two.
    public init(ratio: Double) {
        self.isNone = !(ratio > 0)
        self.most = ratio >= 1 ? .max : ratio > 0 ? UInt64(ratio * 0x1p64) : 0
    }

    /// Whether a request with this chance, even over all numbers, is taken.
    public func takes(_ chance: UInt64) -> Bool { !self.isNone && chance <= self.most }
}
