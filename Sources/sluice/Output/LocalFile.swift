import FoundationEssentials

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

    /// Makes a file that must not exist yet, for its owner alone from its first moment on.
    static func create(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws(CommandFault) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else {
            let exists = errno == EEXIST
            throw CommandFault(
                exists ? .conflict : .failure,
                exists ? "\(path) exists; nothing is overwritten, name another file" : "\(path): \(Self.reason(errno))")
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
