import Gateway
import ReleaseModel
import Upstreams

/// Something in use that was read from files, and can be read again while the server runs.
protocol Reloadable: Sendable {
    /// What it is, as a sentence of the log begins: `the key of the upstream replicas`.
    var title: String { get }
    /// The files that it is read from.
    var paths: [String] { get }
    /// Reads the files, and uses what they hold if it can be used.
    func reload() -> Reload
}

/// What became of reading files again.
enum Reload: Hashable {
    /// They hold what is in use.
    case unchanged
    /// Something else is in use from now on; for a certificate, until when it holds.
    case replaced(until: Timestamp?)
    /// They hold nothing that can be used, so what was in use stays.
    case kept(fault: String)
}

extension SecretFile: Reloadable {
    var title: String {
        switch self.owner {
        case .upstream(let name): "the key of the upstream \(name)"
        case .collector: "the key of the collector"
        }
    }

    var paths: [String] { [self.path] }

    func reload() -> Reload {
        do {
            guard let secret = Self.secret(in: try DataFolder.read(self.path)) else {
                return .kept(fault: "\(self.path) is empty; put the key into it")
            }
            return self.credential.replace(with: secret) ? .replaced(until: nil) : .unchanged
        } catch {
            return .kept(fault: "\(error)")
        }
    }
}

extension Certificate: Reloadable {
    var title: String { "the certificate of \(self.files.place)" }

    var paths: [String] { [self.files.certificate, self.files.key] }

    func reload() -> Reload {
        do throws(CertificateFault) {
            return try self.readAgain() ? .replaced(until: self.until) : .unchanged
        } catch {
            return .kept(fault: error.description)
        }
    }
}
