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

/// Those of one event loop who wait for a batch; all of them are answered by one `execute`.
///
/// Unchecked: receivers are not `Sendable`; other threads only store them, and they are called on their loop.
final class LoopDelivery: @unchecked Sendable {
    private let loop: any EventLoop
    /// Each with the place of its record in the batch.
    private var waiting: [(receiver: any AppendReceiver, token: UInt64, place: Int)] = []

    init(_ loop: any EventLoop) {
        self.loop = loop
        // As many as a group has where requests are plenty.
        self.waiting.reserveCapacity(GroupPace.mostExpected)
    }

    func isFor(_ loop: any EventLoop) -> Bool { self.loop === loop }

    func add(_ receiver: any AppendReceiver, token: UInt64, place: Int) {
        self.waiting.append((receiver, token, place))
    }

    /// Hands the answers over. Nothing is added afterwards.
    func send(_ result: Result<RecordPlaces, LogFault>) {
        self.loop.execute {
            for waiting in self.waiting {
                waiting.receiver.appendCompleted(result.map { $0.index(of: waiting.place) }, token: waiting.token)
            }
            // The writer's thread may hold this for longer, and receivers are let go on their loop.
            self.waiting.removeAll()
        }
    }
}
