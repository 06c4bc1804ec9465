import NIOCore

/// How much of a response is read at once, at most.
///
/// What was read is held until the client has taken it. So it is little where a client has been seen to take its time,
/// or many might. An answer that is collected is held whole in any case.
public enum ReadSize: Sendable {
    /// 16 KiB: the events of a stream whose client has taken all there was.
    case events
    /// 4 KiB: the events of a stream whose client has had to be waited for, or which is one of many.
    case eventsSparingly
    /// 64 KiB: an answer that is collected.
    case answer

    var allocator: AdaptiveRecvByteBufferAllocator {
        switch self {
        case .events: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 16_384)
        case .eventsSparingly: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 2_048, maximum: 4_096)
        case .answer: AdaptiveRecvByteBufferAllocator()
        }
    }
}
