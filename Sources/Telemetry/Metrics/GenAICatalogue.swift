/// The metrics of OpenTelemetry's semantic conventions for generative AI that a server has, with the boundaries that
/// the conventions name. A gateway is a server to its callers.
extension SluiceMetrics {
    /// `gen_ai.server.request.duration`.
    public static let genAIRequestSeconds = Metric.histogram(
        "gen_ai_server_request_duration_seconds",
        "Seconds from the head of an admitted request to the last byte of its answer; error_type says how others than "
            + "whole answers ended.", labels: genAILabels + ["error_type"],
        bounds: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
        convention: .init(name: "gen_ai.server.request.duration", labels: genAIAttributes + ["error.type"]))

    /// `gen_ai.server.time_to_first_token`.
    public static let genAIFirstTokenSeconds = Metric.histogram(
        "gen_ai_server_time_to_first_token_seconds",
        "Seconds from the head of a request to the first event of its streamed answer.", labels: genAILabels,
        bounds: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
        convention: .init(name: "gen_ai.server.time_to_first_token", labels: genAIAttributes))

    /// `gen_ai.server.time_per_output_token`.
    public static let genAIPerTokenSeconds = Metric.histogram(
        "gen_ai_server_time_per_output_token_seconds",
        "Seconds for each token after the first, of whole streams whose tokens the upstream counted.",
        labels: genAILabels,
        bounds: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
        convention: .init(name: "gen_ai.server.time_per_output_token", labels: genAIAttributes))

    /// `gen_ai.client.token.usage`: the gateway is a client to the upstream, which counts.
    public static let genAITokenUsage = Metric.histogram(
        "gen_ai_client_token_usage", "Tokens of a request as its upstream counted them; never an estimate.",
        labels: genAILabels + ["gen_ai_token_type"],
        bounds: [
            1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
        ], unit: .tokens,
        convention: .init(name: "gen_ai.client.token.usage", labels: genAIAttributes + ["gen_ai.token.type"]))

    /// What all of them are split by, as the conventions name it.
    public static let genAIAttributes = [
        "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model", "gen_ai.response.model",
        "sluice.model_version", "sluice.stage", "sluice.arm",
    ]

    private static let genAILabels = genAIAttributes.map { String($0.map { $0 == "." ? "_" : $0 }) }
}
