/// The values that were used last, by their keys: a few, so that to look one up is a walk over next to nothing.
///
/// What was used last is looked at first, and what was not used for longest is forgotten: it can be made again.
struct Recent<Key: Equatable, Value> {
    private let most: Int
    private var entries: [(key: Key, value: Value)] = []

    /// Of so many at the most.
    init(most: Int) {
        self.most = max(1, most)
    }

    var count: Int { self.entries.count }

    /// The value of a key; `make` is asked where it is not known, or no more.
    mutating func value(of key: Key, _ make: () -> Value) -> Value {
        if let first = self.entries.first, first.key == key { return first.value }
        let entry: (key: Key, value: Value)
        if let place = self.entries.firstIndex(where: { $0.key == key }) {
            entry = self.entries.remove(at: place)
        } else {
            if self.entries.count == self.most { self.entries.removeLast() }
            entry = (key, make())
        }
        self.entries.insert(entry, at: 0)
        return entry.value
    }

    /// Forgets all of them.
    mutating func removeAll() { self.entries.removeAll() }
}
