import StrictJSON

extension Form {
    /// A list of at most `limit` elements. Where a field tells elements apart, no two may have the same.
    static func list<Element: Sendable>(
        of element: Form<Element>, toldApartBy key: String? = nil, atMost limit: Int = PlanLimits.listed
    ) -> Form where Value == [Element] {
        let expected = "a list of \(element.expected)"
        return Form(
            expected: expected, shape: .list(of: element.shape, toldApartBy: key),
            read: { json, reading in
                guard let elements = reading.elements(of: json, expected: expected, atMost: limit) else { return nil }
                let read = elements.enumerated().map { index, json in
                    reading.within(.element(index)) { element.read(json, &$0) }
                }
                // Without a key the normal form counts: what two elements say in different ways is the same.
                let marks = zip(elements, read).map { json, value in key.map { json[$0] } ?? value.map(element.write) }
                reading.refuseTwins(marks, called: key)
                let values = read.compactMap(\.self)
                return values.count == elements.count ? values : nil
            },
            write: { .array($0.map(element.write)) })
    }

    /// Values under names that the author chooses, at most ``PlanLimits/listed``.
    static func map<Key: Hashable & Sendable, Element: Sendable>(
        from key: Form<Key>, to element: Form<Element>
    ) -> Form where Value == [Key: Element] {
        let expected = "an object from \(key.expected) to \(element.expected)"
        return Form(
            expected: expected, shape: .map(of: element.shape),
            read: { json, reading in
                guard let members = reading.members(of: json, expected: expected) else { return nil }
                var (map, isWhole) = ([Key: Element](), true)
                if members.count > PlanLimits.listed {
                    reading.note(.tooMany, "has \(members.count) entries; \(PlanLimits.listed) are the most")
                    isWhole = false
                }
                for (name, json) in members.sorted(by: { $0.key < $1.key }) {
                    let entry = reading.within(.member(name)) { reading in
                        (key.read(.string(name), &reading), element.read(json, &reading))
                    }
                    if let key = entry.0, let value = entry.1 { map[key] = value } else { isWhole = false }
                }
                return isWhole ? map : nil
            },
            write: { map in
                let members = map.compactMap { entry in
                    key.write(entry.key).stringValue.map { ($0, element.write(entry.value)) }
                }
                return .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
            })
    }
}

extension Reading {
    /// The elements of a list; anything else, and a list that is too long, is a fault.
    fileprivate mutating func elements(of json: JSONValue, expected: String, atMost limit: Int) -> [JSONValue]? {
        guard case .array(let elements) = json else {
            self.note(.wrongType, "is \(json.kindInWords); expected \(expected)")
            return nil
        }
        guard elements.count <= limit else {
            self.note(.tooMany, "has \(elements.count) elements; \(limit) are the most")
            return nil
        }
        return elements
    }

    /// Notes every element whose mark another one before it has.
    fileprivate mutating func refuseTwins(_ marks: [JSONValue?], called key: String?) {
        var first: [JSONValue: Int] = [:]
        for (index, mark) in marks.enumerated() {
            guard let mark else { continue }
            guard let twin = first[mark] else {
                first[mark] = index
                continue
            }
            let text = mark.stringValue ?? mark.canonicalText
            self.within(.element(index)) { reading in
                let advice = key == nil ? "remove one" : "rename or remove one"
                reading.note(.duplicateName, "is \(text) again, as element \(twin) is; \(advice)", of: key)
            }
        }
    }
}
