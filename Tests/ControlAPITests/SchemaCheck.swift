import StrictJSON

@testable import ControlAPI

extension Schemas {
    /// Where a document does not fit the schema of this name; only the words of JSON Schema that the document uses.
    static func faults(of value: JSONValue, in name: String) throws -> [String] {
        try Self.faults(of: value, Self.reference(name), at: name)
    }

    private static func faults(of value: JSONValue, _ schema: JSONValue, at path: String) throws -> [String] {
        if let reference = schema["$ref"]?.stringValue?.split(separator: "/").last {
            guard let target = Self.all[String(reference)] else { return ["\(path): no schema \(reference)"] }
            return try Self.faults(of: value, target, at: path)
        }
        if let choices = schema["oneOf"]?.arrayValue {
            let fitting = try choices.filter { try Self.faults(of: value, $0, at: path).isEmpty }.count
            return fitting == 1 ? [] : ["\(path): fits \(fitting) of the choices"]
        }
        if let constant = schema["const"], constant != value { return ["\(path): is not \(constant)"] }
        if let allowed = schema["enum"]?.arrayValue, !allowed.contains(value) { return ["\(path): \(value)"] }
        switch (schema["type"]?.stringValue, value) {
        case ("string"?, .string(let text)):
            guard let pattern = schema["pattern"]?.stringValue else { return [] }
            return try text.contains(Regex(pattern)) ? [] : ["\(path): \(text) is not \(pattern)"]
        case ("integer"?, .integer), ("number"?, .integer), ("number"?, .double), ("boolean"?, .bool), (nil, _):
            return []
        case ("array"?, .array(let elements)):
            guard let items = schema["items"] else { return [] }
            return try elements.enumerated().flatMap { try Self.faults(of: $1, items, at: "\(path)[\($0)]") }
        case ("object"?, .object(let members)): return try Self.faults(of: members, schema, at: path)
        case (let type?, _): return ["\(path): is not \(type)"]
        }
    }

    private static func faults(
        of members: [String: JSONValue], _ schema: JSONValue, at path: String
    ) throws -> [String] {
        let properties = schema["properties"]?.objectValue ?? [:]
        var faults = (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue)
            .filter { members[$0] == nil }.map { "\(path).\($0): is missing" }
        for (name, member) in members {
            if let property = properties[name] {
                faults += try Self.faults(of: member, property, at: "\(path).\(name)")
            } else if schema["additionalProperties"] == false {
                faults.append("\(path).\(name): is not described")
            } else if let values = schema["additionalProperties"], values.objectValue != nil {
                faults += try Self.faults(of: member, values, at: "\(path).\(name)")
            }
        }
        return faults
    }
}
