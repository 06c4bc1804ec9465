import HTTPTypes
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("Permission")
struct PermissionTests {
    /// Who comes with which key.
    private enum Visitor: Hashable, Sendable {
        case nobody, stranger, garbled
        case person(Role)
        case application, service

        static let all: [Visitor] =
            [.nobody, .stranger, .garbled, .application, .service] + Role.allCases.map { .person($0) }
    }

    /// Which visitors each endpoint lets in, written down apart from the table, so that a change there shows here.
    private static func expected(_ endpoint: Endpoint) -> Set<Visitor> {
        let readers = Set(Role.allCases.map { Visitor.person($0) })
        switch endpoint.operation {
        case .healthz, .readyz, .metrics, .document, .checkpoint(.control), .tile(.control): return Set(Visitor.all)
        case .me, .command, .list(.terms): return readers.union([.application, .service])
        case .list, .item, .explain, .usage, .entries(.control), .proof(.control): return readers
        case .request, .entries(.access), .proof(.access), .checkpoint(.access), .tile(.access):
            return [.person(.auditor)]
        case .rollouts, .rollout, .rolloutPlan, .commandRollout: return readers
        case .drill: return Set([.operator, .releaseManager, .incidentHandler].map { Visitor.person($0) })
        case .evidenceFile: return readers
        case .putEvidenceFile: return Set([.releaseManager, .safetyLead].map { Visitor.person($0) })
        case .heartbeat:
            let people: [Role] = [.operator, .releaseManager, .safetyLead, .incidentHandler]
            return Set(people.map { .person($0) } + [.service])
        case .proposePlan: return [.person(.releaseManager)]
        case .report:
            let people: [Role] = [.operator, .releaseManager, .safetyLead, .accessReviewer, .incidentHandler]
            return Set(people.map { .person($0) } + [.application, .service])
        case .addRecord, .readRecord, .putRecord: return [.person(.admin)]
        }
    }

    @Test("is asked on every route for every kind of caller")
    func matrix() async throws {
        let world = try await World()
        let roles = Role.allCases
        let people = try await world.bootstrap(roles.map { [$0] })
        let manager = try #require(zip(roles, people).first { $0.0 == .releaseManager }?.1)
        let added = try await world.plane.perform(
            .addApplication(AddApplication(name: name("app"))), by: manager.actor)
        guard case .applicationAdded(let application)? = added.entries.first?.entry.event else { throw Unexpected() }
        let applicationKey = try await world.key(for: application.id, by: manager)
        let serviceKey = try await world.key(for: application.id, by: manager, seed: 6, kind: .service, use: name("c"))
        var generator = SeededGenerator(seed: 12)
        let stranger = String(decoding: KeyText(kind: .person, using: &generator).secretText, as: UTF8.self)
        // Nobody here is named by the path, so that only roles speak.
        let id = PersonID(bits: 1).description

        let keys = Dictionary(zip(roles.map { Visitor.person($0) }, people.map(\.key)), uniquingKeysWith: { $1 })
            .merging(
                [.application: applicationKey, .service: serviceKey, .stranger: stranger, .garbled: "slp_nonsense"],
                uniquingKeysWith: { $1 })
        let cases = Endpoint.all.flatMap { endpoint in Visitor.all.map { (endpoint, $0) } }

        // Side by side: each case waits for its answer, and beside busy tests that is most of what it does.
        try await world.serving { client in
            try await withThrowingTaskGroup { group in
                for lane in 0..<Self.lanes {
                    group.addTask {
                        for place in stride(from: lane, to: cases.count, by: Self.lanes) {
                            let (endpoint, visitor) = cases[place]
                            try await Self.check(endpoint, of: id, visitor, key: keys[visitor], client)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        try world.close()
    }

    /// How many cases are asked at a time.
    private static let lanes = 32

    private static func check(
        _ endpoint: Endpoint, of id: String, _ visitor: Visitor, key: String?, _ client: Client
    ) async throws {
        let path = endpoint.path.replacing("{id}", with: id).replacing("{path}", with: "0/000")
        // The heartbeat is of the control that the service key is for.
        let content = endpoint.operation == .heartbeat ? #"{"control":"c","at":1}"# : "{}"
        let body = endpoint.body == nil ? nil : content
        let reply = try await client.send(endpoint.method.rawValue, path, key: key, body: body)
        let isIn = ![401, 403].contains(reply.status)
        #expect(
            isIn == Self.expected(endpoint).contains(visitor),
            "\(endpoint.method) \(path) for \(visitor): \(reply.status)")
        guard !isIn else { return }
        let isUnknown = [.nobody, .stranger, .garbled].contains(visitor)
        #expect(try reply.problem() == (isUnknown ? "invalid_api_key" : "not_permitted"))
    }

    @Test("is refused in the same words for every kind of wrong key")
    func sameWords() async throws {
        let world = try await World()
        let (alice, _) = try await world.bootstrapTwo()
        var generator = SeededGenerator(seed: 12)
        let stranger = String(decoding: KeyText(kind: .person, using: &generator).secretText, as: UTF8.self)
        try await world.serving { client in
            var seen: Set<String> = []
            for key in [nil, "", "x", stranger, alice.key + "0", String(alice.key.dropLast())] as [String?] {
                let reply = try await client.get("/v1/me", key: key)
                #expect(reply.status == 401)
                #expect(reply.headers["www-authenticate"] == "Bearer realm=\"sluice\"")
                var document = try #require(try reply.json().objectValue)
                document["request_id"] = nil
                seen.insert(JSONValue.object(document).canonicalText)
            }
            #expect(seen.count == 1)
            #expect(try await client.get("/v1/me", key: alice.key).status == 200)
        }
        try world.close()
    }

    @Test("to read a record is the person's own and the administrator's")
    func ownRecord() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        try await world.serving { client in
            let own = try await client.get("/v1/people/\(bob.id)/record", key: bob.key)
            #expect(try own.json()["name"] == "Person 1")
            #expect(try await client.get("/v1/people/\(alice.id)/record", key: bob.key).status == 403)
            #expect(try await client.get("/v1/people/\(bob.id)/record", key: alice.key).status == 200)
        }
        try world.close()
    }
}
