/// One step of a ``JSONScanner``.
public enum JSONToken: UInt8, Hashable, Sendable {
    case objectStart, objectEnd, arrayStart, arrayEnd
    /// The name of a member; its value is the next token.
    case key
    case string, number
    case `true`, `false`, null
    /// The text is over and was valid.
    case end
}
