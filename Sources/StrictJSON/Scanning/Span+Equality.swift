extension Span where Element == UInt8 {
    /// Whether both are the same bytes; eight are compared at a time.
    public func equals(_ other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        // Marked unsafe for elements with padding; a byte has none.
        let (one, another) = (unsafe self.bytes, unsafe other.bytes)
        var index = 0
        while index &+ 32 <= self.count {
            // The same four times, with one branch.
            var difference: UInt64 = 0
            for step in 0..<4 {
                let place = index &+ 8 &* step
                difference |=
                    unsafe one.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
                    ^ another.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self)
            }
            guard difference == 0 else { return false }
            index &+= 32
        }
        while index &+ 8 <= self.count {
            // In bounds of both by the lines above; any eight bytes are an integer.
            let left = unsafe one.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let right = unsafe another.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            guard left == right else { return false }
            index &+= 8
        }
        while index < self.count {
            guard self[index] == other[index] else { return false }
            index &+= 1
        }
        return true
    }
}
