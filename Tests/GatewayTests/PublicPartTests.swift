import AccessPolicy
import HashTreeCollections
import ReleaseModel
import Signals
import StageControl
import Testing

@testable import Gateway

@Suite("The part of the public that a caller is in by what people decided")
struct PublicPartTests {
    private static func name(_ text: String) throws -> Name { try #require(Name(text)) }

    /// A dimension of a plan with one part, by a header or not.
    private static func dimension(
        _ dimension: Stratum.Dimension, _ header: HeaderName? = nil
    ) throws -> SignalLayout.Dimension {
        let (part, model, candidate) = (try name("part"), try name("aurora"), try name("aurora-2.0"))
        let stage = Stage(
            name: part, audience: StageAudience(cohorts: [part]),
            strata: [Stratum(dimension: dimension, header: header, quotas: [part: 1])])
        let spec = ReleasePlan.Spec(model: model, candidate: candidate, metrics: [], stages: [stage])
        let plan = SealedPlan(ReleasePlan(metadata: .init(name: part), spec: spec))
        return try #require(SignalLayout(plan).dimensions.first)
    }

    /// The parts that a caller with this key and grant is in.
    private static func parts(
        organisation: String? = nil, use: String? = nil, uses: [String]? = nil, regions: [String]? = nil,
        header: HeaderName? = nil
    ) throws -> [Stratum.Dimension: String] {
        var world = TestWorld()
        guard case .application(let id) = world.grant.content.subject,
            var application = world.registry.applications[id],
            var key = world.registry.keys.values.first(where: { $0.id == world.admitted.id })
        else { throw Missing() }
        if let organisation {
            let added = Organisation(id: OrganisationID(bits: 3), name: try Self.name(organisation), added: world.now)
            world.apply(.organisationAdded(added))
            application.organisation = added.id
            world.apply(.applicationAdded(application))
        }
        key.use = try use.map(Self.name)
        world.apply(.keyIssued(key))
        var grant = world.grant
        grant.content.uses = try uses?.map(Self.name)
        grant.content.regions = try regions?.map(Self.name)
        world.apply(.grantIssued(grant))
        let snapshot = world.snapshot
        let request = AccessRequest(
            key: PresentedKey(id: key.id, digest: key.digest), model: "aurora", modality: .api,
            region: try regions?.first.map(Self.name))
        guard case .admitted(let admission) = snapshot.admit(request, at: snapshot.asOf) else { throw Missing() }
        return try Stratum.Dimension.allCases.reduce(into: [:]) { parts, dimension in
            parts[dimension] = snapshot.part(of: admission, by: try Self.dimension(dimension, header))?.text
        }
    }

    private struct Missing: Error {}

    @Test("is the name of its organisation, the use of its key, and the only region or use of its grant")
    func decided() throws {
        #expect(try Self.parts() == [:])
        #expect(try Self.parts(organisation: "acme") == [.organisation: "acme"])
        #expect(try Self.parts(use: "care") == [.use: "care"])
        #expect(try Self.parts(use: "care", uses: ["law", "care"]) == [.use: "care"])
        #expect(try Self.parts(regions: ["eu"]) == [.region: "eu"])
        #expect(try Self.parts(regions: ["eu", "us"]) == [:], "a grant for two regions is of neither")
    }

    @Test("says nothing where the plan goes by a header")
    func header() throws {
        let header = HeaderName("x-part")
        #expect(try Self.parts(organisation: "acme", use: "care", regions: ["eu"], header: header) == [:])
    }
}
