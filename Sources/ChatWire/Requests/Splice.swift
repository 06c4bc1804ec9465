import NIOCore

/// Bytes that take the place of a range of a body.
struct Splice {
    var range: Range<Int>
    var bytes: [UInt8]
}

extension ByteBuffer {
    /// The same bytes with these ranges replaced, which do not overlap; what is put in stands before what is replaced
    /// at the same place.
    func spliced(_ splices: consuming [Splice]) -> ByteBuffer {
        splices.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
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
