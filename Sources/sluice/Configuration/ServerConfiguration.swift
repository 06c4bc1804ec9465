import Gateway
import HTTPWire
import Logging
import NIOCore
import ReleaseModel
import Upstreams

/// Everything that `serve` is told, checked as a whole before anything starts.
struct ServerConfiguration {
    var data: String
    var gateway: GatewayConfiguration
    /// What the gateway shows to clients; none if it does not speak TLS.
    var certificates: [CertificateFiles]
    var controlHost: String
    var controlPort: Int
    /// What the control API shows to clients; none if it does not speak TLS.
    var controlCertificates: [CertificateFiles]
    var origin: String
    var accessCheckpointMilliseconds: Int64
    var logLevel: Logger.Level
    /// Files with keys of upstreams and of the collector, which are read again while the server runs.
    var secretFiles: [SecretFile]
    /// Where spans and metrics are sent; nil if nowhere.
    var export: ExportConfiguration?

    /// Makes sense of the values.
    ///
    /// - Parameters:
    ///   - folder: where relative paths start.
    ///   - environment: where upstreams' keys may stand.
    ///   - read: reads a file's text; for upstreams' keys.
    /// - Throws: ``ConfigurationFaults`` with all that is wrong.
    init(
        _ values: ConfigurationValues, folder: String, environment: [String: String],
        read: (String) throws -> String
    ) throws(ConfigurationFaults) {
        var reader = ValueReader(values: values, folder: folder)
        self.data = reader.path("data")
        self.controlHost = reader.text("control.host")
        self.controlPort = reader.integer("control.port")
        self.origin = reader.text("log.origin")
        self.accessCheckpointMilliseconds = reader.milliseconds("log.access-checkpoint")
        self.logLevel = Logger.Level(rawValue: reader.text("logging.level")) ?? .info
        var limits = HTTPLimits()
        limits.bodyBytes = reader.integer("gateway.maximum-body-bytes")
        self.gateway = GatewayConfiguration(
            host: reader.text("gateway.host"), port: reader.integer("gateway.port"),
            loops: reader.integer("gateway.loops"), region: reader.optionalText("gateway.region").flatMap { Name($0) },
            limits: limits, maximumConnections: reader.integer("gateway.maximum-connections"),
            headSeconds: reader.seconds("gateway.head-timeout"), idleSeconds: reader.seconds("gateway.idle-timeout"),
            bodySeconds: reader.seconds("gateway.body-timeout"), drainSeconds: reader.seconds("gateway.drain-timeout"),
            defaultOutputTokens: reader.integer("gateway.default-output-tokens"),
            maximumRequestTokens: reader.integer("gateway.maximum-request-tokens"),
            keepAliveSeconds: reader.seconds("gateway.stream-keep-alive"),
            maximumAnswerBytes: reader.integer("gateway.maximum-answer-bytes"))
        self.gateway.bound(by: &reader)
        self.certificates = reader.certificates(at: "gateway.tls")
        self.controlCertificates = reader.certificates(at: "control.tls")
        for name in values.names(in: "upstreams") {
            guard let upstream = reader.upstream(name, environment: environment, read: read), let key = Name(name)
            else {
                continue
            }
            self.gateway.upstreams[key] = upstream
        }
        self.export = reader.export(environment: environment, read: read)
        self.secretFiles = reader.secretFiles
        guard reader.values.faults.isEmpty else { throw ConfigurationFaults(faults: reader.values.faults) }
    }
}

extension GatewayConfiguration {
    /// Reads who may connect, and how.
    fileprivate mutating func bound(by reader: inout ValueReader) {
        self.http2 = reader.flag("gateway.http2")
        self.maximumStreams = reader.integer("gateway.maximum-streams")
        self.maximumConnectionsOfAddress = reader.integer("gateway.maximum-connections-of-address")
        self.maximumBufferedBytes = reader.integer("gateway.maximum-buffered-bytes")
        self.writeSeconds = reader.seconds("gateway.write-timeout")
        self.proxies = reader.addresses("gateway.proxies")
        self.proxyProtocol = reader.flag("gateway.proxy-protocol")
        if self.proxyProtocol, self.proxies.isEmpty {
            reader.note("gateway.proxy-protocol", "nobody is believed; name the proxies in gateway.proxies")
        }
    }
}

