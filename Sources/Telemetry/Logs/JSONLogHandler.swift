public import Logging

/// Writes each log message as one JSON object on one line.
///
/// The fields are `time` (RFC 3339, milliseconds, UTC), `level`, `label`, `message`, `error` where there is one, and
/// then the metadata, flattened: a dictionary under `request` becomes `request.id`, an array under `hosts` becomes
/// `hosts.0`. Metadata whose name is one of those five is written as `metadata.` and its name. Keys are in order,
/// so that lines compare.
public struct JSONLogHandler: LogHandler {
    /// Messages below are not written.
    public var logLevel: Logger.Level
    /// Fields of every line of this logger.
    public var metadata: Logger.Metadata = [:]
    /// Fields that come from where the message is written, such as a task's.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let sink: LogSink
    private let now: @Sendable () -> Int64

    /// Writes for `label` into `sink`, from `level` upwards; `now` tells milliseconds since 1970.
    public init(
        label: String, level: Logger.Level = .info, sink: LogSink = .standardError,
        metadataProvider: Logger.MetadataProvider? = nil,
        now: @escaping @Sendable () -> Int64 = { WallClock.milliseconds() }
    ) {
        self.label = label
        self.logLevel = level
        self.sink = sink
        self.metadataProvider = metadataProvider
        self.now = now
    }

    /// One field of every line of this logger.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Writes one line.
    public func log(event: LogEvent) {
        var line = JSONLine()
        line.time("time", milliseconds: self.now())
        line.field("level", event.level.rawValue)
        line.field("label", self.label)
        line.field("message", event.message.description)
        if let error = event.error { line.field("error", String(describing: error)) }
        for (key, value) in self.fields(of: event).sorted(by: { $0.key < $1.key }) {
            line.field(key, value)
        }
        self.sink.write(line.finished())
    }

    /// Nearer wins: the message's own fields over the provider's, the provider's over the logger's.
    private func fields(of event: LogEvent) -> [String: String] {
        var fields: [String: String] = [:]
        for source in [self.metadata, self.metadataProvider?.get(), event.metadata] {
            guard let source else { continue }
            for (key, value) in source {
                let name = Self.reserved.contains(key) ? "metadata.\(key)" : key
                Self.flatten(value, as: name, into: &fields)
            }
        }
        return fields
    }

    private static let reserved: Set<String> = ["time", "level", "label", "message", "error"]

    private static func flatten(
        _ value: Logger.MetadataValue, as name: String, into fields: inout [String: String]
    ) {
        switch value {
        case .string(let text):
            fields[name] = text
        case .stringConvertible(let value):
            fields[name] = value.description
        case .dictionary(let entries):
            for (key, value) in entries { self.flatten(value, as: "\(name).\(key)", into: &fields) }
        case .array(let values):
            for (index, value) in values.enumerated() { self.flatten(value, as: "\(name).\(index)", into: &fields) }
        }
    }
}
