/// Every key of the configuration: the one table that reading, checking, `config check` and the reference are made
/// from.
struct ConfigurationKey: Hashable, Sendable {
    /// What a value has to look like.
    enum Kind: Hashable, Sendable {
        case text
        case path
        case integer(ClosedRange<Int>)
        case duration
        case name
        case logLevel
        case flag
        case addresses
        case share

        var expectation: String {
            switch self {
            case .text: "text"
            case .path: "a path; relative ones start at the file's folder"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .duration: "a duration such as 250ms, 5s or 10m"
            case .name: "a name of letters, digits and . _ - : /"
            case .addresses: "a list of addresses and ranges, such as [10.0.0.0/8, 2001:db8::7]"
            case .share: "a number from 0 to 1"
            case .logLevel: "trace, debug, info, notice, warning, error or critical"
            case .flag: "true or false"
            }
        }
    }

    /// The place in the file, such as `gateway.port`; `*` stands for a name that the operator chooses.
    let path: String
    let kind: Kind
    /// The value that holds if nothing says otherwise; `nil` leaves the thing off.
    let standard: String?
    /// One sentence for the reference.
    let help: String
    /// Whether the value is never shown.
    var isSecret = false

    /// The environment's name for it; keys below a chosen name have none.
    var environmentName: String? {
        guard !self.path.contains("*") else { return nil }
        return "SLUICE_" + self.path.uppercased().map { $0 == "." || $0 == "-" ? "_" : "\($0)" }.joined()
    }

