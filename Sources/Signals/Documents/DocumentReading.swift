import StrictJSON

/// Reads a document field by field and goes on after a fault, so that all of them are told at once.
final class DocumentReading {
    private(set) var faults: [DocumentFault] = []

    func note(_ code: DocumentFault.Code, _ path: String, _ reason: String) {
        guard self.faults.count < DocumentFaults.most else { return }
        self.faults.append(DocumentFault(code, path: path, reason: reason))
    }

    /// What was read, if nothing is wrong with it.
    func finished<T>(_ value: T?) throws(DocumentFaults) -> T {
        guard let value, self.faults.isEmpty else { throw DocumentFaults(faults: self.faults) }
        return value
    }

    /// The object with these fields and no others.
    func object(_ json: JSONValue, at path: String = "", fields: [String]) -> ObjectReading? {
        guard let members = json.objectValue else {
            self.note(.wrongType, path, "must be an object")
            return nil
        }
        for name in members.keys.sorted() where !fields.contains(name) {
            let known = fields.joined(separator: ", ")
            self.note(.unknown, path.isEmpty ? name : "\(path).\(name)", "is not known; expected \(known)")
        }
        return ObjectReading(reading: self, path: path, members: members)
    }
}

/// The fields of one object. Each function notes what is wrong and then gives nil.
struct ObjectReading {
    let reading: DocumentReading
    let path: String
    let members: [String: JSONValue]

    func path(of name: String) -> String { self.path.isEmpty ? name : "\(self.path).\(name)" }

    func note(_ code: DocumentFault.Code, _ name: String, _ reason: String) {
        self.reading.note(code, self.path(of: name), reason)
    }

    func required(_ name: String) -> JSONValue? {
        if self.members[name] == nil { self.note(.missing, name, "is missing") }
        return self.members[name]
    }

    func integer(
        _ name: String, in range: ClosedRange<Int64> = 0...Int64(SignalLimits.count), default absent: Int64? = nil
    ) -> Int64? {
        guard let json = self.members[name] ?? absent.map({ .integer($0) }) ?? self.required(name) else { return nil }
        guard let value = json.integerValue else {
            self.note(.wrongType, name, "must be a whole number")
            return nil
        }
        guard range.contains(value) else {
            self.note(.invalid, name, "is \(value); expected \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    func count(_ name: String, default absent: Int64? = nil) -> Int? {
        self.integer(name, default: absent).map { Int($0) }
    }

    func flag(_ name: String, default absent: Bool) -> Bool? {
        guard let json = self.members[name] else { return absent }
        if json.boolValue == nil { self.note(.wrongType, name, "must be true or false") }
        return json.boolValue
    }

    /// A text that is read whole, or its absence where that is allowed: the outer nil is a fault.
    func text<T>(_ name: String, _ rule: String, _ read: (String) -> T?) -> T? {
        guard let json = self.required(name) else { return nil }
        guard let text = json.stringValue else {
            self.note(.wrongType, name, "must be a text: \(rule)")
            return nil
        }
        if let value = read(text) { return value }
        self.note(.invalid, name, "must be \(rule)")
        return nil
    }

    func optionalText<T>(_ name: String, _ rule: String, _ read: (String) -> T?) -> T?? {
        guard self.members[name] != nil else { return .some(nil) }
        return self.text(name, rule, read).map { .some($0) }
    }

    /// A word of a list.
    func word<W: RawRepresentable<String> & CaseIterable>(_ name: String) -> W? {
        guard let json = self.required(name) else { return nil }
        let words = W.allCases.map(\.rawValue).joined(separator: ", ")
        guard let text = json.stringValue else {
            self.note(.wrongType, name, "must be one of \(words)")
            return nil
        }
        if let word = W(rawValue: text) { return word }
        self.note(.unknownWord, name, "is '\(text.prefix(64))'; expected one of \(words)")
        return nil
    }

    func optionalWord<W: RawRepresentable<String> & CaseIterable>(_ name: String) -> W?? {
        guard self.members[name] != nil else { return .some(nil) }
        return self.word(name).map { (word: W) in .some(word) }
    }

    /// The elements of a list; an absent list has none.
    func list(_ name: String, atMost most: Int) -> [(path: String, json: JSONValue)]? {
        guard let json = self.members[name] else { return [] }
        guard let elements = json.arrayValue else {
            self.note(.wrongType, name, "must be a list")
            return nil
        }
        guard elements.count <= most else {
            self.note(.invalid, name, "has \(elements.count) elements; expected at most \(most)")
            return nil
        }
        return elements.enumerated().map { ("\(self.path(of: name))[\($0.offset)]", $0.element) }
    }
}
