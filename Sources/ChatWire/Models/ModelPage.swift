public import NIOCore
import StrictJSON

/// One page of Anthropic's `GET /v1/models`.
public struct ModelPage: Hashable, Sendable {
    /// The page size that the API has when none is asked for.
    public static let standardLimit = 20
    /// The largest page size.
    public static let maximumLimit = 1000

    /// The models of this page, in the list's order.
    public var cards: [ModelCard]
    /// Whether there is more in the direction of the paging.
    public var hasMore: Bool

    /// Cuts a page out of all models that the caller may see.
    ///
    /// `afterID` asks for the page behind a model, `beforeID` for the one in front of it; the arguments are the query's
    /// values as they came. An unknown model, both cursors at once, or a limit outside 1 to 1000 is a 400 that names
    /// the parameter.
    public init(
        of all: [ModelCard], afterID: String?, beforeID: String?, limit: String?
    ) throws(WireError) {
        var size = Self.standardLimit
        if let limit {
            guard let given = Int(limit), 1...Self.maximumLimit ~= given else {
                throw Self.fault("limit", "must be a number from 1 to \(Self.maximumLimit)")
            }
            size = given
        }
        if afterID != nil && beforeID != nil {
            throw Self.fault("before_id", "cannot be given together with 'after_id'")
        }
        if let beforeID {
            guard let place = all.firstIndex(where: { $0.id == beforeID }) else {
                throw Self.fault("before_id", "must be the id of a model of the list")
            }
            let start = max(0, place - size)
            self.cards = Array(all[start..<place])
            self.hasMore = start > 0
            return
        }
        var start = 0
        if let afterID {
            guard let place = all.firstIndex(where: { $0.id == afterID }) else {
                throw Self.fault("after_id", "must be the id of a model of the list")
            }
            start = place + 1
        }
        let end = min(all.count, start + size)
        self.cards = Array(all[start..<end])
        self.hasMore = end < all.count
    }

    /// The answer's body.
    public var body: ByteBuffer {
        var writer = MemberWriter()
        writer.add("data", written: ModelCard.array(self.cards, format: .anthropic))
        writer.add("has_more", .bool(self.hasMore))
        writer.add("first_id", self.cards.first.map { .string($0.id) } ?? .null)
        writer.add("last_id", self.cards.last.map { .string($0.id) } ?? .null)
        return ByteBuffer(bytes: writer.finished())
    }

    /// The models in these stages of life; all, if none is named.
    ///
    /// - Parameter lifecycle: the query's values as they came.
    public static func filtered(_ cards: [ModelCard], lifecycle: [String]) throws(WireError) -> [ModelCard] {
        guard !lifecycle.isEmpty else { return cards }
        var wanted: Set<ModelCard.Lifecycle> = []
        for text in lifecycle {
            guard let stage = ModelCard.Lifecycle(rawValue: text) else {
                throw Self.fault("lifecycle", "must be active, deprecated or retired")
            }
            wanted.insert(stage)
        }
        return cards.filter { wanted.contains($0.lifecycle) }
    }

    private static func fault(_ param: String, _ expected: String) -> WireError {
        WireError(status: 400, code: "invalid_value", message: "'\(param)' \(expected).", param: param)
    }
}