    static let all: [ConfigurationKey] = [
        .init(path: "data", kind: .path, standard: ".", help: "The folder of logs, keys and the database."),
        .init(path: "gateway.host", kind: .text, standard: "127.0.0.1", help: "The address that SDKs connect to."),
        .init(path: "gateway.port", kind: .integer(0...65_535), standard: "7080", help: "Its port; 0 is any free one."),
        .init(
            path: "gateway.loops", kind: .integer(0...256), standard: "0", help: "Event loops; 0 is one a core."),
        .init(
            path: "gateway.region", kind: .name, standard: nil,
            help: "The region that this gateway is in, as grants name it."),
        .init(
            path: "gateway.tls.certificate-file", kind: .path, standard: nil,
            help: "The certificate to show, and its issuers behind it, in PEM; with it the gateway speaks TLS."),
        .init(
            path: "gateway.tls.key-file", kind: .path, standard: nil,
            help: "The certificate's private key, in PEM and not encrypted."),
        .init(
            path: "gateway.tls.others.*.certificate-file", kind: .path, standard: nil,
            help: "One more certificate, for clients that ask for a name in it; you name each."),
        .init(
            path: "gateway.tls.others.*.key-file", kind: .path, standard: nil,
            help: "That certificate's private key, in PEM and not encrypted."),
        .init(
            path: "gateway.http2", kind: .flag, standard: "true",
            help: "Whether HTTP/2 is spoken beside HTTP/1.1, with TLS and without."),
        .init(
            path: "gateway.maximum-streams", kind: .integer(1...10_000), standard: "100",
            help: "The most requests under way on one connection of HTTP/2."),
        .init(
            path: "gateway.proxies", kind: .addresses, standard: nil,
            help: "The proxies in front; the bound of connections for one address is not for them."),
        .init(
            path: "gateway.proxy-protocol", kind: .flag, standard: "false",
            help: "Whether each connection of a named proxy begins with the PROXY protocol, version 1 or 2."),
        .init(
            path: "gateway.maximum-body-bytes", kind: .integer(1_024...(1 << 30)), standard: "10485760",
            help: "The largest request body; larger ones are refused with 413 before they are read."),
        .init(
            path: "gateway.maximum-answer-bytes", kind: .integer(1_024...(1 << 30)), standard: "67108864",
            help: "The largest plain answer that is passed on."),
        .init(
            path: "gateway.maximum-connections", kind: .integer(1...1_000_000), standard: "10000",
            help: "The most open connections; the newest are closed."),
        .init(
            path: "gateway.maximum-connections-of-address", kind: .integer(1...1_000_000), standard: "1000",
            help: "The most open connections of one client address; the newest are closed."),
        .init(
            path: "gateway.maximum-buffered-bytes", kind: .integer((1 << 20)...(1 << 40)), standard: "1073741824",
            help: "The most memory for request bodies in all; beyond it the slowest or newest is refused with 503."),
        .init(
            path: "gateway.head-timeout", kind: .duration, standard: "10s",
            help: "How long a client may take for a request's head."),
        .init(
            path: "gateway.idle-timeout", kind: .duration, standard: "75s",
            help: "How long a connection may rest between requests."),
        .init(
            path: "gateway.body-timeout", kind: .duration, standard: "30s",
            help: "How long a client may take for each started 256 KiB of a body."),
        .init(
            path: "gateway.write-timeout", kind: .duration, standard: "30s",
            help: "How long a client may take to read each started 256 KiB of what it was sent."),
        .init(
            path: "gateway.drain-timeout", kind: .duration, standard: "30s",
            help: "How long requests in flight may go on after SIGTERM."),
        .init(
            path: "gateway.default-output-tokens", kind: .integer(1...10_000_000), standard: "4096",
            help: "What is reserved for an answer if neither the request nor the grant bounds it."),
        .init(
            path: "gateway.maximum-request-tokens", kind: .integer(1_024...1_000_000_000_000), standard: "16777216",
            help: "The most tokens that one request may reserve: its prompt, by size, and all that is written for it."),
        .init(
            path: "gateway.stream-keep-alive", kind: .duration, standard: "10s",
            help: "How long a client that waits for a stream hears nothing before it is told that somebody is there."),
        .init(
            path: "control.host", kind: .text, standard: "127.0.0.1",
            help: "The address of the control API, the log's tiles and the metrics."),
        .init(path: "control.port", kind: .integer(0...65_535), standard: "7081", help: "Its port; 0 is any free one."),
        .init(
            path: "control.tls.certificate-file", kind: .path, standard: nil,
            help: "The certificate to show, and its issuers behind it, in PEM; with it the control API speaks TLS."),
        .init(
            path: "control.tls.key-file", kind: .path, standard: nil,
            help: "The certificate's private key, in PEM and not encrypted."),
        .init(
            path: "control.tls.others.*.certificate-file", kind: .path, standard: nil,
            help: "One more certificate, for clients that ask for a name in it; you name each."),
        .init(
            path: "control.tls.others.*.key-file", kind: .path, standard: nil,
            help: "That certificate's private key, in PEM and not encrypted."),
        .init(
            path: "log.origin", kind: .name, standard: "sluice.local",
            help: "The name that the logs are signed under; it cannot be changed later."),
        .init(
            path: "log.access-checkpoint", kind: .duration, standard: "1s",
            help: "How often the access log's head is signed."),
        .init(
            path: "telemetry.otlp.endpoint", kind: .text, standard: nil,
            help:
                "An OpenTelemetry collector for OTLP over HTTP, such as http://127.0.0.1:4318; without it, off."),
        .init(
            path: "telemetry.otlp.sample-ratio", kind: .share, standard: "0.01",
            help: "The share of admitted requests whose spans are sent."),
        .init(
            path: "telemetry.otlp.metrics-interval", kind: .duration, standard: "60s",
            help: "How often all metrics are sent."),
        .init(
            path: "telemetry.otlp.queue", kind: .integer(1...1_000_000), standard: "4096",
            help: "Spans that may wait for the collector; more are dropped and counted."),
        .init(
            path: "telemetry.otlp.timeout", kind: .duration, standard: "10s",
            help: "How long one message to the collector may take."),
        .init(
            path: "telemetry.otlp.authorization-file", kind: .path, standard: nil,
            help: "A file with the collector's key, sent as a bearer token."),
        .init(
            path: "telemetry.otlp.authorization-environment", kind: .text, standard: nil,
            help: "The environment variable with the collector's key, instead of a file."),
        .init(
            path: "telemetry.otlp.ca-file", kind: .path, standard: nil,
            help: "Certificates in PEM of the authorities that are believed, instead of the system's; for https."),
        .init(
            path: "telemetry.otlp.server-name", kind: .text, standard: nil,
            help: "The name that the collector's certificate must have, if it is not the URL's host; for https."),
        .init(path: "logging.level", kind: .logLevel, standard: "info", help: "What is written to standard error."),
        .init(
            path: "upstreams.*.url", kind: .text, standard: nil,
            help: "Where the inference server listens; http or https, with an optional path in front."),
        .init(
            path: "upstreams.*.endpoints.*.url", kind: .text, standard: nil,
            help: "Where one of several servers listens, instead of `url`; you name each."),
        .init(
            path: "upstreams.*.endpoints.*.weight", kind: .integer(1...1_000), standard: "1",
            help: "The endpoint's share of the requests, beside the weights of the others."),
        .init(
            path: "upstreams.*.ca-file", kind: .path, standard: nil,
            help: "Certificates in PEM of the authorities that are believed, instead of the system's; for https."),
        .init(
            path: "upstreams.*.server-name", kind: .text, standard: nil,
            help: "The name that the certificate must have, if it is not the URL's host; for https."),
        .init(
            path: "upstreams.*.allow-local-addresses", kind: .flag, standard: "false",
            help: "Whether names in its URLs may resolve to this machine or a private network."),
        .init(
            path: "upstreams.*.authorization-file", kind: .path, standard: nil,
            help: "A file with the upstream's key, sent as a bearer token."),
        .init(
            path: "upstreams.*.authorization-environment", kind: .text, standard: nil,
            help: "The environment variable with the upstream's key, instead of a file."),
        .init(
            path: "upstreams.*.connect-timeout", kind: .duration, standard: "5s",
            help: "How long connecting may take."),
        .init(
            path: "upstreams.*.first-byte-timeout", kind: .duration, standard: "600s",
            help: "How long the first byte of an answer may take."),
        .init(
            path: "upstreams.*.between-bytes-timeout", kind: .duration, standard: "60s",
            help: "How long an answer may stop in the middle."),
        .init(
            path: "upstreams.*.total-timeout", kind: .duration, standard: "1800s",
            help: "How long an answer may take in all."),
        .init(
            path: "upstreams.*.maximum-connections", kind: .integer(1...100_000), standard: "1024",
            help: "The most connections to the upstream, for each event loop."),
    ]

