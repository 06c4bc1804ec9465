import NIOConcurrencyHelpers
import NIOSSL
public import ReleaseModel

/// A certificate that a listener shows, with its key. It can be replaced while connections are open: they keep what
/// they began with.
public final class Certificate: Sendable {
    /// What the files hold.
    struct Pair: Hashable {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        /// The names of servers that it is for.
        let names: ServerNames

        fileprivate var until: Timestamp {
            Timestamp(milliseconds: Int64(self.chain.first?.notValidAfter ?? 0) * 1_000)
        }
    }

    /// Where it was read from.
    public let files: CertificateFiles
    private let shown: NIOLockedValueBox<Pair>

    /// Reads the files.
    public init(_ files: CertificateFiles) throws(CertificateFault) {
        self.files = files
        self.shown = NIOLockedValueBox(try Self.read(files))
    }

    /// Until when it holds.
    public var until: Timestamp { self.pair.until }

    /// What is shown at this moment.
    var pair: Pair { self.shown.withLockedValue { $0 } }

    /// Reads the files again, and shows what they hold if it can be shown. Says whether it is something else.
    ///
    /// - Throws: what is wrong with the files; what was shown goes on then.
    public func readAgain() throws(CertificateFault) -> Bool {
        let pair = try Self.read(self.files)
        return self.shown.withLockedValue { shown in
            defer { shown = pair }
            return shown != pair
        }
    }

    private static func read(_ files: CertificateFiles) throws(CertificateFault) -> Pair {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw CertificateFault(
                "\(files.certificate) is no file with certificates in PEM that can be read; name one in "
                    + "\(files.place).certificate-file")
        }
        guard let leaf = chain.first else {
            throw CertificateFault(
                "\(files.certificate) has no certificate; put the server's there, and its issuers behind it")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        } catch {
            throw CertificateFault(
                "\(files.key) is no file with a private key in PEM, not encrypted, that can be read; name one in "
                    + "\(files.place).key-file")
        }
        let names = leaf._subjectAlternativeNames().compactMap { name in
            name.nameType == .dnsName ? String(decoding: Array(name.contents), as: UTF8.self) : nil
        }
        let pair = Pair(chain: chain, key: key, names: ServerNames(names))
        do {
            _ = try NIOSSLContext(configuration: .showing(pair))
        } catch {
            throw CertificateFault(
                "\(files.key) is not the key of the first certificate in \(files.certificate); put the pair there that "
                    + "belongs together")
        }
        return pair
    }
}

extension TLSConfiguration {
    /// TLS 1.2 or newer, with one certificate.
    static func showing(_ pair: Certificate.Pair) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain.map { .certificate($0) }, privateKey: .privateKey(pair.key))
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}
