import NIOCore

/// Bytes that take the place of a range of a body.
struct Splice {
    var range: Range<Int>
    var bytes: [UInt8]
}

extension ByteBuffer {
    /// The same bytes with these ranges replaced, which do not overlap; two that begin at one place keep their order.
    func spliced(_ splices: [Splice]) -> ByteBuffer {
        let splices = splices.enumerated()
            .sorted { ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset) }
            .map(\.element)
        let added = splices.reduce(0) { $0 + $1.bytes.count }
        var output = ByteBufferAllocator().buffer(capacity: self.readableBytes + added)
        var start = 0
        for splice in splices {
            output.writeImmutableBuffer(self.slice(start..<splice.range.lowerBound))
            output.writeBytes(splice.bytes)
            start = splice.range.upperBound
        }
        output.writeImmutableBuffer(self.slice(start..<self.readableBytes))
        return output
    }

    /// The readable bytes at these places, counted from the first; empty if they are not all there.
    func slice(_ range: Range<Int>) -> ByteBuffer {
        self.getSlice(at: self.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