    /// The key of a place in the file, where a chosen name stands for `*`.
    static func key(at path: [String]) -> ConfigurationKey? {
        self.all.first { key in
            let parts = key.path.split(separator: ".")
            return parts.count == path.count && zip(parts, path).allSatisfy { $0 == "*" || $0 == $1 }
        }
    }

    /// Whether keys stand below this place.
    static func isSection(_ path: [String]) -> Bool {
        self.all.contains { $0.parts(below: path) != nil }
    }

    /// Whether the names below this place are chosen by the operator.
    static func takesNames(_ path: [String]) -> Bool {
        self.all.contains { $0.parts(below: path)?.first == "*" }
    }

    /// The path with the names that an operator chose at `path`, as far as it leads there.
    func path(named path: [String]) -> String {
        var isBelow = true
        let parts = self.path.split(separator: ".").enumerated().map { place, part in
            guard isBelow, place < path.count else { return String(part) }
            isBelow = part == "*" || part == path[place]
            return isBelow ? path[place] : String(part)
        }
        return parts.joined(separator: ".")
    }

    /// What is left of the path below a place; nil if it does not lead through there.
    private func parts(below path: [String]) -> ArraySlice<Substring>? {
        let parts = self.path.split(separator: ".")
        guard parts.count > path.count, zip(parts, path).allSatisfy({ $0 == "*" || $0 == $1 }) else { return nil }
        return parts[path.count...]
    }
}
