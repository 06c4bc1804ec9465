import ReleaseModel
import StrictJSON

/// The few forms of JSON Schema (2020-12) that the document uses.
enum Schema {
    static let text: JSONValue = ["type": "string"]
    static let flag: JSONValue = ["type": "boolean"]
    static let count: JSONValue = ["type": "integer", "minimum": 0]
    static let time: JSONValue = ["type": "integer", "description": "Milliseconds since 1970-01-01T00:00:00Z."]
    static let digest: JSONValue = ["type": "string", "pattern": "^sha256:[0-9a-f]{64}$"]
    static let name: JSONValue = [
        "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._:/-]*$", "maxLength": .integer(Int64(Name.maximumLength)),
    ]
    static let keyID: JSONValue = ["type": "string", "pattern": "^[0-9A-Za-z]{8}$"]
    static let actor: JSONValue = ["type": "string", "description": "per_…, app_…, host or system."]

    /// The identifier of a kind.
    static func id<Kind: IdentifierKind>(_ kind: Kind.Type) -> JSONValue {
        ["type": "string", "pattern": .string("^\(Kind.prefix)_[0-9a-hjkmnp-tv-z]{26}$")]
    }

    /// One of the raw values of a closed list.
    static func choice<Value: CaseIterable & RawRepresentable>(_ type: Value.Type) -> JSONValue
    where Value.RawValue == String {
        ["type": "string", "enum": .array(Value.allCases.map { .string($0.rawValue) })]
    }

    static func list(_ items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static func map(_ values: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": values] }

    /// An object with exactly these members; those whose name ends in a question mark may be left out.
    static func object(_ members: [String: JSONValue]) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        var required: [String] = []
        for (name, schema) in members {
            if name.hasSuffix("?") {
                properties[String(name.dropLast())] = schema
            } else {
                properties[name] = schema
                required.append(name)
            }
        }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array(required.sorted().map { .string($0) }), "additionalProperties": false,
        ]
    }
}
