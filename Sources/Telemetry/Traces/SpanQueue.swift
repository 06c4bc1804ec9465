private import NIOConcurrencyHelpers

/// Spans that wait for their export. When it is full, what comes is dropped and counted: a collector that does not
/// listen costs memory up to a bound, and no request any time. Refusals, of which anybody can bring about as many as he
/// likes, find a place only in the first quarter.
public final class SpanQueue: Sendable {
    /// The share of requests whose spans come here.
    public let sampling: Sampling
    private let capacity: Int
    private let dropped: Counter
    private let waiting = NIOLockedValueBox<[RequestSpan]>([])

    /// A queue of so many spans at the most; `dropped` counts what found no place.
    public init(capacity: Int, sampling: Sampling, dropped: Counter) {
        self.capacity = max(1, capacity)
        self.sampling = sampling
        self.dropped = dropped
    }

    /// Puts a span in, if there is a place.
    public func put(_ span: RequestSpan) {
        let places =
            switch span.end {
            case .ended: self.capacity
            case .refused: (self.capacity + 3) / 4
            }
        let hasPlace = self.waiting.withLockedValue { waiting in
            guard waiting.count < places else { return false }
            waiting.append(span)
            return true
        }
        if !hasPlace { self.dropped.increment() }
    }

    /// Takes out up to `most`, the oldest first.
    public func take(_ most: Int) -> [RequestSpan] {
        self.waiting.withLockedValue { waiting in
            let taken = Array(waiting.prefix(most))
            waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// How many wait.
    public var count: Int { self.waiting.withLockedValue { $0.count } }
}
