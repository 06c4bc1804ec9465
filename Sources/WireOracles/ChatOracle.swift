import ChatWire
import NIOCore
import ReleaseModel
import StrictJSON

/// See ``Oracle/chat``.
enum ChatOracle {
    private static let otherModel = "other/\"ö\""
    private static let otherAnswer = "resp_other"

    static func contradiction(over bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let call = ModelCall.allCases[Int(first) % ModelCall.allCases.count]
        let body = ByteBuffer(bytes: bytes.dropFirst())
        guard let request = try? ChatRequest.scan(body, call: call) else { return nil }
        let members: [String: JSONValue]
        switch Self.members(body) {
        case .success(let read): members = read
        // What the tree alone refuses: see the oracle of JSON.
        case .failure(let fault) where fault.reason == .badNumber || fault.reason == .duplicateKey: return nil
        case .failure(let fault): return "a request in what is no JSON: \(fault)"
        }
        return Self.compare(request, members) ?? Self.compareRewritten(request, body, members)
            ?? Self.compareStripped(request, body, members)
    }

    private static func members(_ body: ByteBuffer) -> Result<[String: JSONValue], JSONFault> {
        do throws(JSONFault) {
            guard case .object(let members) = try JSONValue(parsing: body.readableBytesUInt8Span) else {
                return .failure(JSONFault(.unexpectedByte, at: 0))
            }
            return .success(members)
        } catch {
            return .failure(error)
        }
    }

    /// The fields of each call that bound its answer; the first one takes the gateway's own bound.
    private static func bounds(of call: ModelCall) -> [String] {
        switch call {
        case .chatCompletions: ["max_tokens", "max_completion_tokens", "n_predict"]
        case .completions: ["max_tokens", "n_predict"]
        case .messages: ["max_tokens"]
        case .responses: ["max_output_tokens"]
        case .compaction, .embeddings, .moderations, .tokenCount: []
        }
    }

    private static func hasUsageOption(_ call: ModelCall) -> Bool { call == .chatCompletions || call == .completions }

    private static func compare(_ request: ChatRequest, _ members: [String: JSONValue]) -> String? {
        func most(_ names: [String]) -> Int? { names.compactMap { members[$0]?.integerValue }.map(Int.init).max() }
        let (call, maximum) = (request.call, most(Self.bounds(of: request.call)))
        guard case .string(let model)? = members["model"], model.utf8.elementsEqual(request.model.utf8) else {
            return "the model \(request.model), not \(String(describing: members["model"]))"
        }
        if request.stream != (call.canStream && members["stream"] == .bool(true)) { return "stream \(request.stream)" }
        if request.maximumOutputTokens != maximum {
            return "at most \(String(describing: request.maximumOutputTokens)), not \(String(describing: maximum))"
        }
        if call != .completions, request.choices != max(1, most(["n", "best_of"]) ?? 1) {
            return "\(request.choices) choices"
        }
        let asksUsage = Self.hasUsageOption(call) && members["stream_options"]?["include_usage"] == .bool(true)
        if request.includesUsage != asksUsage { return "usage asked for: \(request.includesUsage)" }
        let seesSeed = request.guarded.contains(GuardedFields(.seed))
        if seesSeed != ((members["seed"] ?? .null) != .null) { return "a seed: \(seesSeed)" }
        return Self.compareSystem(request, members)
    }

    /// Who speaks above the conversation, in the two calls that are a chat by messages.
    private static func compareSystem(_ request: ChatRequest, _ members: [String: JSONValue]) -> String? {
        guard request.call == .chatCompletions || request.call == .messages else { return nil }
        let roles = (members["messages"]?.arrayValue ?? []).compactMap { $0["role"]?.stringValue }
        let isSystem = request.call == .messages && (members["system"] ?? .null) != .null
        let expected = isSystem || roles.contains("system") || roles.contains("developer")
        let seen = request.guarded.contains(GuardedFields(.systemPrompt))
        return seen == expected ? nil : "a system prompt: \(seen)"
    }

    /// What a rewritten request must say.
    private static func rewritten(_ request: ChatRequest, _ members: [String: JSONValue]) -> [String: JSONValue] {
        var expected = members
        expected["model"] = .string(Self.otherModel)
        if request.previous != nil { expected["previous_response_id"] = .string(Self.otherAnswer) }
        if request.maximumOutputTokens == nil, let field = Self.bounds(of: request.call).first {
            expected[field] = .integer(7)
        }
        if Self.hasUsageOption(request.call) && request.stream {
            var options: [String: JSONValue] = [:]
            if case .object(let given)? = members["stream_options"] { options = given }
            options["include_usage"] = .bool(true)
            expected["stream_options"] = .object(options)
        }
        return expected
    }

    private static func compareRewritten(
        _ request: ChatRequest, _ body: ByteBuffer, _ members: [String: JSONValue]
    ) -> String? {
        let rewriting = ChatRequest.Rewriting(model: Self.otherModel, previous: Self.otherAnswer, outputBound: 7)
        let written = request.rewritten(body, rewriting)
        let expected = Self.rewritten(request, members)
        guard case .success(let found) = Self.members(written), found == expected else {
            return "rewritten: \(String(buffer: written)), not \(JSONValue.object(expected).canonicalText)"
        }
        guard let again = try? ChatRequest.scan(written, call: request.call) else { return "rewritten and refused" }
        let same =
            again.stream == request.stream && again.choices == request.choices && again.guarded == request.guarded
        return same ? Self.compare(again, found) : "rewritten to another request: \(again), not \(request)"
    }

    /// Without the fields that can be taken out, the request is one that never had them.
    private static func compareStripped(
        _ request: ChatRequest, _ body: ByteBuffer, _ members: [String: JSONValue]
    ) -> String? {
        let rewriting = ChatRequest.Rewriting(
            model: request.model, requestsUsage: false, stripped: request.removable)
        let written = request.rewritten(body, rewriting)
        guard case .success(let found) = Self.members(written),
            let again = try? ChatRequest.scan(written, call: request.call)
        else { return "stripped to what is no request: \(String(buffer: written))" }
        let isPart = found.allSatisfy { members[$0.key] == $0.value }
        guard isPart, again.removable.isEmpty, (found.count < members.count) != request.removable.isEmpty else {
            return "stripped: \(String(buffer: written))"
        }
        let keeps = again.choices == request.choices && again.stream == request.stream
        return keeps ? Self.compare(again, found) : "stripped to another request: \(again), not \(request)"
    }
}
