public import NIOCore

/// Bytes that take the place of a range of a body.
struct Splice {
    var range: Range<Int>
    var bytes: [UInt8]
}

/// A body in which some ranges are replaced. It is written where it goes to, and a long end of it, in which nothing is
/// replaced, goes out as it lies; so a large body is never held once more.
public struct SplicedBody: Sendable {
    /// An end that is as long as this costs more to copy than to be sent by itself.
    private static let longEnd = 16_384

    /// The long end, in the body's own memory; empty if it has none.
    public let end: ByteBuffer
    private let body: ByteBuffer
    private let splices: [Splice]

    /// The ranges do not overlap; what is put in stands before what is replaced at the same place.
    init(_ body: ByteBuffer, _ splices: consuming [Splice]) {
        splices.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        let start = splices.last?.range.upperBound ?? 0
        let isLong = body.readableBytes - start >= Self.longEnd
        self.end = isLong ? body.slice(start..<body.readableBytes) : ByteBuffer()
        self.body = body
        self.splices = splices
    }

    /// How many bytes it has.
    public var count: Int {
        self.splices.reduce(self.body.readableBytes) { $0 + $1.bytes.count - $1.range.count }
    }

    /// How many of them are written; the others are its long end.
    public var writtenCount: Int { self.count - self.end.readableBytes }

    /// Writes the body behind what `output` has, but for its long end.
    public func write(to output: inout ByteBuffer) {
        var start = 0
        for splice in self.splices {
            output.writeImmutableBuffer(self.body.slice(start..<splice.range.lowerBound))
            output.writeBytes(splice.bytes)
            start = splice.range.upperBound
        }
        output.writeImmutableBuffer(self.body.slice(start..<self.body.readableBytes - self.end.readableBytes))
    }
}

extension ByteBuffer {
    /// The readable bytes at these places, counted from the first; empty if they are not all there.
    func slice(_ range: Range<Int>) -> ByteBuffer {
        self.getSlice(at: self.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
