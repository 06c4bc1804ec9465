import NIOCore

/// The free connections of a pool: those that rest, in the order in which they were given back, and those that may
/// serve again.
///
/// The youngest that has rested serves first, so that those that are not needed grow old and are closed.
struct IdleConnections {
    /// How long a connection rests before it serves again.
    ///
    /// An upstream that answers twice is found out by the bytes that nobody asked for; they must have the time to come
    /// in before another client's request waits there for its answer. Whether they have come is asked of the socket: a
    /// busy loop may be about to send a request before it reads them.
    static let restTime = TimeAmount.milliseconds(2)

    private var resting = CircularBuffer<UpstreamConnection>()
    private var rested: [UpstreamConnection] = []

    var count: Int { self.resting.count + self.rested.count }

    /// Adds a connection that has become free now.
    mutating func add(_ connection: UpstreamConnection) {
        self.resting.append(connection)
    }

    /// Takes the youngest connection that has rested.
    mutating func takeRested(at now: NIODeadline) -> UpstreamConnection? {
        while let first = self.resting.first, now - first.idleSince >= Self.restTime {
            self.rested.append(self.resting.removeFirst())
        }
        return self.rested.popLast()
    }

    /// Takes the connection that has been free for longest.
    mutating func takeOldest() -> UpstreamConnection? {
        self.rested.isEmpty ? self.resting.popFirst() : self.rested.removeFirst()
    }

    /// Takes a connection out, if it is there.
    mutating func remove(_ connection: UpstreamConnection) {
        if let place = self.rested.lastIndex(where: { $0 === connection }) {
            self.rested.remove(at: place)
        } else if let place = self.resting.lastIndex(where: { $0 === connection }) {
            self.resting.remove(at: place)
        }
    }
}
