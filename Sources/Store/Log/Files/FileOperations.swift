import CLinuxCalls

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A call of the operating system that failed: which, on what, and its `errno`.
public struct FileFault: Error, Hashable, Sendable {
    /// The call, as `write` or `fdatasync`.
    public var operation: String
    /// The file or directory, or the descriptor where no path is at hand.
    public var path: String
    /// The number of the error, as `ENOSPC`.
    public var errno: Int32

    /// A failed call.
    public init(operation: String, path: String, errno: Int32) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }
}

extension FileFault: CustomStringConvertible {
    /// The call, the path and the system's own words.
    public var description: String {
        unsafe "\(self.operation) \(self.path): \(String(cString: strerror(self.errno)))"
    }
}

/// What a file has to be when it is opened.
public enum FileOpening: Hashable, Sendable {
    /// There; that it is missing is a failure.
    case existing
    /// Made if it is missing, with mode 0640.
    case created
    /// Made if it is missing, and without the bytes that it had. A new file is not cut: ext4 would write a file that
    /// was cut to nothing to the disk as soon as it is closed.
    case emptied

    fileprivate var flags: Int32 {
        switch self {
        case .existing: 0
        case .created: O_CREAT
        case .emptied: O_CREAT | O_TRUNC
        }
    }
}

/// The calls by which a log changes its files, one closure each, so that a test can let any of them fail.
///
/// Reading is not among them: what is read is verified, whatever the disk answers.
public struct FileOperations: Sendable {
    /// Opens a file for reading and writing.
    public var open: @Sendable (_ path: String, _ opening: FileOpening) throws(FileFault) -> Int32
    /// Writes all bytes at `offset`.
    public var write: @Sendable (_ descriptor: Int32, _ bytes: RawSpan, _ offset: Int64) throws(FileFault) -> Void
    /// Returns once the file's contents and length survive a loss of power (`fdatasync`).
    public var synchronize: @Sendable (_ descriptor: Int32) throws(FileFault) -> Void
    /// Cuts the file to `length` bytes.
    public var truncate: @Sendable (_ descriptor: Int32, _ length: Int64) throws(FileFault) -> Void
    /// Closes a descriptor; a failure to close is not told, since everything that matters was synchronized.
    public var close: @Sendable (_ descriptor: Int32) -> Void
    /// Gives a file another name and replaces what has that name, in one step.
    public var rename: @Sendable (_ from: String, _ to: String) throws(FileFault) -> Void
    /// Removes a file or an empty directory; that it is not there is no failure.
    public var remove: @Sendable (_ path: String) throws(FileFault) -> Void
    /// Makes a file as young as if it had been written now.
    public var renew: @Sendable (_ path: String) throws(FileFault) -> Void
    /// Makes a directory with mode 0750; that it exists is no failure. Says whether it was made now.
    public var makeDirectory: @Sendable (_ path: String) throws(FileFault) -> Bool
    /// Returns once the names in a directory survive a loss of power (`fsync`).
    public var synchronizeDirectory: @Sendable (_ path: String) throws(FileFault) -> Void
    /// Returns once all files and names of the file system that a directory is on survive a loss of power (`syncfs`).
    public var synchronizeFileSystem: @Sendable (_ path: String) throws(FileFault) -> Void

    /// The operating system's own calls.
    public static let system = FileOperations(
        open: { (path, opening) throws(FileFault) in
            let descriptor = Self.retrying { cOpen(path, O_RDWR | O_CLOEXEC | opening.flags) }
            guard descriptor >= 0 else { throw FileFault(operation: "open", path: path, errno: errno) }
            return descriptor
        },
        write: { (descriptor, bytes, offset) throws(FileFault) in
            try Self.writeAll(descriptor, bytes, offset)
        },
        synchronize: { (descriptor) throws(FileFault) in
            guard Self.retrying({ fdatasync(descriptor) }) == 0 else {
                throw FileFault(operation: "fdatasync", path: "descriptor \(descriptor)", errno: errno)
            }
        },
        truncate: { (descriptor, length) throws(FileFault) in
            guard Self.retrying({ ftruncate(descriptor, off_t(length)) }) == 0 else {
                throw FileFault(operation: "ftruncate", path: "descriptor \(descriptor)", errno: errno)
            }
        },
        close: { _ = cClose($0) },
        rename: { (from, to) throws(FileFault) in
            guard cRename(from, to) == 0 else {
                throw FileFault(operation: "rename", path: to, errno: errno)
            }
        },
        remove: { (path) throws(FileFault) in
            guard cRemove(path) == 0 || errno == ENOENT else {
                throw FileFault(operation: "remove", path: path, errno: errno)
            }
        },
        renew: { (path) throws(FileFault) in
            guard unsafe utimensat(AT_FDCWD, path, nil, 0) == 0 else {
                throw FileFault(operation: "utimensat", path: path, errno: errno)
            }
        },
        makeDirectory: { (path) throws(FileFault) in
            if unsafe mkdir(path, 0o750) == 0 { return true }
            guard errno == EEXIST else { throw FileFault(operation: "mkdir", path: path, errno: errno) }
            return false
        },
        synchronizeDirectory: { (path) throws(FileFault) in
            try Self.synchronize(path, "fsync") { fsync($0) }
        },
        synchronizeFileSystem: { (path) throws(FileFault) in
            try Self.synchronize(path, "syncfs") { syncfs($0) }
        })

    private static func synchronize(
        _ directory: String, _ name: String, _ call: (Int32) -> Int32
    ) throws(FileFault) {
        let descriptor = Self.retrying { cOpenDirectory(directory) }
        guard descriptor >= 0 else { throw FileFault(operation: "open", path: directory, errno: errno) }
        defer { _ = cClose(descriptor) }
        guard Self.retrying({ call(descriptor) }) == 0 else {
            throw FileFault(operation: name, path: directory, errno: errno)
        }
    }

    private static func writeAll(_ descriptor: Int32, _ bytes: RawSpan, _ offset: Int64) throws(FileFault) {
        var done = 0
        while done < bytes.byteCount {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset) + off_t(done)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw FileFault(operation: "write", path: "descriptor \(descriptor)", errno: count < 0 ? errno : ENOSPC)
            }
            done += count
        }
    }

    /// Calls again as long as a signal interrupts.
    private static func retrying(_ call: () -> Int32) -> Int32 {
        while true {
            let result = call()
            guard result < 0, errno == EINTR else { return result }
        }
    }
}

// The names of these calls are also names of properties above; here they are told apart.
private func cOpen(_ path: String, _ flags: Int32) -> Int32 { unsafe open(path, flags, 0o640) }
private func cOpenDirectory(_ path: String) -> Int32 { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
private func cClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func cRename(_ from: String, _ to: String) -> Int32 { unsafe rename(from, to) }
private func cRemove(_ path: String) -> Int32 { unsafe remove(path) }
