/// The items of a query, `name=value&…`, for the few names that the gateway knows. Values with escapes are no values of
/// ours: identifiers and numbers need none.
struct QueryItems {
    private var items: [Substring: Substring] = [:]
    private var list: [(name: String, value: String)] = []

    init(_ query: String?) {
        for item in (query ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            self.list.append((Self.singular(parts[0]), String(parts[1])))
            guard self.items[parts[0]] == nil else { continue }
            self.items[parts[0]] = parts[1]
        }
    }

    /// All values of a name that may come more than once, as `name=…` or `name[]=…`.
    func all(_ name: String) -> [String] { self.list.filter { $0.name == name }.map(\.value) }

    private static func singular(_ name: Substring) -> String {
        for end in ["[]", "%5B%5D", "%5b%5d"] where name.hasSuffix(end) { return String(name.dropLast(end.count)) }
        return String(name)
    }

    subscript(name: String) -> String? { self.items[name[...]].map(String.init) }
}
