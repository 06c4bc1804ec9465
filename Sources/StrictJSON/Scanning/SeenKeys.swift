/// The keys that each open object has shown so far, as 64-bit hashes.
///
/// Two different keys with the same hash are refused like equal ones: by chance once in 10^19 pairs, and a body made so
/// on purpose harms only its sender. In return there is nothing to compare, so no body makes the comparing slow.
struct SeenKeys: Sendable {
    /// Objects with more keys than this use a set; smaller ones are searched through.
    private static let smallCount = 16

    /// For each open object, outermost first: where the object around it begins, then its hashes.
    private var hashes: [UInt64] = []
    /// Where the hashes of the innermost object begin.
    private var base = 0
    /// One set for each open object that has more than ``smallCount`` keys, outermost first.
    private var sets: [Set<UInt64>] = []

    mutating func removeAll() {
        self.hashes.removeAll(keepingCapacity: true)
        self.base = 0
        self.sets.removeAll()
    }

    mutating func openObject() {
        // One allocation a scan is enough for most bodies.
        if self.hashes.isEmpty { self.hashes.reserveCapacity(64) }
        self.hashes.append(UInt64(self.base))
        self.base = self.hashes.count
    }

    /// Notes a key of the innermost object; false if it was there already.
    mutating func insert(_ hash: UInt64) -> Bool {
        let count = self.hashes.count - self.base
        if count > Self.smallCount { return self.sets[self.sets.count - 1].insert(hash).inserted }
        for index in self.base..<self.hashes.count where self.hashes[index] == hash { return false }
        self.hashes.append(hash)
        if count == Self.smallCount { self.sets.append(Set(self.hashes[self.base...])) }
        return true
    }

    mutating func closeObject() {
        if self.hashes.count - self.base > Self.smallCount { self.sets.removeLast() }
        let around = Int(self.hashes[self.base - 1])
        self.hashes.removeLast(self.hashes.count - self.base + 1)
        self.base = around
    }
}
