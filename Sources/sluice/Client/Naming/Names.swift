import ReleaseModel
import StrictJSON

/// What things are called, by their identifiers.
struct Names: Hashable, Sendable {
    private var names: [String: String] = [:]

    init(_ names: [String: String] = [:]) {
        self.names = names
    }

    /// Remembers a thing of the API. Terms are called by name and version.
    mutating func add(_ item: JSONValue) {
        guard let id = item["id"]?.stringValue, let name = item["name"]?.stringValue else { return }
        let isTerms = TermsID(id) != nil
        self.names[id] = isTerms ? "\(name)@\(item["version"]?.stringValue ?? "?")" : name
    }

    /// The name alone; the identifier where there is none.
    func short(_ id: String?) -> String {
        guard let id else { return "" }
        return self.names[id] ?? id
    }

    /// The name with the identifier behind it, so that nobody has to trust the name.
    func long(_ id: some CustomStringConvertible) -> String {
        let id = id.description
        return self.names[id].map { "\($0) (\(id))" } ?? id
    }
}
