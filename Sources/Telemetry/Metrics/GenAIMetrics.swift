private import NIOConcurrencyHelpers

/// What of a request its series are split by. Every text comes from the registry, from a plan or from us, and none from
/// the request itself; what there is none of is empty.
public struct GenAIAttributes: Hashable, Sendable {
    /// What the model does, such as `chat`.
    public var operation: String
    /// Whose interface the request speaks.
    public var provider: String
    /// The name of the registry that was asked for.
    public var requestModel: String
    /// What the upstream was asked for, as the version says.
    public var responseModel: String
    /// The version that served it.
    public var version: String
    /// The stage of the rollout that placed it.
    public var stage: String
    /// The side of the rollout that served it.
    public var arm: String

    /// The attributes of a request.
    public init(
        operation: String, provider: String, requestModel: String, responseModel: String, version: String,
        stage: String = "", arm: String = ""
    ) {
        self.operation = operation
        self.provider = provider
        self.requestModel = requestModel
        self.responseModel = responseModel
        self.version = version
        self.stage = stage
        self.arm = arm
    }

    /// What stands for all that has no series of its own.
    public static let other = Self(
        operation: "other", provider: "other", requestModel: "other", responseModel: "other", version: "other",
        stage: "other", arm: "other")

    /// In the order of ``SluiceMetrics/genAIAttributes``.
    var values: [String] {
        [
            self.operation, self.provider, self.requestModel, self.responseModel, self.version, self.stage, self.arm,
        ]
    }
}

/// The series of one combination of attributes. Who has it counts without a look at any name.
public final class GenAISeries: Sendable {
    /// Whose series they are.
    public let attributes: GenAIAttributes
    private let registry: PrometheusRegistry
    private let completed: Histogram
    /// Those of other endings, made when there is the first.
    private let others = NIOLockedValueBox<[SluiceMetrics.Ending: Histogram]>([:])
    private let firstToken: Histogram
    private let perToken: Histogram
    private let input: Histogram
    private let output: Histogram

    init(_ attributes: GenAIAttributes, registry: PrometheusRegistry) {
        let values = attributes.values
        self.attributes = attributes
        self.registry = registry
        self.completed = registry.histogram(SluiceMetrics.genAIRequestSeconds, values + [""])
        self.firstToken = registry.histogram(SluiceMetrics.genAIFirstTokenSeconds, values)
        self.perToken = registry.histogram(SluiceMetrics.genAIPerTokenSeconds, values)
        self.input = registry.histogram(SluiceMetrics.genAITokenUsage, values + ["input"])
        self.output = registry.histogram(SluiceMetrics.genAITokenUsage, values + ["output"])
    }

    /// Counts a request that has ended so, after so many nanoseconds.
    public func observe(_ ending: SluiceMetrics.Ending, nanoseconds: UInt64) {
        self.duration(ending).observe(nanoseconds: nanoseconds)
    }

    /// Counts the wait for a stream's first event.
    public func observe(firstToken nanoseconds: UInt64) {
        self.firstToken.observe(nanoseconds: nanoseconds)
    }

    /// Counts the time that each token after the first took, of which there were so many.
    public func observe(nanoseconds: UInt64, forTokensAfterFirst tokens: Int) {
        guard tokens > 0 else { return }
        self.perToken.observe(nanoseconds: nanoseconds / UInt64(tokens))
    }

    /// Counts what an upstream says that a request used.
    public func observe(inputTokens: Int, outputTokens: Int) {
        self.input.observe(tokens: inputTokens)
        self.output.observe(tokens: outputTokens)
    }

    private func duration(_ ending: SluiceMetrics.Ending) -> Histogram {
        guard ending != .completed else { return self.completed }
        return self.others.withLockedValue { others in
            if let known = others[ending] { return known }
            let made = self.registry.histogram(
                SluiceMetrics.genAIRequestSeconds, self.attributes.values + [ending.labelValue])
            others[ending] = made
            return made
        }
    }
}

/// The series of all combinations, made when a request first needs them. So many at the most: every other is counted
/// as `other`, so that a registry of many versions cannot fill the page.
public final class GenAIMetrics: Sendable {
    /// Combinations that have series of their own.
    public static let mostCombinations = 128

    /// What counts for combinations beyond the bound, and for requests of which no more than counts may be kept.
    public let other: GenAISeries
    private let registry: PrometheusRegistry
    private let known = NIOLockedValueBox<[GenAIAttributes: GenAISeries]>([:])

    init(registry: PrometheusRegistry) {
        self.registry = registry
        self.other = GenAISeries(.other, registry: registry)
    }

    /// The series of a combination. To be asked seldom and kept: it takes a lock.
    public func series(of attributes: GenAIAttributes) -> GenAISeries {
        self.known.withLockedValue { known in
            if let series = known[attributes] { return series }
            guard known.count < Self.mostCombinations else { return self.other }
            let series = GenAISeries(attributes, registry: self.registry)
            known[attributes] = series
            return series
        }
    }
}
