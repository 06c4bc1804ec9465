public import NIOCore
import StrictJSON

/// One model as the lists of both APIs show it.
public struct ModelCard: Hashable, Sendable {
    /// The name that a request's `model` carries.
    public var id: String
    /// When it was made available, in seconds since 1970.
    public var created: Int64
    /// The name for people.
    public var displayName: String
    /// The organisation behind the model.
    public var ownedBy: String

    /// When the caller's access to it ends, in seconds since 1970; nil if no end is set.
    public var ends: Int64?

    /// Where a model is in its life, in Anthropic's words, as its caller sees it.
    public enum Lifecycle: String, CaseIterable, Hashable, Sendable {
        /// It answers, and no end is set.
        case active
        /// It answers, until the end that is set.
        case deprecated
        /// It answers no more; such a model is not listed.
        case retired
    }

    /// Active, or deprecated once an end is set: a model that the caller sees at all is one that answers.
    public var lifecycle: Lifecycle { self.ends == nil ? .active : .deprecated }

    /// A model's entry.
    public init(id: String, created: Int64, displayName: String, ownedBy: String, ends: Int64? = nil) {
        self.id = id
        self.created = created
        self.displayName = displayName
        self.ownedBy = ownedBy
        self.ends = ends
    }

    /// The answer to `GET /v1/models/{id}`.
    public func body(format: WireFormat) -> ByteBuffer {
        ByteBuffer(bytes: self.text(format: format))
    }

    /// The answer to OpenAI's `GET /v1/models`, which has no pages.
    public static func openAIList(of cards: [ModelCard]) -> ByteBuffer {
        var writer = MemberWriter()
        writer.add("object", "list")
        writer.add("data", written: Self.array(cards, format: .openAI))
        return ByteBuffer(bytes: writer.finished())
    }

    static func array(_ cards: [ModelCard], format: WireFormat) -> [UInt8] {
        var output: [UInt8] = []
        output.append(UInt8(ascii: "["))
        for (index, card) in cards.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: card.text(format: format))
        }
        output.append(UInt8(ascii: "]"))
        return output
    }

    private func text(format: WireFormat) -> [UInt8] {
        var writer = MemberWriter()
        switch format {
        case .openAI:
            writer.add("id", .string(self.id))
            writer.add("object", "model")
            writer.add("created", .integer(self.created))
            writer.add("owned_by", .string(self.ownedBy))
            if let ends = self.ends {
                writer.add("shutdown_date", .string(String(InternetTime.text(unixSeconds: ends).prefix(10))))
            }
        case .anthropic:
            writer.add("type", "model")
            writer.add("id", .string(self.id))
            writer.add("display_name", .string(self.displayName))
            writer.add("created_at", .string(InternetTime.text(unixSeconds: self.created)))
            writer.add("lifecycle", .string(self.lifecycle.rawValue))
        }
        return writer.finished()
    }
}