/// Reads typed values and notes what is wrong with them; after a fault it goes on with something harmless.
struct ValueReader {
    var values: ConfigurationValues
    let folder: String
    private(set) var secretFiles: [SecretFile] = []

    init(values: ConfigurationValues, folder: String) {
        self.values = values
        self.folder = folder
    }

    mutating func watch(_ file: SecretFile) {
        self.secretFiles.append(file)
    }

    mutating func text(_ path: String) -> String { self.optionalText(path) ?? "" }

    mutating func optionalText(_ path: String) -> String? {
        guard let (key, sourced) = self.find(path) else { return nil }
        switch key.kind {
        case .name where Name(sourced.text) == nil, .logLevel where Logger.Level(rawValue: sourced.text) == nil,
            .flag where Bool(sourced.text) == nil:
            self.refuse(path, key, sourced)
            return nil
        default:
            return sourced.text
        }
    }

    mutating func path(_ path: String) -> String {
        self.optionalPath(path) ?? self.folder
    }

    mutating func optionalPath(_ path: String) -> String? {
        guard let (_, sourced) = self.find(path) else { return nil }
        return sourced.text.hasPrefix("/") ? sourced.text : "\(self.folder)/\(sourced.text)"
    }

    mutating func flag(_ path: String) -> Bool {
        guard let (key, sourced) = self.find(path) else { return false }
        if !["true", "false"].contains(sourced.text) { self.refuse(path, key, sourced) }
        return sourced.text == "true"
    }

    mutating func addresses(_ path: String) -> [AddressRange] {
        guard let (key, sourced) = self.find(path) else { return [] }
        let parts = sourced.text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        let ranges = parts.compactMap { AddressRange($0) }
        if ranges.count != parts.count { self.refuse(path, key, sourced) }
        return ranges
    }

    mutating func integer(_ path: String) -> Int {
        guard let (key, sourced) = self.find(path), case .integer(let range) = key.kind else { return 0 }
        guard let value = Int(sourced.text), range.contains(value) else {
            self.refuse(path, key, sourced)
            return range.lowerBound
        }
        return value
    }

    mutating func milliseconds(_ path: String) -> Int64 {
        guard let (key, sourced) = self.find(path) else { return 0 }
        guard let value = Duration.milliseconds(parsing: sourced.text), value > 0 else {
            self.refuse(path, key, sourced)
            return 1
        }
        return value
    }

    mutating func seconds(_ path: String) -> Int64 {
        max(1, (self.milliseconds(path) + 999) / 1_000)
    }

    mutating func share(_ path: String) -> Double {
        guard let (key, sourced) = self.find(path) else { return 0 }
        guard let value = Double(sourced.text), (0...1).contains(value) else {
            self.refuse(path, key, sourced)
            return 0
        }
        return value
    }

    private func find(_ path: String) -> (ConfigurationKey, ConfigurationValues.Sourced)? {
        guard let key = self.values.key(at: path), let sourced = self.values.value(path, key) else { return nil }
        return (key, sourced)
    }

    private mutating func refuse(_ path: String, _ key: ConfigurationKey, _ sourced: ConfigurationValues.Sourced) {
        let message = "'\(sourced.text)' is not \(key.kind.expectation)"
        self.values.note(ConfigurationFault(place: sourced.place, key: path, message: message))
    }

    mutating func note(_ path: String, _ message: String) {
        let place = self.values.values[path]?.place ?? "configuration"
        self.values.note(ConfigurationFault(place: place, key: path, message: message))
    }
}

extension Duration {
    /// Milliseconds of a text such as `250ms`, `5s`, `10m`, `2h`; `nil` for another.
    static func milliseconds(parsing text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
        return switch text.dropFirst(digits.count) {
        case "ms": number
        case "s": number * 1_000
        case "m": number * 60_000
        case "h": number * 3_600_000
        default: nil
        }
    }
}
