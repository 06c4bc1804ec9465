import StageControl
import StrictJSON

extension JSONValue {
    /// The document with the value at a place put in, replaced, or taken out.
    func setting(_ path: String, to value: JSONValue?) -> JSONValue {
        guard let path = FieldPath(path) else { preconditionFailure("\(path) is no path") }
        return self.setting(path.steps[...], to: value) ?? .null
    }

    /// The document with several places changed, one after the other.
    func setting(_ changes: [(path: String, value: JSONValue?)]) -> JSONValue {
        changes.reduce(self) { $0.setting($1.path, to: $1.value) }
    }

    /// The value at a place.
    func at(_ path: String) -> JSONValue? {
        FieldPath(path)?.steps.reduce(self) { value, step in
            switch step {
            case .member(let name): value?[name]
            case .element(let index): value?.arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        }
    }

    private func setting(_ steps: ArraySlice<FieldPath.Step>, to value: JSONValue?) -> JSONValue? {
        guard let step = steps.first else { return value }
        switch step {
        case .member(let name):
            var members = self.objectValue ?? [:]
            members[name] = (members[name] ?? .object([:])).setting(steps.dropFirst(), to: value)
            return .object(members)
        case .element(let index):
            var elements = self.arrayValue ?? []
            guard elements.indices.contains(index) else {
                precondition(index == elements.count, "element \(index) of \(elements.count)")
                elements += [JSONValue.object([:]).setting(steps.dropFirst(), to: value)].compactMap(\.self)
                return .array(elements)
            }
            if let element = elements[index].setting(steps.dropFirst(), to: value) {
                elements[index] = element
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        }
    }
}

extension JSONValue {
    /// Every single value with its place, one a line, sorted by place.
    var leaves: [String] { self.leaves(at: .document) }

    private func leaves(at path: FieldPath) -> [String] {
        switch self {
        case .object(let members) where !members.isEmpty:
            members.sorted { $0.key < $1.key }.flatMap { $1.leaves(at: path[$0]) }
        case .array(let elements) where !elements.isEmpty:
            elements.enumerated().flatMap { $1.leaves(at: path[$0]) }
        default: ["\(path): \(self.canonicalText)"]
        }
    }
}

extension JSONValue {
    /// Every place in the document, the whole of it included.
    var places: [FieldPath] { self.places(at: .document) }

    private func places(at path: FieldPath) -> [FieldPath] {
        switch self {
        case .object(let members): [path] + members.sorted { $0.key < $1.key }.flatMap { $1.places(at: path[$0]) }
        case .array(let elements): [path] + elements.enumerated().flatMap { $1.places(at: path[$0]) }
        default: [path]
        }
    }
}
