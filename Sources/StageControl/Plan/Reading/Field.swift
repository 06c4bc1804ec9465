import StrictJSON

/// One field of an object of a plan: its name, its form, what it means if it is left out, and which way it opens.
///
/// `null` says nothing: it is the same as leaving the field out.
struct Field<Root: Sendable, Part: Sendable>: Sendable {
    let name: String
    let shape: Shape
    let opening: Opening
    private let part: @Sendable (Root) -> Part
    private let readPart: @Sendable (JSONValue?, inout Reading) -> Part?
    private let writePart: @Sendable (Part) -> JSONValue?

    /// A field that must be given.
    init(
        _ name: String, _ part: @escaping @Sendable (Root) -> Part, _ form: Form<Part>,
        opens opening: Opening = .bound(.changed)
    ) {
        self.init(name, part, form, opening) { reading in
            reading.note(.missingField, "is missing; give \(form.expected)")
            return nil
        }
    }

    /// A field that means `standard` if it is left out; written out always.
    init(
        _ name: String, _ part: @escaping @Sendable (Root) -> Part, _ form: Form<Part>, default standard: Part,
        opens opening: Opening = .bound(.changed)
    ) {
        self.init(name, part, form, opening) { _ in standard }
    }

    /// A field that may be absent, and then means that there is none; not written if there is none.
    init<Wrapped: Sendable>(
        _ name: String, _ part: @escaping @Sendable (Root) -> Part, optional form: Form<Wrapped>,
        opens opening: Opening = .bound(.changed)
    ) where Part == Wrapped? {
        self.name = name
        self.shape = form.shape
        self.opening = opening
        self.part = part
        self.readPart = { json, reading in
            guard let json, json != .null else { return .some(nil) }
            return form.read(json, &reading).map { .some($0) }
        }
        self.writePart = { $0.map(form.write) }
    }

    private init(
        _ name: String, _ part: @escaping @Sendable (Root) -> Part, _ form: Form<Part>, _ opening: Opening,
        absent: @escaping @Sendable (inout Reading) -> Part?
    ) {
        self.name = name
        self.shape = form.shape
        self.opening = opening
        self.part = part
        self.readPart = { json, reading in
            guard let json, json != .null else { return absent(&reading) }
            return form.read(json, &reading)
        }
        self.writePart = form.write
    }

    /// The part; nil after a fault was noted.
    func read(from members: [String: JSONValue], _ reading: inout Reading) -> Part? {
        reading.within(.member(self.name)) { self.readPart(members[self.name], &$0) }
    }

    /// What stands in the document for a whole's part.
    func written(of root: Root) -> JSONValue? { self.writePart(self.part(root)) }

    var member: Shape.Member { Shape.Member(name: self.name, shape: self.shape, opening: self.opening) }
}
