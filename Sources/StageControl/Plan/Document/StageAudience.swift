public import ReleaseModel

/// Whom a stage lets in, besides those whom earlier stages let in.
public struct StageAudience: Hashable, Sendable {
    /// The cohorts, by name.
    public let cohorts: [Name]
    /// How many applications of these cohorts; nil is all.
    public let applications: Ceiling?
    /// How many people behind these applications; nil is all.
    public let people: Ceiling?
    /// How many are invited each week at the most; the others wait in order. Nil invites all at once.
    public let invitationsPerWeek: Int?

    /// An audience with all its fields.
    public init(
        cohorts: [Name], applications: Ceiling? = nil, people: Ceiling? = nil, invitationsPerWeek: Int? = nil
    ) {
        self.cohorts = cohorts
        self.applications = applications
        self.people = people
        self.invitationsPerWeek = invitationsPerWeek
    }

    /// The most of something.
    public struct Ceiling: Hashable, Sendable {
        /// The most.
        public let max: Int

        /// At most so many.
        public init(max: Int) { self.max = max }
    }
}

/// How much everybody in a stage may use. What is nil the plan does not limit; the grants still do.
public struct StageCaps: Hashable, Sendable {
    /// Requests of one application in any minute.
    public let requestsPerMinutePerApp: Int?
    /// Tokens of one application in any minute, in and out.
    public let tokensPerMinutePerApp: Int?
    /// Requests of one application at the same time.
    public let concurrencyPerApp: Int?
    /// Tokens of one answer.
    public let outputTokensPerRequest: Int?
    /// Requests of all applications together in a day.
    public let requestsPerDay: Int?

    /// Caps; none is set.
    public init(
        requestsPerMinutePerApp: Int? = nil, tokensPerMinutePerApp: Int? = nil, concurrencyPerApp: Int? = nil,
        outputTokensPerRequest: Int? = nil, requestsPerDay: Int? = nil
    ) {
        self.requestsPerMinutePerApp = requestsPerMinutePerApp
        self.tokensPerMinutePerApp = tokensPerMinutePerApp
        self.concurrencyPerApp = concurrencyPerApp
        self.outputTokensPerRequest = outputTokensPerRequest
        self.requestsPerDay = requestsPerDay
    }

    /// The caps by their names in the document.
    public var named: [(name: String, value: Int?)] {
        [
            ("requestsPerMinutePerApp", self.requestsPerMinutePerApp),
            ("tokensPerMinutePerApp", self.tokensPerMinutePerApp),
            ("concurrencyPerApp", self.concurrencyPerApp),
            ("outputTokensPerRequest", self.outputTokensPerRequest),
            ("requestsPerDay", self.requestsPerDay),
        ]
    }
}

/// How much exposure a stage may have, counted in requests.
public struct ExposureBudget: Hashable, Sendable {
    /// How the budget grows.
    public enum Growth: String, CaseIterable, Hashable, Sendable {
        /// With the evidence, as far as the harm budgets of the stage's metrics allow.
        case byHarmBudget
        /// Not at all.
        case fixed
    }

    /// What there is at the start of the stage.
    public let initial: Int
    /// How it grows.
    public let growth: Growth

    /// A budget with all its fields.
    public init(initial: Int, growth: Growth = .fixed) {
        self.initial = initial
        self.growth = growth
    }
}

extension StageAudience {
    static let form = Form<Self>.object(
        Self.init,
        Field("cohorts", \.cohorts, .list(of: .name), opens: .exposure(.raised)),
        Field("applications", \.applications, optional: Ceiling.form, opens: .exposure(.raised)),
        Field("people", \.people, optional: Ceiling.form, opens: .exposure(.raised)),
        Field(
            "invitationsPerWeek", \.invitationsPerWeek, optional: .count(1...PlanLimits.count),
            opens: .exposure(.raised))
    ).checked { audience, reading in
        guard audience.cohorts.isEmpty else { return }
        reading.note(.missingField, "is empty; name at least one cohort", of: "cohorts")
    }
}

extension StageAudience.Ceiling {
    static let form = Form<Self>.object(
        Self.init, Field("max", \.max, .count(1...PlanLimits.count), opens: .exposure(.raised)))
}

extension StageCaps {
    static let form = Form<Self>.object(
        Self.init,
        Self.cap("requestsPerMinutePerApp", \.requestsPerMinutePerApp),
        Self.cap("tokensPerMinutePerApp", \.tokensPerMinutePerApp),
        Self.cap("concurrencyPerApp", \.concurrencyPerApp),
        Self.cap("outputTokensPerRequest", \.outputTokensPerRequest),
        Self.cap("requestsPerDay", \.requestsPerDay))

    private static func cap(
        _ name: String, _ value: @escaping @Sendable (Self) -> Int?
    ) -> Field<Self, Int?> {
        Field(name, value, optional: .count(1...PlanLimits.count), opens: .exposure(.raised))
    }
}

extension ExposureBudget {
    static let form = Form<Self>.object(
        Self.init,
        Field("initial", \.initial, .count(1...PlanLimits.count), opens: .exposure(.raised)),
        Field("growth", \.growth, .word(), default: .fixed, opens: .exposure(.changed)))
}
