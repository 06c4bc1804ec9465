/// The items of a query, `name=value&…`, for the few names that the gateway knows. Values with escapes are no values of
/// ours: identifiers and numbers need none.
struct QueryItems {
    private var items: [Substring: Substring] = [:]

    init(_ query: String?) {
        for item in (query ?? "").split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, self.items[parts[0]] == nil else { continue }
            self.items[parts[0]] = parts[1]
        }
    }

    subscript(name: String) -> String? { self.items[name[...]].map(String.init) }
}
