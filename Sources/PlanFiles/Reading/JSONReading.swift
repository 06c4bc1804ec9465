import StageControl
import StrictJSON

/// A JSON text as the source of a plan: read by the house's strict reader, and walked once more for the lines.
struct JSONReading {
    private var scanner = JSONScanner(limits: Self.limits)
    private let bytes: [UInt8]
    private var lines: [FieldPath: Int] = [:]
    /// The line that ``counted`` is in. Offsets only grow, so each line feed is counted once.
    private var line = 1
    private var counted = 0

    private static let limits = JSONLimits(maximumDepth: PlanFile.maximumDepth, maximumBytes: PlanFile.maximumBytes)

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func source(of bytes: [UInt8], _ text: SourceText) throws(PlanFileFaults) -> PlanSource {
        guard text.lines.contains(where: { line in line.contains { $0 != " " && $0 != "\t" } }) else {
            throw PlanFileFaults(.empty, nil, "the file is empty; expected a plan")
        }
        var reading = JSONReading(bytes)
        try reading.walk()
        do throws(JSONFault) {
            return PlanSource(try JSONValue(parsing: bytes, limits: Self.limits), lines: reading.lines)
        } catch {
            throw reading.fault(error, [:])
        }
    }

    private mutating func walk() throws(PlanFileFaults) {
        try self.walk(try self.next([:]), at: .document)
        _ = try self.next([:])
    }

    /// Notes the line of a value that begins with a token, and of everything in it. It goes no deeper than the scanner.
    private mutating func walk(_ token: JSONToken, at path: FieldPath) throws(PlanFileFaults) {
        self.note(path)
        switch token {
        case .arrayStart:
            var index = 0
            while case let token = try self.next([:]), token != .arrayEnd {
                try self.walk(token, at: path[index])
                index += 1
            }
        case .objectStart:
            var places: [String: Int] = [:]
            while try self.next(places) == .key {
                let (name, offset) = (self.scanner.text(in: self.bytes.span), self.scanner.lowerBound - 1)
                guard places.updateValue(offset, forKey: name) == nil else {
                    throw self.fault(JSONFault(.duplicateKey, at: offset), places)
                }
                self.note(path[name])
                try self.walk(try self.next([:]), at: path[name])
            }
        default: break
        }
    }

    /// The next token. A fault tells where the first of two keys stands, if the keys of this object so far are given.
    private mutating func next(_ places: [String: Int]) throws(PlanFileFaults) -> JSONToken {
        do throws(JSONFault) {
            let bytes = self.bytes
            return try self.scanner.next(in: bytes.span)
        } catch {
            throw self.fault(error, places)
        }
    }

    private mutating func note(_ path: FieldPath) {
        while self.counted < self.scanner.lowerBound {
            if self.bytes[self.counted] == UInt8(ascii: "\n") { self.line += 1 }
            self.counted += 1
        }
        // A field stands where its name does.
        if self.lines[path] == nil { self.lines[path] = self.line }
    }

    private func fault(_ fault: JSONFault, _ places: [String: Int]) -> PlanFileFaults {
        let place = self.place(of: fault.offset)
        switch fault.reason {
        case .duplicateKey:
            let name = self.key(at: fault.offset)
            let first = name.flatMap { places[$0] }.map { "in line \(self.place(of: $0).line)" } ?? "before"
            return PlanFileFaults(
                .duplicateKey, place, "the key \(name ?? "") is there \(first) already; keep one")
        case .depthExceeded:
            return PlanFileFaults(
                .tooDeep, place, "objects and lists are nested more than \(PlanFile.maximumDepth) deep")
        default: return PlanFileFaults(.syntax, place, fault.reason.advice)
        }
    }

    private func key(at offset: Int) -> String? {
        let rest = Array(self.bytes[offset...])
        var scanner = JSONScanner()
        guard let token = try? scanner.next(in: rest.span), token == .string else { return nil }
        return scanner.text(in: rest.span)
    }

    /// The bytes are UTF-8, so scalars are counted by their first bytes.
    private func place(of offset: Int) -> SourceText.Place {
        let before = self.bytes.prefix(offset)
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return SourceText.Place(
            line: before.count { $0 == UInt8(ascii: "\n") } + 1,
            column: before[start...].count { $0 & 0xC0 != 0x80 } + 1)
    }
}
