/// The names that a certificate is for: of its subject's alternative names, those of servers.
struct ServerNames: Hashable, Sendable {
    private let names: Set<String>

    init(_ names: some Sequence<String>) {
        self.names = Set(names.map { $0.lowercased() })
    }

    /// Which of several certificates is shown to a client that asks for a name: the first that has the name itself,
    /// else the first that has it by a wildcard, else the first of all. So an unknown name, and none, get what a
    /// listener with one certificate shows.
    static func choice(for asked: String?, among certificates: some Collection<ServerNames>) -> Int {
        guard let asked, certificates.count > 1 else { return 0 }
        var name = asked.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        func first(with name: String) -> Int? {
            certificates.enumerated().first { $1.names.contains(name) }?.offset
        }
        if let exact = first(with: name) { return exact }
        // A wildcard stands for the whole first label, and for no more than that (RFC 9525 §6.3).
        guard let dot = name.firstIndex(of: "."), dot > name.startIndex else { return 0 }
        return first(with: "*\(name[dot...])") ?? 0
    }
}
