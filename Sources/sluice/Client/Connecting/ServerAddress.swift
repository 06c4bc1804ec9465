/// Where the control API listens, as `--server` says it.
struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address if nothing else is said.
    static let standard = "http://127.0.0.1:7081"

    /// Whether it is spoken to over TLS.
    let isSecure: Bool
    /// The host's name or address, without brackets.
    let host: String
    /// The port.
    let port: Int
    /// What stands before every path; empty, or a slash and a name.
    let prefix: String

    /// Reads `http://host:port/prefix`, or the same with `https`; port and prefix may be left out.
    init(_ text: String) throws(CommandFault) {
        func fault(_ reason: String) -> CommandFault {
            CommandFault(.usage, "the server '\(text)' \(reason); write it like \(Self.standard)")
        }
        guard let scheme = ["http://", "https://"].first(where: { text.hasPrefix($0) }) else {
            throw fault("begins neither with http:// nor with https://")
        }
        self.isSecure = scheme == "https://"
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !rest.contains(where: { "?#@".contains($0) }) else {
            throw fault("has characters that an address does not have")
        }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        self.prefix = String(path)
        let host: Substring
        var port: Substring?
        if authority.first == "[" {
            host = authority.dropFirst().prefix { $0 != "]" }
            let behind = authority.dropFirst(host.count + 2)
            guard authority.contains("]"), behind.isEmpty || behind.first == ":" else { throw fault("has no host") }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = parts.first else { throw fault("has no host") }
            host = first
            port = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty else { throw fault("has no host") }
        guard let number = port.map({ Int($0) }) ?? (self.isSecure ? 443 : 80), (1...65_535).contains(number) else {
            throw fault("has no port from 1 to 65535")
        }
        self.host = String(host)
        self.port = number
    }

    /// Host and port, as a request names them.
    var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    /// The address as it is written.
    var description: String { "\(self.isSecure ? "https" : "http")://\(self.authority)\(self.prefix)" }
}
