import PlanFiles

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A file with a plan, or standard input, as far as a plan may reach.
struct PlanInput {
    /// What messages call it.
    let name: String
    /// Its bytes; one more than a plan may have if there are that many.
    let bytes: [UInt8]

    /// Bytes that came from elsewhere.
    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// Reads a file; `-` is standard input.
    init(_ path: String) throws(CommandFault) {
        guard path != "-" else {
            self.name = "standard input"
            self.bytes = try Self.read(STDIN_FILENO, self.name)
            return
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFault(
                errno == ENOENT ? .notFound : .failure,
                "\(path) \(errno == ENOENT ? "does not exist" : "cannot be read: \(Self.reason(errno))")")
        }
        defer { close(descriptor) }
        self.name = path
        self.bytes = try Self.read(descriptor, path)
    }

    private static func read(_ descriptor: Int32, _ name: String) throws(CommandFault) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        while bytes.count <= PlanFile.maximumBytes {
            let wanted = min(buffer.count, PlanFile.maximumBytes + 1 - bytes.count)
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Self.readOnce(descriptor, $0, wanted) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandFault(.failure, "\(name) cannot be read: \(Self.reason(errno))") }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    private static func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(descriptor, buffer.baseAddress, count)
        #else
            unsafe Musl.read(descriptor, buffer.baseAddress, count)
        #endif
    }

    private static func reason(_ number: Int32) -> String {
        unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
    }
}
