import ChatWire
import NIOCore
import ReleaseModel
import StrictJSON

/// See ``Oracle/chat``.
enum ChatOracle {
    private static let otherModel = "other/\"ö\""

    static func contradiction(over bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let format = first & 1 == 0 ? WireFormat.openAI : .anthropic
        let body = ByteBuffer(bytes: bytes.dropFirst())
        guard let request = try? ChatRequest.scan(body, format: format) else { return nil }
        let members: [String: JSONValue]
        switch Self.members(body) {
        case .success(let read): members = read
        // What the tree alone refuses: see the oracle of JSON.
        case .failure(let fault) where fault.reason == .badNumber || fault.reason == .duplicateKey: return nil
        case .failure(let fault): return "a request in what is no JSON: \(fault)"
        }
        return Self.compare(request, members) ?? Self.compareRewritten(request, body, members)
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

    private static func compare(_ request: ChatRequest, _ members: [String: JSONValue]) -> String? {
        func most(_ names: [String]) -> Int? { names.compactMap { members[$0]?.integerValue }.map(Int.init).max() }
        let isOpenAI = request.format == .openAI
        let maximum = most(["max_tokens"] + (isOpenAI ? ["max_completion_tokens", "n_predict"] : []))
        let asksUsage = isOpenAI && members["stream_options"]?["include_usage"] == .bool(true)
        guard case .string(let model)? = members["model"], model.utf8.elementsEqual(request.model.utf8) else {
            return "the model \(request.model), not \(String(describing: members["model"]))"
        }
        if request.stream != (members["stream"] == .bool(true)) { return "stream \(request.stream)" }
        if request.maximumOutputTokens != maximum {
            return "at most \(String(describing: request.maximumOutputTokens)), not \(String(describing: maximum))"
        }
        if request.choices != max(1, most(["n", "best_of"]) ?? 1) { return "\(request.choices) choices" }
        if request.includesUsage != asksUsage { return "usage asked for: \(request.includesUsage)" }
        let roles = (members["messages"]?.arrayValue ?? []).compactMap { $0["role"]?.stringValue }
        let hasSystem =
            roles.contains { $0 == "system" || $0 == "developer" }
            || (!isOpenAI && (members["system"] ?? .null) != .null)
        let seesSystem = request.guarded.contains(GuardedFields(.systemPrompt))
        if seesSystem != hasSystem { return "a system prompt: \(seesSystem)" }
        let seesSeed = request.guarded.contains(GuardedFields(.seed))
        return seesSeed == ((members["seed"] ?? .null) != .null) ? nil : "a seed: \(seesSeed)"
    }

    private static func compareRewritten(
        _ request: ChatRequest, _ body: ByteBuffer, _ members: [String: JSONValue]
    ) -> String? {
        let written = request.rewritten(body, model: Self.otherModel, requestingUsage: true, outputBound: 7)
        let addsUsage = request.format == .openAI && request.stream && !request.includesUsage
        var expected = members
        expected["model"] = .string(Self.otherModel)
        if request.maximumOutputTokens == nil { expected["max_tokens"] = .integer(7) }
        if addsUsage {
            guard case .object(var options)? = members["stream_options"] ?? .object([:]) else {
                expected["stream_options"] = .object(["include_usage": .bool(true)])
                return Self.compareTrees(written, expected, request)
            }
            options["include_usage"] = .bool(true)
            expected["stream_options"] = .object(options)
        }
        return Self.compareTrees(written, expected, request)
    }

    private static func compareTrees(
        _ written: ByteBuffer, _ expected: [String: JSONValue], _ request: ChatRequest
    ) -> String? {
        guard case .success(let members) = Self.members(written), members == expected else {
            return "rewritten: \(String(buffer: written)), not \(JSONValue.object(expected).canonicalText)"
        }
        guard let again = try? ChatRequest.scan(written, format: request.format) else { return "rewritten and refused" }
        let same =
            again.stream == request.stream && again.choices == request.choices && again.guarded == request.guarded
        return same ? Self.compare(again, members) : "rewritten to another request: \(again), not \(request)"
    }
}
