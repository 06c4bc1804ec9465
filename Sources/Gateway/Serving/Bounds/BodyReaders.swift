/// Who reads a body that is counted, on one event loop, and who of them gives way where there is no room for all.
///
/// First who is furthest behind the least rate, so that bodies that trickle in cannot keep honest ones out. If nobody
/// is behind it, the newest: those before it are nearer to their end. Time is counted in looks, of which a loop takes a
/// few each second, so that a body costs no look at the clock.
struct BodyReaders<Reader> {
    private struct Entry {
        let reader: Reader
        var looks = 0
        var bytes = 0
    }

    /// How many looks the rate is not asked of: a body has to come under way.
    private static var grace: Int { 4 }

    private var entries: [UInt64: Entry] = [:]
    private let bytesOfLook: Int

    /// - Parameter bytesOfLook: what the least rate comes to from one look to the next.
    init(bytesOfLook: Int) {
        self.bytesOfLook = bytesOfLook
    }

    /// Counts one more, by the place in which its body came.
    mutating func begin(_ place: UInt64, _ reader: Reader) {
        self.entries[place] = Entry(reader: reader)
    }

    mutating func receive(_ bytes: Int, at place: UInt64) {
        self.entries[place]?.bytes += bytes
    }

    mutating func end(_ place: UInt64) {
        self.entries[place] = nil
    }

    /// Notes that the time from one look to the next has passed.
    mutating func look() {
        for place in self.entries.keys { self.entries[place]?.looks += 1 }
    }

    /// Takes out who gives way; nil if nobody reads.
    mutating func takeOneToGiveWay() -> Reader? {
        let furthest = self.entries.max { self.order($0) < self.order($1) }
        return furthest.flatMap { self.entries.removeValue(forKey: $0.key)?.reader }
    }

    /// How many bytes it is behind, and then how new it is.
    private func order(_ entry: (key: UInt64, value: Entry)) -> (behind: Int, place: UInt64) {
        let due = (entry.value.looks - Self.grace) * self.bytesOfLook
        return (max(0, due - entry.value.bytes), entry.key)
    }
}
