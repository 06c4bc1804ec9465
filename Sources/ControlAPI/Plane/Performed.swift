public import ReleaseModel

/// An entry of the control log with its place.
public struct RecordedEntry: Codable, Hashable, Sendable {
    /// The place, counted from zero.
    public var index: UInt64
    /// What stands there.
    public var entry: ControlEntry

    /// An entry at a place.
    public init(index: UInt64, entry: ControlEntry) {
        self.index = index
        self.entry = entry
    }
}

/// What became of a command: it is durable and in force.
public struct Performed: Codable, Hashable, Sendable {
    /// The entries that it made, in their order.
    public var entries: [RecordedEntry]
    /// The proposal that now waits for a second person, if that is what the command made.
    public var proposal: Proposal?

    /// What became of a command.
    public init(entries: [RecordedEntry], proposal: Proposal? = nil) {
        self.entries = entries
        self.proposal = proposal
    }
}
