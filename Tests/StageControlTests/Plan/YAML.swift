import Foundation
import StageControl
import StrictJSON
import Yams

/// A plan as a person writes it: YAML with lines.
struct YAMLFault: Error {
    let text: String
}

extension PlanSource {
    /// The document in a text. Quoted scalars are text; plain ones are what they look like.
    init(yaml text: String) throws {
        guard let root = try Yams.compose(yaml: text) else { throw YAMLFault(text: "an empty file") }
        var lines: [FieldPath: Int] = [:]
        self.init(try Self.value(of: root, at: .document, &lines), lines: lines)
    }

    /// A file of `Examples/plans`.
    init(example name: String) throws {
        try self.init(yaml: try String(contentsOf: Self.examples.appending(path: "\(name).yaml"), encoding: .utf8))
    }

    /// The folder of the examples.
    static let examples = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        .appending(path: "Examples/plans")

    private static func value(
        of node: Node, at path: FieldPath, _ lines: inout [FieldPath: Int]
    ) throws -> JSONValue {
        lines[path] = lines[path] ?? node.mark?.line
        switch node {
        case .mapping(let mapping):
            var members: [String: JSONValue] = [:]
            for (key, node) in mapping {
                guard let name = key.string else { throw YAMLFault(text: "a key that is no text") }
                lines[path[name]] = key.mark?.line
                members[name] = try Self.value(of: node, at: path[name], &lines)
            }
            return .object(members)
        case .sequence(let sequence):
            return .array(try sequence.enumerated().map { try Self.value(of: $1, at: path[$0], &lines) })
        case .scalar(let scalar):
            guard scalar.style == .plain else { return .string(scalar.string) }
            if ["", "~", "null"].contains(scalar.string) { return .null }
            if let flag = ["true": true, "false": false][scalar.string] { return .bool(flag) }
            return (try? JSONValue(parsing: Array(scalar.string.utf8))) ?? .string(scalar.string)
        case .alias:
            throw YAMLFault(text: "an alias")
        }
    }
}
