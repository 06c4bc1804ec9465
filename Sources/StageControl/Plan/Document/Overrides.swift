public import ReleaseModel

/// What people may do against the rules: to open, several with a reason; to close, one.
public struct Overrides: Hashable, Sendable {
    /// What opens.
    public let riskIncreasing: RiskIncreasing
    /// What closes.
    public let riskReducing: RiskReducing

    /// Both kinds.
    public init(
        riskIncreasing: RiskIncreasing = RiskIncreasing(), riskReducing: RiskReducing = RiskReducing()
    ) {
        self.riskIncreasing = riskIncreasing
        self.riskReducing = riskReducing
    }

    /// Whether a reason must be given.
    public enum Reason: String, Ranked {
        case optional, required
    }

    /// What it takes to open against the rules. It stays visible at every later stage.
    public struct RiskIncreasing: Hashable, Sendable {
        /// How many different people, at least 1. The linter asks for two.
        public let approvers: Int
        /// The roles that must be among them, sorted.
        public let roles: [Role]
        /// Whether a reason must be given.
        public let reason: Reason
        /// How long it holds.
        public let expires: TimeSpan
        /// Whether it is void as soon as a verdict is another than the approvers saw.
        public let boundToEvidence: Bool

        /// What it takes, with all its fields.
        public init(
            approvers: Int = 2, roles: [Role] = [.approver, .releaseManager], reason: Reason = .required,
            expires: TimeSpan = TimeSpan(1, .day), boundToEvidence: Bool = true
        ) {
            self.approvers = approvers
            self.roles = roles.sorted()
            self.reason = reason
            self.expires = expires
            self.boundToEvidence = boundToEvidence
        }
    }

    /// What it takes to close.
    public struct RiskReducing: Hashable, Sendable {
        /// How many different people. The linter asks for one: a stop must not wait.
        public let approvers: Int

        /// So many people.
        public init(approvers: Int = 1) { self.approvers = approvers }
    }
}

extension Overrides {
    static let form = Form<Self>.object(
        Self.init,
        Field("riskIncreasing", \.riskIncreasing, RiskIncreasing.form, default: RiskIncreasing()),
        Field("riskReducing", \.riskReducing, RiskReducing.form, default: RiskReducing()))
}

extension Overrides.RiskIncreasing {
    static let form = Form<Self>.object(
        Self.init,
        Field("approvers", \.approvers, .count(1...64), default: 2, opens: .bound(.lowered)),
        Field("roles", \.roles, .list(of: .word()), default: [.approver, .releaseManager]),
        Field("reason", \.reason, .word(), default: .required, opens: .bound(.lowered)),
        Field("expires", \.expires, .timeSpan, default: TimeSpan(1, .day), opens: .bound(.raised)),
        Field("boundToEvidence", \.boundToEvidence, .flag, default: true))
}

extension Overrides.RiskReducing {
    static let form = Form<Self>.object(
        Self.init, Field("approvers", \.approvers, .count(0...64), default: 1, opens: .bound(.raised)))
}
