import NIOConcurrencyHelpers

/// A value that one writer replaces whole and many readers take a copy of.
///
/// A reader holds the lock for the time of a copy, never for the time of a use, so nobody waits for the writer's work.
/// What a reader took stays as it was; whoever needs the newest takes ``current`` again.
public final class Published<Value: Sendable>: Sendable {
    private let storage: NIOLockedValueBox<Value>

    /// Publishes a first value.
    public init(_ value: Value) {
        self.storage = NIOLockedValueBox(value)
    }

    /// The value that was published last.
    public var current: Value { self.storage.withLockedValue { $0 } }

    /// Publishes another value in place of the last.
    public func replace(with value: Value) {
        self.storage.withLockedValue { $0 = value }
    }

    /// Publishes what becomes of the last value; nobody publishes another in between.
    public func update(_ change: (inout Value) -> Void) {
        self.storage.withLockedValue(change)
    }
}
