import HTTPWire
import NIOCore
import NIOPosix
import Testing

@testable import Upstreams

@Suite("The guard of outgoing connections", .timeLimit(.minutes(10)))
struct EgressGuardTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// What becomes of requests to `host` at the server's port, one after the other, each on a connection of its own.
    private func requests(
        _ count: Int, to host: String, allowsLocal: Bool = false, lookup: GuardedResolver.Lookup? = nil
    ) async throws -> (lines: [String], connections: Int) {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await ScriptedServer(on: group.next()) { _, _ in [.send(Self.ok)] }
        let loop = group.next()
        let upstream = Upstream(
            name: "a",
            endpoints: [
                UpstreamEndpoint(name: "a", address: try UpstreamAddress(url: "http://\(host):\(server.port)"))
            ], timeouts: UpstreamTimeouts(connect: .seconds(20)), allowsLocalAddresses: allowsLocal)
        let pool = try await loop.submit {
            NIOLoopBound(
                UpstreamPool(to: upstream, on: loop, lookup: lookup ?? GuardedResolver.system), eventLoop: loop)
        }.get()
        var lines: [String] = []
        for _ in 0..<count {
            lines.append(
                try await loop.flatSubmit {
                    let recorder = Recorder(loop.makePromise(of: String.self))
                    _ = pool.value.send(
                        ByteBuffer(string: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), method: .get, to: recorder,
                        onFreshConnection: true)
                    return recorder.promise.futureResult
                }.get())
        }
        let connections = server.counts.withLockedValue { $0.connections }
        try await loop.submit { pool.value.shutDown() }.get()
        try await group.shutdownGracefully()
        return (lines, connections)
    }

    @Test(
        "is not passed by another way to write this machine's address: nothing is sent, not even a connect",
        arguments: [
            "2130706433", "0x7f000001", "017700000001", "127.1", "127.0.1", "0x7f.1", "0177.0.0.1", "127.0.0.0x1",
            "0x7F.0.0.1", "00000177.0.0.1", "2130706434",
        ])
    func spellings(host: String) async throws {
        let refused = try await self.requests(1, to: host)
        #expect(refused.lines == ["!upstream_address_refused"])
        #expect(refused.connections == 0)
    }

    @Test("lets through what the URL says in so many words, and what the configuration allows")
    func meant() async throws {
        for (host, allowsLocal) in [("127.0.0.1", false), ("localhost", false), ("127.1", true)] {
            let seen = try await self.requests(1, to: host, allowsLocal: allowsLocal)
            #expect(seen.lines == ["200 <ok> end"])
        }
    }

    @Test("looks at every connect: a name that is moved afterwards is refused")
    func rebinding() async throws {
        let lookups = Shared(0)
        let seen = try await self.requests(3, to: "inference.example", allowsLocal: true) { _, port, family in
            guard family == .v4 else { return [] }
            let number = lookups.withLockedValue { count in
                count += 1
                return count
            }
            return [try SocketAddress(ipAddress: number == 2 ? "169.254.169.254" : "127.0.0.1", port: port)]
        }
        #expect(seen.lines == ["200 <ok> end", "!upstream_address_refused", "200 <ok> end"])
        #expect(seen.connections == 2)
    }

    @Test("of several addresses uses only those that may be")
    func several() async throws {
        let seen = try await self.requests(2, to: "inference.example", allowsLocal: true) { _, port, family in
            family == .v6
                ? [try SocketAddress(ipAddress: "fd00:ec2::254", port: port)]
                : [
                    try SocketAddress(ipAddress: "169.254.169.254", port: port),
                    try SocketAddress(ipAddress: "127.0.0.1", port: port),
                ]
        }
        #expect(seen.lines == ["200 <ok> end", "200 <ok> end"])
    }

    @Test("tells a name that does not resolve from one that is refused")
    func unresolved() async throws {
        let seen = try await self.requests(1, to: "inference.example") { host, _, _ in
            throw ResolutionFault(host: host, reason: "there is none")
        }
        #expect(seen.lines == ["!upstream_connect_failed"])
    }

    @Test(
        "refuses in the configuration what can never be meant",
        arguments: [
            "http://169.254.169.254", "http://169.254.170.2/v1", "http://[fd00:ec2::254]", "http://[fe80::1]",
            "http://0.0.0.0:8000", "http://[::]", "http://224.0.0.1", "http://255.255.255.255", "http://[ff02::1]",
            "http://[::ffff:169.254.169.254]", "http://[64:ff9b::a9fe:a9fe]", "http://[2002:a9fe:a9fe::1]",
            "http://100.100.100.200", "http://168.63.129.16", "http://192.0.2.1", "https://169.254.169.254",
        ])
    func never(url: String) {
        #expect(throws: UpstreamAddressFault.addressRefused) { try UpstreamAddress(url: url) }
    }
}
