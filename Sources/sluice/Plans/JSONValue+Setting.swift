import StageControl
import StrictJSON

extension JSONValue {
    /// The document with another value at a place, and with the objects that lead there; null takes a field away. The
    /// place behind the last element of a list adds one.
    ///
    /// Nil if the way leads through something that is no object or list, or far behind the end of a list.
    func setting(_ path: FieldPath, to value: JSONValue) -> JSONValue? { self.setting(path.steps[...], to: value) }

    private func setting(_ steps: ArraySlice<FieldPath.Step>, to value: JSONValue) -> JSONValue? {
        guard let step = steps.first else { return value }
        switch (step, self) {
        case (.member(let name), .object), (.member(let name), .null):
            var members = self.objectValue ?? [:]
            guard let member = (members[name] ?? .null).setting(steps.dropFirst(), to: value) else { return nil }
            members[name] = member
            // Not `nil`, which is a value here.
            if member == .null { members.removeValue(forKey: name) }
            return .object(members)
        case (.element(let index), .array(var elements)):
            guard (0...elements.count).contains(index) else { return nil }
            let element = elements.indices.contains(index) ? elements[index] : .null
            guard let changed = element.setting(steps.dropFirst(), to: value) else { return nil }
            elements.replaceSubrange(index..<min(index + 1, elements.count), with: changed == .null ? [] : [changed])
            return .array(elements)
        default: return nil
        }
    }
}
