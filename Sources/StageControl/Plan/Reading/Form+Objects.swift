import StrictJSON

extension Form {
    /// An object with these fields, in the order in which the initializer takes them. Other fields are refused.
    static func object<each Part: Sendable>(
        _ make: @escaping @Sendable (repeat each Part) -> Value, _ field: repeat Field<Value, each Part>
    ) -> Form {
        var members: [Shape.Member] = []
        for one in repeat each field { members.append(one.member) }
        let names = members.map(\.name)
        let expected = "an object with \(names.joined(separator: ", "))"
        return Form(
            expected: expected, shape: .object(members),
            read: { json, reading in
                guard let members = reading.members(of: json, expected: expected) else { return nil }
                reading.refuseMembers(of: members, except: names)
                let parts = (repeat (each field).read(from: members, &reading))
                return try? make(repeat unwrapped(each parts))
            },
            write: { value in
                var members: [String: JSONValue] = [:]
                for one in repeat each field { members[one.name] = one.written(of: value) }
                return .object(members)
            })
    }

    /// One of several kinds of object; which one, its distinguishing field tells.
    static func either(_ alternatives: Alternative<Value>...) -> Form {
        let tags = alternatives.map(\.tag)
        let expected = "an object with one of \(tags.joined(separator: ", "))"
        return Form(
            expected: expected, shape: .object(Self.union(of: alternatives)),
            read: { json, reading in
                guard let members = reading.members(of: json, expected: expected) else { return nil }
                let meant = alternatives.filter { members[$0.tag] != nil }
                guard meant.count <= 1 else {
                    let given = meant.map(\.tag).joined(separator: " and ")
                    reading.note(.contradiction, "gives \(given); keep one of them")
                    return nil
                }
                guard let only = meant.first else {
                    let known = alternatives.flatMap(\.names)
                    let stranger = members.keys.sorted().first { !known.contains($0) }
                    let hint = stranger.flatMap { Spelling.nearest(to: $0, among: tags) }
                    let advice = hint.map { "did you mean \($0)?" } ?? "give one of \(tags.joined(separator: ", "))"
                    reading.note(.missingField, "says nothing that is known; \(advice)")
                    return nil
                }
                return only.read(json, &reading)
            },
            write: { value in alternatives.lazy.compactMap { $0.write(value) }.first ?? .null })
    }

    /// The fields of all alternatives, each once.
    private static func union(of alternatives: [Alternative<Value>]) -> [Shape.Member] {
        alternatives.flatMap(\.members).reduce(into: []) { union, member in
            if !union.contains(where: { $0.name == member.name }) { union.append(member) }
        }
    }
}

/// One kind of object where a field may hold several.
struct Alternative<Value: Sendable>: Sendable {
    /// The field that only this kind has.
    let tag: String
    let members: [Shape.Member]
    let read: @Sendable (JSONValue, inout Reading) -> Value?
    /// The object, if the value is of this kind.
    let write: @Sendable (Value) -> JSONValue?

    var names: [String] { self.members.map(\.name) }

    /// The kind with this form, and how its content is put into a value and found in one.
    init<Content: Sendable>(
        _ tag: String, _ form: Form<Content>, _ make: @escaping @Sendable (Content) -> Value,
        _ content: @escaping @Sendable (Value) -> Content?
    ) {
        self.tag = tag
        if case .object(let members) = form.shape { self.members = members } else { self.members = [] }
        self.read = { json, reading in form.read(json, &reading).map(make) }
        self.write = { content($0).map(form.write) }
    }
}

/// Thrown out of the middle of an argument list when a part could not be read.
private struct Unreadable: Error {}

private func unwrapped<Part>(_ part: Part?) throws(Unreadable) -> Part {
    guard let part else { throw Unreadable() }
    return part
}
