/// A fixed list of names that keys are looked up in, without making a string of the key.
public struct JSONKeyTable: Sendable {
    private let hashes: [UInt64]
    private let names: [String]

    /// A table of these names; a name's place in the list is what a lookup answers.
    public init(_ names: [String]) {
        self.names = names
        self.hashes = names.map { name in
            let bytes = Array(name.utf8)
            return TextHash.of(bytes.span, from: 0, to: bytes.count)
        }
    }

    /// The place of the scanner's last key in the list; nil if it is not there.
    ///
    /// The key's text is compared, however it is escaped; the hashes only say where to look.
    public func index(of scanner: borrowing JSONScanner, in bytes: Span<UInt8>) -> Int? {
        let hash = scanner.keyHash
        for index in self.hashes.indices where self.hashes[index] == hash {
            return scanner.isText(self.names[index], in: bytes) ? index : nil
        }
        return nil
    }
}
