extension Span where Element == UInt8 {
    /// Whether both are the same bytes; eight are compared at a time.
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        // Marked unsafe for elements with padding; a byte has none.
        let (one, another) = (unsafe self.bytes, unsafe other.bytes)
        var index = 0
        while index &+ 32 <= self.count {
            // Four of them with one branch.
            let difference =
                Self.difference(one, another, index) | Self.difference(one, another, index &+ 8)
                | Self.difference(one, another, index &+ 16) | Self.difference(one, another, index &+ 24)
            guard difference == 0 else { return false }
            index &+= 32
        }
        while index &+ 8 <= self.count {
            guard Self.difference(one, another, index) == 0 else { return false }
            index &+= 8
        }
        while index < self.count {
            guard self[index] == other[index] else { return false }
            index &+= 1
        }
        return true
    }

    /// The bits in which eight bytes of the two differ.
    @inline(__always)
    private static func difference(_ one: RawSpan, _ other: RawSpan, _ place: Int) -> UInt64 {
        // Whoever asks has looked that both have them; any eight bytes are an integer.
        unsafe one.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt64.self)
            ^ other.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt64.self)
    }
}
