import StrictJSON

/// Who exports, and the values that both kinds of messages have in common (OTLP 1.x, JSON Protobuf encoding: names in
/// lowerCamelCase, 64-bit numbers as text, identifiers as hexadecimal digits).
public struct OTLPResource: Hashable, Sendable {
    /// The build.
    public var version: String
    /// What tells one process from another; never used again.
    public var instance: String

    /// A process.
    public init(version: String, instance: String) {
        self.version = version
        self.instance = instance
    }

    var value: JSONValue {
        [
            "attributes": .array([
                Self.text("service.name", "sluice"), Self.text("service.version", self.version),
                Self.text("service.instance.id", self.instance),
            ])
        ]
    }

    var scope: JSONValue { ["name": "sluice", "version": .string(self.version)] }

    static func text(_ key: String, _ value: String) -> JSONValue {
        ["key": .string(key), "value": ["stringValue": .string(value)]]
    }

    static func integer(_ key: String, _ value: Int) -> JSONValue {
        ["key": .string(key), "value": ["intValue": .string("\(value)")]]
    }

    /// What there is none of is left out.
    static func texts(_ names: [String], _ values: [String]) -> [JSONValue] {
        zip(names, values).filter { !$1.isEmpty }.map { Self.text($0, $1) }
    }
}
