import Logging
import ServiceLifecycle
import Upstreams

/// Reads the files with upstreams' keys again every few seconds, so that a key is changed without a restart.
///
/// A file that cannot be read, or is empty, leaves the key as it was: whoever replaces it may be in the middle of it.
struct SecretWatch: Service {
    /// How often the files are read.
    static let interval = Duration.seconds(5)

    let files: [SecretFile]
    let logger: Logger
    let read: @Sendable (String) throws -> String

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil {
                for file in self.files { self.look(at: file) }
            }
        }
    }

    /// Reads one file, and takes what is new in it.
    func look(at file: SecretFile) {
        let fields: Logger.Metadata = ["upstream": "\(file.upstream)", "file": "\(file.path)"]
        do {
            guard let secret = SecretFile.secret(in: try self.read(file.path)) else {
                return self.logger.warning("an upstream's key file is empty; the key stays as it was", metadata: fields)
            }
            if file.credential.replace(with: secret) {
                self.logger.notice("an upstream's key was replaced", metadata: fields)
            }
        } catch {
            self.logger.warning(
                "an upstream's key file cannot be read; the key stays as it was",
                metadata: fields.merging(["fault": "\(error)"]) { $1 })
        }
    }
}
