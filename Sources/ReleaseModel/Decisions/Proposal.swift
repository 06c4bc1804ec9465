/// A widening that one person asked for and that waits for a second one.
public struct Proposal: Codable, Hashable, Sendable {
    /// How long a proposal waits before it lapses: seven days.
    public static let lifetimeMilliseconds: Int64 = 7 * 24 * 3_600_000

    /// The identifier.
    public var id: ProposalID
    /// What is asked for.
    public var command: Command
    /// The SHA-256 of the command's canonical JSON: what an approval is bound to.
    public var digest: ContentDigest
    /// Who asked.
    public var by: PersonID
    /// When it lapses.
    public var lapses: Timestamp

    /// A proposal with all its fields.
    public init(id: ProposalID, command: Command, digest: ContentDigest, by: PersonID, lapses: Timestamp) {
        self.id = id
        self.command = command
        self.digest = digest
        self.by = by
        self.lapses = lapses
    }
}
