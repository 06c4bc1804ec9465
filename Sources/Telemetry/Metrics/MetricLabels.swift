extension SluiceMetrics {
    /// The wire format that a caller spoke.
    public enum Format: String, MetricLabel {
        /// OpenAI's.
        case openAI = "openai"
        /// Anthropic's.
        case anthropic
        /// None that is known: an unknown path, or bytes that were no request.
        case unknown
    }

    /// What became of a request.
    public enum Outcome: String, MetricLabel {
        /// The upstream's answer was delivered whole.
        case served
        /// Sluice said no.
        case refused
        /// Bytes that were no valid request.
        case malformed
        /// An upstream, or the log, failed.
        case failed
        /// The upstream ended a stream too early.
        case truncated
        /// The caller left.
        case cancelled
    }

    /// How an admitted request ended, as the access log has it.
    public enum Ending: String, MetricLabel {
        /// The answer was passed on whole.
        case completed
        /// The upstream answered with an error.
        case upstreamError = "upstream_error"
        /// The upstream could not be reached, or what it sent was no answer.
        case upstreamFailed = "upstream_failed"
        /// A stream ended without its end mark.
        case truncated
        /// The caller left first.
        case cancelled
        /// The version was closed by its rollout while it answered.
        case withdrawn
        /// It was never sent upstream.
        case notForwarded = "not_forwarded"
    }

    /// What became of a sampled span.
    public enum SpanFate: String, MetricLabel {
        /// The collector took it.
        case exported
        /// The queue was full.
        case dropped
        /// The collector did not take it, and it was given up.
        case refused
    }

    /// What is exported.
    public enum ExportSignal: String, MetricLabel {
        /// Spans.
        case traces
        /// All of this page.
        case metrics
    }

    /// What became of an attempt to export.
    public enum ExportResult: String, MetricLabel {
        /// The collector took it.
        case taken
        /// The collector is to be asked again.
        case failed
        /// The collector will never take it.
        case refused
    }

    /// The first digit of a status.
    public enum StatusClass: String, MetricLabel {
        /// 100 to 199.
        case informational = "1xx"
        /// 200 to 299.
        case success = "2xx"
        /// 300 to 399.
        case redirection = "3xx"
        /// 400 to 499.
        case clientError = "4xx"
        /// 500 and above.
        case serverError = "5xx"

        /// The class of a status.
        public init(status: Int) {
            switch status {
            case ..<200: self = .informational
            case 200..<300: self = .success
            case 300..<400: self = .redirection
            case 400..<500: self = .clientError
            default: self = .serverError
            }
        }
    }

    /// Why a connection or a stream was cut.
    public enum Cut: String, MetricLabel {
        /// As many are open as may be.
        case tooMany = "too_many"
        /// As many are open of its address as may be.
        case tooManyOfAddress = "too_many_of_address"
        /// A named proxy did not say whose connection it is.
        case proxyHeader = "proxy_header"
        /// A frame was begun and not ended in time.
        case slowSender = "slow_sender"
        /// What was sent was not taken in time.
        case slowReader = "slow_reader"
        /// More frames that carry nothing than may be.
        case frames
    }

    /// Which way tokens went.
    public enum Direction: String, MetricLabel {
        /// The prompt.
        case input
        /// The answer.
        case output
    }

    /// The two logs.
    public enum Log: String, MetricLabel {
        /// Every decision.
        case control
        /// Every admission and its outcome.
        case access
    }
}
