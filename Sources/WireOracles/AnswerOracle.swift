import ChatWire
import NIOCore
import StrictJSON

/// See ``Oracle/answers``.
enum AnswerOracle {
    private static let before = ByteBuffer(
        string: #"{"usage":{"prompt_tokens":3},"error":{},"choices":[{"finish_reason":"content_filter"},[{"#)

    static func contradiction(over bytes: [UInt8]) -> String? {
        guard let first = bytes.first else { return nil }
        let format = first & 1 == 0 ? WireFormat.openAI : .anthropic
        let text = Array(bytes.dropFirst())
        let answer = PlainAnswer.scan(ByteBuffer(bytes: text), format: format)
        var reader = PlainAnswerReader()
        _ = reader.read(Self.before, format: format)
        let second = reader.read(ByteBuffer(bytes: text), format: format)
        if second != answer { return "after another answer: \(second), not \(answer)" }
        if answer.isJSON, !RecursiveJSON.accepts(text, repeatedKeys: true) { return "read as JSON, and is none" }
        guard let value = try? JSONValue(parsing: text), case .object(let members) = value else { return nil }
        if !answer.isJSON { return "one JSON object, and not read as such" }
        return Self.compare(answer, members, format)
    }

    private static func compare(
        _ answer: PlainAnswer, _ members: [String: JSONValue], _ format: WireFormat
    ) -> String? {
        let hasError = (members["error"] ?? .null) != .null
        if hasError && !answer.isErrorShape { return "an error that was not seen" }
        guard format == .openAI else { return nil }
        if answer.isErrorShape && !hasError { return "an error that is not there" }
        let usage = members["usage"]
        let written = [usage?["completion_tokens"], usage?["output_tokens"]].compactMap { $0?.integerValue }
        if let output = answer.usage?.output, output != 0, !written.contains(Int64(output)) {
            return "\(output) tokens written, of \(written)"
        }
        return nil
    }
}
