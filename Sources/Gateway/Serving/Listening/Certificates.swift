import NIOCore
public import NIOSSL

/// What a listener shows to clients: a certificate, or several of which each client is shown the one for the server's
/// name that it asks for (SNI).
public struct Certificates: Sendable {
    /// All of them; the first is for clients that ask for none, or for a name that none is for.
    public let all: [Certificate]
    private let first: Certificate

    /// Reads the files of all of them; nil if there are none.
    public init?(_ files: [CertificateFiles]) throws(CertificateFault) {
        var all: [Certificate] = []
        for pair in files { all.append(try Certificate(pair)) }
        guard let first = all.first else { return nil }
        (self.all, self.first) = (all, first)
    }

    /// What a listener needs of them. It asks at each handshake which one to show, so that it is made once and shows
    /// what was replaced since.
    ///
    /// - Parameter protocols: what is spoken behind TLS, by the names of ALPN; the first that a client has too.
    public func configuration(protocols: [String]) -> TLSConfiguration {
        var configuration = TLSConfiguration.showing(self.first.pair)
        configuration.applicationProtocols = protocols
        configuration.sslContextCallback = { hello, promise in
            let pair = self.pair(for: hello.serverHostname)
            var change = NIOSSLContextConfigurationOverride()
            change.certificateChain = pair.chain.map { .certificate($0) }
            change.privateKey = .privateKey(pair.key)
            promise.succeed(change)
        }
        return configuration
    }

    private func pair(for name: String?) -> Certificate.Pair {
        let pairs = self.all.map(\.pair)
        return pairs[ServerNames.choice(for: name, among: pairs.map(\.names))]
    }
}
