import Arms
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

/// Plans and callers for the tests of cohorts and caps.
enum Sample {
    static func name(_ text: String) throws -> Name { try #require(Name(text)) }

    static func seed(_ number: UInt64 = 1) throws -> Seed {
        var generator = SeededGenerator(seed: number)
        return try Seed(using: &generator)
    }

    /// The application of a number; numbers give them in their order.
    static func application(_ number: Int) -> ApplicationID { ApplicationID(bits: UInt128(1) << 64 + UInt128(number)) }

    static func applications(_ numbers: Range<Int>) -> [ApplicationID] { numbers.map(Self.application) }

    static func account(_ number: Int, of application: Int = 0) throws -> AudienceUnit {
        try #require(AudienceUnit(Self.application(application), account: "account-\(number)"))
    }

    static func grant(
        to application: Int, intent: Intent = .operational, population: Population = .cohort,
        modalities: [Modality] = [.api], exposure: Exposure = .real, entitlements: [EntitlementKind] = [],
        uses: [Name]? = nil, regions: [Name]? = nil, filterProfile: Name? = nil
    ) -> GrantTerms {
        GrantTerms(
            subject: .application(Self.application(application)), model: ModelID(bits: 7), intent: intent,
            population: population, modalities: modalities, exposure: exposure,
            entitlements: entitlements.map { Entitlement($0) }, uses: uses, regions: regions,
            filterProfile: filterProfile)
    }

    static func caller(
        _ application: Int, _ population: Population? = nil, account: String? = nil
    ) -> AudienceCaller {
        AudienceCaller(
            application: Self.application(application),
            grant: population.map { Self.grant(to: application, population: $0) }, account: account)
    }

    static func spec(
        _ cohorts: [Cohort], _ stages: [Stage], bucketing: PlanBucketing = PlanBucketing()
    ) throws -> ReleasePlan.Spec {
        .init(
            model: try Self.name("atlas"), candidate: try Self.name("atlas-2"), bucketing: bucketing, cohorts: cohorts,
            metrics: [], stages: stages)
    }

    /// A stage with a weight in percent.
    static func stage(_ cohorts: [Name], weight: Double = 100) throws -> Stage {
        Stage(
            name: try Self.name("stage"), audience: StageAudience(cohorts: cohorts),
            setWeight: try #require(Share(percent: weight)))
    }

    static func percent(_ percent: Double) throws -> Share { try #require(Share(percent: percent)) }
}

extension AudienceAnswer {
    var isIn: Bool {
        guard case .candidate = self else { return false }
        return true
    }

    var reason: BaselineReason? {
        guard case .baseline(let reason) = self else { return nil }
        return reason
    }
}
