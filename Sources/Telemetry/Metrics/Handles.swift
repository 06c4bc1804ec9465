private import Synchronization

/// A number that only grows, until the process ends.
///
/// An update is one relaxed atomic addition: a few nanoseconds, from any thread.
public final class Counter: Sendable {
    private let storage = Atomic<UInt64>(0)

    init() {}

    /// Adds `amount`.
    public func increment(by amount: UInt64 = 1) {
        self.storage.wrappingAdd(amount, ordering: .relaxed)
    }

    /// The sum so far.
    public var value: UInt64 { self.storage.load(ordering: .relaxed) }
}

/// A number that goes up and down.
///
/// It is whole. What is not, such as an age, is read when the page is made: ``PrometheusRegistry/reading(_:_:_:)``.
public final class Gauge: Sendable {
    private let storage = Atomic<Int>(0)

    init() {}

    /// Stands at `value` from now on.
    public func set(_ value: Int) {
        self.storage.store(value, ordering: .relaxed)
    }

    /// Moves by `change`, which may be negative.
    public func add(_ change: Int) {
        self.storage.wrappingAdd(change, ordering: .relaxed)
    }

    /// Where it stands.
    public var value: Int { self.storage.load(ordering: .relaxed) }
}
