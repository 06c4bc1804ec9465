import ChatWire
import NIOCore
import StrictJSON

/// See ``Oracle/answers``.
enum AnswerOracle {
    private static let before = ByteBuffer(
        string: #"{"usage":{"prompt_tokens":3},"error":{},"choices":[{"finish_reason":"content_filter"},[{"#)

    private static let names = OutwardNames(model: "outward")

    static func contradiction(over bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let call = [ModelCall.chatCompletions, .messages, .responses][Int(first) % 3]
        let text = ByteBuffer(bytes: bytes.dropFirst())
        let answer = PlainAnswer.scan(text, call: call, names: Self.names)
        var reader = PlainAnswerReader()
        _ = reader.read(Self.before, call: call, names: Self.names)
        let second = reader.read(text, call: call, names: Self.names)
        if second != answer { return "after another answer: \(second), not \(answer)" }
        if answer.isJSON, !RecursiveJSON.accepts(Array(bytes.dropFirst()), repeatedKeys: true) {
            return "read as JSON, and is none"
        }
        guard let value = try? JSONValue(parsing: text.readableBytesUInt8Span), case .object(let members) = value else {
            return nil
        }
        if !answer.isJSON { return "one JSON object, and not read as such" }
        return call == .chatCompletions ? Self.compare(answer, members) ?? Self.rename(answer, text, members) : nil
    }

    private static func compare(_ answer: PlainAnswer, _ members: [String: JSONValue]) -> String? {
        let hasError = (members["error"] ?? .null) != .null
        let seesError = answer.isErrorShape || answer.errorText != nil
        if hasError != seesError { return "an error: \(seesError)" }
        let usage = members["usage"]
        let written = [usage?["completion_tokens"], usage?["output_tokens"]].compactMap { $0?.integerValue }
        if let output = answer.usage?.output, output != 0, !written.contains(Int64(output)) {
            return "\(output) tokens written, of \(written)"
        }
        return nil
    }

    /// With outward names in it, the answer says the same, but of the model.
    private static func rename(
        _ answer: PlainAnswer, _ text: ByteBuffer, _ members: [String: JSONValue]
    ) -> String? {
        var output = ByteBuffer()
        answer.edits.write(text, to: &output)
        var expected = members
        if case .string? = members["model"] { expected["model"] = .string(Self.names.model) }
        let isRenamed = (try? JSONValue(parsing: output.readableBytesUInt8Span)) == .object(expected)
        return isRenamed ? nil : "renamed: \(String(buffer: output))"
    }
}
