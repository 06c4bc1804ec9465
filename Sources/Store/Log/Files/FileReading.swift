#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A file that is open for reading, closed with its last reference.
final class ReadableFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Opens a regular file, or answers nil where there is none.
    init?(_ path: String) throws(LogFault) {
        self.path = path
        self.descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if self.descriptor < 0 {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw LogFault(FileFault(operation: "open", path: path, errno: errno))
            }
            return nil
        }
    }

    deinit {
        close(self.descriptor)
    }

    /// How often a record is read that is not whole, before it is called damaged.
    static let attempts = 8

    /// Waits half a millisecond, longer than an append is ever seen half.
    static func pause() {
        usleep(500)
    }

    /// The length now, in bytes.
    var length: Int {
        get throws(LogFault) {
            var status = stat()
            guard unsafe fstat(self.descriptor, &status) == 0 else {
                throw LogFault(FileFault(operation: "fstat", path: self.path, errno: errno))
            }
            return Int(status.st_size)
        }
    }

    /// Reads up to `count` bytes from `offset`; fewer only at the end of the file.
    func read(_ count: Int, at offset: Int) throws(LogFault) -> [UInt8] {
        var failure: Int32 = 0
        let descriptor = self.descriptor
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { return }
                filled += got
            }
        }
        guard failure == 0 else { throw LogFault(FileFault(operation: "read", path: self.path, errno: failure)) }
        return bytes
    }

    /// The whole of a file, or nil where there is none.
    static func contents(_ path: String) throws(LogFault) -> [UInt8]? {
        guard let file = try ReadableFile(path) else { return nil }
        return try file.read(try file.length, at: 0)
    }

    /// The names in a directory, sorted, without `.` and `..`; none where there is no directory.
    static func names(_ path: String) throws(LogFault) -> [String] {
        guard let directory = unsafe opendir(path) else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw LogFault(FileFault(operation: "opendir", path: path, errno: errno))
            }
            return []
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." {
                names.append(name)
            }
        }
        return names.sorted()
    }

    /// How many seconds ago a file was written or renewed; nil where there is none.
    static func age(_ path: String) -> Int? {
        var status = stat()
        var now = timespec()
        guard unsafe lstat(path, &status) == 0, unsafe clock_gettime(CLOCK_REALTIME, &now) == 0 else { return nil }
        return now.tv_sec - status.st_mtim.tv_sec
    }

    /// Says whether `path` is a directory.
    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}

/// The lock by which one process owns a log; it is given back when the value goes away, also by a crash.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, or throws ``LogFault/inUse(directory:)`` where another writer has it.
    init(_ directory: LogDirectory) throws(LogFault) {
        self.descriptor = unsafe open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard self.descriptor >= 0 else {
            throw LogFault(FileFault(operation: "open", path: directory.lock, errno: errno))
        }
        guard flock(self.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            guard number == EWOULDBLOCK else {
                throw LogFault(FileFault(operation: "flock", path: directory.lock, errno: number))
            }
            throw .inUse(directory: directory.path)
        }
    }

    deinit {
        close(self.descriptor)
    }
}
