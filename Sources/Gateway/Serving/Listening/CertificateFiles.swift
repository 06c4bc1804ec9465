/// Where a certificate and its key lie: two files in PEM.
public struct CertificateFiles: Hashable, Sendable {
    /// The section of the configuration that names them, such as `gateway.tls`.
    public var place: String
    /// The certificate, and behind it those that lead to a root that clients know.
    public var certificate: String
    /// The certificate's private key, not encrypted.
    public var key: String

    /// Both paths.
    public init(place: String, certificate: String, key: String) {
        self.place = place
        self.certificate = certificate
        self.key = key
    }
}

/// Why a certificate cannot be shown. It names the file and what to do.
public struct CertificateFault: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
