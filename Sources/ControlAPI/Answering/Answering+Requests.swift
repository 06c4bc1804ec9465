import AccessPolicy
import Arms
import HashTreeCollections
import ReleaseModel
import Signals
import StageControl
import Store
import StrictJSON

extension Answering {
    /// One request as the access log has it, with what its identifiers are called.
    func request(_ call: Call) async throws -> Answer {
        guard let requests = self.requests else { throw Problem.notFound("log here", field: "log") }
        guard let request = RequestID(call.argument) else { throw Problem.notFound("request", field: "id") }
        switch try await requests.admission(of: request, at: call.now) {
        case .pending: throw Problem.requestPending(request)
        case .erased: throw Problem.requestErased(request)
        case .unknown(let mayBeUnlogged):
            let reason =
                mayBeUnlogged
                ? "Nothing is known of \(request). Requests of unlogged grants came in its hour, and of these no more "
                    + "than counts are left."
                : "No request with the identifier \(request) was let in."
            throw Problem.notFound(detail: reason, field: "id")
        case .found(let admission):
            let completion = try await requests.completion(of: request, after: admission)
            return .json(RequestDocument(request, admission, completion, call, self.plane.rollouts.current).value)
        }
    }
}

/// A request as a document for people and their tools.
private struct RequestDocument {
    let value: JSONValue

    init(
        _ request: RequestID, _ admission: LoggedEntry, _ completion: LoggedEntry?, _ call: Call, _ book: RolloutBook
    ) {
        let entry = admission.document
        let placement = entry["placement"].flatMap { LoggedPlacement($0) }
        let version = entry["version"]?.stringValue.flatMap { VersionID($0) }.flatMap { call.registry.versions[$0] }
        var members: [String: JSONValue] = [
            "id": .string(request.description), "admission": Self.described(admission),
            "reasons": .array(
                Self.reasons(entry, version?.name, placement, book).map { .string($0) }
                    + Self.reasons(completion).map { .string($0) }),
        ]
        members["outcome"] = completion.map(Self.described)
        members["application"] = call.registry.application(of: entry).map { .string($0.description) }
        members["version_name"] = version.map { .string($0.name.text) }
        if let placement {
            members["stage_name"] = Self.stage(placement, book).map { .string($0.text) }
            members["arm"] = .string(placement.arm.rawValue)
        }
        self.value = .object(members)
    }

    private static func described(_ entry: LoggedEntry) -> JSONValue {
        ["index": .integer(Int64(entry.index)), "entry": entry.document]
    }

    private static func stage(_ placement: LoggedPlacement, _ book: RolloutBook) -> Name? {
        let stages = book.pages[placement.rollout]?.rollout.spec.stages ?? []
        return stages.indices.contains(placement.stage) ? stages[placement.stage].name : nil
    }

    /// Why the request was let in, and why this version served it, in sentences.
    private static func reasons(
        _ entry: JSONValue, _ version: Name?, _ placement: LoggedPlacement?, _ book: RolloutBook
    ) -> [String] {
        let grant = entry["grant"]?.stringValue ?? "a grant"
        let served = version.map { "\($0)" } ?? entry["version"]?.stringValue ?? "a version"
        let admitted = "It was let in under \(grant), and \(served) served it."
        guard let placement else {
            return [admitted, "No rollout placed it, so the name that it asked for decided on the version."]
        }
        let stage = Self.stage(placement, book).map { "the stage \($0)" } ?? "stage \(placement.stage)"
        let percent = Double(placement.share) / 10_000
        let place =
            "In \(stage) of \(placement.rollout), the candidate's share of the cohort was \(percent) %, and the "
            + "request's unit fell to the \(placement.arm.rawValue)."
        let settling = "The stage had opened only then, so it counts for no rate."
        return [admitted, place] + (placement.isSettling ? [settling] : [])
    }

    private static func reasons(_ completion: LoggedEntry?) -> [String] {
        guard let entry = completion?.document, let outcome = entry["outcome"]?.stringValue else {
            return ["Its outcome is not known: it is under way, or the gateway ended before it did."]
        }
        let finish = entry["finish"]?.stringValue.map { ", and the answer ended by '\($0)'" } ?? ""
        return ["It ended as '\(outcome)'\(finish)."]
    }
}
