import NIOCore
import NIOSSL

/// How upstreams with `https` are known to be who they should be: TLS 1.2 or newer, a chain to an authority, and the
/// name in the certificate.
///
/// There is no way to leave the verification out. Who has certificates of their own names their authority.
public struct UpstreamTLS: Sendable {
    private let context: NIOSSLContext
    private let serverName: String?

    /// The terms of one upstream.
    ///
    /// - Parameters:
    ///   - authorities: A file of certificates in PEM that alone are believed; nil for those of the system.
    ///   - serverName: The name that the certificate must have, and that is asked for (SNI); nil for the URL's host.
    /// - Throws: ``UpstreamTLSFault`` that says what is wrong with the file or the name.
    public init(authorities: String? = nil, serverName: String? = nil) throws(UpstreamTLSFault) {
        if let serverName, !UpstreamAddress.isName(serverName) { throw .serverNameInvalid }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.applicationProtocols = ["http/1.1"]
        do {
            if let authorities {
                let certificates = try NIOSSLCertificate.fromPEMFile(authorities)
                guard !certificates.isEmpty else {
                    throw UpstreamTLSFault.authoritiesUnreadable("it has no certificate")
                }
                configuration.trustRoots = .certificates(certificates)
            }
            self.context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw (error as? UpstreamTLSFault) ?? .authoritiesUnreadable("\(error)")
        }
        self.serverName = serverName
    }

    /// What stands between the socket and HTTP. An address is compared with the certificate's addresses, and is no SNI.
    func handler(to address: UpstreamAddress) throws -> NIOSSLClientHandler {
        let name = self.serverName ?? (address.literal == nil ? address.host : nil)
        return try NIOSSLClientHandler(context: self.context, serverHostname: name)
    }

    /// Whether a certificate that leads to an authority is the one of the server at `address`.
    func proves(_ address: UpstreamAddress, _ certificate: NIOSSLCertificate?) -> Bool {
        guard let certificate else { return false }
        let names = certificate._subjectAlternativeNames().compactMap { name -> CertificateName? in
            switch name.nameType {
            case .dnsName: .name(Array(name.contents))
            case .ipAddress: .address(Array(name.contents))
            default: nil
            }
        }
        return self.identity(of: address).isProven(by: names)
    }

    private func identity(of address: UpstreamAddress) -> ServerIdentity {
        if let serverName { return .name(serverName.lowercased()) }
        return address.literal?.packedAddress.map { .address($0) } ?? .name(address.host)
    }
}

/// Why TLS to an upstream cannot be set up.
public enum UpstreamTLSFault: Error, Hashable, Sendable {
    /// The file of authorities cannot be used; the text says why.
    case authoritiesUnreadable(String)
    /// The server's name is no name.
    case serverNameInvalid

    /// What was expected and what to do.
    public var message: String {
        switch self {
        case .authoritiesUnreadable(let reason): "is no file of certificates in PEM: \(reason)"
        case .serverNameInvalid: "is no name of a server: write the name that stands in its certificate"
        }
    }
}
