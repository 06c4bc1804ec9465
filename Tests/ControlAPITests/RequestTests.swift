import AccessPolicy
import Arms
import HashTreeCollections
import Ledger
import NIOConcurrencyHelpers
import ReleaseModel
import Signals
import SluiceTesting
import StrictJSON
import Testing

@testable import ControlAPI
@testable import Store

@Suite("A request by its identifier")
struct RequestTests {
    /// An access log with these entries, and what finds them.
    private static func accessLog(
        of world: World, _ entries: [JSONValue]
    ) async throws -> (writer: LogWriter, finder: RequestFinder) {
        let directory = world.folder.path(of: "access")
        let signer = try NoteSigner(name: "example.org/access", seed: [UInt8](repeating: 3, count: 32))
        let writer = try LogWriter.open(directory: directory, origin: "example.org/access", signer: signer)
        _ = try await writer.append(entries.map(\.canonical))
        return (
            writer,
            RequestFinder(
                log: try LogReader(directory: directory, durable: { writer.size }), store: world.store)
        )
    }

    private static func entry(
        _ request: RequestID, _ kind: String, _ more: [String: JSONValue] = [:]
    ) -> JSONValue {
        let members: [String: JSONValue] = [
            "at": .integer(request.moment.milliseconds), "kind": .string("request.\(kind)"),
            "request": .string(request.description), "v": 1,
        ]
        return .object(members.merging(more, uniquingKeysWith: { $1 }))
    }

    @Test("is shown with its outcome, its version and why, and what is not there is told apart")
    func shown() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (_, application) = try await world.furnish(alice, bob)
        let version = try #require(world.registry.versions.values.first)
        let now = world.plane.clock()
        var generator = SeededGenerator(seed: 4)
        func request(_ seconds: Int64) -> RequestID {
            RequestID(at: now.advanced(milliseconds: -seconds * 1_000), using: &generator)
        }
        let (placed, plain, young, absent) = (request(60), request(50), request(1), request(40))
        let placement = LoggedPlacement(
            SignalKey(
                epoch: 1, stage: 2, share: 125_000, arm: .candidate, isSettling: true, application: application, slot: 0
            ),
            in: RolloutID(bits: 5))
        let (writer, finder) = try await Self.accessLog(
            of: world,
            [
                Self.entry(
                    placed, "admitted",
                    ["version": .string(version.id.description), "placement": placement.document, "grant": "grt_x"]),
                Self.entry(plain, "admitted", ["version": .string(version.id.description), "grant": "grt_x"]),
                Self.entry(placed, "completed", ["outcome": "completed", "finish": "stop"]),
            ])
        try await world.serving(requests: finder) { client in
            let found = try await client.get("/v1/requests/\(placed)", key: alice.key).json()
            #expect(found["id"]?.stringValue == placed.description)
            #expect(found["admission"]?["index"] == 0 && found["outcome"]?["index"] == 2)
            #expect(found["arm"] == "candidate" && found["version_name"]?.stringValue == version.name.text)
            let reasons = found["reasons"]?.arrayValue?.compactMap(\.stringValue) ?? []
            #expect(reasons.count == 4)
            #expect(reasons.contains { $0.contains("12.5 %") && $0.contains("fell to the candidate") })
            #expect(reasons.last == "It ended as 'completed', and the answer ended by 'stop'.")
            let other = try await client.get("/v1/requests/\(plain)", key: alice.key).json()
            #expect(other["arm"] == nil && other["outcome"] == nil)
            #expect(other["reasons"]?.arrayValue?.last?.stringValue?.contains("not known") == true)
            #expect(try await client.get("/v1/requests/\(young)", key: alice.key).problem() == "request_pending")
            #expect(try await client.get("/v1/requests/\(absent)", key: alice.key).problem() == "not_found")
            #expect(try await client.get("/v1/requests/req_1", key: alice.key).problem() == "not_found")
            #expect(try await client.get("/v1/requests/\(placed)", key: bob.key).problem() == "not_permitted")
        }
        try await world.serving { client in
            let nowhere = try await client.get("/v1/requests/\(placed)", key: alice.key)
            #expect(nowhere.status == 404, "without a log")
        }
        // Whose request it is, is told by its key or grant; in older entries by its placement.
        let stranger = ApplicationID(bits: 77)
        let older = LoggedEntry(
            index: 0,
            document: Self.entry(
                plain, "admitted", ["key": "AbCd1234", "placement": ["application": .string("\(application)")]]))
        #expect(world.plane.isOwn(older, of: application) && !world.plane.isOwn(older, of: stranger))
        _ = try await world.key(for: application, by: alice)
        let key = try #require(world.registry.keys.values.first { $0.owner == .application(application) })
        let keyed = LoggedEntry(index: 0, document: Self.entry(plain, "admitted", ["key": .string(key.id.description)]))
        #expect(world.plane.isOwn(keyed, of: application) && !world.plane.isOwn(keyed, of: stranger))
        let unkeyed = LoggedEntry(index: 0, document: Self.entry(plain, "admitted", ["key": "AbCd1234"]))
        #expect(!world.plane.isOwn(unkeyed, of: application), "a key that is gone speaks for nobody")
        try writer.close()
        try world.close()
    }

    @Test("in a report of an application is its own, and the refusal does not tell another's from none")
    func reported() async throws {
        let world = try await World()
        let (alice, bob) = try await world.bootstrapTwo()
        let (_, application) = try await world.furnish(alice, bob)
        let key = try await world.key(for: application, by: alice)
        let speakers = NIOLockedValueBox<[ApplicationID?]>([])
        var hooks = ControlService.Hooks()
        hooks.takeReport = { report, speaker in
            speakers.withLockedValue { $0.append(speaker) }
            guard let request = report.request else { return true }
            if speaker != nil { throw ReportRefusal.unknownRequest(request) }
            throw ReportFaults(faults: [.requestPending(request)])
        }
        let body = """
            {"id":"\(ReportID(bits: 1))","rollout":"\(RolloutID(bits: 2))","request":"\(RequestID(bits: 3))",\
            "occurred":1,"reported":2,"kind":"feedback","rating":"bad"}
            """
        try await world.serving(hooks: hooks) { client in
            let own = try await client.send("POST", "/v1/reports", key: key, body: body)
            #expect(own.status == 404)
            #expect(try own.problem() == "not_found")
            let persons = try await client.send("POST", "/v1/reports", key: bob.key, body: body)
            #expect(persons.status == 409)
            #expect(try persons.problem() == "request_pending")
            let flag = body.replacing(#""kind":"feedback","rating":"bad""#, with: #""kind":"flag""#)
            #expect(try await client.send("POST", "/v1/reports", key: key, body: flag).status == 403)
        }
        #expect(speakers.withLockedValue { $0 } == [application, nil])
        try world.close()
    }
}
