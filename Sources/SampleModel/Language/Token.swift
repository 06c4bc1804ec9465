/// A unit of text as the model sees it: an index into a ``Vocabulary``.
struct Token: Hashable, Comparable, Sendable {
    var index: UInt16

    init(_ index: Int) {
        self.index = UInt16(index)
    }

    /// Stands before every document. It is a context and never an answer.
    static let begin = Token(0)

    /// Stands after every document: a model that draws it has finished.
    static let end = Token(1)

    static func < (left: Token, right: Token) -> Bool { left.index < right.index }
}
