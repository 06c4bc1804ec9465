import NIOConcurrencyHelpers
import NIOSSL
public import ReleaseModel

/// Where the listener's certificate and its key lie: two files in PEM.
public struct CertificateFiles: Hashable, Sendable {
    /// The certificate, and behind it those that lead to a root that clients know.
    public var certificate: String
    /// The certificate's private key, not encrypted.
    public var key: String

    /// Both paths.
    public init(certificate: String, key: String) {
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

/// What the listener shows to clients. It can be replaced while connections are open: they keep what they began with.
public final class Certificates: Sendable {
    private struct Shown {
        var context: NIOSSLContext
        var pair: Pair
    }

    /// What the files hold.
    private struct Pair: Hashable {
        var chain: [NIOSSLCertificate]
        var key: NIOSSLPrivateKey

        var until: Timestamp { Timestamp(milliseconds: Int64(self.chain.first?.notValidAfter ?? 0) * 1_000) }
    }

    /// Where they were read from.
    public let files: CertificateFiles
    private let protocols: [String]
    private let shown: NIOLockedValueBox<Shown>

    /// Reads the files.
    ///
    /// - Parameter http2: whether HTTP/2 is offered.
    public init(_ files: CertificateFiles, http2: Bool) throws(CertificateFault) {
        self.files = files
        self.protocols = http2 ? ["h2", "http/1.1"] : ["http/1.1"]
        let pair = try Self.read(files)
        self.shown = NIOLockedValueBox(Shown(context: try Self.context(pair, self.protocols, files), pair: pair))
    }

    /// Until when the certificate holds that is shown.
    public var until: Timestamp { self.shown.withLockedValue { $0.pair.until } }

    var context: NIOSSLContext { self.shown.withLockedValue { $0.context } }

    /// Reads the files again, and shows what they hold if it can be shown. Says whether it is something else.
    ///
    /// - Throws: what is wrong with the files; what was shown goes on then.
    public func readAgain() throws(CertificateFault) -> Bool {
        let pair = try Self.read(self.files)
        guard self.shown.withLockedValue({ $0.pair != pair }) else { return false }
        let context = try Self.context(pair, self.protocols, self.files)
        self.shown.withLockedValue { $0 = Shown(context: context, pair: pair) }
        return true
    }

    private static func read(_ files: CertificateFiles) throws(CertificateFault) -> Pair {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw CertificateFault(
                "\(files.certificate) is no file with certificates in PEM that can be read; name one in "
                    + "gateway.tls.certificate-file")
        }
        guard !chain.isEmpty else {
            throw CertificateFault(
                "\(files.certificate) has no certificate; put the server's there, and its issuers behind it")
        }
        do {
            return Pair(chain: chain, key: try NIOSSLPrivateKey(file: files.key, format: .pem))
        } catch {
            throw CertificateFault(
                "\(files.key) is no file with a private key in PEM, not encrypted, that can be read; name one in "
                    + "gateway.tls.key-file")
        }
    }

    private static func context(
        _ pair: Pair, _ protocols: [String], _ files: CertificateFiles
    ) throws(CertificateFault) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain.map { .certificate($0) }, privateKey: .privateKey(pair.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = protocols
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw CertificateFault(
                "\(files.key) is not the key of the first certificate in \(files.certificate); put the pair there that "
                    + "belongs together")
        }
    }
}
