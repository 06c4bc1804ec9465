public import NIOCore

/// Writes the chunks of a body (RFC 9112 §7.1) into a buffer that the caller sends.
public enum ChunkWriter {
    /// Writes one chunk with a copy of its data; nothing if there is none, which would end the body.
    public static func chunk(_ data: ByteBuffer, to buffer: inout ByteBuffer) {
        guard data.readableBytes > 0 else { return }
        Self.start(data.readableBytes, to: &buffer)
        buffer.writeImmutableBuffer(data)
        Self.end(to: &buffer)
    }

    /// Writes what stands before the `size` bytes of a chunk's data, which the caller sends itself.
    public static func start(_ size: Int, to buffer: inout ByteBuffer) {
        precondition(size > 0, "a chunk of no bytes ends the body")
        var shift = (Int.bitWidth - size.leadingZeroBitCount - 1) & ~3
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: size >> shift) & 15
            buffer.writeInteger(digit < 10 ? Octet.zero + digit : Octet.a + digit - 10)
            shift -= 4
        }
        buffer.writeStaticString("\r\n")
    }

    /// Writes what stands after a chunk's data.
    public static func end(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("\r\n")
    }

    /// Writes the last chunk and an empty trailer section: the body's end.
    public static func last(to buffer: inout ByteBuffer) {
        buffer.writeStaticString("0\r\n\r\n")
    }
}
