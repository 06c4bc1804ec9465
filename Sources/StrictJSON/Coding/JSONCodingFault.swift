/// Why a Swift value and a JSON document do not fit each other: which field, and what was expected of it.
public struct JSONCodingFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of misfit. The raw value is public and is never renamed.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        case missingKey = "missing_key"
        case unknownKey = "unknown_key"
        case wrongType = "wrong_type"
        case invalidValue = "invalid_value"
    }

    /// The kind of misfit.
    public var code: Code
    /// The field, as in `limits.requests_per_minute` or `grants[2].intent`; empty for the whole document.
    public var path: String
    /// What was expected there, as a sentence for people.
    public var reason: String
    /// With ``Code/unknownKey``: all keys that are not known, sorted; ``path`` is the first.
    public var unknownPaths: [String]

    /// A misfit of one field.
    public init(_ code: Code, path: String, reason: String, unknownPaths: [String] = []) {
        self.code = code
        self.path = path
        self.reason = reason
        self.unknownPaths = unknownPaths
    }

    /// The field and what was expected of it, in one line.
    public var description: String { self.path.isEmpty ? self.reason : "\(self.path): \(self.reason)" }
}
