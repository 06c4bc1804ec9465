private import Synchronization

/// A clock that moves when a test says so.
///
/// It counts nanoseconds from where it was started, like the monotonic clock of a machine; it may be
/// set back, because rules must hold when a clock is.
public final class TestClock: Sendable {
    private let nanoseconds: Atomic<UInt64>

    /// Starts at `nanoseconds`; not at zero unless asked, so that a forgotten start shows.
    public init(nanoseconds: UInt64 = 1_000_000_000_000) {
        self.nanoseconds = Atomic(nanoseconds)
    }

    /// The time now, in nanoseconds.
    public var now: UInt64 { self.nanoseconds.load(ordering: .sequentiallyConsistent) }

    /// Moves forward by a number of nanoseconds.
    public func advance(nanoseconds: UInt64) {
        self.nanoseconds.wrappingAdd(nanoseconds, ordering: .sequentiallyConsistent)
    }

    /// Moves forward by a number of whole seconds.
    public func advance(seconds: UInt64) {
        self.advance(nanoseconds: seconds * 1_000_000_000)
    }

    /// Stands at `nanoseconds` from now on, be it earlier or later.
    public func set(nanoseconds: UInt64) {
        self.nanoseconds.store(nanoseconds, ordering: .sequentiallyConsistent)
    }
}
