public import ReleaseModel

/// Evidence about the candidate that must be there before a stage opens, and as long as it runs.
///
/// It counts only for the very version that it was made with: evidence about another build does not open a gate.
/// Evidence that lapses or is withdrawn makes the stage hold.
public struct Gate: Hashable, Sendable {
    /// How far evidence has come.
    public enum Status: String, Ranked {
        /// It lies before Sluice.
        case submitted
        /// Somebody other than its author has judged it.
        case reviewed
        /// It was judged and found to be enough.
        case accepted
    }

    /// The kind of evidence, such as `risk-assessment`.
    public let evidence: Name
    /// How far it must have come.
    public let status: Status
    /// How old it may be; nil is any age.
    public let maxAge: TimeSpan?

    /// A gate with all its fields.
    public init(evidence: Name, status: Status = .accepted, maxAge: TimeSpan? = nil) {
        self.evidence = evidence
        self.status = status
        self.maxAge = maxAge
    }
}

/// The people who open a stage.
public struct ApprovalRequirement: Hashable, Sendable {
    /// The roles that must be among them, sorted.
    public let roles: [Role]
    /// How many different people, at least 1. The linter asks for two wherever something opens.
    public let distinct: Int

    /// A requirement with all its fields.
    public init(roles: [Role], distinct: Int = 2) {
        self.roles = roles.sorted()
        self.distinct = distinct
    }
}

/// A control beside the release that must be up: a filter, an incident channel, a monitor.
public struct Companion: Hashable, Sendable {
    /// The control.
    public let control: Name
    /// For how long nothing may be heard of it before the stage holds.
    public let holdAfter: TimeSpan

    /// A companion with all its fields.
    public init(control: Name, holdAfter: TimeSpan = TimeSpan(1, .minute)) {
        self.control = control
        self.holdAfter = holdAfter
    }
}

/// Something that a stage gives away for good, besides access: weights, a card, a data set.
public struct StageComponent: Hashable, Sendable {
    /// What kind of thing.
    public let kind: ComponentKind
    /// Of which version; nil is the candidate.
    public let version: Name?
    /// Who gets it.
    public let audience: Audience

    /// A component with all its fields.
    public init(kind: ComponentKind, version: Name? = nil, audience: Audience) {
        self.kind = kind
        self.version = version
        self.audience = audience
    }
}

extension Gate {
    static let form = Form<Self>.object(
        Self.init,
        Field("evidence", \.evidence, .name),
        Field("status", \.status, .word(), default: .accepted, opens: .bound(.lowered)),
        Field("maxAge", \.maxAge, optional: .timeSpan, opens: .bound(.raised)))
}

extension ApprovalRequirement {
    static let form = Form<Self>.object(
        Self.init,
        Field("roles", \.roles, .list(of: .word()), opens: .bound(.changed)),
        Field("distinct", \.distinct, .count(1...64), default: 2, opens: .bound(.lowered)))
}

extension Companion {
    static let form = Form<Self>.object(
        Self.init,
        Field("control", \.control, .name),
        Field("holdAfter", \.holdAfter, .timeSpan, default: TimeSpan(1, .minute), opens: .bound(.raised)))
}

extension StageComponent {
    static let form = Form<Self>.object(
        Self.init,
        Field("kind", \.kind, .word()),
        Field("version", \.version, optional: .name),
        Field("audience", \.audience, .word()))
}
