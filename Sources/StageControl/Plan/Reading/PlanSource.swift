public import StrictJSON

/// A plan's document as it was read from a file: its value, and in which line everything stands.
///
/// Who reads the file makes it; a plan is never a file here.
public struct PlanSource: Hashable, Sendable {
    /// The document.
    public let value: JSONValue
    /// The line of a field, counted from 1. A document that is no text has none.
    public let lines: [FieldPath: Int]

    /// A document and its lines.
    public init(_ value: JSONValue, lines: [FieldPath: Int] = [:]) {
        self.value = value
        self.lines = lines
    }

    /// The line to point at: the field's own, or, of a field that is not written, that of the nearest thing around it.
    public func line(of path: FieldPath) -> Int? { path.outwards.lazy.compactMap { self.lines[$0] }.first }
}
