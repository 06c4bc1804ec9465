public import StrictJSON

/// A rollout comes to be: a plan that nobody has signed yet.
public struct RolloutDraft: Codable, Hashable, Sendable {
    /// The new rollout.
    public var rollout: RolloutID
    /// The plan's document, with every default written out.
    public var plan: JSONValue
    /// SHA-256 of the secret by which units get their buckets; it is revealed when the rollout is over.
    public var seedCommitment: ContentDigest

    enum CodingKeys: String, CodingKey {
        case rollout, plan
        case seedCommitment = "seed_commitment"
    }

    /// A draft with all its fields.
    public init(rollout: RolloutID, plan: JSONValue, seedCommitment: ContentDigest) {
        self.rollout = rollout
        self.plan = plan
        self.seedCommitment = seedCommitment
    }
}

/// Something that people or the rules decided about a rollout.
public struct RolloutChange: Codable, Hashable, Sendable {
    /// The rollout.
    public var rollout: RolloutID
    /// What was decided, as the rules of stages write their entries: when, by whom, what.
    public var entry: JSONValue

    /// A change.
    public init(rollout: RolloutID, entry: JSONValue) {
        self.rollout = rollout
        self.entry = entry
    }
}

/// A rehearsal of a rollback: how long it takes from a decision until no gateway serves by the rules before it.
public struct RollbackDrill: Codable, Hashable, Sendable {
    /// How often it is measured.
    public var rounds: Int
    /// Milliseconds that 99 of 100 rounds took at most, with the time that it takes to record a decision; nil in the
    /// entry that a rehearsal begins with, whose recording is timed.
    public var p99: Int64?

    /// A rehearsal that begins, or its result.
    public init(rounds: Int, p99: Int64? = nil) {
        self.rounds = rounds
        self.p99 = p99
    }
}

/// The secret of a rollout that is over: with it anyone can compute every unit's arm again.
public struct SeedReveal: Codable, Hashable, Sendable {
    /// The rollout.
    public var rollout: RolloutID
    /// 64 hexadecimal digits.
    public var seed: String

    /// A secret that is none any more.
    public init(rollout: RolloutID, seed: String) {
        self.rollout = rollout
        self.seed = seed
    }
}
