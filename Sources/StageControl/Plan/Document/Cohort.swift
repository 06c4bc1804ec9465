public import ReleaseModel

/// Applications that are let in together, under one name.
public struct Cohort: Hashable, Sendable {
    /// What stages call it.
    public let name: Name
    /// Who belongs to it, if no cohort before it took them.
    public let membership: Membership

    /// A cohort with all its fields.
    public init(name: Name, membership: Membership) {
        self.name = name
        self.membership = membership
    }

    /// Who belongs to a cohort.
    public enum Membership: Hashable, Sendable {
        /// These applications.
        case applications([ApplicationID])
        /// Every application whose grant fits.
        case match(CohortMatch)
        /// The applications in the lowest buckets.
        case percentage(Share)
        /// Some of the applications on the model's waiting list, by chance.
        case lottery(Lottery)
    }

    /// Places drawn among the applications on the model's waiting list, so that anybody can draw again.
    public struct Lottery: Hashable, Sendable {
        /// How many are let in, at least 1.
        public let places: Int
        /// The SHA-256 of the seed, published before anybody applies. The linter asks for it.
        public let seedCommitment: ContentDigest?

        /// A draw with all its fields.
        public init(places: Int, seedCommitment: ContentDigest?) {
            self.places = places
            self.seedCommitment = seedCommitment
        }
    }

    /// Whether everybody who asks belongs to it, apart from those whom other cohorts took.
    public var isPublic: Bool {
        switch self.membership {
        case .match(let match): match.isEverybody
        case .percentage: true
        case .applications, .lottery: false
        }
    }
}

extension Cohort {
    static let form = Form<Self>.either(
        Self.kind(
            "applications",
            .list(of: .text("the identifier of an application (app_…)"), atMost: PlanLimits.applications),
            opens: .exposure(.raised), { .applications($0.sorted()) },
            { if case .applications(let listed) = $0 { listed } else { nil } }),
        Self.kind(
            "match", CohortMatch.form, opens: .exposure(.changed), { .match($0) },
            { if case .match(let match) = $0 { match } else { nil } }),
        Self.kind(
            "percentage", .percent, opens: .exposure(.raised), { .percentage($0) },
            { if case .percentage(let share) = $0 { share } else { nil } }),
        Self.kind(
            "lottery", Lottery.form, opens: .exposure(.changed), { .lottery($0) },
            { if case .lottery(let lottery) = $0 { lottery } else { nil } }))

    /// A cohort whose members are told by this field.
    private static func kind<Content: Sendable>(
        _ field: String, _ form: Form<Content>, opens opening: Opening,
        _ make: @escaping @Sendable (Content) -> Membership, _ content: @escaping @Sendable (Membership) -> Content?
    ) -> Alternative<Self> {
        let object = Form<(name: Name, content: Content)>.object(
            { (name: $0, content: $1) },
            Field("name", \.name, .name),
            Field(field, \.content, form, opens: opening))
        return Alternative(
            field, object, { Cohort(name: $0.name, membership: make($0.content)) },
            { cohort in content(cohort.membership).map { (name: cohort.name, content: $0) } })
    }
}

extension Cohort.Lottery {
    static let form = Form<Self>.object(
        Self.init,
        Field("places", \.places, .count(1...PlanLimits.count), opens: .exposure(.raised)),
        Field("seedCommitment", \.seedCommitment, optional: .digest))
}
