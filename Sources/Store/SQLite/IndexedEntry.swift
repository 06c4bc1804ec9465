public import ReleaseModel
import StrictJSON

/// What the index knows of an entry of the control log: enough to find it again, not what it says.
public struct IndexedEntry: Hashable, Sendable {
    /// Its place in the log.
    public var number: UInt64
    /// When it was decided.
    public var at: Timestamp
    /// Who decided it, as the ledger names them.
    public var by: String
    /// What kind of event it is.
    public var kind: String
    /// The identifiers that stand in it anywhere, of keys too.
    public var objects: Set<String>

    /// An entry with all its fields.
    public init(number: UInt64, at: Timestamp, by: String, kind: String, objects: Set<String>) {
        self.number = number
        self.at = at
        self.by = by
        self.kind = kind
        self.objects = objects
    }

    /// Reads an entry's bytes; nil if they are no entry of the control log.
    ///
    /// Lenient on purpose: the index helps to find entries, and whoever acts on one reads it strictly.
    public init?(number: UInt64, bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let at = json["at"]?.integerValue,
            let by = json["by"]?.stringValue, let kind = json["kind"]?.stringValue
        else { return nil }
        var objects: Set<String> = []
        Self.collect(from: json, named: "", isKeyEvent: kind.hasPrefix("key."), into: &objects)
        self.init(number: number, at: Timestamp(milliseconds: at), by: by, kind: kind, objects: objects)
    }

    private static func collect(
        from value: JSONValue, named name: String, isKeyEvent: Bool, into objects: inout Set<String>
    ) {
        switch value {
        case .string(let text):
            let isKey = name == "key" || (isKeyEvent && name == "id")
            if Self.isIdentifier(text) || (isKey && KeyID(text.utf8) != nil) { objects.insert(text) }
        case .array(let elements):
            for element in elements {
                Self.collect(from: element, named: name, isKeyEvent: isKeyEvent, into: &objects)
            }
        case .object(let members):
            for (name, member) in members {
                Self.collect(from: member, named: name, isKeyEvent: isKeyEvent, into: &objects)
            }
        case .null, .bool, .integer, .double: break
        }
    }

    /// Whether a text has the form of ``Identifier`` of whatever kind: three letters, `_`, 26 of Crockford's letters.
    private static func isIdentifier(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 30, bytes[3] == UInt8(ascii: "_") else { return false }
        return bytes[..<3].allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
            && ModelID(ModelKind.prefix + String(decoding: bytes[3...], as: UTF8.self)) != nil
    }
}
