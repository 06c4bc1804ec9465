import ReleaseModel
import StrictJSON

/// One entry of a log in one line.
enum EntryLine {
    /// The columns of index, kind and actor, so that lines stand under each other without knowing all of them.
    private static let widths = (index: 6, kind: 22, actor: 30)

    /// `{"entry":…,"index":…}`, as the control API has it; an entry that is not JSON is told as its bytes.
    static func json(_ index: UInt64, _ bytes: [UInt8]) -> String {
        let entry = (try? JSONValue(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
        return JSONValue.object(["index": .integer(Int64(index)), "entry": entry]).canonicalText
    }

    /// Index, moment, kind, actor and what happened.
    static func text(_ index: UInt64, _ bytes: [UInt8]) -> String {
        let number = String(index)
        let place = String(repeating: " ", count: max(0, self.widths.index - number.count)) + number
        guard let entry = try? JSONValue(parsing: bytes), let kind = entry["kind"]?.stringValue else {
            return "\(place)  " + Table.visible(String(decoding: bytes, as: UTF8.self))
        }
        let front = "\(place)  \(entry.moment("at"))  \(Table.padded(kind, to: self.widths.kind))"
        if let control = try? entry.decoded(as: ControlEntry.self) {
            let actor = Table.padded(control.by.description, to: self.widths.actor)
            return "\(front)  \(actor)  " + Table.visible(control.event.sentence)
        }
        return Table.visible("\(front)  " + self.members(entry))
    }

    /// The members of an entry that has no sentence, such as those of the access log.
    private static func members(_ entry: JSONValue) -> String {
        (entry.objectValue ?? [:]).filter { !["at", "kind", "v"].contains($0.key) }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value.stringValue ?? $0.value.canonicalText)" }.joined(separator: " ")
    }
}
