import Yams

/// The values of all sources before anybody has made sense of them: flags over environment over the file over defaults.
struct ConfigurationValues {
    /// A value and where it came from.
    struct Sourced: Hashable {
        var text: String
        var place: String
    }

    private(set) var values: [String: Sourced] = [:]
    private(set) var faults: [ConfigurationFault] = []
    /// The names that the operator chose, by the section in which they stand, in the order of the file.
    private var chosenNames: [String: [String]] = [:]

    /// Collects the sources.
    ///
    /// - Parameters:
    ///   - file: the name of the file, for messages, and its text; `nil` if there is none.
    ///   - flags: values by key, such as `gateway.port`.
    init(file: (name: String, text: String)?, environment: [String: String], flags: [String: String]) {
        if let file { self.read(file.text, named: file.name) }
        self.read(environment)
        for (key, text) in flags {
            let flag = "--" + key.map { $0 == "." ? "-" : "\($0)" }.joined()
            self.values[key] = Sourced(text: text, place: flag)
        }
    }

    /// The value of a key, or its default.
    func value(_ path: String, _ key: ConfigurationKey) -> Sourced? {
        self.values[path] ?? key.standard.map { Sourced(text: $0, place: "default") }
    }

    /// The names that the operator chose in a section, such as `upstreams`, in the order of the file.
    func names(in section: String) -> [String] { self.chosenNames[section] ?? [] }

    /// The places of a key, with the names that were chosen in the file.
    func paths(of key: ConfigurationKey) -> [String] {
        let (first, rest) = (key.path.prefix { $0 != "*" }, key.path.drop { $0 != "*" })
        return self.paths(below: String(first), rest)
    }

    /// The key of a place. A name that was chosen may have dots in it, so the place is looked for among all there are.
    func key(at path: String) -> ConfigurationKey? {
        ConfigurationKey.all.first { $0.path == path || self.paths(of: $0).contains(path) }
    }

    /// - Parameter rest: what stands behind `place`; it begins with a `*`, or is empty.
    private func paths(below place: String, _ rest: Substring) -> [String] {
        guard !rest.isEmpty else { return [place] }
        let tail = rest.dropFirst()
        let (next, others) = (tail.prefix { $0 != "*" }, tail.drop { $0 != "*" })
        return self.names(in: String(place.dropLast())).flatMap { self.paths(below: "\(place)\($0)\(next)", others) }
    }

    mutating func note(_ fault: ConfigurationFault) {
        self.faults.append(fault)
    }

    private mutating func read(_ environment: [String: String]) {
        let names = Dictionary(
            uniqueKeysWithValues: ConfigurationKey.all.compactMap { key in key.environmentName.map { ($0, key.path) } })
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) {
            guard let path = names[name] else { continue }
            self.values[path] = Sourced(text: text, place: name)
        }
    }

    private mutating func read(_ text: String, named file: String) {
        do {
            guard let root = try Yams.compose(yaml: text) else { return }
            self.read(root, at: [], file: file)
        } catch {
            self.note(ConfigurationFault(place: file, key: "yaml", message: "\(error)"))
        }
    }

    private mutating func read(_ node: Node, at path: [String], file: String) {
        let place = node.mark.map { "\(file):\($0.line)" } ?? file
        let key = path.joined(separator: ".")
        switch node {
        case .mapping(let mapping):
            if !path.isEmpty, !ConfigurationKey.isSection(path) {
                return self.refuseUnknown(path, place: place)
            }
            var seen: Set<String> = []
            for (name, value) in mapping {
                guard let name = name.string else { continue }
                guard seen.insert(name).inserted else {
                    let key = (path + [name]).joined(separator: ".")
                    self.note(ConfigurationFault(place: place, key: key, message: "is there twice; keep one"))
                    continue
                }
                if ConfigurationKey.takesNames(path) { self.chosenNames[key, default: []].append(name) }
                self.read(value, at: path + [name], file: file)
            }
        case .scalar(let scalar):
            guard ConfigurationKey.key(at: path) != nil else { return self.refuseUnknown(path, place: place) }
            self.values[key] = Sourced(text: scalar.string, place: place)
        case .sequence(let list) where ConfigurationKey.key(at: path)?.kind == .addresses:
            let items = list.map { $0.scalar?.string ?? "?" }
            self.values[key] = Sourced(text: items.joined(separator: ","), place: place)
        case .sequence, .alias:
            let message =
                "a list does not belong here; expected \(ConfigurationKey.key(at: path)?.kind.expectation ?? "keys")"
            self.note(ConfigurationFault(place: place, key: key, message: message))
        }
    }

    private mutating func refuseUnknown(_ path: [String], place: String) {
        let key = path.joined(separator: ".")
        // A chosen name stays as it was chosen, so that the nearest key can be pasted.
        let known = ConfigurationKey.all.map { $0.path(named: path) }
        let sections = Set(known.compactMap { $0.split(separator: ".").first.map(String.init) })
        let nearest = Spelling.nearest(to: key, among: known + sections.sorted())
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        self.note(ConfigurationFault(place: place, key: key, message: "there is no such key\(hint)"))
    }
}
