/// What is counted of the requests of one key. Only numbers that add up, so it does not matter who adds what first.
public struct SignalCounts: Hashable, Sendable {
    /// Requests that were admitted: the exposure, whatever became of them.
    public var admitted = 0
    /// Requests whose outcome is known. What was admitted and has not ended is unknown, and is no success.
    public var ended = 0
    /// Of those, requests that the upstream failed: a status of 500 to 599, or no answer at all.
    public var failed = 0
    /// Of those, requests that were declined: ``Refusal``.
    public var refused = 0
    /// Of those, requests whose answer ended without its end mark.
    public var truncated = 0
    /// Tokens of prompts.
    public var promptTokens = 0
    /// Tokens of answers.
    public var outputTokens = 0
    /// Downloads of components, of hubs.
    public var downloads = 0
    /// Requests beyond each of the layout's thresholds, in their order.
    public var exceedances: [Exceedance]

    /// Nothing, under so many thresholds.
    public init(thresholds: Int) {
        self.exceedances = Array(repeating: Exceedance(), count: thresholds)
    }

    /// The plain counts.
    enum Field: CaseIterable {
        case admitted, ended, failed, refused, truncated, promptTokens, outputTokens, downloads

        /// The name that batches give it.
        var name: String {
            switch self {
            case .admitted: "admitted"
            case .ended: "ended"
            case .failed: "failed"
            case .refused: "refused"
            case .truncated: "truncated"
            case .promptTokens: "prompt_tokens"
            case .outputTokens: "output_tokens"
            case .downloads: "downloads"
            }
        }
    }

    subscript(field: Field) -> Int {
        get {
            switch field {
            case .admitted: self.admitted
            case .ended: self.ended
            case .failed: self.failed
            case .refused: self.refused
            case .truncated: self.truncated
            case .promptTokens: self.promptTokens
            case .outputTokens: self.outputTokens
            case .downloads: self.downloads
            }
        }
        set {
            switch field {
            case .admitted: self.admitted = newValue
            case .ended: self.ended = newValue
            case .failed: self.failed = newValue
            case .refused: self.refused = newValue
            case .truncated: self.truncated = newValue
            case .promptTokens: self.promptTokens = newValue
            case .outputTokens: self.outputTokens = newValue
            case .downloads: self.downloads = newValue
            }
        }
    }

    /// Whether nothing is counted.
    public var isZero: Bool {
        Field.allCases.allSatisfy { self[$0] == 0 } && self.exceedances.allSatisfy { $0 == Exceedance() }
    }

    /// Adds other counts under the same thresholds.
    public mutating func merge(_ other: Self) {
        for field in Field.allCases { self[field] = self[field].saturatingAdding(other[field]) }
        for index in self.exceedances.indices where other.exceedances.indices.contains(index) {
            let more = other.exceedances[index]
            self.exceedances[index].measured = self.exceedances[index].measured.saturatingAdding(more.measured)
            self.exceedances[index].exceeding = self.exceedances[index].exceeding.saturatingAdding(more.exceeding)
        }
    }
}
