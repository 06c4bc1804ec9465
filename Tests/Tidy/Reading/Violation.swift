import Testing

/// A place where the repository is not as it should be, and what to do about it.
struct Violation: Hashable, CustomStringConvertible, Sendable {
    /// From the root of the repository.
    var path: String
    /// From 1; 0 where the whole file is meant.
    var line: Int
    var advice: String

    var description: String { "\(self.path):\(self.line): \(self.advice)" }
}

/// Records each violation as an issue of its own, so that one run shows all of them.
func expectNone(_ violations: [Violation], location: SourceLocation = #_sourceLocation) {
    for violation in violations {
        Issue.record("\(violation)", sourceLocation: location)
    }
}
