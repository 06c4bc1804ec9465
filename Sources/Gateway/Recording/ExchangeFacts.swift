import ReleaseModel
import Telemetry

/// What is known of an exchange from its admission on: what both of its entries say.
struct ExchangeFacts {
    var request: String
    var route: Route
    var admittedAt: Timestamp
    var grant: String
    var key: String
    var model: String
    var version: String
    var isStream: Bool
    var reservedTokens: Int
    var isUnlogged: Bool
    /// Which attempt it is, as the SDK says; 0 for the first.
    var retry = 0
    /// As what it counts in a rollout; nil if none placed it.
    var placement: PlacementText?
    /// What it took of the rollout's budgets of exposure.
    var draws: [ExposureDraw] = []
    /// Where it is counted for the operator; nil if no model works on it.
    var series: GenAISeries?
}

/// How an admitted request ended. The raw value stands in entries and metrics and is never renamed.
enum Outcome: String, CaseIterable {
    /// The answer was passed on whole.
    case completed
    /// The upstream answered with an error, which was passed on or replaced.
    case upstreamError = "upstream_error"
    /// The upstream could not be reached, or what it sent was no answer.
    case upstreamFailed = "upstream_failed"
    /// A stream ended without its end mark.
    case truncated
    /// The client left first.
    case cancelled
    /// The version was closed by its rollout while it answered.
    case withdrawn
    /// It was never sent upstream.
    case notForwarded = "not_forwarded"
}

/// What became of an admitted request.
struct ExchangeResult {
    var at: Timestamp
    var outcome: Outcome
    var status: Int
    var inputTokens = 0
    var outputTokens = 0
    var finish: String?
    /// How often it was sent upstream.
    var tries = 1
}
