import AccessPolicy
import HashTreeCollections
import ReleaseModel
import Store
import StrictJSON

/// What is asked of admission, by people, without the key's secret.
private struct ExplainRequest: Decodable {
    /// The public part of a key.
    var key: KeyID?
    /// An application by identifier or name, in place of a key: it is asked with one of its keys.
    var application: String?
    var model: String
    var fields: [String]?
    var modality: Modality?
    var region: Name?
}

extension Answering {
    /// What admission would answer, and why.
    func explanation(_ call: Call) throws -> Answer {
        let asked = try call.decoded(as: ExplainRequest.self)
        let modality = asked.modality ?? .api
        var fields: GuardedFields = []
        for name in asked.fields ?? [] {
            guard let field = GuardedField.allCases.first(where: { $0.name == name }) else {
                let names = GuardedField.allCases.map(\.name).joined(separator: ", ")
                throw Problem.invalidParameter("fields", "a list of \(names)")
            }
            fields.insert(GuardedFields(field))
        }
        let request = AccessRequest(
            key: try self.presented(asked, modality, call), model: asked.model, modality: modality,
            region: asked.region, fields: fields)
        return try .json(encoding: call.rules.explain(request, at: call.now))
    }

    private func presented(
        _ asked: ExplainRequest, _ modality: Modality, _ call: Call
    ) throws(Problem) -> PresentedKey {
        switch (asked.key, asked.application) {
        case (let key?, nil):
            // A key that is not in force any more has no digest here; any will do for admission to say so.
            let digest = call.registry.keys[key]?.digest ?? ContentDigest(bytes: repeatElement(0, count: 32))
            guard let digest else { throw .notFound("key", field: "key") }
            return PresentedKey(id: key, digest: digest)
        case (nil, let text?):
            let application = try self.listing(call).application(text, field: "application")
            let keys = call.registry.keys.values.filter { $0.owner == .application(application.id) }
            guard let key = keys.filter({ $0.kind.opens(modality) }).min(by: { $0.issued < $1.issued }) ?? keys.first
            else {
                throw Problem(
                    409, "no_key", "The application has no key",
                    "\(application.name) has no key in force, so every request is refused; issue one first.",
                    field: "application")
            }
            return PresentedKey(id: key.id, digest: key.digest)
        default:
            throw .invalidParameter("key", "given, or application, but not both")
        }
    }

    /// What grants used, by day.
    func usage(_ call: Call) async throws -> Answer {
        let today = Day(of: call.now)
        let since = try Self.day(.since, call) ?? Day(number: today.number - 29)
        let until = try Self.day(.until, call) ?? today
        guard since <= until else { throw Problem.invalidParameter("until", "not before since") }
        var grant: GrantID?
        if let text = call.query[.grant] {
            guard let id = GrantID(text) else { throw Problem.invalidParameter("grant", "an identifier grt_…") }
            grant = id
        }
        let usage = try await self.store.usage.read(grant: grant, days: since...until)
        return .json(["data": .array(usage.map(Self.described))])
    }

    private static func described(_ usage: Usage) -> JSONValue {
        [
            "grant": .string(usage.grant.description), "day": .string(CalendarDay.text(usage.day)),
            "requests": .integer(Int64(usage.requests)), "input_tokens": .integer(Int64(usage.inputTokens)),
            "output_tokens": .integer(Int64(usage.outputTokens)),
            "outcomes": .object(usage.outcomes.mapValues { .integer(Int64($0)) }),
        ]
    }

    private static func day(_ parameter: QueryParameter, _ call: Call) throws(Problem) -> Day? {
        guard let text = call.query[parameter] else { return nil }
        guard let day = CalendarDay.day(text) else {
            throw .invalidParameter(parameter.rawValue, "a day such as 2027-01-31")
        }
        return day
    }
}
