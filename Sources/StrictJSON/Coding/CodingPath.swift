/// The place of a value in a document, as a fault names it.
struct CodingPath: Hashable, Sendable {
    private(set) var text = ""

    func member(_ name: String) -> CodingPath {
        CodingPath(text: self.text.isEmpty ? name : "\(self.text).\(name)")
    }

    func element(_ index: Int) -> CodingPath {
        CodingPath(text: "\(self.text)[\(index)]")
    }

    func joined(with keys: [any CodingKey]) -> CodingPath {
        keys.reduce(self) { path, key in
            key.intValue.map { path.element($0) } ?? path.member(key.stringValue)
        }
    }
}

/// A key that is known by its text or its place only: `super`, and the places of arrays.
struct PlainKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) {
        self.stringValue = stringValue
        self.intValue = nil
    }

    init(intValue: Int) {
        self.stringValue = String(intValue)
        self.intValue = intValue
    }
}
