/// A secret that may be carried about but never shows: not in a log, an error, a debugger's dump or a message.
///
/// It is not `Encodable`, so no encoder can write it either. The value is taken out by name, in the one place that
/// needs it.
public struct Redacted<Value> {
    /// The secret itself. What reads this is where a secret can leak; there should be one such place.
    public let exposed: Value

    /// Hides `value`.
    public init(_ value: Value) {
        self.exposed = value
    }
}

extension Redacted: Sendable where Value: Sendable {}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same word, whatever is hidden.
    public var description: String { "[redacted]" }
    /// Always the same word, whatever is hidden.
    public var debugDescription: String { "[redacted]" }
    /// No children, so that `dump` and a mirror see nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
