import Crypto
import FoundationEssentials
import ReleaseModel

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Files that a command reads or makes, with what is wrong in a sentence that names the file.
enum LocalFile {
    /// All bytes of a file.
    static func bytes(_ path: String) throws(CommandFault) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            let exists = FileManager.default.fileExists(atPath: path)
            throw CommandFault(
                exists ? .failure : .notFound, "\(path) \(exists ? "cannot be read" : "does not exist")")
        }
        return Array(data)
    }

    /// Says before long work that a file which is to be made exists already.
    static func expectNone(_ path: String) throws(CommandFault) {
        if FileManager.default.fileExists(atPath: path) { throw Self.exists(path) }
    }

    private static func exists(_ path: String) -> CommandFault {
        CommandFault(.conflict, "\(path) exists; nothing is overwritten, name another file")
    }

    /// The SHA-256 of a file's bytes.
    static func digest(of bytes: [UInt8]) -> ContentDigest? { ContentDigest(bytes: SHA256.hash(data: bytes)) }

    /// Makes a file that must not exist yet, for its owner alone from its first moment on.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws(CommandFault) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? Self.exists(path) : CommandFault(.failure, "\(path): \(Self.reason(errno))")
        }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe write(descriptor, buffer.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = Self.reason(errno)
                Self.remove(path)
                throw CommandFault(.failure, "\(path): \(reason)")
            }
            written += count
        }
    }

    /// Removes a file that was made in vain.
    static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }

    private static func reason(_ number: Int32) -> String {
        unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    }
}
