import StrictJSON

/// What a scalar without quotes becomes.
enum PlainScalar {
    /// JSON's words and numbers are what they are in JSON; nothing and `~` are null; everything else is text.
    ///
    /// The words and numbers of YAML 1.1 beyond that (`no`, `on`, `1_000`, `0x1F`, `.5`, `12:30`, dates) are texts: the
    /// two versions of YAML read them differently, and so do the parsers.
    static func value(of text: String) -> JSONValue {
        if text.isEmpty || text == "~" { return .null }
        guard let value = try? JSONValue(parsing: Array(text.utf8)) else { return .string(text) }
        switch value {
        case .null, .bool, .integer, .double: return value
        case .string, .array, .object: return .string(text)
        }
    }
}
