import Telemetry

/// Where results go; talk goes to standard error.
enum StandardOutput {
    private static let sink = LogSink(descriptor: 1)

    /// Writes text as it is.
    static func write(_ text: String) {
        self.sink.write(Array(text.utf8))
    }
}
