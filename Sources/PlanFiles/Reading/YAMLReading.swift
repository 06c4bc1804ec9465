import StageControl
import StrictJSON
import Yams

/// A YAML text as the source of a plan. What is wrong with single nodes is collected, so that people see it at once.
struct YAMLReading {
    private let text: SourceText
    private let composition: YAMLComposition
    private var lines: [FieldPath: Int] = [:]
    private var faults: [PlanFileFault] = []

    static func source(of text: SourceText) throws(PlanFileFaults) -> PlanSource {
        try self.refuseTabs(in: text)
        if let place = AliasGuard.firstAlias(in: text) {
            throw PlanFileFaults(.alias, place, PlanFileFaults.aliasReason)
        }
        let composition = try YAMLComposition(text)
        var reading = YAMLReading(text: text, composition: composition)
        let value = composition.root.map { reading.value(of: $0, at: .document, depth: 0) } ?? .null
        if value == .null, reading.faults.isEmpty {
            throw PlanFileFaults(.empty, nil, "the file is empty; expected a plan")
        }
        guard reading.faults.isEmpty else {
            throw PlanFileFaults(
                reading.faults.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) })
        }
        return PlanSource(value, lines: reading.lines)
    }

    private init(text: SourceText, composition: YAMLComposition) {
        self.text = text
        self.composition = composition
    }

    private static func refuseTabs(in text: SourceText) throws(PlanFileFaults) {
        for (number, line) in text.lines.enumerated() {
            let indentation = line.prefix { $0 == " " || $0 == "\t" }
            guard let tab = indentation.firstIndex(of: "\t") else { continue }
            throw PlanFileFaults(
                .tab, SourceText.Place(line: number + 1, column: tab + 1),
                "a tab indents this line; indent by blanks alone")
        }
    }

    private mutating func value(of node: Node, at path: FieldPath, depth: Int) -> JSONValue {
        let place = node.mark.map { self.composition.place($0) }
        if self.lines[path] == nil { self.lines[path] = place?.line }
        guard depth <= PlanFile.maximumDepth else {
            self.note(.tooDeep, place, "objects and lists are nested more than \(PlanFile.maximumDepth) deep")
            return .null
        }
        self.refuseProperties(of: node, place)
        switch node {
        case .scalar(let scalar):
            return scalar.style == .plain ? PlainScalar.value(of: scalar.string) : .string(scalar.string)
        case .sequence(let sequence):
            return .array(
                sequence.enumerated().map { self.value(of: $1, at: path[$0], depth: depth + 1) })
        case .mapping(let mapping): return self.object(mapping, at: path, depth: depth)
        case .alias:
            self.note(.alias, place, PlanFileFaults.aliasReason)
            return .null
        }
    }

    private mutating func object(_ mapping: Node.Mapping, at path: FieldPath, depth: Int) -> JSONValue {
        var (members, first) = ([String: JSONValue](), [String: Int]())
        for (key, node) in mapping {
            let place = key.mark.map { self.composition.place($0) }
            self.refuseProperties(of: key, place)
            guard case .scalar(let scalar) = key, !(scalar.style == .plain && scalar.string.isEmpty) else {
                self.note(.key, place, "a key is a text, and this is none")
                continue
            }
            let name = self.composition.name(scalar.string)
            guard name != "<<" else {
                self.note(.alias, place, "a merge key stands here; it is not read, so write out what is meant")
                continue
            }
            if let line = first[name] {
                self.note(.duplicateKey, place, "the key \(name) is there in line \(line) already; keep one")
            } else {
                first[name] = place?.line
                self.lines[path[name]] = place?.line
            }
            members[name] = self.value(of: node, at: path[name], depth: depth + 1)
        }
        return .object(members)
    }

    /// Notes what YAML can put in front of a node. The text tells, since the tree does not keep it.
    private mutating func refuseProperties(of node: Node, _ place: SourceText.Place?) {
        guard let place else { return }
        switch self.text[place] {
        case "&": self.note(.alias, place, PlanFileFaults.aliasReason)
        case "!": self.note(.tag, place, "a type is given by hand; leave it out, and quote what is text")
        default: break
        }
    }

    /// Notes a fault once: an object begins where its first key does.
    private mutating func note(_ rule: PlanFileFault.Rule, _ place: SourceText.Place?, _ reason: String) {
        let fault = PlanFileFault(rule, line: place?.line, column: place?.column, reason: reason)
        guard !self.faults.contains(fault) else { return }
        self.faults.append(fault)
    }
}
