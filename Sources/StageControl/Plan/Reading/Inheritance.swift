import StrictJSON

/// What a document means that it does not say because something else in it does.
///
/// A stage takes over what it leaves out from the stage before (``Stage/inherited``); a change window without a time
/// zone has that of the evaluation. Everything else that may be left out has a default of its own.
struct Inheritance {
    /// The document with what is taken over written out. What has not the form of a plan stays as it is.
    private(set) var document: JSONValue
    /// Where in it something is taken over.
    private(set) var places: Set<FieldPath> = []

    /// Writes a document out.
    init(_ document: JSONValue) {
        self.document = document
        guard case .object(var plan) = document, case .object(var spec)? = plan["spec"] else { return }
        spec["stages"] = spec["stages"].map { self.stages($0) }
        spec["evaluation"] = spec["evaluation"].map { self.evaluation($0) }
        plan["spec"] = .object(spec)
        self.document = .object(plan)
    }

    /// Whether a place is taken over, or inside of what is.
    func covers(_ path: FieldPath) -> Bool { path.outwards.contains { self.places.contains($0) } }

    private mutating func stages(_ stages: JSONValue) -> JSONValue {
        guard case .array(var elements) = stages else { return stages }
        var said: [String: JSONValue] = [:]
        for (index, element) in elements.enumerated() {
            guard case .object(var members) = element else { continue }
            for name in Stage.inherited {
                self.take(said[name], for: name, of: &members, at: .document["spec"]["stages"][index])
                said[name] = members[name]
            }
            elements[index] = .object(members)
        }
        return .array(elements)
    }

    private mutating func evaluation(_ evaluation: JSONValue) -> JSONValue {
        guard case .object(var members) = evaluation, case .array(var windows)? = members["changeWindows"] else {
            return evaluation
        }
        var zone = JSONValue.string(TimeZoneName.utc.description)
        if let said = members["timeZone"], said != .null { zone = said }
        for (index, window) in windows.enumerated() {
            guard case .object(var window) = window else { continue }
            let path = FieldPath.document["spec"]["evaluation"]["changeWindows"][index]
            self.take(zone, for: "timeZone", of: &window, at: path)
            windows[index] = .object(window)
        }
        members["changeWindows"] = .array(windows)
        return .object(members)
    }

    /// Puts a value where nothing is said.
    private mutating func take(
        _ value: JSONValue?, for name: String, of members: inout [String: JSONValue], at path: FieldPath
    ) {
        guard let value, value != .null, members[name] ?? .null == .null else { return }
        members[name] = value
        self.places.insert(path[name])
    }
}
