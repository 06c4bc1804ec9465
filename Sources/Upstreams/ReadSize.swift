import NIOCore

/// How much of a response is read at once, at most.
///
/// What was read is held until the client has taken it. So it is little where a client may take its time, and costs
/// nothing there: events are small and come one by one. An answer that is collected is held whole in any case.
public enum ReadSize: Sendable {
    /// 4 KiB: some events of a stream.
    case events
    /// 64 KiB: an answer that is collected.
    case answer

    var allocator: AdaptiveRecvByteBufferAllocator {
        switch self {
        case .events: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 4_096)
        case .answer: AdaptiveRecvByteBufferAllocator()
        }
    }
}
