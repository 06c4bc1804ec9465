/// What is wrong with one field of a document, for whoever has to mend it.
public struct DocumentFault: Hashable, Sendable {
    /// The kind of fault. The raw value is public and never renamed.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        /// The field has to be there.
        case missing
        /// Nothing is known by this name.
        case unknown
        /// It is of another kind than expected.
        case wrongType = "wrong_type"
        /// It is of the kind that is expected, and cannot be what it says.
        case invalid
        /// It is no word of the list.
        case unknownWord = "unknown_word"
    }

    /// The kind of fault.
    public var code: Code
    /// The field, such as `cells[2].slot`; empty for the whole document.
    public var path: String
    /// What was expected there, for people.
    public var reason: String

    /// A fault with all its fields.
    public init(_ code: Code, path: String, reason: String) {
        self.code = code
        self.path = path
        self.reason = reason
    }
}

extension DocumentFault: CustomStringConvertible {
    /// The field and what was expected of it.
    public var description: String { self.path.isEmpty ? self.reason : "\(self.path): \(self.reason)" }
}

/// Everything that is wrong with a document, in the order of its fields; never empty.
public struct DocumentFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults; of a document with more than ``most``, the first.
    public let faults: [DocumentFault]

    /// The most faults that are listed.
    public static let most = 64

    /// All of them in one line.
    public var description: String { self.faults.map(\.description).joined(separator: "; ") }
}
