/// Which keys of which objects a decoding has asked for, so that the others can be refused.
final class KeyAudit {
    private struct Record {
        var present: Set<String>
        var asked: Set<String> = []
        var isTakenWhole = false
    }

    private var records: [CodingPath: Record] = [:]

    /// Notes that an object is there; until something is asked of it, all its keys are unknown.
    func found(_ members: [String: JSONValue], at path: CodingPath) {
        guard self.records[path] == nil else { return }
        self.records[path] = Record(present: Set(members.keys))
    }

    func asked(for name: String, at path: CodingPath) {
        self.records[path]?.asked.insert(name)
    }

    /// Notes that a value was kept as the ``JSONValue`` that it is, whatever it contains.
    func takenWhole(at path: CodingPath) {
        self.records[path]?.isTakenWhole = true
    }

    /// The paths of all keys that nothing asked for, sorted.
    var unknownPaths: [String] {
        self.records.filter { !$0.value.isTakenWhole }
            .flatMap { path, record in
                record.present.subtracting(record.asked).map { path.member($0).text }
            }
            .sorted()
    }
}
