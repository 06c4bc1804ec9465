import ReleaseModel
import StageControl
import Testing

/// Admissions with the ledger that they are a fold of: what is decided is appended and then applied.
struct AdmissionWorld {
    let spec: ReleasePlan.Spec
    private(set) var state: Admissions
    private(set) var ledger: [AdmissionEntry] = []

    init(_ spec: ReleasePlan.Spec) {
        self.spec = spec
        self.state = Admissions(spec)
    }

    /// A plan whose stages all let in one cohort, `all`, under these caps.
    init(
        unit: PlanBucketing.Unit = .account, _ stages: (applications: Int?, people: Int?, invitations: Int?)...
    ) throws {
        let all = try Sample.name("all")
        let audiences = stages.map { caps in
            StageAudience(
                cohorts: [all], applications: caps.applications.map { .init(max: $0) },
                people: caps.people.map { .init(max: $0) }, invitationsPerWeek: caps.invitations)
        }
        self.init(try Self.spec(audiences, unit: unit))
        try self.open(0)
    }

    static func spec(_ audiences: [StageAudience], unit: PlanBucketing.Unit) throws -> ReleasePlan.Spec {
        let name = try Sample.name("stage")
        return try Sample.spec(
            [], audiences.map { Stage(name: name, audience: $0) }, bucketing: PlanBucketing(unit: unit))
    }

    static let opened = Timestamp(milliseconds: 1_750_000_000_000)

    /// A moment so many weeks after the first stage opened.
    static func week(_ weeks: Double) -> Timestamp { Self.opened.advanced(milliseconds: Int64(weeks * 604_800_000)) }

    mutating func append(_ entries: [AdmissionEntry]) {
        self.ledger += entries
        for entry in entries { self.state.apply(entry) }
    }

    mutating func open(_ stage: Int?, isFrozen: Bool = false, at now: Timestamp = Self.opened) throws {
        let openings = stage.map { self.spec.openings(atStage: $0) } ?? [:]
        self.append(self.state.open(openings, isFrozen: isFrozen, at: now).map { [$0] } ?? [])
    }

    mutating func admit(
        _ unit: AudienceUnit, of cohort: Name? = nil, at now: Timestamp = Self.opened
    ) throws -> AdmissionAnswer {
        let outcome = self.state.admit(unit, of: try cohort ?? Sample.name("all"), at: now)
        self.append(outcome.entries)
        return outcome.answer
    }

    mutating func invite(at now: Timestamp) { self.append(self.state.invite(at: now)) }

    mutating func remove(_ unit: AudienceUnit, at now: Timestamp = Self.opened) {
        self.append(self.state.remove(unit, at: now).map { [$0] } ?? [])
    }

    mutating func restore(_ unit: AudienceUnit, at now: Timestamp = Self.opened) {
        self.append(self.state.restore(unit, at: now).map { [$0] } ?? [])
    }

    func isIn(_ unit: AudienceUnit, of cohort: Name? = nil) throws -> Bool {
        self.state.isIn(unit, of: try cohort ?? Sample.name("all"))
    }

    func counts(_ stage: Int = 0, at now: Timestamp = Self.opened) throws -> AdmissionCounts {
        try #require(self.state.counts(ofStage: stage, at: now))
    }

    /// What a process knows that starts from the ledger.
    var replayed: Admissions {
        self.ledger.reduce(into: Admissions(self.spec)) { $0.apply($1) }
    }
}
