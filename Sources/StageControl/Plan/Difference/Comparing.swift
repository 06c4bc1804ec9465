import StrictJSON

/// Two documents, compared along the shape that both have.
struct Comparing {
    private(set) var changes: [PlanChange] = []

    /// Notes in what two values of a field differ. The paths are those in the earlier and in the later document.
    mutating func compare(
        _ before: JSONValue?, _ after: JSONValue?, _ shape: Shape, _ opening: Opening, at old: FieldPath,
        and new: FieldPath
    ) {
        guard before != after else { return }
        guard let before, let after else {
            // Limits and demands: taking one away opens, adding one does not.
            let effect = after == nil ? opening.effect(of: .opening) : opening.effect(of: .closing)
            return self.note(after == nil ? old : new, before, after, effect)
        }
        switch (shape, before, after) {
        case (.object(let members), .object(let one), .object(let two)):
            for member in members {
                self.compare(
                    one[member.name], two[member.name], member.shape, member.opening, at: old[member.name],
                    and: new[member.name])
            }
        case (.map(let element), .object(let one), .object(let two)):
            for name in Set(one.keys).union(two.keys).sorted() {
                self.compare(one[name], two[name], element, opening, at: old[name], and: new[name])
            }
        case (.list(let element, let key), .array(let one), .array(let two)):
            self.compare(
                Elements(one, by: key), Elements(two, by: key), element, opening, at: old, and: new)
        case (.value(let scale), _, _):
            self.note(new, before, after, opening.effect(of: scale.way(from: before, to: after)))
        default:
            self.note(new, before, after, opening.effect(of: .aside))
        }
    }

    private mutating func compare(
        _ before: Elements, _ after: Elements, _ shape: Shape, _ opening: Opening, at old: FieldPath,
        and new: FieldPath
    ) {
        for (mark, element) in before.marked where after.place(of: mark) == nil {
            guard let place = before.place(of: mark) else { continue }
            self.note(old[place], element, nil, opening.effect(of: .falling))
        }
        for (place, (mark, element)) in after.marked.enumerated() {
            guard let earlier = before.place(of: mark) else {
                self.note(new[place], nil, element, opening.effect(of: .rising))
                continue
            }
            self.compare(before.marked[earlier].element, element, shape, opening, at: old[earlier], and: new[place])
        }
        let common = after.marked.map(\.mark).filter { before.place(of: $0) != nil }
        guard common != before.marked.map(\.mark).filter({ after.place(of: $0) != nil }) else { return }
        // A list of demands has no order; in any other it may mean something.
        let effect = opening.direction == .lowered ? .neutral : opening.effect(of: .aside)
        self.note(new, .array(before.marked.map(\.mark)), .array(after.marked.map(\.mark)), effect)
    }

    private mutating func note(
        _ path: FieldPath, _ before: JSONValue?, _ after: JSONValue?, _ effect: PlanChange.Effect
    ) {
        self.changes.append(PlanChange(path: path, before: before, after: after, effect: effect))
    }
}

/// The elements of a list with what tells them apart.
private struct Elements {
    let marked: [(mark: JSONValue, element: JSONValue)]
    private let places: [JSONValue: Int]

    init(_ elements: [JSONValue], by key: String?) {
        self.marked = elements.map { element in (mark: key.flatMap { element[$0] } ?? element, element: element) }
        self.places = Dictionary(
            self.marked.enumerated().map { ($1.mark, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func place(of mark: JSONValue) -> Int? { self.places[mark] }
}

extension Opening {
    /// Which way a value went.
    enum Way {
        /// It grew, or was added to a list.
        case rising
        /// It shrank, or was taken out of a list.
        case falling
        /// A limit or demand was taken away.
        case opening
        /// A limit or demand came.
        case closing
        /// It is another, neither more nor less.
        case aside
    }

    /// What it means that a field went that way.
    func effect(of way: Way) -> PlanChange.Effect {
        let opened: PlanChange.Effect =
            switch self.subject {
            case .exposure: .raisesExposure
            case .bound: .loosensBound
            }
        return switch (self.direction, way) {
        case (.never, _): .neutral
        case (.changed, _), (_, .aside): .unclear
        case (.raised, .rising), (.lowered, .falling), (_, .opening): opened
        case (.raised, .falling), (.lowered, .rising), (_, .closing): .tightens
        }
    }
}

extension Shape.Scale {
    /// Which way a value went.
    fileprivate func way(from before: JSONValue, to after: JSONValue) -> Opening.Way {
        guard let one = self.size(of: before), let two = self.size(of: after), one != two else { return .aside }
        return one < two ? .rising : .falling
    }

    private func size(of value: JSONValue) -> Double? {
        switch self {
        case .unordered: nil
        case .number: value.doubleValue
        case .timeSpan: value.stringValue.flatMap { TimeSpan($0) }.map { Double($0.milliseconds) }
        case .words(let words): value.stringValue.flatMap { words.firstIndex(of: $0) }.map { Double($0) }
        }
    }
}
