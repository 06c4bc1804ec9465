import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A name resolved to addresses that no connection is made to.
struct EgressFault: Error, Hashable, CustomStringConvertible {
    let host: String
    let address: String
    let range: AddressScope

    var description: String { "\(self.host) resolves to \(self.address), \(self.range)" }
}

/// A name that does not resolve.
struct ResolutionFault: Error, Hashable, CustomStringConvertible {
    let host: String
    let reason: String

    var description: String { "\(self.host) does not resolve: \(self.reason)" }
}

/// Which of the two kinds of addresses is asked for.
enum AddressFamily: Sendable {
    case v4, v6
}

/// Resolves one endpoint's name for one connect, and hands out only the addresses that its rule allows: NIO connects to
/// these, and to no other.
struct GuardedResolver: Resolver, Sendable {
    /// What answers a query; it may block.
    typealias Lookup = @Sendable (_ host: String, _ port: Int, _ family: AddressFamily) throws -> [SocketAddress]

    let rule: EgressRule
    let eventLoop: any EventLoop
    let lookup: Lookup

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.query(host, port, .v4)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        self.query(host, port, .v6)
    }

    /// A query that nobody waits for any more ends by itself.
    func cancelQueries() {}

    private func query(_ host: String, _ port: Int, _ family: AddressFamily) -> EventLoopFuture<[SocketAddress]> {
        let (rule, lookup) = (self.rule, self.lookup)
        // The system's resolver blocks, so it is asked on no event loop.
        return NIOThreadPool.singleton.runIfActive(eventLoop: self.eventLoop) {
            let found = try lookup(host, port, family)
            let allowed = found.filter { $0.range.map(rule.allows) ?? false }
            if allowed.isEmpty, let refused = found.first {
                throw EgressFault(
                    host: host, address: refused.ipAddress ?? "a path", range: refused.range ?? .unspecified)
            }
            return allowed
        }
    }

    /// The system's resolver.
    static let system: Lookup = { host, port, family in
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = family == .v4 ? AF_INET : AF_INET6
        #if canImport(Glibc)
            unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #else
            unsafe hints.ai_socktype = SOCK_STREAM
        #endif
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else {
            throw ResolutionFault(host: host, reason: unsafe String(cString: gai_strerror(code)))
        }
        defer { unsafe freeaddrinfo(first) }
        var found: [SocketAddress] = []
        var next = unsafe first
        while let info = unsafe next {
            if let address = unsafe info.pointee.ai_addr {
                var resolved =
                    unsafe family == .v4
                    ? address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                        unsafe SocketAddress($0.pointee, host: host)
                    }
                    : address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                        unsafe SocketAddress($0.pointee, host: host)
                    }
                resolved.port = port
                found.append(resolved)
            }
            unsafe next = info.pointee.ai_next
        }
        return found
    }
}
