private import NIOConcurrencyHelpers

#if canImport(Glibc)
    private import Glibc
#else
    private import Musl
#endif

/// Where finished lines go.
public struct LogSink: Sendable {
    /// Takes one whole line with its line feed. It may be called from any thread.
    public var write: @Sendable (_ line: [UInt8]) -> Void

    /// A sink made of a function.
    public init(write: @escaping @Sendable (_ line: [UInt8]) -> Void) {
        self.write = write
    }

    /// The standard error stream of the process, without a buffer.
    public static let standardError = LogSink(descriptor: STDERR_FILENO)

    /// A file descriptor that stays open, written under one lock so that lines never run into each other.
    ///
    /// A line that cannot be written is lost. A reader that is merely slow slows its writers, as standard error does.
    public init(descriptor: Int32) {
        let turn = NIOLockedValueBox(())
        self.init { line in
            turn.withLockedValue { _ in writeWhole(line, to: descriptor) }
        }
    }
}

/// Writes all of `line`, or gives up where the descriptor is broken or its reader has slept for a second.
private func writeWhole(_ line: [UInt8], to descriptor: Int32) {
    var written = 0
    while written < line.count {
        let count = unsafe line.withUnsafeBytes { bytes in
            unsafe write(descriptor, bytes.baseAddress! + written, bytes.count - written)
        }
        if count > 0 {
            written += count
        } else if errno == EAGAIN {
            // A pipe whose reader is slow: wait a little rather than leave half a line.
            var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&wanted, 1, 1_000) > 0 else { return }
        } else if errno != EINTR {
            return
        }
    }
}
