import NIOCore

/// Where an endpoint of an upstream listens, taken from a URL of the configuration.
///
/// Only what a request needs is accepted: scheme, host, port and a base path. It is never made of anything that a
/// client sends.
public struct UpstreamAddress: Hashable, Sendable {
    /// How the upstream is spoken to.
    public enum Scheme: String, Hashable, Sendable {
        case http, https

        var port: Int { self == .http ? 80 : 443 }
    }

    /// How the upstream is spoken to.
    public let scheme: Scheme
    /// A name, an IPv4 address, or an IPv6 address without brackets; in lower case.
    public let host: String
    /// From 1 to 65535; 80 or 443, by the scheme, if the URL names none.
    public let port: Int
    /// What stands before the path of every request: empty, or beginning and not ending with `/`.
    public let basePath: String
    /// The network of a host that is an address, or that means this machine by its name; nil for other names.
    let range: AddressScope?

    /// Reads a URL such as `http://127.0.0.1:8000/v1`.
    ///
    /// - Throws: ``UpstreamAddressFault`` that names the part at fault and what to write instead.
    public init(url: String) throws(UpstreamAddressFault) {
        guard let mark = url.range(of: "://") else { throw .schemeMissing }
        let rest = url[mark.upperBound...]
        guard let scheme = Scheme(rawValue: url[..<mark.lowerBound].lowercased()) else { throw .schemeUnsupported }
        self.scheme = scheme
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else { throw .byteInvalid }
        guard !rest.contains("#") else { throw .fragmentRefused }
        guard !rest.contains("?") else { throw .queryRefused }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else { throw .userInformationRefused }
        (self.host, self.port) = try Self.split(authority, standard: scheme.port)
        self.basePath = try Self.base(rest[slash...])
        let literal = try? SocketAddress(ipAddress: self.host, port: self.port)
        self.range = literal?.range ?? (self.host == "localhost" ? .loopback : nil)
        guard self.range.map(EgressRule(allowsLocal: true).allows) ?? true else { throw .addressRefused }
    }

    /// The address, if the host is one: it needs no resolver.
    var literal: SocketAddress? { try? SocketAddress(ipAddress: self.host, port: self.port) }

    /// Where connections may go: what the URL itself says is local is meant to be.
    func egress(allowsLocal: Bool) -> EgressRule {
        EgressRule(allowsLocal: allowsLocal || self.range == .loopback || self.range == .privateNetwork)
    }

    /// Host and port as they stand in a Host field (RFC 9110 §7.2).
    public var authority: String {
        let name = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == self.scheme.port ? name : "\(name):\(self.port)"
    }

    private static func split(_ authority: Substring, standard: Int) throws(UpstreamAddressFault) -> (String, Int) {
        guard authority.first == "[" else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            let host = authority[..<colon]
            guard !host.isEmpty else { throw .hostMissing }
            guard host.utf8.allSatisfy(Self.isNameByte) else { throw .hostInvalid }
            return (host.lowercased(), try Self.port(authority[colon...], standard: standard))
        }
        guard let end = authority.firstIndex(of: "]") else { throw .hostInvalid }
        let host = authority[authority.index(after: authority.startIndex)..<end]
        let isAddress = host.contains(":") && host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        guard isAddress else { throw .hostInvalid }
        return (host.lowercased(), try Self.port(authority[authority.index(after: end)...], standard: standard))
    }

    private static func port(_ text: Substring, standard: Int) throws(UpstreamAddressFault) -> Int {
        guard !text.isEmpty else { return standard }
        let digits = text.dropFirst()
        guard text.first == ":", (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(Self.isDigit),
            let port = Int(digits), (1...65_535).contains(port)
        else { throw .portInvalid }
        return port
    }

    private static func base(_ path: Substring) throws(UpstreamAddressFault) -> String {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard segments.dropLast().allSatisfy({ !$0.isEmpty }),
            segments.allSatisfy({ $0 != "." && $0 != ".." && $0.utf8.allSatisfy(Self.isPathByte) })
        else { throw .pathInvalid }
        return path.last == "/" ? String(path.dropLast()) : String(path)
    }

    /// Whether a text is a name as hosts have it, and no address.
    static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isNameByte)
            && (try? SocketAddress(ipAddress: text, port: 0)) == nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        self.isLetter(byte) || self.isDigit(byte) || "-._".utf8.contains(byte)
    }

    private static func isPathByte(_ byte: UInt8) -> Bool { self.isNameByte(byte) || "~:+,=@".utf8.contains(byte) }
}

extension UpstreamAddress: CustomStringConvertible {
    /// The URL, which holds no secret: user information is refused.
    public var description: String { "\(self.scheme.rawValue)://\(self.authority)\(self.basePath)" }
}

/// Why a URL is no address of an upstream. Raw values are stable.
public enum UpstreamAddressFault: String, Error, Hashable, Sendable, CaseIterable {
    case schemeMissing = "upstream_scheme_missing"
    case schemeUnsupported = "upstream_scheme_unsupported"
    case userInformationRefused = "upstream_user_information_refused"
    case hostMissing = "upstream_host_missing"
    case hostInvalid = "upstream_host_invalid"
    case portInvalid = "upstream_port_invalid"
    case pathInvalid = "upstream_path_invalid"
    case queryRefused = "upstream_query_refused"
    case fragmentRefused = "upstream_fragment_refused"
    case byteInvalid = "upstream_byte_invalid"
    case addressRefused = "upstream_address_refused"

    /// What was expected and what to do; it does not repeat the URL, which may hold a secret.
    public var message: String {
        switch self {
        case .schemeMissing: "an upstream's URL begins with a scheme: write http://host:port or https://host"
        case .schemeUnsupported: "an upstream is spoken to by http or https: write http://host:port or https://host"
        case .userInformationRefused: "a URL holds no user or password: put the secret in the upstream's key setting"
        case .hostMissing: "an upstream's URL names a host: write http://host:port"
        case .hostInvalid: "the host is a name of letters, digits, - . and _, an IPv4 address, or an IPv6 address in []"
        case .portInvalid: "the port is a number from 1 to 65535"
        case .pathInvalid:
            "the base path holds letters, digits and -._~:+,=@ between single slashes, and no dot segment"
        case .queryRefused: "an upstream's URL holds no query: leave out ? and what follows"
        case .fragmentRefused: "an upstream's URL holds no fragment: leave out # and what follows"
        case .byteInvalid: "an upstream's URL holds visible ASCII only, and no backslash"
        case .addressRefused:
            """
            no upstream is there: the address is unspecified, reserved, for many machines, or on the link, where \
            clouds have their metadata
            """
        }
    }
}

extension UpstreamAddressFault: CustomStringConvertible {
    /// Code and message in one line.
    public var description: String { "\(self.rawValue): \(self.message)" }
}

extension String {
    /// The first place where `other` stands.
    fileprivate func range(of other: String) -> Range<Index>? {
        var start = self.startIndex
        while start < self.endIndex {
            if self[start...].hasPrefix(other) { return start..<self.index(start, offsetBy: other.count) }
            start = self.index(after: start)
        }
        return nil
    }
}
