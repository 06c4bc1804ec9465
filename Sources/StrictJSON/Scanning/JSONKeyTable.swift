/// A fixed list of names that keys are looked up in, without making a string of the key.
public struct JSONKeyTable: Sendable {
    private let hashes: [UInt64]
    private let names: [String]
    /// Places in the list, by the lowest bits of the hash; where one is taken the next free one counts. -1 is free.
    private let slots: [Int8]

    /// A table of these names; a name's place in the list is what a lookup answers.
    public init(_ names: [String]) {
        precondition(names.count < 128, "a place fits into a byte")
        self.names = names
        self.hashes = names.map { name in
            let bytes = Array(name.utf8)
            return TextHash.of(bytes.span, from: 0, to: bytes.count)
        }
        var slots = [Int8](repeating: -1, count: 256)
        for (place, hash) in self.hashes.enumerated() {
            var slot = Int(hash & 255)
            while slots[slot] >= 0 { slot = (slot + 1) & 255 }
            slots[slot] = Int8(place)
        }
        self.slots = slots
    }

    /// The place of the scanner's last key in the list; nil if it is not there.
    ///
    /// The key's text is compared, however it is escaped; the hashes only say where to look.
    public func index(of scanner: borrowing JSONScanner, in bytes: Span<UInt8>) -> Int? {
        let hash = scanner.keyHash
        var slot = Int(hash & 255)
        while self.slots[slot] >= 0 {
            let place = Int(self.slots[slot])
            if self.hashes[place] == hash { return scanner.isText(self.names[place], in: bytes) ? place : nil }
            slot = (slot + 1) & 255
        }
        return nil
    }
}
