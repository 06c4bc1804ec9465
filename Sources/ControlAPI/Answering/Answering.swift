import AccessPolicy
import Crypto
import HashTreeCollections
import ReleaseModel
import Signals
import StageControl
import Store
import StrictJSON

/// Makes the answer to a request that is authenticated and read.
///
/// Reads are answered from the snapshot that the request began with, without asking the ``ControlPlane``.
struct Answering: Sendable {
    let plane: ControlPlane
    let store: Store
    let controlLog: LogReader
    let accessLog: LogReader?
    let requests: RequestFinder?
    let metrics: @Sendable () -> String
    let checks: @Sendable () async -> [String: Bool]
    let drill: @Sendable () async throws -> RollbackDrill
    let takeReport: @Sendable (Report, ApplicationID?) async throws -> Bool
    let takeHeartbeat: @Sendable (Heartbeat, RolloutID) async throws -> Bool

    /// Every operation has its answer here; a new one does not compile without.
    func answer(_ call: Call) async throws -> Answer {
        switch call.endpoint.operation {
        case .healthz: Self.public(.json(["status": "ok"]))
        case .readyz: await self.readiness()
        case .metrics:
            Self.public(.text(self.metrics(), mediaType: "text/plain; version=0.0.4; charset=utf-8"))
        case .document: Self.public(.json(OpenAPIDocument.value))
        case .me: try self.me(call)
        case .command: try await self.command(call)
        case .list(let collection): .json(try self.listing(call).page(of: collection))
        case .item(let collection): .json(try self.listing(call).item(of: collection))
        case .addRecord: try await self.addRecord(call)
        case .readRecord: try await self.readRecord(call)
        case .putRecord: try await self.putRecord(call)
        case .proposePlan: try await self.proposePlan(call)
        case .rollouts: try self.rollouts(call)
        case .rollout: try await self.rollout(call)
        case .rolloutPlan: try self.rolloutPlan(call)
        case .commandRollout: try await self.commandRollout(call)
        case .report: try await self.report(call)
        case .request: try await self.request(call)
        case .drill: try await self.rehearse(call)
        case .heartbeat: try await self.heartbeat(call)
        case .putEvidenceFile: try await self.putEvidenceFile(call)
        case .evidenceFile: try await self.evidenceFile(call)
        case .explain: try self.explanation(call)
        case .usage: try await self.usage(call)
        case .entries(let log): try await self.entries(of: log, call)
        case .proof(let log): try self.proof(of: log, call)
        case .checkpoint(let log): try self.checkpoint(of: log)
        case .tile(let log): try self.tile(of: log, call)
        }
    }

    func listing(_ call: Call) -> Listing { Listing(call, book: self.plane.rollouts.current) }

    private static func `public`(_ answer: Answer) -> Answer {
        var answer = answer
        answer.caching = .brief
        return answer
    }

    private func readiness() async -> Answer {
        let checks = await self.checks()
        let isReady = checks.values.allSatisfy { $0 }
        let document: JSONValue = [
            "status": .string(isReady ? "ready" : "not_ready"), "checks": .object(checks.mapValues { .bool($0) }),
        ]
        return Self.public(.json(document, status: isReady ? 200 : 503))
    }

    private func me(_ call: Call) throws -> Answer {
        switch call.caller {
        case .person(let person, let key)?:
            let may = call.rules.explanation(ofPerson: person.id)
            return .json([
                "kind": "person", "id": .string(person.id.description),
                "roles": .array(person.roles.map { .string($0.rawValue) }),
                "commands": .array((may?.gives ?? []).map { .string($0.rawValue) }), "key": try Listing.described(key),
            ])
        case .application(let application, let key)?:
            var document = try self.listing(call).described(application)
            document["kind"] = "application"
            document["key"] = try Listing.described(key)
            return .json(.object(document))
        case nil: throw Problem.invalidKey
        }
    }
}
