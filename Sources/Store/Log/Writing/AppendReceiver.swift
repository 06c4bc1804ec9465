import NIOCore

/// A channel handler or other object of one event loop that waits for its entry to be durable.
///
/// It need not be `Sendable`: it is called on the event loop that it was handed over on, and nowhere else.
public protocol AppendReceiver: AnyObject {
    /// Tells what became of an entry.
    ///
    /// - Parameters:
    ///   - result: the index of the entry, which is durable, or why it is not recorded.
    ///   - token: what the receiver gave to ``LogWriter/append(_:on:_:token:)``, to tell its entries apart.
    func appendCompleted(_ result: Result<UInt64, LogFault>, token: UInt64)
}

/// An append that waits for the writer's thread.
enum WaitingAppend {
    /// One entry of an event loop.
    case one(ByteBuffer, LoopReceiver)
    /// Entries that are recorded together or not at all.
    case many([[UInt8]], expectedSize: UInt64?, @Sendable (Result<AppendedRange, LogFault>) -> Void)

    /// The entries and bytes that it adds to the queue.
    var weight: (entries: Int, bytes: Int) {
        switch self {
        case .one(let entry, _): (1, entry.readableBytes)
        case .many(let entries, _, _): (entries.count, entries.reduce(0) { $0 + $1.count })
        }
    }
}

/// A receiver and the loop it belongs to.
struct LoopReceiver {
    let loop: any EventLoop
    let receiver: any AppendReceiver
    let token: UInt64
}

/// The answers of one batch for one event loop, delivered by one `execute`.
///
/// Unchecked: receivers are not `Sendable`; the writer's thread only stores them, and they are called on their loop.
final class LoopDelivery: @unchecked Sendable {
    private let loop: any EventLoop
    private var answers: [(receiver: any AppendReceiver, token: UInt64, result: Result<UInt64, LogFault>)] = []

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    func isFor(_ loop: any EventLoop) -> Bool { self.loop === loop }

    func add(_ waiting: LoopReceiver, _ result: Result<UInt64, LogFault>) {
        self.answers.append((waiting.receiver, waiting.token, result))
    }

    /// Hands the answers over. Nothing is added afterwards.
    func send() {
        self.loop.execute {
            for answer in self.answers {
                answer.receiver.appendCompleted(answer.result, token: answer.token)
            }
        }
    }
}
