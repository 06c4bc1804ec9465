import AccessPolicy
import ChatWire
import HTTPWire
import HashTreeCollections
import ReleaseModel
import Store
import Upstreams

extension Exchange {
    /// Asks something of an answer that an upstream keeps. It passes the one admission, as a new answer of the version
    /// that made it would.
    func askKept(_ use: KeptAnswerUse, of id: String, _ key: PresentedKey) {
        let snapshot = self.worker.shared.rules.current
        let caller = snapshot.authenticate(key, at: self.receivedAt)
        guard case .application? = caller else {
            return self.refuse(WireError([Denial(.invalidKey)], model: ""))
        }
        guard let kept = self.worker.shared.answerSeal.answer(id, for: key.id),
            let version = snapshot.registry.versions[kept.version],
            let model = snapshot.registry.models[version.model]
        else { return self.refuse(Self.responseNotFound) }
        let query: KeptAnswerQuery
        do throws(WireError) {
            query = try KeptAnswerQuery(self.request.head.query)
        } catch {
            return self.refuse(error)
        }
        self.keptQuery = query
        let request = AccessRequest(
            key: key, model: model.name.text, modality: .api, region: self.worker.configuration.region,
            fields: query.asksForProbabilities ? GuardedFields(.include) : [], made: kept.version,
            account: self.account(under: snapshot))
        self.decide(
            snapshot.admit(request, from: caller, at: self.receivedAt), request,
            Asking(use, of: id, kept, model: model.name, isStream: query.isStream), snapshot)
    }

    /// The answer that a new one goes on from, if it does; an identifier that leads this key nowhere is refused.
    func answerBefore(_ body: ChatRequest, _ key: PresentedKey) throws(WireError) -> KeptAnswer? {
        guard let previous = body.previous else { return nil }
        guard let kept = self.worker.shared.answerSeal.answer(previous, for: key.id) else {
            throw Self.previousNotFound
        }
        return kept
    }

    /// Whether a version that was let in lies where the answer is kept that the request is about, or goes on from: at
    /// an endpoint of its upstream that is still there.
    func leadsOn(_ asking: Asking, to admission: Admission, _ snapshot: Snapshot) -> Bool {
        guard let kept = asking.kept else { return true }
        let name = admission.version.upstream
        guard kept.version == admission.versionID || snapshot.registry.versions[kept.version]?.upstream == name
        else { return false }
        // An upstream that this gateway does not have is another fault, and told as such.
        guard let upstream = self.worker.configuration.upstreams[name] else { return true }
        return upstream.endpoint(of: kept) != nil
    }

    /// Where a request goes first: what is about an answer, or goes on from one, to the endpoint that keeps it.
    func firstPlace(of asking: Asking, in group: UpstreamGroup) -> UpstreamGroup.Place {
        if let kept = asking.kept, let endpoint = group.upstream.endpoint(of: kept) {
            return group.first(at: endpoint, &self.attempts)
        }
        return group.first(&self.attempts)
    }

    /// How an answer that an endpoint can keep names itself; nil for calls whose answers nobody keeps.
    func answerNaming(
        _ asking: Asking, _ lane: Lane, at endpoint: UpstreamEndpoint
    ) -> (@Sendable (String) -> String)? {
        guard asking.call.keepsAnswers, let key = self.request.key?.id else { return nil }
        let (seal, version, before) = (self.worker.shared.answerSeal, lane.place.version, asking.kept)
        let mark = EndpointMark(name: endpoint.name)
        return { upstreamID in
            let known = before.flatMap { $0.upstreamID == upstreamID ? $0 : nil }
            let answer = known ?? KeptAnswer(version: version, endpoint: mark, upstreamID: upstreamID)
            return seal.identifier(of: answer, for: key)
        }
    }

    /// The answer that a request is about, or goes on from, is not there: it never was, or it is no more.
    static func keptMissing(_ asking: Asking?) -> WireError {
        if case .kept? = asking?.route { return Self.responseNotFound }
        return Self.previousNotFound
    }

    /// There is no such answer for the key.
    static let responseNotFound = WireError(
        status: 404, code: "response_not_found",
        message: "There is no such response for this key: it was another key's, it was deleted, or nobody kept it.",
        param: "response_id")

    static let previousNotFound = WireError(
        status: 400, code: "previous_response_not_found",
        message: "There is no such response for this key that the model could go on from. Send the conversation "
            + "itself.",
        param: "previous_response_id")
}

extension Upstream {
    /// The endpoint that keeps an answer, by its place; nil if it is one of the upstream's no more.
    fileprivate func endpoint(of kept: KeptAnswer) -> Int? {
        self.endpoints.firstIndex { EndpointMark(name: $0.name) == kept.endpoint }
    }
}

/// What may be asked about an answer that is kept; anything else is refused by name.
struct KeptAnswerQuery {
    /// The query for the upstream, with its question mark; empty if there is none.
    private(set) var text = ""
    /// Whether the rest of the answer's events is asked for.
    private(set) var isStream = false
    /// Whether token probabilities are asked for, which need a right.
    private(set) var asksForProbabilities = false

    private static let names: Set<String> = [
        "stream", "starting_after", "include_obfuscation", "after", "before", "limit", "order", "include",
        "include%5B%5D",
    ]

    /// Reads a query. Values are words, numbers and identifiers, which need no escape.
    init(_ query: String?) throws(WireError) {
        for item in (query ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0]).replacing("[]", with: "%5B%5D").replacing("%5b%5d", with: "%5B%5D")
            guard parts.count == 2, Self.names.contains(name), parts[1].utf8.allSatisfy(Self.isPlain) else {
                let shown = String(parts[0].prefix(64))
                throw WireError(
                    status: 400, code: "invalid_value",
                    message: "The query's '\(shown)' is not known here, or its value has an escape.", param: shown)
            }
            if name == "stream", parts[1] == "true" { self.isStream = true }
            if name.hasPrefix("include"), parts[1].lowercased().contains("logprobs") {
                self.asksForProbabilities = true
            }
            self.text += (self.text.isEmpty ? "?" : "&") + "\(name)=\(parts[1])"
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        Base62.value(of: byte) != nil || "._-".utf8.contains(byte)
    }
}
