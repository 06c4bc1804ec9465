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
    /// The names under `upstreams`, in the order of the file.
    private(set) var upstreamNames: [String] = []
    /// The names under each upstream's `endpoints`, in the order of the file.
    private(set) var endpointNames: [String: [String]] = [:]

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

    /// The places of a key, with the names that were chosen in the file.
    func paths(of key: ConfigurationKey) -> [String] {
        guard key.path.contains("*") else { return [key.path] }
        return self.upstreamNames.flatMap { upstream in
            let path = key.path.replacing("*", with: upstream, maxReplacements: 1)
            guard path.contains("*") else { return [path] }
            return (self.endpointNames[upstream] ?? []).map { path.replacing("*", with: $0) }
        }
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
                if path == ["upstreams"] { self.upstreamNames.append(name) }
                if path.count == 3, path[0] == "upstreams", path[2] == "endpoints" {
                    self.endpointNames[path[1], default: []].append(name)
                }
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
        let known = ConfigurationKey.all.map { known in
            // A chosen name stays as it was chosen, so that the nearest key can be pasted.
            let chosen = path.first == "upstreams" ? [path.dropFirst().first, path.dropFirst(3).first] : []
            return chosen.reduce(known.path) { text, name in
                name.map { text.replacing("*", with: $0, maxReplacements: 1) } ?? text
            }
        }
        let sections = Set(known.compactMap { $0.split(separator: ".").first.map(String.init) })
        let nearest = Spelling.nearest(to: key, among: known + sections.sorted())
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        self.note(ConfigurationFault(place: place, key: key, message: "there is no such key\(hint)"))
    }
}
