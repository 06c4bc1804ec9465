public import ReleaseModel

/// One thing that was decided about a rollout. Its state is the fold of these, and nothing else.
public struct RolloutEntry: Hashable, Sendable {
    /// When.
    public var at: Timestamp
    /// By whom; Sluice itself for what the rules decided.
    public var by: Actor
    /// What.
    public var event: RolloutEvent

    /// An entry with all its fields.
    public init(at: Timestamp, by: Actor, event: RolloutEvent) {
        self.at = at
        self.by = by
        self.event = event
    }
}

/// What an entry says.
public enum RolloutEvent: Hashable, Sendable {
    /// A person did something, with the roles that they had.
    case command(RolloutCommand, roles: [Role])
    /// The rules decided something, even if only that nothing changes.
    case decision(DecisionRecord)
    /// The caps of a stage let somebody in, or put somebody into its line.
    case admission(AdmissionRound)
}

extension RolloutEntry: Codable {
    /// What the entry says.
    private enum Kind: String, Codable {
        case command = "rollout.command"
        case decision = "rollout.decision"
        case admission = "rollout.admission"
    }

    private enum CodingKeys: String, CodingKey {
        case at, by, kind, content, roles
    }

    /// Reads an object with `at`, `by`, `kind` and `content`; a command's has `roles` besides.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.at = try container.decode(Timestamp.self, forKey: .at)
        self.by = try container.decode(Actor.self, forKey: .by)
        self.event =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .command:
                .command(
                    try container.decode(RolloutCommand.self, forKey: .content),
                    roles: try container.decode([Role].self, forKey: .roles))
            case .decision: .decision(try container.decode(DecisionRecord.self, forKey: .content))
            case .admission: .admission(try container.decode(AdmissionRound.self, forKey: .content))
            }
    }

    /// Writes an object with `at`, `by`, `kind` and `content`; a command's has `roles` besides.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.at, forKey: .at)
        try container.encode(self.by, forKey: .by)
        switch self.event {
        case .command(let command, let roles):
            try container.encode(Kind.command, forKey: .kind)
            try container.encode(command, forKey: .content)
            try container.encode(roles, forKey: .roles)
        case .decision(let record):
            try container.encode(Kind.decision, forKey: .kind)
            try container.encode(record, forKey: .content)
        case .admission(let round):
            try container.encode(Kind.admission, forKey: .kind)
            try container.encode(round, forKey: .content)
        }
    }
}
